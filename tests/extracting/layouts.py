"""Print the abstract tables of `printing` in the layouts in which reports are found, as bytes of a whole file."""

from __future__ import annotations

import random
from collections.abc import Callable
from html import escape

from opencc import OpenCC

from tests.extracting.printing import CAPTION, HEADER, ROW, Line, Printout, Sheet

Layout = Callable[[random.Random, list[Sheet]], str]
_TITLE = "测试市东山区人民政府2020年政府信息公开工作年度报告"
_SECTIONS = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
             "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况",
             "六、其他需要报告的事项")  # fmt: skip
_PROSE = "2020年，我区收到行政许可申请15件，行政处罚3件，重复申请2件，政府集中采购20万元，全年主动公开规范性文件4件。"


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


def _widths(rng: random.Random, parts: int, total: int, even: bool) -> list[int]:
    if even or parts < 2:
        each, rest = divmod(total, max(parts, 1))
        return [each + (i < rest) for i in range(parts)]
    cuts = sorted(rng.sample(range(1, total), parts - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


def _item_rows(rng: random.Random, sheet: Sheet, even: bool, sliver: bool, end: str) -> list[str]:
    data = [line for line in sheet.lines if line.kind == ROW]
    total = 12 if not even else 6
    same = _widths(rng, max((len(line.paths) for line in data), default=1), total, even)
    rows = []
    for line in sheet.lines:
        label = _td(line.levels[0] or "", 1 if line.kind != CAPTION else total + 1) if line.levels else ""
        widths = _widths(rng, len(line.values), total, even)
        if even and line.kind == ROW and not line.merged:
            widths = [*same, same[-1], same[-1]][: len(line.values)]  # a lost cell makes no other wider
        cells = [_td(value, width) for value, width in zip(line.values, widths, strict=True)]
        if sliver and line.kind == ROW and rng.random() < 0.5:
            cells.insert(rng.randint(0, len(cells)), "<td></td>")
        rows.append(f"<tr>{label}{''.join(cells)}{end}</tr>")
    return rows


def _application_rows(sheet: Sheet, end: str) -> list[str]:
    rows, lines = [], sheet.lines
    for position, line in enumerate(lines):
        if line.kind == HEADER:
            first = line.levels[0] if line.levels else None
            head = _td(first, 3, 3) if first else ""
            wide, tall = {"法人或其他组织": 5, "申请人情况": 7}, {"自然人": 2, "总计": 2}
            cells = [_td(value, wide.get(value, 1), tall.get(value, 1)) for value in line.values]
            rows.append(f"<tr>{head}{''.join(cells)}{end}</tr>")
            continue
        labels = [
            _td(level, 4 - len(line.levels) if depth == len(line.levels) - 1 else 1, _below(lines, position, depth))
            for depth, level in enumerate(line.levels)
            if level is not None
        ]
        values = [_td(value, 7 if line.merged else 1) for value in line.values]
        rows.append(f"<tr>{''.join(labels)}{''.join(values)}{end}</tr>")
    return rows


def _below(lines: list[Line], position: int, depth: int) -> int:
    count = 1
    for line in lines[position + 1 :]:
        if len(line.levels) <= depth or line.levels[depth] is not None:
            break
        count += 1
    return count if depth < len(lines[position].levels) - 1 else 1


def _review_rows(sheet: Sheet, end: str) -> list[str]:
    spans = {"行政复议": (5, 1), "行政诉讼": (10, 1), "未经复议直接起诉": (5, 1), "复议后起诉": (5, 1)}
    rows = []
    for position, line in enumerate(sheet.lines):
        wide = 15 if line.merged else 1
        low = [2 if position == 1 and value not in spans else 1 for value in line.values]
        cells = [_td(v, spans.get(v, (wide, 1))[0], rows_) for v, rows_ in zip(line.values, low, strict=True)]
        rows.append(f"<tr>{''.join(cells)}{end}</tr>")
    return rows


def _table(rng: random.Random, sheets: list[Sheet], even: bool, sliver: bool, end: str) -> str:
    parts, one = [], rng.random() < 0.5
    for sheet in sheets:
        if sheet.table == "applications":
            rows = _application_rows(sheet, end)
        elif sheet.table == "reviews":
            rows = _review_rows(sheet, end)
        else:
            rows = _item_rows(rng, sheet, even, sliver, end)
        parts.append("".join(rows))
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
        _PROSE,
        items,
        [rest["applications"]],
        [rest["reviews"]],
        "问题是公开不够及时；将加强培训。",
        "无。",
    ]
    parts = [_TITLE]
    for title, body in zip(_SECTIONS, bodies, strict=True):
        text = body if isinstance(body, str) else layout(rng, body)
        parts.extend((title, text))
    if in_html:
        return "<html><body>" + "".join(p if p.startswith("<") else f"<p>{p}</p>" for p in parts) + "</body></html>"
    return "\n".join(parts)


def dressed(rng: random.Random, text: str) -> bytes:
    """Return text as bytes, in some files in traditional characters, full-width digits or another encoding."""
    chance = rng.random()
    if chance < 0.1:
        text = OpenCC(rng.choice(("s2t", "s2twp"))).convert(text)
    elif chance < 0.2 and not text.startswith("<"):
        text = text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    encoding = rng.choice(("utf-8", "utf-8", "gb18030", "utf-16"))
    return text.encode(encoding)
