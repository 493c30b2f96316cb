"""The tables of a report on its form, each cell with its text as printed and the numbers of the findings about it.

Belongs here: which text and which marks stand in which cell of the form. Keep out: the form (`printed_form`), how a
mark looks (`correction_docx`, `correction_html`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.forms import CellPath, path_name
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office.cell_labels import form_as_printed
from pipelines.office.finding_words import FindingWords, cell_text
from pipelines.office.printed_form import PrintedForm, PrintedSection, PrintedTable

_VALUE, _ABSENT = code_list("cell_status").named("value", "absent")
# As many rows as a header has.
_FEW_ROWS = 3
Marks = Mapping[str, tuple[int, ...]]


class MarkedCell(NamedTuple):
    """What a cell prints, and the numbers of the findings about it; `has_number` is False where it has none."""

    text: str
    marks: tuple[int, ...] = ()
    has_number: bool = True

    @property
    def mark(self) -> str:
        """Return what is printed below the text: ▲1、3, which needs no colour."""
        return mark(self.marks)


@dataclass(frozen=True)
class MarkedTable:
    """A table of the form under its heading; instead of one that the report does not print stands a note."""

    heading: str
    table: PrintedTable
    cells: Mapping[CellPath, MarkedCell]
    note: str | None = None

    @property
    def is_deep(self) -> bool:
        """Tell whether labels span so many rows that the end of a page within them would hide what a row is."""
        return any(cell.rowspan > _FEW_ROWS for row in self.table.rows for cell in row)


def mark(numbers: Iterable[int]) -> str:
    """Return the mark of findings; nothing without any."""
    told = "、".join(map(str, numbers))
    return f"▲{told}" if told else ""


def marks_of(findings: Iterable[FindingWords]) -> Marks:
    """Return the numbers of the findings about each cell."""
    found: dict[str, tuple[int, ...]] = {}
    for each in findings:
        for path in each.cells:
            found[path] = (*found.get(path, ()), each.number)
    return found


def printed_paths(form: str) -> frozenset[str]:
    """Return the cells that the tables of a form print; none of a form without tables."""
    printed = form_as_printed(form)
    return frozenset(map(path_name, printed.cells)) if printed else frozenset()


def marked_tables(judged: Mapping[str, Any], marks: Marks, language: Language) -> tuple[MarkedTable, ...]:
    """Return the tables of a judged report, in the order of its form; none where the form has no tables."""
    printed = form_as_printed(judged["form"])
    return tuple(_tables(printed, judged["cells"], marks, language)) if printed else ()


def _tables(printed: PrintedForm, cells: Mapping[str, Any], marks: Marks, language: Language) -> Iterator[MarkedTable]:
    for section in printed.sections:
        if section.table is not None:
            found = {path: _marked(path, cells, marks, language) for path in _paths(section)}
            is_there = any(
                cells.get(path_name(path), {"status": _ABSENT})["status"] != _ABSENT or each.marks
                for path, each in found.items()
            )
            note = None if is_there else message_in(language, "correction_sheet.table_not_printed")
            yield MarkedTable(section.heading, section.table, found, note)


def _paths(section: PrintedSection) -> list[CellPath]:
    rows = section.table.rows if section.table else ()
    return [cell.path for row in rows for cell in row if cell.path is not None]


def _marked(path: CellPath, cells: Mapping[str, Any], marks: Marks, language: Language) -> MarkedCell:
    name = path_name(path)
    cell = cells.get(name, {"status": _ABSENT, "raw": None})
    text = cell_text(cell["status"], cell["raw"], language)
    return MarkedCell(text, marks.get(name, ()), cell["status"] == _VALUE)
