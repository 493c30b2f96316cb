"""Tables in which a blank among the values moves nothing: each row has its label and a cell for every column.

Of such a table the placing asks no value whether it is there: with any of them blank (but not all of a row) it leads to
the same places. Belongs here: what a table must be like for that. Keep out: what is remembered (`layout_cache`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.extracting.tables.cells import FormLayout
from pipelines.extracting.tables.collector import ACROSS, RawRow, RawTable
from pipelines.extracting.tables.header import Columns, resolve_columns
from pipelines.extracting.tables.placing import full_lengths

# Where the last cell of a row stands: its grid, row and column.
RowEnd = tuple[int, int, int]


def are_even(layout: FormLayout, tables: Sequence[RawTable], runs: Mapping[RowEnd, int]) -> bool:
    """Tell whether blanks among the values of all rows that have some leave every cell in its place.

    `runs` are these rows of all grids, each with how many cells from its first value or blank behind the label it has.
    """
    left = dict(runs)
    for raw in tables:
        ends = [(row, _end(row)) for row in raw.rows if row.source.slots]
        if not any(end in left for _, end in ends):
            continue
        columns = _columns(layout, raw)
        if columns is None or not _is_even(raw, columns):
            return False
        for row, end in ends:
            run = left.pop(end, None)
            is_whole = len(row.source.slots) == len(row.slots) if raw.table in ACROSS else bool(row.targets)
            if run is not None and not (is_whole and run == len(row.slots)):
                return False
    return not left


def _end(row: RawRow) -> RowEnd:
    last = row.source.slots[-1]
    return last.grid, last.row, last.col


def _columns(layout: FormLayout, raw: RawTable) -> Columns | None:
    """Return the columns of a table that has all of its form in their order and no other; else None."""
    form = layout.form_of(raw.table or "")
    table = form.table_by_id.get(raw.table or "")
    columns = resolve_columns(form, table, raw.header) if table is not None else None
    return columns if columns is not None and columns.canonical and not (columns.by_place or columns.aside) else None


def _is_even(raw: RawTable, columns: Columns) -> bool:
    """Tell whether all rows have as many cells as columns, end together where a whole row does, and none is merged."""
    width = len(columns.ids)
    if any(len(row.slots) != width or row.source.assembled or not row.source.spanned for row in raw.rows):
        return False
    lengths = {row.source.slots[-1].right for row in raw.rows}
    if len(lengths) > 1 or not lengths <= full_lengths(raw, two_level=False):
        return False
    if width < 2 or not columns.starts:
        return True
    first, last = columns.starts[0][0], columns.starts[-1][1]
    slots = [slot for row in raw.rows for slot in row.slots]
    return all(
        slot.col < last and slot.right > first and not (slot.col <= first and slot.right >= last) for slot in slots
    )
