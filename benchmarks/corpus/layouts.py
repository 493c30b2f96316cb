"""Print the abstract tables of `printing` in the layouts in which reports are found, as bytes of a whole file."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from html import escape

from opencc import OpenCC

from benchmarks.corpus.printing import ROW, Line, Printout, Sheet
from benchmarks.corpus.spans import PROSE, SECTIONS, TITLE, spanned_rows

# To read its dictionaries takes longer than to convert a report.
_converter = cache(OpenCC)

Layout = Callable[[random.Random, list[Sheet]], str]


def _lines_of(sheets: list[Sheet]) -> list[Line]:
    return [line for sheet in sheets for line in sheet.lines]


def pipe_rows(rng: random.Random, sheets: list[Sheet]) -> str:
    """One row per line: a | b | c."""
    leading = rng.random() < 0.5
    ends = rng.choice(("", " |"))
    return "\n".join(" | ".join(line.cells(leading=leading)) + ends for line in _lines_of(sheets))


def pipe_padded(_rng: random.Random, sheets: list[Sheet]) -> str:
    """One row per line between pipes, short rows padded with touching pipes."""
    wide = 17
    rows = [line.cells() for line in _lines_of(sheets)]
    return "\n".join(f"| {' | '.join(row)} |{'|' * (wide - len(row))}" for row in rows)


def pipe_own_lines(_rng: random.Random, sheets: list[Sheet]) -> str:
    """One cell per line, a pipe alone on its line after each, blank cells as a pipe."""
    return "\n".join(f"{cell}\n|" if cell else "|" for line in _lines_of(sheets) for cell in line.cells())


def pipe_closed(_rng: random.Random, sheets: list[Sheet]) -> str:
    """One cell per line with a trailing pipe, blank cells as a pipe alone."""
    return "\n".join(f"{cell} |" if cell else "|" for line in _lines_of(sheets) for cell in line.cells())


def pipe_leading(_rng: random.Random, sheets: list[Sheet]) -> str:
    """A lone pipe before each row, its cells one per line with a trailing pipe."""
    rows = ["\n".join(["|", *(f"{cell} |" if cell else "|" for cell in line.cells())]) for line in _lines_of(sheets)]
    return "\n".join(rows)


def tab_led(_rng: random.Random, sheets: list[Sheet]) -> str:
    """One cell per line behind a tab, a blank line between rows: what Tika makes of Word."""
    return "\n".join("".join(f"\t{cell}\n" for cell in line.cells(leading=True)) for line in _lines_of(sheets))


def tab_rows(rng: random.Random, sheets: list[Sheet]) -> str:
    """One row per line, cells between tabs."""
    leading = rng.random() < 0.5
    return "\n".join("\t".join(c.replace("\n", "") for c in line.cells(leading=leading)) for line in _lines_of(sheets))


def cell_lines(_rng: random.Random, sheets: list[Sheet]) -> str:
    """One cell per line; blank cells vanish."""
    return "\n".join(cell for line in _lines_of(sheets) for cell in line.cells() if cell)


def spaced_lines(rng: random.Random, sheets: list[Sheet]) -> str:
    """One cell per line with a blank line after each; blank cells are more blank lines or vanish."""
    kept = rng.random() < 0.5
    cells = [cell for line in _lines_of(sheets) for cell in line.cells() if cell or kept]
    return "\n\n".join(cells)


def one_line(_rng: random.Random, sheets: list[Sheet]) -> str:
    """Each table on one line, cells separated by a space; blank cells vanish."""
    return "\n".join(" ".join(" ".join(line.cells()).split()) for sheet in sheets for line in [_flat(sheet)])


def row_lines(_rng: random.Random, sheets: list[Sheet]) -> str:
    """One row per line, cells separated by a space; blank cells vanish."""
    return "\n".join(" ".join(cell for cell in line.cells() if cell) for line in _lines_of(sheets))


def glued(_rng: random.Random, sheets: list[Sheet]) -> str:
    """The cells of a row glued together."""
    return "\n".join("".join(line.cells()).replace("\n", "") for line in _lines_of(sheets))


def deduplicated(_rng: random.Random, sheets: list[Sheet]) -> str:
    """One cell per line, each text only where it stands first."""
    return "\n".join(dict.fromkeys(cell for line in _lines_of(sheets) for cell in line.cells() if cell))


def _flat(sheet: Sheet) -> Line:
    return Line(ROW, [], [cell for line in sheet.lines for cell in line.cells() if cell])


def _td(text: str, colspan: int = 1, rowspan: int = 1) -> str:
    spans = (f' colspan="{colspan}"' if colspan > 1 else "") + (f' rowspan="{rowspan}"' if rowspan > 1 else "")
    return f"<td{spans}>{escape(text).replace(chr(10), '<br>') or '&nbsp;'}</td>"


def _table(rng: random.Random, sheets: list[Sheet], even: bool, sliver: bool, end: str) -> str:
    parts, one = [], rng.random() < 0.5
    for sheet in sheets:
        rows = spanned_rows(rng, sheet, even=even, sliver=sliver)
        parts.append("".join(f"<tr>{''.join(_td(*cell) for cell in row)}{end}</tr>" for row in rows))
    return f"<table>{''.join(parts)}</table>" if one else "".join(f"<table><tbody>{p}</tbody></table>" for p in parts)


def html(rng: random.Random, sheets: list[Sheet]) -> str:
    """Tables with the spans of the official form."""
    return _table(rng, sheets, even=True, sliver=False, end="")


def html_uneven(rng: random.Random, sheets: list[Sheet]) -> str:
    """Header and data rows span differently."""
    return _table(rng, sheets, even=False, sliver=False, end="")


def html_slivers(rng: random.Random, sheets: list[Sheet]) -> str:
    """Some rows hold an empty sliver cell."""
    return _table(rng, sheets, even=True, sliver=True, end="")


def html_trailing(rng: random.Random, sheets: list[Sheet]) -> str:
    """Every row ends in an empty cell."""
    return _table(rng, sheets, even=True, sliver=False, end="<td></td>")


def html_nested(rng: random.Random, sheets: list[Sheet]) -> str:
    """The tables stand in a cell of a layout table."""
    return f"<table><tr><td><div>{_table(rng, sheets, even=True, sliver=False, end='')}</div></td></tr></table>"


LAYOUTS: tuple[Layout, ...] = (
    pipe_rows, pipe_padded, pipe_own_lines, pipe_closed, pipe_leading, tab_led, tab_rows, cell_lines, spaced_lines,
    one_line, row_lines, glued, deduplicated, html, html_uneven, html_slivers, html_trailing, html_nested,
)  # fmt: skip


def page(rng: random.Random, printout: Printout, layout: Layout) -> str:
    """Return the whole report as text: title, six sections, the tables in the second to fourth."""
    in_html = layout.__name__.startswith("html")
    items = [sheet for sheet in printout.sheets if sheet.table not in ("applications", "reviews")]
    rest = {sheet.table: sheet for sheet in printout.sheets}
    bodies: list[str | list[Sheet]] = [
        PROSE,
        items,
        [rest["applications"]],
        [rest["reviews"]],
        "问题是公开不够及时；将加强培训。",
        "无。",
    ]
    parts = [TITLE]
    for title, body in zip(SECTIONS, bodies, strict=True):
        text = body if isinstance(body, str) else layout(rng, body)
        parts.extend((title, text))
    if in_html:
        return "<html><body>" + "".join(p if p.startswith("<") else f"<p>{p}</p>" for p in parts) + "</body></html>"
    return "\n".join(parts)


def dressed(rng: random.Random, text: str) -> bytes:
    """Return text as bytes, in some files in traditional characters, full-width digits or another encoding."""
    chance = rng.random()
    if chance < 0.1:
        text = _converter(rng.choice(("s2t", "s2twp"))).convert(text)
    elif chance < 0.2 and not text.startswith("<"):
        text = text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    encoding = rng.choice(("utf-8", "utf-8", "gb18030", "utf-16"))
    return text.encode(encoding)
