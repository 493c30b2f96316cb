"""How figures are displayed: with separators, rates with their denominator, tables as HTML that escapes all text.

Everything a report holds reaches a page through this module or as the data of a streamlit frame, never as Markdown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
import polars.selectors as cs

NOTHING = "—"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_LONGEST = 2_000
_WAN = Decimal(10_000)
# Only these lead out of the explorer, and only where a reader follows them.
_WEB = ("http://", "https://")


@dataclass(frozen=True)
class Cell:
    """A cell of a table: text, and where it leads; `style` is a class of style.css."""

    text: object = ""
    link: str = ""
    style: str = ""
    hint: str = ""
    rows: int = 1
    columns: int = 1
    header: bool = False


def clean(text: object) -> str:
    """Return a text without controls and marks that turn the direction of what follows, cut where it is very long."""
    plain = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(text))
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def escaped(text: object) -> str:
    """Return a text for HTML, in an isolate of its own so that no direction leaks out of it."""
    return html.escape(clean(text), quote=True)


def markdown(text: object) -> str:
    """Return a text for places that read Markdown (labels, titles) as nothing but text, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(clean(text).split()))


def with_whole_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose numbers with decimals are texts: a grid in a browser rounds them to four digits, unasked."""
    return rows.with_columns(cs.float().cast(pl.String), cs.decimal().cast(pl.String))


def number(value: object) -> str:
    """Return a number with separators, without the zeros that only fill a column; a missing one as a dash."""
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        # By its text: `normalize` rounds to 28 digits.
        return f"{int(value):,}" if whole else f"{value:,f}".rstrip("0")
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def share(value: object) -> str:
    """Return a rate in per cent with one decimal."""
    return f"{float(value) * 100:,.1f}%" if isinstance(value, float | Decimal | int) else NOTHING


def ratio(numerator: object, denominator: object) -> str:
    """Return one number by another in per cent, a dash where the other is 0 or missing."""
    if not isinstance(numerator, int | Decimal) or not isinstance(denominator, int | Decimal) or not denominator:
        return NOTHING
    return share(Decimal(numerator) / Decimal(denominator))


def wan(value: object) -> str:
    """Return yuan in 万元 with two decimals."""
    return f"{Decimal(value) / _WAN:,.2f}" if isinstance(value, int | Decimal) else NOTHING


def anchor(text: object, link: str, style: str = "") -> str:
    """Return a link: within the explorer, or to the web in a new tab that is told nothing of where it came from."""
    inner = f'<span dir="auto">{escaped(text)}</span>'
    if link.startswith(_WEB):
        return f'<a class="{style}" href="{html.escape(link)}" target="_blank" rel="noopener noreferrer">{inner}</a>'
    if link.startswith("/?page="):
        return f'<a class="{style}" href="{html.escape(link)}" target="_self">{inner}</a>'
    return inner


def table(head: Sequence[Cell | str], rows: Iterable[Sequence[Cell]], *, style: str = "", caption: str = "") -> str:
    """Return a table as HTML."""
    top = "".join(_cell(cell if isinstance(cell, Cell) else Cell(cell), "th") for cell in head)
    body = "".join(f"<tr>{''.join(_cell(cell, 'th' if cell.header else 'td') for cell in row)}</tr>" for row in rows)
    shown = f"<caption>{escaped(caption)}</caption>" if caption else ""
    opening = f"<thead><tr>{top}</tr></thead>" if head else ""
    classes = html.escape(f"gk {style}".strip())
    return f'<div class="gk-scroll"><table class="{classes}">{shown}{opening}<tbody>{body}</tbody></table></div>'


def _cell(cell: Cell, tag: str) -> str:
    given = [("class", cell.style), ("title", clean(cell.hint) if cell.hint else "")]
    given += [("rowspan", str(cell.rows) if cell.rows > 1 else ""), ("colspan", str(cell.columns) * (cell.columns > 1))]
    attributes = "".join(f' {name}="{html.escape(value, quote=True)}"' for name, value in given if value)
    inner = anchor(cell.text, cell.link) if cell.link else f'<span dir="auto">{_lines(cell.text)}</span>'
    return f"<{tag}{attributes}>{inner}</{tag}>"


def _lines(text: object) -> str:
    return escaped(text).replace("\n", "<br>")


def num(value: object, link: str = "", style: str = "") -> Cell:
    """Return a cell with a number, right-aligned."""
    return Cell(value if isinstance(value, str) else number(value), link, f"num {style}".strip())


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Return a list of names and values as HTML; a value that is a Cell may lead somewhere."""
    rows = "".join(
        f'<div class="gk-name">{escaped(name)}</div><div class="gk-value">{_fact(value)}</div>' for name, value in pairs
    )
    return f'<div class="gk-facts">{rows}</div>'


def _fact(value: object) -> str:
    if isinstance(value, Cell):
        inner = anchor(value.text, value.link) if value.link else f'<span dir="auto">{_lines(value.text)}</span>'
        return f'<span class="{html.escape(value.style)}">{inner}</span>' if value.style else inner
    return f'<span dir="auto">{_lines(NOTHING if value is None else value)}</span>'


def cards(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return key figures as HTML: label, figure, and what it is out of."""
    shown = "".join(
        f'<div class="gk-card"><div class="gk-label">{escaped(label)}</div>'
        f'<div class="gk-figure">{escaped(figure)}</div><div class="gk-note">{escaped(note)}</div></div>'
        for label, figure, note in entries
    )
    return f'<div class="gk-cards">{shown}</div>'


def paragraph(text: object, style: str = "gk-note") -> str:
    """Return a paragraph as HTML."""
    return f'<p class="{html.escape(style)}" dir="auto">{_lines(text)}</p>'


def heading(text: object, under: object = "") -> str:
    """Return the head of a page: its title and a line below."""
    line = f'<div class="gk-under" dir="auto">{escaped(under)}</div>' if under else ""
    return f'<div class="gk-head"><h1 dir="auto">{escaped(text)}</h1>{line}</div>'


def stylesheet(title: str, choose: str) -> str:
    """Return the style of everything above, as an element, with texts of ours in it.

    `title` stands above the pages' names, `choose` on the buttons that choose files, of which streamlit has no Chinese.
    """
    style = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    return f'<style>:root {{ --gk-title: "{title}"; --gk-choose: "{choose}"; }}\n{style}</style>'
