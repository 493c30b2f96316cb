"""A correction sheet as a Word document that can be filled in and sent back. Keep out: what stands on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipelines.messages import message_in
from pipelines.office.correction_sheet import CorrectionSheet, PrintedLine
from pipelines.office.finding_words import FindingWords
from pipelines.office.given_files import OWN_CATEGORY
from pipelines.office.marked_tables import MarkedTable, mark
from pipelines.office.printed_form import PrintedCell
from pipelines.office.word_document import (
    CELL,
    HEAD,
    NOTE,
    Cell,
    Content,
    add_paragraph,
    add_printed,
    add_table,
    add_title,
    new_document,
    saved,
)
from pipelines.shown import shown

# Columns relative to each other.
_FACTS, _FINDINGS, _LINES, _LAST_YEAR = (15, 35, 15, 35), (6, 8, 86), (40, 30, 18, 12), (40, 15, 15, 10, 20)
_REPLY = (14, 22, 14, 22, 10, 18)
# In twentieths of a point: room to write by hand.
_TALL, _LINE = 1000, 560


def write(sheet: CorrectionSheet) -> bytes:
    """Return the document."""
    document = new_document(sheet.title, sheet.language, category=OWN_CATEGORY)
    add_title(document, sheet.title)
    _facts(document, sheet)
    for line in (sheet.summary, sheet.to_do, sheet.answer_by):
        add_paragraph(document, line, NOTE)
    if sheet.findings:
        _findings(document, sheet)
    _heading(document, message_in(sheet.language, "correction_sheet.tables"))
    for line in (*filter(None, (sheet.no_tables,)), *sheet.legend):
        add_paragraph(document, line, NOTE)
    for table in sheet.tables:
        _table(document, table)
    _printed_lines(document, message_in(sheet.language, "correction_sheet.extra_cells"), sheet.extra_cells, sheet)
    _printed_lines(document, message_in(sheet.language, "correction_sheet.unmapped"), sheet.unmapped, sheet)
    _last_year(document, sheet)
    _reply(document, sheet)
    return saved(document)


def _heading(document: Any, text: str) -> None:
    heading = add_paragraph(document, text, "Heading 1")
    heading.paragraph_format.keep_with_next = True


def _head(texts: Iterable[str]) -> list[Cell]:
    return [Cell((text,), HEAD, "center") for text in texts]


def _row(texts: Iterable[str]) -> list[Cell]:
    return [Cell((shown(text),)) for text in texts]


def _facts(document: Any, sheet: CorrectionSheet) -> None:
    pairs = [sheet.facts[first : first + 2] for first in range(0, len(sheet.facts), 2)]
    rows = [
        [cell for each in pair for cell in (Cell((each.label,), HEAD), Cell((shown(each.text),)))] for pair in pairs
    ]
    add_table(document, _FACTS, rows)


def _findings(document: Any, sheet: CorrectionSheet) -> None:
    _heading(document, message_in(sheet.language, "correction_sheet.findings"))
    codes = ("correction_sheet.finding_number", "correction_sheet.severity", "correction_sheet.problem")
    head = _head(message_in(sheet.language, code) for code in codes)
    add_table(document, _FINDINGS, [head, *map(_finding, sheet.findings)], heads=1)


def _finding(found: FindingWords) -> list[Cell]:
    lines = [shown(line) for line in (found.text, *found.lines)]
    return [Cell((str(found.number),), HEAD, "center"), Cell((found.severity,), HEAD, "center"), Cell(lines)]


def _table(document: Any, table: MarkedTable) -> None:
    heading = add_paragraph(document, table.heading, "Heading 1")
    heading.paragraph_format.keep_with_next = True
    if table.note is not None:
        add_paragraph(document, table.note, NOTE)
    else:
        add_printed(document, table.table, lambda cell: _content(cell, table), keep=table.is_deep)


def _content(cell: PrintedCell, table: MarkedTable) -> Content:
    if cell.path is None:
        return Content(cell.text)
    printed = table.cells[cell.path]
    return Content(shown(printed.text), printed.mark, bool(printed.marks))


def _printed_lines(document: Any, heading: str, lines: Sequence[PrintedLine], sheet: CorrectionSheet) -> None:
    if not lines:
        return
    _heading(document, heading)
    codes = ("correction_sheet.row_label", "correction_sheet.row_values", "correction_sheet.row_place")
    head = _head(message_in(sheet.language, code) for code in (*codes, "correction_sheet.marks"))
    rows = [_row((each.label, each.printed, each.place, mark(each.marks))) for each in lines]
    add_table(document, _LINES, [head, *rows], heads=1)


def _last_year(document: Any, sheet: CorrectionSheet) -> None:
    if not sheet.last_year:
        return
    _heading(document, message_in(sheet.language, "correction_sheet.last_year"))
    codes = ("correction_sheet.cell", "correction_sheet.this_years", "correction_sheet.last_years")
    beside = ("correction_sheet.marks", "correction_sheet.remark")
    head = _head(message_in(sheet.language, code) for code in (*codes, *beside))
    rows = [
        _row((each.cell, each.this_year, each.last_year, mark(each.marks), each.remark)) for each in sheet.last_year
    ]
    add_table(document, _LAST_YEAR, [head, *rows], heads=1)


def _reply(document: Any, sheet: CorrectionSheet) -> None:
    language = sheet.language
    _heading(document, message_in(language, "correction_sheet.reply"))
    people = ("correction_sheet.officer", "correction_sheet.telephone", "correction_sheet.replied_on")
    add_table(
        document,
        _REPLY,
        [
            [_label(message_in(language, "correction_sheet.verified")), _room(sheet.reply_choices)],
            [_label(message_in(language, "correction_sheet.handling")), _room("")],
            [each for code in people for each in (_label(message_in(language, code)), Cell(height=_LINE))],
        ],
        keep=True,
    )
    # A document does not end in a table.
    add_paragraph(document, "", CELL)


def _label(text: str) -> Cell:
    return Cell((text,), HEAD, "center")


def _room(text: str) -> Cell:
    return Cell((text, ""), CELL, colspan=len(_REPLY) - 1, height=_TALL)
