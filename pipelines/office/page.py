"""A page of an office that stands alone: it opens in any browser, prints on A4, and loads nothing.

Every text is escaped, and what acts on a screen or reorders a line is spelt. Belongs here: head, style, tables. Keep
out: what stands on a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from pipelines.language import Language
from pipelines.office.given_files import OWN_PAGE
from pipelines.shown import shown

_LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
_STYLE = """
body { font: 14px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", SimSun, sans-serif; color: #1b1b1b;
  max-width: 100em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; text-align: center; } h2 { font-size: 1.15em; margin-top: 2em; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #bbb; padding: .3em .5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #f0f2f5; } td.n { text-align: right; white-space: nowrap; } td.w { white-space: nowrap; }
p { margin: .3em 0; overflow-wrap: anywhere; } ul { margin: .4em 0; padding-left: 1.5em; }
tr.error td.s { background: #ffc7ce; } tr.warning td.s { background: #ffeb9c; }
@media print {
  @page { size: A4 PLACED; margin: 12mm; }
  body { font-size: 9pt; margin: 0; max-width: none; }
  thead { display: table-header-group; } tr, li { break-inside: avoid; } h2 { break-after: avoid; }
}
"""


def text_of(text: str) -> str:
    """Return a text as HTML, each of its lines on a line."""
    return "<br>".join(escape(shown(part)) for part in text.split("\n"))


def page(title: str, parts: Iterable[str], language: Language, *, is_wide: bool = False) -> str:
    """Return a page of parts that are HTML; `is_wide`: it prints in landscape."""
    style = _STYLE.replace("PLACED", "landscape" if is_wide else "portrait")
    own = text_of(title)
    head = f'<meta charset="utf-8">{OWN_PAGE}<title>{own}</title><style>{style}</style>'
    begin = f'<!doctype html>\n<html lang="{_LANGUAGES[language]}">\n<head>{head}</head>\n<body>'
    return "\n".join([begin, f"<h1>{own}</h1>", *parts, "</body>", "</html>", ""])


def table(headings: Sequence[str], rows: Iterable[str]) -> str:
    """Return a table of rows that are HTML."""
    heads = "".join(f"<th>{text_of(each)}</th>" for each in headings)
    body = "\n".join(rows)
    return f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


def row(values: Sequence[str | int | None], *, style: str = "", marked: int = -1) -> str:
    """Return a row; the cell `marked` takes the colour of the row's style."""
    cells = (_cell(value, is_marked=place == marked) for place, value in enumerate(values))
    return f'<tr class="{style}">{"".join(cells)}</tr>'


def _cell(value: str | int | None, *, is_marked: bool) -> str:
    style = "s w" if is_marked else "n" if isinstance(value, int) else "t"
    return f'<td class="{style}">{text_of(str(value)) if value is not None else ""}</td>'
