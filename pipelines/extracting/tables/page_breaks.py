"""Rows that a page break cuts in two: joined again where their labels together are a label of a form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.extracting.tables.rows import LogicalRow, Slot
from pipelines.forms.lexicon import is_exact


def joined_rows(rows: Sequence[LogicalRow]) -> Iterator[LogicalRow]:
    """Yield rows, those cut by a page break joined.

    Two rows are one where they stand on two pages, exactly one column is filled in both, and what stands there is a
    label only together. Anything else stays as it is printed.
    """
    waiting: LogicalRow | None = None
    for row in rows:
        joined = _joined(waiting, row) if waiting is not None and _page(waiting) < _page(row) else None
        if joined is None and waiting is not None:
            yield waiting
        waiting = joined or row
    if waiting is not None:
        yield waiting


def _page(row: LogicalRow) -> int:
    place = row.slots[0].place if row.slots else None
    return place.page if place is not None else 0


def _joined(upper: LogicalRow, lower: LogicalRow) -> LogicalRow | None:
    below = {slot.col: slot for slot in lower.slots if slot.text}
    both = [slot for slot in upper.slots if slot.text and slot.col in below]
    if len(both) != 1 or not below.keys() <= _columns(upper):
        return None
    label = both[0].text + below[both[0].col].text
    if is_exact(both[0].text) or is_exact(below[both[0].col].text) or not is_exact(label):
        return None
    return upper._replace(slots=tuple(_merged(slot, below.get(slot.col)) for slot in upper.slots))


def _columns(row: LogicalRow) -> set[int]:
    return {slot.col for slot in row.slots}


def _merged(upper: Slot, lower: Slot | None) -> Slot:
    if lower is None:
        return upper
    return upper._replace(text=upper.text + lower.text, doubt=upper.doubt or lower.doubt) if upper.text else lower
