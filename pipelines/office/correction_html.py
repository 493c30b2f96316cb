"""A correction sheet as one page that stands alone: it opens in any browser, and prints on A4 in black and white.

Every text is escaped. Belongs here: the page. Keep out: what stands on it (`correction_sheet`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office.correction_sheet import CorrectionSheet, PrintedLine
from pipelines.office.finding_words import FindingWords
from pipelines.office.given_files import OWN_PAGE
from pipelines.office.marked_tables import MarkedTable, mark
from pipelines.office.printed_form import PrintedCell, stands_in_pairs
from pipelines.shown import shown

_LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
# Of a table on the printed page, in millimetres.
_WIDTH = 186
# Families as they are called on Windows, in WPS, on macOS and on Linux.
_STYLE = """
:root { color-scheme: light; }
body { max-width: 186mm; margin: 10mm auto; padding: 0 4mm; color: #000; background: #fff; font-size: 10.5pt;
  line-height: 1.5;
  font-family: "FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", "Noto Serif CJK SC", serif; }
h1, h2, h3, th, .head { font-weight: normal;
  font-family: "SimHei", "黑体", "STHeiti", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 18pt; text-align: center; margin: 4mm 0; line-height: 1.3; }
h2 { font-size: 13pt; margin: 5mm 0 2mm; } h3 { font-size: 11pt; margin: 4mm 0 1.5mm; }
p { margin: 1mm 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { border: 1px solid #000; padding: .8mm 1mm; text-align: left; vertical-align: middle; overflow-wrap: anywhere; }
.form { font-size: 9pt; line-height: 1.25; } .form td { text-align: center; height: 1.3em; }
.form .label { text-align: left; }
.form .value { font-family: "Times New Roman", serif; } .form .none { font-size: 7.5pt; }
td.marked { border: 2.5px solid #000; background: #d9d9d9;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }
td p { margin: .3mm 0; line-height: 1.35; } b { display: block; }
.head span { display: inline-block; width: 2.1em; }
.n { text-align: center; } .beside { font-size: 9pt; } .legend { font-size: 9pt; }
.reply th { text-align: center; } .reply .tall { height: 14mm; vertical-align: top; } .reply .line { height: 9mm; }
@media screen { body { box-shadow: 0 0 4mm #bbb; padding: 8mm; } }
@media print { @page { size: A4 portrait; margin: 13mm 12mm; }
  body { max-width: none; margin: 0; padding: 0; font-size: 10pt; } thead { display: table-header-group; }
  tr, .deep, .reply { break-inside: avoid; } h2, h3 { break-after: avoid; } }
"""
# In hundredths of the page.
_FACTS, _FINDINGS, _LINES, _LAST_YEAR = (15, 35, 15, 35), (8, 10, 82), (40, 30, 18, 12), (40, 15, 15, 10, 20)


def write(sheet: CorrectionSheet) -> bytes:
    """Return the page."""
    return "\n".join(_page(sheet)).encode()


def _page(sheet: CorrectionSheet) -> Iterator[str]:
    title = _text(sheet.title)
    yield f'<!DOCTYPE html>\n<html lang="{_LANGUAGES[sheet.language]}">\n<head>\n<meta charset="utf-8">{OWN_PAGE}'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>"
    yield from _facts(sheet)
    yield from (f"<p>{_text(line)}</p>" for line in (sheet.summary, sheet.to_do, sheet.answer_by))
    if sheet.findings:
        yield _heading(message_in(sheet.language, "correction_sheet.findings"))
        yield from _findings(sheet)
    yield _heading(message_in(sheet.language, "correction_sheet.tables"))
    if sheet.no_tables:
        yield f"<p>{_text(sheet.no_tables)}</p>"
    yield from (f'<p class="legend">{_text(line)}</p>' for line in sheet.legend)
    for table in sheet.tables:
        yield from _table(table)
    yield from _printed_lines(message_in(sheet.language, "correction_sheet.extra_cells"), sheet.extra_cells, sheet)
    yield from _printed_lines(message_in(sheet.language, "correction_sheet.unmapped"), sheet.unmapped, sheet)
    yield from _last_year(sheet)
    yield from _reply(sheet)
    yield "</body>\n</html>\n"


def _text(text: str) -> str:
    return escape(shown(text))


def _heading(text: str) -> str:
    return f"<h2>{_text(text)}</h2>"


def _begin(widths: Iterable[float], style: str = "") -> str:
    columns = "".join(f'<col style="width:{width:.4g}%">' for width in widths)
    return (
        f'<table class="{style}"><colgroup>{columns}</colgroup>' if style else f"<table><colgroup>{columns}</colgroup>"
    )


def _head(heads: Iterable[str]) -> str:
    return f"<thead><tr>{''.join(f'<th>{_text(head)}</th>' for head in heads)}</tr></thead>"


def _row(cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in cells)}</tr>"


def _facts(sheet: CorrectionSheet) -> Iterator[str]:
    yield _begin(_FACTS)
    for first in range(0, len(sheet.facts), 2):
        pair = sheet.facts[first : first + 2]
        yield f"<tr>{''.join(f'<th>{_text(each.label)}</th><td>{_text(each.text)}</td>' for each in pair)}</tr>"
    yield "</table>"


def _findings(sheet: CorrectionSheet) -> Iterator[str]:
    yield _begin(_FINDINGS)
    codes = ("correction_sheet.finding_number", "correction_sheet.severity", "correction_sheet.problem")
    yield _head(message_in(sheet.language, code) for code in codes)
    yield from map(_finding, sheet.findings)
    yield "</table>"


def _finding(found: FindingWords) -> str:
    beside = "".join(f'<p class="beside">{_text(line)}</p>' for line in found.lines)
    return (
        f'<tr><td class="n">{found.number}</td><td class="n">{_text(found.severity)}</td>'
        f"<td><p>{_text(found.text)}</p>{beside}</td></tr>"
    )


def _table(table: MarkedTable) -> Iterator[str]:
    yield f"<h3>{_text(table.heading)}</h3>"
    if table.note is not None:
        yield f"<p>{_text(table.note)}</p>"
        return
    whole = sum(table.table.widths)
    yield _begin((100 * width / whole for width in table.table.widths), "form deep" if table.is_deep else "form")
    for row in table.table.rows:
        yield f"<tr>{''.join(_cell(cell, table) for cell in row)}</tr>"
    yield "</table>"


def _cell(cell: PrintedCell, table: MarkedTable) -> str:
    spans = "".join(
        f' {name}="{span}"' for name, span in (("rowspan", cell.rowspan), ("colspan", cell.colspan)) if span > 1
    )
    if cell.path is None:
        words = _text(cell.text)
        if stands_in_pairs(cell, table.table, _WIDTH):
            words = f"<span>{words}</span>"
        return f'<td class="{cell.kind}"{spans}>{words}</td>'
    printed = table.cells[cell.path]
    styles = [cell.kind, *(["none"] if not printed.has_number else []), *(["marked"] if printed.marks else [])]
    below = f"<b>{_text(printed.mark)}</b>" if printed.marks else ""
    return f'<td class="{" ".join(styles)}"{spans}>{_text(printed.text)}{below}</td>'


def _printed_lines(heading: str, lines: Sequence[PrintedLine], sheet: CorrectionSheet) -> Iterator[str]:
    if not lines:
        return
    yield _heading(heading)
    yield _begin(_LINES)
    codes = ("correction_sheet.row_label", "correction_sheet.row_values", "correction_sheet.row_place")
    yield _head(message_in(sheet.language, code) for code in (*codes, "correction_sheet.marks"))
    yield from (_row((each.label, each.printed, each.place, mark(each.marks))) for each in lines)
    yield "</table>"


def _last_year(sheet: CorrectionSheet) -> Iterator[str]:
    if not sheet.last_year:
        return
    yield _heading(message_in(sheet.language, "correction_sheet.last_year"))
    yield _begin(_LAST_YEAR)
    codes = ("correction_sheet.cell", "correction_sheet.this_years", "correction_sheet.last_years")
    beside = ("correction_sheet.marks", "correction_sheet.remark")
    yield _head(message_in(sheet.language, code) for code in (*codes, *beside))
    for each in sheet.last_year:
        yield _row((each.cell, each.this_year, each.last_year, mark(each.marks), each.remark))
    yield "</table>"


def _reply(sheet: CorrectionSheet) -> Iterator[str]:
    say = {name: _text(message_in(sheet.language, code)) for name, code in _REPLY.items()}
    yield f'<section class="reply">\n{_heading(message_in(sheet.language, "correction_sheet.reply"))}'
    yield _begin((16, 20, 14, 20, 10, 20))
    choices = _text(sheet.reply_choices)
    yield f'<tr><th>{say["verified"]}</th><td class="tall" colspan="5">{choices}</td></tr>'
    yield f'<tr><th>{say["handling"]}</th><td class="tall" colspan="5"></td></tr>'
    people = "".join(f"<th>{say[name]}</th><td></td>" for name in ("officer", "telephone", "date"))
    yield f'<tr class="line">{people}</tr>\n</table>\n</section>'


_REPLY = {
    "verified": "correction_sheet.verified",
    "handling": "correction_sheet.handling",
    "officer": "correction_sheet.officer",
    "telephone": "correction_sheet.telephone",
    "date": "correction_sheet.replied_on",
}
