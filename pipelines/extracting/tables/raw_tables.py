"""Document -> its raw tables: from grids, and from the text around them where the grids do not hold the whole form."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pipelines.extracting.sections import heading_number
from pipelines.extracting.tables.cells import recognise_form
from pipelines.extracting.tables.collector import Collector, RawTable, classify_cell
from pipelines.extracting.tables.page_breaks import joined_rows
from pipelines.extracting.tables.rows import grid_rows
from pipelines.extracting.tables.text_rows import TextRows, tokens_of
from pipelines.forms import Form
from pipelines.reading import Document, Grid, Paragraph, Run


class Collected(NamedTuple):
    """The raw tables of a document in reading order, and the form they bear, if any.

    `is_whole`: grids alone hold the form with every row once; the text around them is then prose and was not searched.
    """

    tables: list[RawTable]
    form: Form | None
    is_whole: bool


def collect_tables(document: Document) -> Collected:
    """Collect the raw tables of a document, from grids and from text without row marks alike."""
    if any(isinstance(block, Grid) for block in document.blocks):
        tables = _collect(document, with_text=False)
        form = recognise_form(tables)
        if form is not None and _is_whole(form, tables):
            return Collected(tables, form, True)
    tables = _collect(document, with_text=True)
    return Collected(tables, recognise_form(tables), False)


def _collect(document: Document, *, with_text: bool) -> list[RawTable]:
    collector = Collector()
    stream: list[Paragraph | Run] = []
    grids = 1 + max((b.index for b in document.blocks if isinstance(b, Grid)), default=-1)
    assembled = 0
    for block in document.blocks:
        if isinstance(block, Grid):
            if stream:
                TextRows(collector, grids + assembled).run(tokens_of(stream))
                assembled += 1
                stream = []
            _feed_grid(collector, block)
        elif with_text:
            stream.append(block)
        elif isinstance(block, Paragraph) and heading_number(block.text):
            collector.close()
    if stream:
        TextRows(collector, grids + assembled).run(tokens_of(stream), ends_document=True)
    return collector.tables


def _feed_grid(collector: Collector, grid: Grid) -> None:
    rows = grid_rows(grid)
    for row in joined_rows(rows) if has_pages(grid) else rows:
        filled = [slot.text for slot in row.slots if slot.text]
        if len(filled) == 1 and heading_number(filled[0]) and not classify_cell(filled[0]).match.targets:
            collector.close()
        else:
            collector.feed(row)


def has_pages(grid: Grid) -> bool:
    """Tell whether a grid goes on on another page."""
    places = [row[0].place for row in (grid.rows[0], grid.rows[-1]) if row]
    return len({place.page for place in places if place is not None}) > 1


def _is_whole(form: Form, tables: list[RawTable]) -> bool:
    """Tell whether raw tables hold a form completely: each table under a header, each row under its label, once."""
    for table in form.tables:
        own = [raw for raw in tables if raw.table == table.id and raw.rows]
        if not own or not all(raw.header for raw in own):
            return False
        if table.rows_across:
            continue
        found = Counter(t.id for raw in own for row in raw.rows for t in row.targets if t.form == form.id)
        if any(found[row.id] != 1 for row in table.rows):
            return False
    return True
