"""Collect the raw tables of a document: rows under their labels, with the header above them, not yet placed.

One state machine serves grids and assembled rows; what a label means in its place is decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipelines.extracting.numbers import is_sign_word, looks_like_value
from pipelines.extracting.tables.beside import numbers_rows
from pipelines.extracting.tables.rows import LogicalRow, Slot
from pipelines.forms import FORMS, tables_named
from pipelines.forms.labels import caption_item, parse_label
from pipelines.forms.lexicon import (
    COLUMN,
    GROUP,
    MARK,
    ROW,
    SPANNING,
    Match,
    Target,
    is_exact,
    match,
    time_above_columns,
)
from pipelines.forms.units import NO_UNITS, PrintedUnits, units_of_their_own

_MAX_HEADER_TEXT = 40
_CAPTION_TABLE = {table.item: table.id for form in FORMS.values() for table in form.tables if table.item}
# Tables printed as one row of figures under labels of two levels, with the cells that such a row has at least.
ACROSS = {
    table.id: min(len(each.paths) for each in tables_named(table.id))
    for form in FORMS.values()
    for table in form.tables
    if table.rows_across
}


class RawRow(NamedTuple):
    """A row under a table: the targets of its label (none: label lost or unknown) and the cells after it."""

    targets: tuple[Target, ...]
    label: str
    slots: tuple[Slot, ...]
    matched_by: str
    score: float
    group: str | None
    source: LogicalRow
    cut: bool = False


@dataclass
class RawTable:
    """Rows that share a header. `table` stays None until a row or a caption tells which table it is.

    `edge` is the right edge of the widest header row, in grid columns, `heading` the last of the header rows. `units`
    are those told in a line of their own above it, or among its rows.
    """

    table: str | None
    header: list[Slot] = field(default_factory=list)
    rows: list[RawRow] = field(default_factory=list)
    grid: int = -1
    edge: int = 0
    heading: LogicalRow | None = None
    units: PrintedUnits = NO_UNITS


class CellClass(NamedTuple):
    """What a cell's text can be, wherever it stands. `rows` are those of tables that print their rows one by one.

    `is_column`: it can name a column; `in_header`: it can only be part of a header.
    """

    caption: str | None
    match: Match
    is_value: bool
    rows: tuple[Target, ...] = ()
    groups: tuple[Target, ...] = ()
    is_column: bool = False
    in_header: bool = False


_VALUE = CellClass(None, Match((), "", 0.0), True)


@lru_cache(maxsize=65536)
def classify_cell(text: str) -> CellClass:
    """Return the sense of a cell's text; cached, since labels and numbers repeat in every report."""
    if looks_like_value(text):
        return _VALUE
    found = match(text)
    rows = tuple(target for target in found.of(ROW) if target.table not in ACROSS)
    return CellClass(
        caption_item(text), found, False, rows, found.of(GROUP), bool(found.of(COLUMN)), _is_in_header(text, found)
    )


def _is_in_header(text: str, found: Match) -> bool:
    # 上年申请人情况 is no label of a form, and stands where one does.
    return names_header(found) or (not found.targets and bool(time_above_columns(text)))


def names_header(found: Match) -> bool:
    """Tell whether a label can only be part of a header: a column, a spanning label, any label of a table across."""
    return bool(found.targets) and all(t.kind in (COLUMN, SPANNING, MARK) or t.table in ACROSS for t in found.targets)


class Collector:
    """Feed rows in reading order; `tables` then holds what was found."""

    def __init__(self) -> None:
        self.tables: list[RawTable] = []
        self._current: RawTable | None = None
        self._group: str | None = None
        self._units = NO_UNITS

    @property
    def current(self) -> RawTable | None:
        """Return the table that is open, or None."""
        return self._current

    def close(self) -> None:
        """End the open table: a section heading or prose follows."""
        self._current = None
        self._group = None
        self._units = NO_UNITS

    def note_units(self, text: str) -> None:
        """Take a line that may tell units (单位：万元): those of the open table, and of the tables below it."""
        units = units_of_their_own(text)
        if units is None or classify_cell(text).match.targets:
            return
        self._units = self._units.with_those_of(units)
        if self._current is not None:
            self._current.units = self._current.units.with_those_of(units)

    def cut_last(self) -> None:
        """Mark the last row: the document ends in it."""
        if self._current is not None and self._current.rows:
            self._current.rows[-1] = self._current.rows[-1]._replace(cut=True)

    def _open(self, table: str | None, grid: int) -> RawTable:
        self._current = RawTable(table, grid=grid, units=self._units)
        self._group = None
        self.tables.append(self._current)
        return self._current

    def feed(self, row: LogicalRow) -> None:
        """Take the next row: caption, header, labelled row, or one whose label is lost or unknown."""
        filled = [slot for slot in row.slots if slot.text]
        if not filled:
            self._blank(row)
            return
        classes = [classify_cell(slot.text) for slot in filled]
        has_value = in_header = False
        if len(filled) == 1:
            self.note_units(filled[0].text)
        for slot, found in zip(filled, classes, strict=True):
            if found.caption is not None:
                self._open(_CAPTION_TABLE.get(found.caption), row.slots[0].grid)
                return
            has_value = has_value or (found.is_value and not is_sign_word(slot.text))
            in_header = in_header or found.in_header
        if in_header and not has_value:
            self._header(row, filled, classes)
        elif not self._labelled(row):
            self._unknown(row, filled, classes)

    def _header(self, row: LogicalRow, filled: list[Slot], classes: list[CellClass]) -> None:
        current = self._current
        if current is None or current.rows:
            current = self._open(None, row.slots[0].grid)
        tables = {t.table for s in classes for t in s.match.targets if t.table}
        if current.table is None and len(tables) == 1:
            current.table = tables.pop()
        elif current.table is None and tables:
            # Columns such as 总计 stand in several tables: what stands in one only tells which this is.
            own = {t.table for s in classes for t in s.match.targets if len({x.table for x in s.match.targets}) == 1}
            current.table = own.pop() if len(own) == 1 else None
        current.grid = row.slots[0].grid
        current.edge = max(current.edge, row.slots[-1].right)
        current.heading = row
        current.header.extend(filled)

    def _labelled(self, row: LogicalRow) -> bool:
        """Take a row that begins with a known row label, after group labels and empty cells."""
        group, label, position = self._group, None, 0
        for index, slot in enumerate(row.slots):
            if not slot.text:
                continue
            found = classify_cell(slot.text)
            if found.is_value:
                if label is None and self._numbers_rows(slot):
                    continue
                break
            if label is None and found.groups and self._only_group(row, index):
                group = found.groups[0].id
                continue
            if label is None and not found.match.targets and _is_piece_of_group(row, index):
                continue
            rows = self._of_open_table(self._rows_here(found, slot.text, group))
            deeper = label is not None and any(t.id.startswith(f"{label[1][0].id}.") for t in rows)
            if not rows or (label is not None and not deeper):
                break
            label, position = (slot, rows, found.match), index + 1
        if label is None:
            self._group = group
            return group is not None and all(classify_cell(s.text).groups for s in row.slots if s.text)
        slot, targets, found_match = label
        self._enter(targets[0].table, slot.grid)
        own_group = targets[0].id.split(".")[0] if "." in targets[0].id else group
        self._group = own_group
        values = row.slots[position:]
        self._add(RawRow(targets, slot.text, values, found_match.matched_by, found_match.score, own_group, row))
        return True

    def _numbers_rows(self, slot: Slot) -> bool:
        """Tell whether a figure before a label counts the rows: it stands under 序号 or the like."""
        header = self._current.header if self._current is not None else []
        return any((s.col, s.right) == (slot.col, slot.right) and numbers_rows(s.text) for s in header)

    def _only_group(self, row: LogicalRow, index: int) -> bool:
        """Tell whether a group label carries no cells of its own: another label follows, or nothing at all."""
        rest = [slot for slot in row.slots[index + 1 :] if slot.text]
        if rest:
            return bool(classify_cell(rest[0].text).match.of(ROW))
        blank_row = len(row.slots) - index > 2 and classify_cell(row.slots[index].text).match.of(ROW)
        return not blank_row

    def _of_open_table(self, rows: tuple[Target, ...]) -> tuple[Target, ...]:
        """Return the targets in the open table, where a label names rows of several tables."""
        current = self._current.table if self._current is not None else None
        here = tuple(target for target in rows if target.table == current)
        return here or rows

    def _rows_here(self, found: CellClass, text: str, group: str | None) -> tuple[Target, ...]:
        """Return the row targets that fit the place: 其他 and 总计 are columns until the table has rows."""
        rows = found.rows
        if not rows or not found.is_column:
            return rows
        current = self._current
        here = tuple(target for target in rows if current is not None and target.table == current.table)
        if current is None or not here or not current.rows:
            return ()
        own_group = {target.id.split(".")[0] for target in here if "." in target.id}
        if not own_group or group in own_group:
            return here
        numbers = {row.number for table in tables_named(here[0].table) for row in table.rows if row.id == here[0].id}
        return here if parse_label(text).number in numbers else ()

    def _enter(self, table: str, grid: int) -> None:
        current = self._current
        if current is None or (current.rows and current.table != table):
            self._open(table, grid)
            return
        # Where the caption was lost or wrong, the row's own label decides: the header above is its header.
        current.table = table
        current.grid = grid

    def _add(self, row: RawRow) -> None:
        assert self._current is not None
        self._current.rows.append(row)

    def _blank(self, row: LogicalRow) -> None:
        current = self._current
        if current is not None and current.table is not None and len(row.slots) > 1:
            if current.table in ACROSS and (len(row.slots) < ACROSS[current.table] or current.rows):
                return
            self._add(RawRow((), "", row.slots, "", 0.0, self._group, row))

    def _unknown(self, row: LogicalRow, filled: list[Slot], classes: list[CellClass]) -> None:
        current = self._current
        if current is None or current.grid != row.slots[0].grid:
            return
        header_open = not current.rows and not any(s.is_value for s in classes)
        if header_open and all(len(slot.text) <= _MAX_HEADER_TEXT for slot in filled):
            current.header.extend(filled)
            return
        if current.table is None:
            return
        first = row.slots.index(filled[0])
        # A table across has no label column: what stands first there is a cell.
        label = "" if classes[0].is_value or current.table in ACROSS else filled[0].text
        slots = row.slots if not label else row.slots[first + 1 :]
        if not label and current.table not in ACROSS and not row.slots[0].text and len(row.slots) > 1:
            slots = row.slots[1:]  # the label's own cell, empty
        self._add(RawRow((), label, slots, "", 0.0, self._group, row))


def _is_piece_of_group(row: LogicalRow, index: int) -> bool:
    """Tell whether a cell before a row's label holds a piece of a group label: one cut by the page or by lines."""
    following = next((slot.text for slot in row.slots[index + 1 :] if slot.text), "")
    body = parse_label(row.slots[index].text).body
    if not body or not classify_cell(following).rows or not is_exact(following):
        return False
    groups = (
        group
        for target in classify_cell(following).rows
        for table in tables_named(target.table)
        for group in table.groups
    )
    return any(body in parse_label(group.label).body for group in groups)
