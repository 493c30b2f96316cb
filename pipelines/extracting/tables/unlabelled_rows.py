"""Rows whose label is lost: prove their place by the labelled rows around them, or leave them unmapped."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from pipelines.extracting.tables.collector import RawRow
from pipelines.forms import Form, Table


class KnownRow(NamedTuple):
    """A raw row with the form's row it is, or None; `by_position` tells that only its neighbours prove it."""

    raw: RawRow
    row_id: str | None
    by_position: bool = False


def known_rows(form: Form, table: Table, rows: list[RawRow], width: int) -> list[KnownRow]:
    """Return the rows of a raw table with their row of the form; runs of several rows are cut apart first."""
    if table.rows_across:
        return _across_rows(table, rows, width)
    apart = [part for raw in rows for part in _cut_apart(raw, width)]
    known = [KnownRow(raw, _row_id(form, table, raw)) for raw in apart]
    return _rejoin(_prove(table, known))


def _across_rows(table: Table, rows: list[RawRow], width: int) -> list[KnownRow]:
    """Take the one data row of a table across: the first with figures, else a blank one; others are not of the form."""
    fitting = [r for r in rows if not r.label or len(r.slots) >= width]
    data = next((r for r in fitting if any(s.text for s in r.slots)), next(iter(fitting), None))
    return [KnownRow(raw, table.rows[0].id if raw is data else None) for raw in rows]


def _row_id(form: Form, table: Table, raw: RawRow) -> str | None:
    ids = [t.id for t in raw.targets if t.table == table.id and t.form == form.id]
    return ids[0] if len(ids) == 1 else None


def _cut_apart(raw: RawRow, width: int) -> list[RawRow]:
    """Cut an assembled row that holds the values of several rows without a blank among them (labels lost)."""
    slots = raw.slots
    while slots and not slots[-1].text:
        slots = slots[:-1]
    count, rest = divmod(len(slots), width)
    if not raw.source.assembled or count < 2 or rest or not all(slot.text for slot in slots):
        return [raw]
    parts = [slots[i * width : (i + 1) * width] for i in range(count)]
    unlabelled = raw._replace(targets=(), label="", matched_by="", score=0.0)
    return [raw._replace(slots=parts[0]), *(unlabelled._replace(slots=part) for part in parts[1:])]


def _prove(table: Table, rows: list[KnownRow]) -> list[KnownRow]:
    """Give each gap of the form its unlabelled rows, where exactly as many stand in it as are missing."""
    order = [row.id for row in table.rows]
    extra = {row.id for row in table.extra_rows}
    result = list(rows)
    gap: list[int] = []
    previous = -1
    for position, known in enumerate([*rows, None]):
        if known is not None and known.row_id is None:
            gap.append(position)
            continue
        if known is not None and known.row_id in extra and known.row_id not in order:
            # A sub-row stands below its row; other extra rows stand below all rows of the form.
            index = len(order) if gap and "." not in known.row_id else previous + 1
        else:
            index = order.index(known.row_id) if known is not None and known.row_id else len(order)
        for place, row_id in zip(gap, _candidates(rows, gap, order[previous + 1 : index]), strict=False):
            result[place] = KnownRow(rows[place].raw, row_id, by_position=True)
        gap = []
        if index < len(order):
            previous = index
    return result


def _candidates(rows: list[KnownRow], gap: list[int], missing: list[str]) -> list[str]:
    """Return the rows of the form for a gap, or nothing where another reading is possible."""
    labelled = [rows[i].raw.label for i in gap]
    return missing if len(missing) == len(gap) and not any(labelled) else []


def rows_above_gap(table: Table, rows: list[KnownRow]) -> frozenset[str]:
    """Return the rows whose next row of the form is not there.

    Where blank cells vanish, a row can look full because values of the next one, whose label is lost, follow it.
    """
    order = [row.id for row in table.rows]
    found = {known.row_id for known in rows}
    return frozenset(above for above, below in pairwise(order) if below not in found)


def _rejoin(rows: list[KnownRow]) -> list[KnownRow]:
    """Undo a cut whose parts could not all be proven: the whole run then stays one row that is too long."""
    joined: list[KnownRow] = []
    for known in rows:
        above = joined[-1] if joined else None
        same = above is not None and above.raw.source is known.raw.source
        if same and above is not None and known.row_id is None:
            slots = (*above.raw.slots, *known.raw.slots)
            joined[-1] = above._replace(raw=above.raw._replace(slots=slots))
        else:
            joined.append(known)
    return joined
