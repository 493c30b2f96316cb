"""One document -> its report: headline, sections, form, cells and unmapped rows, or why it is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.extracting.headline import Headline, read_headline, text_lines
from pipelines.extracting.kinds import (
    NotAReport,
    check_kind,
    check_narrative,
    check_pages,
    check_pictures,
    check_shown,
    check_template,
)
from pipelines.extracting.open_end import doubt_cut
from pipelines.extracting.proof import prove
from pipelines.extracting.sections import Section, split_sections
from pipelines.extracting.tables.cells import FormReading, is_empty, place_cells, read_cells
from pipelines.extracting.tables.collector import RawTable
from pipelines.extracting.tables.form_2014 import read_statistics
from pipelines.extracting.tables.layout_cache import cache_plan, layout_signature, read_by_cached_plan
from pipelines.extracting.tables.raw_tables import collect_tables
from pipelines.forms import FORMS
from pipelines.forms.labels import parse_label
from pipelines.forms.lexicon import is_exact, may_begin_label
from pipelines.reading import Document, Grid, ReadError


@dataclass(frozen=True)
class Report:
    """A report as read. `reading` is None for a narrative report, one without statutory tables."""

    headline: Headline
    sections: tuple[Section, ...]
    reading: FormReading | None


def extract(document: Document, last_year: int) -> Report:
    """Extract the report of a document that holds one.

    Raises ReadError `truncated` or `form_unrecognised`, NotAReport where the document is something else.
    """
    lines = text_lines(document)
    headline = read_headline(document, lines, last_year)
    sections = tuple(split_sections(lines, headline.signature_line))
    check_kind(document, headline, lines)
    signature = layout_signature(document, headline.year)
    reading = read_by_cached_plan(signature)
    if reading is not None:
        return _checked(document, Report(headline, sections, reading), lines)
    collected = collect_tables(document, headline.year)
    if collected.recognised is None and (statistics := read_statistics(document)) is not None:
        if is_empty(statistics):
            raise NotAReport("blank_template", "extracting.blank_statistics")
        return _checked(document, Report(headline, sections, statistics), lines)
    tables = [table for table in collected.tables if table.table is not None]
    if not any(table.rows for table in tables):
        check_shown(document, headline, lines)
        check_narrative(document, headline, lines)
        check_pictures(document, headline, sections)
        check_pages(document, None)
        return Report(headline, sections, None)
    check_ends(document, tables)
    if collected.recognised is None:
        known = ", ".join(FORMS)
        raise ReadError("form_unrecognised", "extracting.form_unrecognised", known=known)
    layout = place_cells(collected.recognised, collected.tables, headline.year)
    if collected.is_whole:
        cache_plan(signature, layout, collected.tables)
    return _checked(document, Report(headline, sections, read_cells(layout)), lines)


def _checked(document: Document, report: Report, lines: Sequence[str]) -> Report:
    """Return a report with what its end leaves in doubt and what its sums prove.

    Raises where pages with its tables are missing, or they are a blank template.
    """
    check_pages(document, report.reading)
    if report.reading is None:
        return report
    if is_empty(report.reading):
        check_template(report.headline, lines)
    return replace(report, reading=prove(doubt_cut(document, report.reading)))


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
        raise ReadError("truncated", "extracting.ends_in_row")


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
