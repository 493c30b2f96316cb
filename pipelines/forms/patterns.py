"""Patterns: cells named by what a form declares of them, written out as the cells that a form has.

A pattern is a cell path in which a name in braces stands for every member of a set of the form. Within a table
`{line}`, or whatever the table's fact calls its rows or columns, is each of them; a role (`{stock}`, `{outcome}`) is
each row or column that has it; `{group}` is a group with a printed subtotal, `{member}` a row of such a group. In the
place of table and row `{matter}` is each row of every table whose fact calls its rows so. `-` before a pattern
subtracts, `last:` takes the cells of last year's report, and 0 stands for itself.

Belongs here: what a pattern means on a form. Keep out: rules, and what is wrong with a pattern (`pattern_faults`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipelines.forms.catalogue import ALL_FORMS
from pipelines.forms.form import Form, Table, path_name

LAST = "last:"
NAME = re.compile(r"\{(\w+)\}")
GROUP, MEMBER = "group", "member"
# What the names in braces stand for.
Binding = Mapping[str, str]


class Pattern(NamedTuple):
    """A pattern as written: what it names, its sign (1 or -1), and whether it is last year's."""

    path: str
    sign: int
    is_last: bool


def parsed(written: str) -> Pattern | None:
    """Return a pattern; None for the constant 0."""
    if written == "0":
        return None
    plain = written.removeprefix("-")
    path = plain.removeprefix(LAST)
    return Pattern(path, -1 if written != plain else 1, path != plain)


def paths_of(table: Table) -> Iterator[str]:
    """Yield the paths of the cells of a table, those of its extra rows included."""
    for row in (*table.rows, *table.extra_rows):
        for column in table.columns:
            yield path_name((table.id, row.id, column.id))


def sets_of(table: Table) -> dict[str, list[tuple[str, Binding]]]:
    """Return the sets that patterns can name within a table; each member with the other names it decides."""
    found: dict[str, list[tuple[str, Binding]]] = {}
    for row in table.rows:
        if row.role is not None:
            found.setdefault(row.role, []).append((row.id, {}))
    for column in table.columns:
        found.setdefault(column.role, []).append((column.id, {}))
    if table.fact.rows is not None:
        found[table.fact.rows.id] = [(row.id, {}) for row in table.rows]
    if table.fact.columns is not None:
        found[table.fact.columns.id] = [(column.id, {}) for column in table.columns]
    groups = [row.group_label for row in table.extra_rows if row.group_label is not None]
    if groups:
        found[GROUP] = [(group, {}) for group in groups]
        found[MEMBER] = [(row.id, {GROUP: row.group}) for row in table.rows if row.group in groups and row.group]
    return found


@dataclass(frozen=True, eq=False)
class FormCells:
    """A form as patterns see it: its cells and its sets. Each is equal to itself only, and remembers what it gave."""

    form: Form
    _known: dict[str, list[tuple[Binding, str]]] = field(default_factory=dict, repr=False)

    @cached_property
    def paths(self) -> frozenset[str]:
        """Return the paths of its cells, statutory and extra."""
        return frozenset(path for table in self.form.tables for path in paths_of(table))

    @cached_property
    def sets(self) -> dict[str, dict[str, list[tuple[str, Binding]]]]:
        """Return the sets by table and name."""
        return {table.id: sets_of(table) for table in self.form.tables}

    def named_rows(self, name: str) -> Iterator[tuple[str, Binding]]:
        """Yield `table.row` of every table whose fact calls its rows by a name."""
        for table in self.form.tables:
            if table.fact.rows is not None and table.fact.rows.id == name:
                yield from ((f"{table.id}.{row.id}", {}) for row in table.rows)

    def written_out(self, path: str) -> list[tuple[Binding, str]]:
        """Return the cells of the form that a path with names stands for, each with what its names stand for."""
        if path not in self._known:
            self._known[path] = [(names, cell) for names, cell in self._expanded(path, {}) if cell in self.paths]
        return self._known[path]

    def _expanded(self, path: str, bound: Binding) -> Iterator[tuple[Binding, str]]:
        found = NAME.search(path)
        if found is None:
            yield bound, path
            return
        name = found[1]
        members = self.named_rows(name) if found.start() == 0 else self._members(path.partition(".")[0], name)
        for value, decided in members:
            also = {**decided, name: value}
            if all(bound.get(other, decision) == decision for other, decision in also.items()):
                yield from self._expanded(path.replace(found[0], value), {**bound, **also})

    def _members(self, table: str, name: str) -> Iterator[tuple[str, Binding]]:
        yield from self.sets.get(table, {}).get(name, ())


def cells_of(forms: Mapping[str, Form]) -> dict[str, FormCells]:
    """Return forms as patterns see them, by id."""
    return {name: FormCells(form) for name, form in forms.items()}


# The forms there are.
FORM_CELLS = cells_of(ALL_FORMS)
