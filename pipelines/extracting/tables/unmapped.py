"""What is printed in a recognised table and is no cell of the form: rows and columns of its own.

Belongs here: how they are told. Keep out: where cells of the form stand (`cells`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.extracting.tables.collector import RawRow
from pipelines.extracting.tables.header import Columns
from pipelines.extracting.tables.rows import Slot

# A label and its number printed in one cell: ...总数量:1010件.
_PAIR = re.compile(r"^(.+)[:：]\s*(\d[\d,.]*\s*[件条项次个份]?)$", re.DOTALL)


@dataclass(frozen=True)
class UnmappedRow:
    """A row of a recognised table that no row of the form explains."""

    table: str
    label: str
    values: tuple[str, ...]
    slot: Slot


def unmapped_row(table: str, row: RawRow) -> UnmappedRow:
    """Return a row that no row of the form explains, as it is printed."""
    slot = next((s for s in row.source.slots if s.text), row.source.slots[0])
    values = tuple(s.text for s in row.slots)
    if not any(values) and (pair := _PAIR.match(row.label)):
        return UnmappedRow(table, pair[1], (pair[2],), slot)
    return UnmappedRow(table, row.label, values, slot)


def unmapped_columns(table: str, rows: list[RawRow], columns: Columns) -> Iterator[UnmappedRow]:
    """Yield the columns that the form does not have, with their values in rows that are placed."""
    for cell in columns.aside:
        under = [s for row in rows for s in row.slots if cell.col <= s.col and s.right <= cell.right]
        if cell.is_reported and any(slot.text for slot in under):
            yield UnmappedRow(table, cell.text, tuple(slot.text for slot in under), under[0])
