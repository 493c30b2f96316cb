"""What a check tells, as one page that stands alone: it opens in any browser, and prints.

Every text is escaped, and what acts on a screen or reorders a line is spelt. Belongs here: the page. Keep out: words
(`telling`), and where it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from pipelines.engine.stored_tables import QUARANTINED
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.checked import Checked, CheckedFile, CheckedReport, Row
from pipelines.office.given_files import OWN_PAGE
from pipelines.shown import shown

_LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
_STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", SimSun, sans-serif; color: #1b1b1b;
  max-width: 70em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; }
h3 { font-size: 1em; margin: 1.4em 0 .2em; padding-top: .6em; border-top: 1px solid #ccc; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #bbb; padding: .3em .5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #f0f2f5; white-space: nowrap; } td.n { text-align: right; white-space: nowrap; }
p { margin: .3em 0; overflow-wrap: anywhere; } ol { margin: .4em 0; padding-left: 2em; } li { margin: .4em 0; }
.beside { color: #555; font-size: .93em; } a { color: #1a4f8b; }
.error { color: #b00020; font-weight: 600; } .warning { color: #8a5300; font-weight: 600; }
.info { color: #555; font-weight: 600; }
@media print {
  @page { size: A4; margin: 15mm; }
  body { font-size: 10pt; margin: 0; max-width: none; } a { color: inherit; text-decoration: none; }
  thead { display: table-header-group; } tr, li { break-inside: avoid; } h3 { break-after: avoid; }
}
"""
# Columns of the overview whose values are numbers, or as short.
_NUMBERS = (0, 2, 4, 5, 6)


def checked_page(checked: Checked, language: Language) -> str:
    """Return the page: the overview, what is told after it, and a section for each file."""
    title = escape(message_in(language, "check.title"))
    head = f'<meta charset="utf-8">{OWN_PAGE}<title>{title}</title><style>{_STYLE}</style>'
    sections = "\n".join(_section(file, checked, language) for file in checked.files)
    parts = [f"<h1>{title}</h1>", _overview(checked, language), sections]
    begin = f'<!doctype html>\n<html lang="{_LANGUAGES[language]}">\n<head>{head}</head>\n<body>'
    return "\n".join([begin, *parts, "</body>", "</html>", ""])


def _text(text: str) -> str:
    return escape(shown(text))


def _styled(tag: str, text: str, style: str) -> str:
    return f'<{tag} class="{style}">{_text(text)}</{tag}>'


def _overview(checked: Checked, language: Language) -> str:
    heads = "".join(f"<th>{_text(message_in(language, code))}</th>" for code in telling.HEADINGS)
    rows = "\n".join(_row(row, checked, language) for row in checked.rows)
    after = "\n".join(f"<p>{_text(each)}</p>" for each in telling.closing(checked, language))
    heading = _text(message_in(language, "check.overview"))
    return f"<h2>{heading}</h2>\n<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>\n{after}"


def _row(row: Row, checked: Checked, language: Language) -> str:
    number, *others = telling.overview_row(row, language)
    linked = f'<td class="n"><a href="#file-{row.file.number}">{_text(number)}</a></td>'
    cells = [_styled("td", text, "n" if place in _NUMBERS else "t") for place, text in enumerate(others, start=1)]
    if row.report is None:
        cells = [f'<td colspan="{len(others)}">{_text(row.file.file)}</td>']
    worst = "<br>".join(_text(each) for each in telling.worst(row, checked, language))
    return f"<tr>{linked}{''.join(cells)}<td>{worst}</td></tr>"


def _section(file: CheckedFile, checked: Checked, language: Language) -> str:
    heading = f'<h3 id="file-{file.number}">{file.number}. {_text(file.file)}</h3>'
    return "\n".join([heading, *_of_file(file, checked, language)])


def _of_file(file: CheckedFile, checked: Checked, language: Language) -> Iterator[str]:
    if not file.reports:
        is_unread = file.outcome == QUARANTINED
        yield _styled("p", telling.ended(file, language), "error" if is_unread else "info")
        if is_unread and (advice := telling.advice(file, language)):
            yield f"<p>{_text(advice)}</p>"
    for report in file.reports:
        yield f"<p>{_text(telling.headline(report, checked, language))}</p>"
        if report.findings:
            yield f"<ol>{''.join(_findings(report, language))}</ol>"
        if more := telling.shown_of(len(report.findings), language):
            yield _styled("p", more, "beside")


def _findings(report: CheckedReport, language: Language) -> Iterable[str]:
    for found in report.findings[: telling.SHOWN_FINDINGS]:
        told = telling.finding(found, language)
        beside = "".join(f"<br>{_styled('span', each, 'beside')}" for each in told.beside)
        yield f"<li>{_styled('span', told.severity, told.code)} {_text(told.text)}{beside}</li>\n"
