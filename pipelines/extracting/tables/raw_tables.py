"""Document -> its raw tables: from grids, and from the text around them where the grids do not hold the whole form."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pipelines.extracting.sections import heading_number
from pipelines.extracting.tables.collector import Collector, RawTable, classify_cell
from pipelines.extracting.tables.page_breaks import joined_rows
from pipelines.extracting.tables.recognition import Recognised, recognise
from pipelines.extracting.tables.rows import grid_rows
from pipelines.extracting.tables.text_rows import TextRows, tokens_of
from pipelines.reading import Document, Grid, Paragraph, Run


class Collected(NamedTuple):
    """The raw tables of a document in reading order, and the forms they bear, if any tells one.

    `is_whole`: grids alone hold the form with every row once; the text around them is then prose and was not searched.
    """

    tables: list[RawTable]
    recognised: Recognised | None
    is_whole: bool


def collect_tables(document: Document, year: int) -> Collected:
    """Collect the raw tables of a document, from grids and from text without row marks alike.

    `year` is the report year, 0 where unknown: it chooses between forms that the labels cannot tell apart.
    """
    if any(isinstance(block, Grid) for block in document.blocks):
        tables = _collect(document, with_text=False)
        recognised = recognise(tables, year)
        if recognised is not None and _is_whole(recognised, tables):
            return Collected(tables, recognised, True)
    tables = _collect(document, with_text=True)
    return Collected(tables, recognise(tables, year), False)


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
        else:
            if isinstance(block, Paragraph) and heading_number(block.text):
                collector.close()
            for text in texts_of(block):
                collector.note_units(text)
    if stream:
        TextRows(collector, grids + assembled).run(tokens_of(stream), ends_document=True)
    return collector.tables


def texts_of(block: Paragraph | Run) -> tuple[str, ...]:
    """Return the texts of what is no grid, each of which may tell units of its own."""
    return (block.text,) if isinstance(block, Paragraph) else tuple([piece.text for piece in block.pieces])


def _feed_grid(collector: Collector, grid: Grid) -> None:
    rows = grid_rows(grid)
    for row in joined_rows(rows) if has_pages(grid) else rows:
        filled = [slot.text for slot in row.slots if slot.text]
        if closes_table(filled):
            collector.close()
            collector.note_units(filled[0])
        else:
            collector.feed(row)


def closes_table(filled: list[str]) -> bool:
    """Tell whether the filled cells of a row are the heading of a section, below which no table is open."""
    return len(filled) == 1 and bool(heading_number(filled[0])) and not classify_cell(filled[0]).match.targets


def has_pages(grid: Grid) -> bool:
    """Tell whether a grid goes on on another page."""
    places = [row[0].place for row in (grid.rows[0], grid.rows[-1]) if row]
    return len({place.page for place in places if place is not None}) > 1


def _is_whole(recognised: Recognised, tables: list[RawTable]) -> bool:
    """Tell whether raw tables hold a form completely: each table under a header, each row under its label, once."""
    for table_id in recognised.form.table_by_id:
        own = [
            (raw, form)
            for raw, form in zip(tables, recognised.of_tables, strict=True)
            if raw.table == table_id and raw.rows
        ]
        if not own or not all(raw.header and form is not None for raw, form in own):
            return False
        form = next(form for _, form in own if form is not None)
        table = form.table_by_id[table_id]
        if table.rows_across:
            continue
        found = Counter(t.id for raw, _ in own for row in raw.rows for t in row.targets if t.form == form.id)
        if any(found[row.id] != 1 for row in table.rows):
            return False
    return True
