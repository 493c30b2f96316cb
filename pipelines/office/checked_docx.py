"""What a check tells, as a Word document: the overview, what is told after it, and a part for each file.

The same as the page. Keep out: words (`telling`), what documents look like (`word_document`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.engine.stored_tables import QUARANTINED
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.checked import Checked, CheckedFile, CheckedReport, Row
from pipelines.office.given_files import OWN_CATEGORY
from pipelines.office.word_document import (
    CELL,
    HEAD,
    NOTE,
    Cell,
    add_paragraph,
    add_table,
    add_title,
    new_document,
    saved,
)
from pipelines.shown import shown

# Columns of the overview relative to each other, and those whose values are numbers, or as short.
_OVERVIEW = (5, 16, 6, 10, 10, 7, 8, 38)
_NUMBERS = (0, 2, 4, 5, 6)
_FINDINGS = (6, 8, 86)


def checked_document(checked: Checked, language: Language) -> bytes:
    """Return the document as a file."""
    title = message_in(language, "check.title")
    document = new_document(title, language, category=OWN_CATEGORY)
    add_title(document, title)
    _heading(document, message_in(language, "check.overview"))
    heads = [Cell((message_in(language, code),), HEAD, "center") for code in telling.HEADINGS]
    add_table(document, _OVERVIEW, [heads, *(_row(row, checked, language) for row in checked.rows)], heads=1)
    for each in telling.closing(checked, language):
        add_paragraph(document, shown(each), NOTE)
    for file in checked.files:
        _file(document, file, checked, language)
    return saved(document)


def _heading(document: Any, text: str) -> None:
    add_paragraph(document, text, "Heading 1").paragraph_format.keep_with_next = True


def _row(row: Row, checked: Checked, language: Language) -> Sequence[Cell]:
    texts = [shown(text) for text in telling.overview_row(row, language)]
    worst = Cell([shown(each) for each in telling.worst(row, checked, language)])
    if row.report is None:
        return [Cell((texts[0],), alignment="center"), Cell((shown(row.file.file),), colspan=len(texts) - 1), worst]
    cells = [Cell((text,), alignment="center" if n in _NUMBERS else "left") for n, text in enumerate(texts)]
    return [*cells, worst]


def _file(document: Any, file: CheckedFile, checked: Checked, language: Language) -> None:
    _heading(document, f"{file.number}. {shown(file.file)}")
    if not file.reports:
        add_paragraph(document, shown(telling.ended(file, language)), NOTE)
        if file.outcome == QUARANTINED and (advice := telling.advice(file, language)):
            add_paragraph(document, shown(advice), NOTE)
    for report in file.reports:
        told = add_paragraph(document, shown(telling.headline(report, checked, language)), NOTE)
        if report.findings:
            told.paragraph_format.keep_with_next = True
            _findings(document, report, language)
        if more := telling.shown_of(len(report.findings), language):
            add_paragraph(document, shown(more), NOTE)


def _findings(document: Any, report: CheckedReport, language: Language) -> None:
    rows = []
    for number, found in enumerate(report.findings[: telling.SHOWN_FINDINGS], start=1):
        told = telling.finding(found, language)
        lines = [shown(line) for line in (told.text, *told.beside)]
        rows.append([_short(str(number)), _short(told.severity), Cell(lines, CELL)])
    add_table(document, _FINDINGS, rows)


def _short(text: str) -> Cell:
    return Cell((text,), HEAD, "center")
