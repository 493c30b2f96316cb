"""A statutory form: its tables, rows and columns in printed order, read from the YAML files beside this module."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

FORM_FILES = ("form_2019.yml", "form_2021.yml")


@dataclass(frozen=True)
class Column:
    """A column of a table. `kind` is count, change (signed) or amount; `unit` is the unit of the printed number."""

    id: str
    label: str
    unit: str
    kind: str = "count"
    parent: str | None = None
    is_total: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of a table. `group_label` marks a printed subtotal: the group's own label carries the numbers."""

    id: str
    label: str
    number: str | None = None
    stage: str | None = None
    article: str | None = None
    is_total: bool = False
    group_label: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def group(self) -> str | None:
        """Return the group prefix of the row id, or None where the row stands alone."""
        return self.id.split(".")[0] if "." in self.id else None


@dataclass(frozen=True)
class Group:
    """A label that spans rows (or, as `spanning`, columns) and holds no number of its own."""

    id: str
    label: str
    number: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A statutory table. `rows_across` is true where the form prints its rows as groups of columns (reviews)."""

    id: str
    label_zh: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    extra_rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    spanning: tuple[Group, ...] = ()
    item: str | None = None
    rows_across: bool = False

    @cached_property
    def row_by_id(self) -> dict[str, Row]:
        """Map row id to row, statutory and extra rows alike."""
        return {row.id: row for row in (*self.rows, *self.extra_rows)}

    @cached_property
    def column_by_id(self) -> dict[str, Column]:
        """Map column id to column."""
        return {column.id: column for column in self.columns}


@dataclass(frozen=True)
class Form:
    """A statutory form. `cell_paths` are its cells in printed order: 198 (form 2019) or 200 (form 2021)."""

    id: str
    label_zh: str
    source: str
    decisive: tuple[str, ...]
    tables: tuple[Table, ...]

    @cached_property
    def table_by_id(self) -> dict[str, Table]:
        """Map table id to table."""
        return {table.id: table for table in self.tables}

    @cached_property
    def cell_paths(self) -> tuple[tuple[str, str, str], ...]:
        """Return (table, row, column) of every cell of the form in printed order."""
        return tuple((t.id, r.id, c.id) for t in self.tables for r in t.rows for c in t.columns)


def _items(cls: type[Any], entries: list[dict[str, Any]] | None) -> tuple[Any, ...]:
    return tuple(cls(**{**entry, "aliases": tuple(entry.get("aliases", ()))}) for entry in entries or ())


def _table(entry: dict[str, Any], earlier: dict[str, Form]) -> Table:
    if "same_as" not in entry:
        return Table(
            id=entry["id"],
            label_zh=entry["label_zh"],
            item=entry.get("item"),
            rows_across=entry.get("rows_across", False),
            columns=_items(Column, entry["columns"]),
            rows=_items(Row, entry["rows"]),
            extra_rows=_items(Row, entry.get("extra_rows")),
            groups=_items(Group, entry.get("groups")),
            spanning=_items(Group, entry.get("spanning")),
        )
    base = earlier[entry["same_as"]].table_by_id[entry["id"]]
    replaced = {key: _items(Row, rows) for key, rows in entry.get("replace_rows", {}).items()}
    return replace(
        base,
        rows=tuple(new for row in base.rows for new in replaced.get(row.id, (row,))),
        groups=base.groups + _items(Group, entry.get("groups")),
        extra_rows=base.extra_rows + _items(Row, entry.get("extra_rows")),
    )


def load_forms() -> dict[str, Form]:
    """Read the form files in order; a table may be taken over from a form that stands before."""
    forms: dict[str, Form] = {}
    for name in FORM_FILES:
        data = yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
        tables = tuple(_table(entry, forms) for entry in data["tables"])
        loaded = Form(data["id"], data["label_zh"], data["source"], tuple(data["decisive"]), tables)
        if len(set(loaded.cell_paths)) != len(loaded.cell_paths):
            raise ValueError(f"{name}: two cells of the form have the same path")
        forms[loaded.id] = loaded
    return forms


FORMS = load_forms()


def form(form_id: str) -> Form:
    """Return a form by id; an unknown id raises KeyError naming the known ones."""
    if form_id not in FORMS:
        raise KeyError(f"no form {form_id!r}; known: {', '.join(FORMS)}")
    return FORMS[form_id]
