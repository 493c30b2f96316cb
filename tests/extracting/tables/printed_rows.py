"""Rows of tables, each a tuple of its texts, and the cells of the form that are read from them."""

from __future__ import annotations

from pipelines.extracting.tables.cells import FormReading, place_cells, read_cells
from pipelines.extracting.tables.collector import Collector
from pipelines.extracting.tables.recognition import Recognised
from pipelines.extracting.tables.rows import LogicalRow, Slot
from pipelines.forms import FORMS, Form

FORM, OF_2019 = FORMS["2021"], FORMS["2019"]
CAPTION = ("第二十条第（一）项",)
HEADER = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
DOCUMENTS = (CAPTION, HEADER)
LICENSING = (("第二十条第（五）项",), ("信息内容", "本年处理决定数量"))
RULES, NORMATIVE = ("documents", "rules"), ("documents", "normative_documents")
Texts = tuple[str, ...]


def layout_rows(rows: tuple[Texts, ...], *, marked: bool, assembled: bool, spanned: bool) -> Collector:
    collector = Collector()
    for number, texts in enumerate(rows):
        slots = tuple(Slot(text, 0, number, col, col + 1, number + 1) for col, text in enumerate(texts))
        collector.feed(LogicalRow(slots, marked, assembled, spanned))
    return collector


def read(
    *rows: Texts, marked: bool = True, assembled: bool = False, spanned: bool = True, form: Form = FORM
) -> FormReading:
    """Read the rows of tables, all printed as one form: a grid, or rows assembled from text."""
    tables = layout_rows(rows, marked=marked, assembled=assembled, spanned=spanned).tables
    of_tables = tuple(form if table.table in form.table_by_id else None for table in tables)
    return read_cells(place_cells(Recognised(form, of_tables), tables))


def piped(*rows: Texts) -> FormReading:
    return read(*rows, assembled=True, spanned=False)


def lines(*rows: Texts) -> FormReading:
    return read(*rows, marked=False, assembled=True, spanned=False)


def values(reading: FormReading, row: tuple[str, str]) -> list[str | None]:
    """Return what each cell of a row says: its number, else its status and note."""
    table, row_id = row
    cells = [reading.cells[table, row_id, column.id] for column in FORM.table_by_id[table].columns]
    return [str(c.value) if c.value is not None else "/".join(filter(None, (c.status, c.note))) for c in cells]
