"""What a statutory form is: its tables in printed order, what they mean, and when it is in force.

Belongs here: what can be asked of a form and its tables. Keep out: how a file is written (`declared`, `parts`), how
tables are taken over from another form (`resolving`), labels as they are printed (`lexicon`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pipelines.forms.parts import Column, Comparison, Fact, Group, Kind, Label, Layout, Row

CellPath = tuple[str, str, str]


def path_name(path: CellPath) -> str:
    """Return a cell path as it is published: table.row.column, without the column where a form has but one."""
    return ".".join(path).removesuffix(".")


@dataclass(frozen=True)
class Table:
    """A statutory table. `rows_across` is true where the form prints its rows as groups of columns (reviews)."""

    id: str
    label: Label
    fact: Fact
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    extra_rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    spanning: tuple[Group, ...] = ()
    item: str | None = None
    section: int | None = None
    rows_across: bool = False
    header_marks: tuple[str, ...] = ()
    corner: str | None = None

    @cached_property
    def row_by_id(self) -> dict[str, Row]:
        """Map row id to row, statutory and extra rows alike."""
        return {row.id: row for row in (*self.rows, *self.extra_rows)}

    @cached_property
    def column_by_id(self) -> dict[str, Column]:
        """Map column id to column."""
        return {column.id: column for column in self.columns}

    @cached_property
    def paths(self) -> tuple[CellPath, ...]:
        """Return (table, row, column) of its statutory cells in printed order."""
        return tuple((self.id, row.id, column.id) for row in self.rows for column in self.columns)

    @property
    def over_columns(self) -> str | None:
        """Return the words that its header prints above all its columns."""
        return next((mark for mark in self.header_marks if mark not in (self.corner or "")), None)

    def kind_of(self, row: str, column: str) -> Kind:
        """Return how the text of a cell is read."""
        return self.row_by_id[row].kind or self.column_by_id[column].kind

    def unit_of(self, row: str, column: str) -> str:
        """Return the unit that the form gives a cell."""
        own = self.row_by_id[row].unit
        return self.column_by_id[column].unit if own is None else own


@dataclass(frozen=True)
class Form:
    """A statutory form. `cell_paths` are its cells in printed order: 198 (form 2019) or 200 (form 2021)."""

    id: str
    label: Label
    source: str
    layout: Layout
    since: int
    until: int | None = None
    decisive: tuple[str, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict, hash=False)
    tables: tuple[Table, ...] = ()
    comparisons: tuple[Comparison, ...] = ()

    @cached_property
    def table_by_id(self) -> dict[str, Table]:
        """Map table id to table."""
        return {table.id: table for table in self.tables}

    @cached_property
    def cell_paths(self) -> tuple[CellPath, ...]:
        """Return (table, row, column) of every cell of the form in printed order."""
        return tuple(path for table in self.tables for path in table.paths)

    @cached_property
    def path_names(self) -> frozenset[str]:
        """Return its statutory cells as their paths are published."""
        return frozenset(path_name(path) for path in self.cell_paths)

    @cached_property
    def cells(self) -> frozenset[CellPath]:
        """Return its statutory cells as a set."""
        return frozenset(self.cell_paths)
