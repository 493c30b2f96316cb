"""One document -> its report: headline, sections, form, cells and unmapped rows, or why it is none."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.extracting.cells import FormReading, is_empty, read_cells, recognise_form
from pipelines.extracting.headline import Headline, read_headline, text_lines
from pipelines.extracting.kinds import (
    NotAReport,
    check_kind,
    check_narrative,
    check_pages,
    check_pictures,
    check_template,
)
from pipelines.extracting.page_breaks import joined_rows
from pipelines.extracting.rows import grid_rows
from pipelines.extracting.sections import Section, heading_number, split_sections
from pipelines.extracting.statistics import read_statistics
from pipelines.extracting.streams import Assembler, atoms_of
from pipelines.extracting.tables import Collector, RawTable, sense
from pipelines.forms.labels import parse_label
from pipelines.forms.lexicon import is_exact, may_begin_label
from pipelines.reading import Document, Grid, Paragraph, ReadError, Run


@dataclass(frozen=True)
class Report:
    """A report as read. `reading` is None for a narrative report, one without statutory tables."""

    headline: Headline
    sections: tuple[Section, ...]
    reading: FormReading | None


def collect_tables(document: Document) -> list[RawTable]:
    """Return the raw tables of a document in reading order, from grids and from text without row marks alike.

    Where the grids alone hold a form with every row once, the text around them is prose and is not searched.
    """
    if any(isinstance(block, Grid) for block in document.blocks):
        tables = _collect(document, with_text=False)
        if _is_whole(tables):
            return tables
    return _collect(document, with_text=True)


def _collect(document: Document, *, with_text: bool) -> list[RawTable]:
    collector = Collector()
    stream: list[Paragraph | Run] = []
    grids = 1 + max((b.index for b in document.blocks if isinstance(b, Grid)), default=-1)
    assembled = 0
    for block in document.blocks:
        if isinstance(block, Grid):
            if stream:
                Assembler(collector, grids + assembled).run(atoms_of(stream))
                assembled += 1
                stream = []
            _feed_grid(collector, block)
        elif with_text:
            stream.append(block)
        elif isinstance(block, Paragraph) and heading_number(block.text):
            collector.close()
    if stream:
        Assembler(collector, grids + assembled).run(atoms_of(stream), ends_document=True)
    return collector.tables


def _feed_grid(collector: Collector, grid: Grid) -> None:
    rows = grid_rows(grid)
    for row in joined_rows(rows) if _has_pages(grid) else rows:
        heading = len(row.slots) == 1 and heading_number(row.slots[0].text)
        if heading and not sense(row.slots[0].text).match.targets:
            collector.close()
        else:
            collector.feed(row)


def _has_pages(grid: Grid) -> bool:
    places = [row[0].place for row in (grid.rows[0], grid.rows[-1]) if row]
    return len({place.page for place in places if place is not None}) > 1


def _is_whole(tables: list[RawTable]) -> bool:
    """Tell whether raw tables hold a form completely: each table under a header, each row under its label, once."""
    form = recognise_form(tables)
    if form is None:
        return False
    for table in form.tables:
        own = [raw for raw in tables if raw.table == table.id and raw.rows]
        found = [t.id for raw in own for row in raw.rows for t in row.targets if t.form == form.id]
        wanted = [] if table.rows_across else [row.id for row in table.rows]
        if not own or not all(raw.header for raw in own) or any(found.count(row) != 1 for row in wanted):
            return False
    return True


def extract(document: Document, last_year: int) -> Report:
    """Extract the report of a document that holds one.

    Raises ReadError `truncated` or `form_unrecognised`, NotAReport where the document is something else.
    """
    tables = [t for t in collect_tables(document) if t.table is not None]
    lines = text_lines(document)
    headline = read_headline(document, lines, last_year)
    sections = tuple(split_sections(lines, headline.signature_line))
    check_kind(document, headline, lines)
    statistics = read_statistics(document)
    if statistics is not None and recognise_form(tables) is None:
        if is_empty(statistics):
            raise NotAReport("blank_template", "the statistics table of form 2014 without a number")
        return Report(headline, sections, statistics)
    if not any(table.rows for table in tables):
        check_narrative(headline, lines)
        check_pictures(document, headline, sections)
        check_pages(document, None)
        return Report(headline, sections, None)
    check_ends(document, tables)
    form = recognise_form(tables)
    if form is None:
        raise ReadError("form_unrecognised", "statutory tables whose columns fit neither form 2019 nor form 2021")
    reading = read_cells(form, tables)
    check_pages(document, reading)
    if is_empty(reading):
        check_template(headline, lines)
    return Report(headline, sections, reading)


def check_ends(document: Document, tables: list[RawTable]) -> None:
    """Raise ReadError `truncated` where tab-led text stops inside a row or a label.

    Such text comes from a converter, which ends every row with a blank line and goes on to the next section: the
    file was cut. Text in other layouts may be a quotation; the cells of its last row are then ambiguous or absent.
    """
    last = document.blocks[-1]
    if not isinstance(last, Grid) or last.spanned:
        return
    filled = [cell.text for cell in last.rows[-1] if cell.text]
    cut_label = len(filled) == 1 and not is_exact(filled[0]) and may_begin_label(parse_label(filled[0]).body)
    if cut_label or _stops_in_row(last, tables):
        raise ReadError("truncated", "the text ends inside a row of a table: fetch the file again")


def _stops_in_row(last: Grid, tables: list[RawTable]) -> bool:
    """Tell whether the last row of the last grid is a labelled row with fewer cells than those above it."""
    table = tables[-1]
    row = table.rows[-1] if table.rows else None
    if (
        row is None
        or not row.targets
        or (row.source.slots[0].grid, row.source.slots[0].row)
        != (
            last.index,
            last.rows[-1][0].row,
        )
    ):
        return False
    above = [len(other.slots) for other in table.rows[:-1] if other.targets]
    return len(row.slots) < min(above, default=1)
