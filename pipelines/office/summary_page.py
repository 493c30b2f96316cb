"""The traces of a summary as one page that stands alone: it opens in any browser, and prints.

Every text is escaped, and what acts on a screen or reorders a line is spelt. The parts of each sum open below it, and
are not printed while they are closed. Belongs here: the page. Keep out: which rows there are (`summary_sheets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from itertools import groupby

from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office.given_files import OWN_PAGE
from pipelines.office.printed_form import printed_value
from pipelines.office.summary_sheets import NUMBER_COLUMN, SUM_COLUMN, Entry, Row, Trace, TraceColumn, TraceSheet
from pipelines.shown import shown

# Columns of the sheet of details that tell which cell a part is of.
_LABELS = 3
_MARKED = ' class="marked"'
_LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
_STYLE = """
body { font: 14px/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", SimSun, sans-serif; color: #1b1b1b;
  max-width: 90em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; } p, summary { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .4em 0; }
th, td { border: 1px solid #bbb; padding: .25em .45em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #f0f2f5; position: sticky; top: 0; } td.n { text-align: right; white-space: nowrap; }
tr.marked td { background: #fff3cd; print-color-adjust: exact; }
.about { color: #555; } a { color: #1a4f8b; } summary { cursor: pointer; }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { font-size: 9pt; margin: 0; max-width: none; } a { color: inherit; text-decoration: none; }
  th { position: static; } thead { display: table-header-group; } tr { break-inside: avoid; }
}
"""


def summary_page(trace: Trace) -> str:
    """Return the page: the sheets one below the other, the parts of each sum in a list that opens."""
    title = _text(trace.title)
    head = f'<meta charset="utf-8">{OWN_PAGE}<title>{title}</title><style>{_STYLE}</style>'
    parts = [f'<!doctype html>\n<html lang="{_LANGUAGES[trace.language]}">\n<head>{head}</head>\n<body>']
    links = " · ".join(f'<a href="#{sheet.id}">{_text(sheet.name)}</a>' for sheet in trace.sheets)
    parts.append(f"<h1>{title}</h1>\n<p>{links}</p>")
    sums = next(sheet for sheet in trace.sheets if sheet.id == "summary")
    for sheet in trace.sheets:
        parts.append(f'<h2 id="{sheet.id}">{_text(sheet.name)}</h2>\n<p class="about">{_text(sheet.about)}</p>')
        parts += _details(sheet, sums, trace.language) if sheet.id == "details" else [_table(sheet, sheet.rows)]
    return "\n".join([*parts, "</body>", "</html>", ""])


def _text(text: str) -> str:
    return escape(shown(text))


def _table(sheet: TraceSheet, rows: Iterable[Row]) -> str:
    lines = "\n".join(
        f"<tr{_MARKED if n in sheet.marked else ''}>{''.join(_entries(row, is_linked=sheet.id == 'summary'))}</tr>"
        for n, row in enumerate(rows)
    )
    return f"<table>{_head(sheet.columns)}\n<tbody>\n{lines}\n</tbody></table>"


def _head(columns: Sequence[TraceColumn]) -> str:
    return f"<thead><tr>{''.join(f'<th>{_text(column.heading)}</th>' for column in columns)}</tr></thead>"


def _entries(row: Row, *, is_linked: bool) -> Iterator[str]:
    for n, entry in enumerate(row):
        told = _entry(entry)
        if is_linked and n == SUM_COLUMN and told:
            told = f'<a href="#parts-{row[NUMBER_COLUMN]}">{told}</a>'
        yield f"<td>{told}</td>" if isinstance(entry, str) else f'<td class="n">{told}</td>'


def _entry(entry: Entry) -> str:
    return _text(_plain(entry))


def _plain(entry: Entry) -> str:
    return entry if isinstance(entry, str) else printed_value(entry)


def _details(sheet: TraceSheet, sums: TraceSheet, language: Language) -> Iterator[str]:
    """Yield the parts of each sum as a table of its own, without the columns that are the same in all its rows."""
    by_number = {row[NUMBER_COLUMN]: row for row in sums.rows}
    for number, parts in groupby(sheet.rows, key=lambda row: row[NUMBER_COLUMN]):
        _, _, row, column, _, total, known, expected, *_ = by_number[number]
        label = message_in(language, "summary.cell", row=str(row), column=str(column))
        told = message_in(language, "summary.known_of", known=str(known), expected=str(expected))
        heading = message_in(language, "summary.sum_of", cell=label, sum=_plain(total), known=told)
        yield f'<details id="parts-{number}"><summary>{number}. {_text(heading)}</summary>'
        yield _table(replace(sheet, columns=sheet.columns[_LABELS:]), [part[_LABELS:] for part in parts])
        yield "</details>"
