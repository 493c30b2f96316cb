"""Form files -> forms: tables taken over from an earlier form, changed as the file says, and checked.

Belongs here: which form takes what from which. Keep out: what must hold in a form (`checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from pipelines.declarations import Place, Wrong, unknown
from pipelines.forms.checks import wrong_across, wrong_in_form
from pipelines.forms.declared import FormFile, TableEntry
from pipelines.forms.form import Form, Table
from pipelines.forms.parts import Column, Row

_Part = TypeVar("_Part", Column, Row)
# What is done with the faults of a file: it raises, naming their lines.
Refuse = Callable[[str, list[Wrong]], Exception]


class FormError(ValueError):
    """A form that cannot be used: the name of its file and every fault with its place."""

    def __init__(self, name: str, wrong: list[Wrong]) -> None:
        super().__init__("; ".join(f"{name}: {'.'.join(map(str, at))}: {message}" for at, message in wrong))


class _Unresolved(Exception):
    """A table that cannot be taken over, with what is wrong in its file."""

    def __init__(self, at: Place, message: str) -> None:
        super().__init__(message)
        self.wrong = Wrong(at, message)


def resolved(files: Mapping[str, FormFile], refuse: Refuse = FormError) -> dict[str, Form]:
    """Return the forms that files (by name) declare, in the order of their first years.

    Raises what `refuse` returns where a form or a year is declared twice, where a table is taken over from a form that
    has none such, or where a declaration contradicts itself.
    """
    forms: dict[str, Form] = {}
    for name, written in sorted(files.items(), key=lambda item: (item[1].years.since, item[0])):
        if written.id in forms:
            raise refuse(name, [Wrong(("id",), f"form {written.id} is declared twice")])
        if twin := next((f.id for f in forms.values() if f.since == written.years.since), None):
            message = f"form {twin} is in force since {written.years.since}, too"
            raise refuse(name, [Wrong(("years", "since"), message)])
        try:
            form = _form(written, forms)
        except _Unresolved as error:
            raise refuse(name, [error.wrong]) from error
        if wrong := [*wrong_in_form(form, written, forms), *wrong_across(form, forms)]:
            raise refuse(name, wrong)
        forms[written.id] = form
    return forms


def _form(written: FormFile, earlier: Mapping[str, Form]) -> Form:
    return Form(
        id=written.id,
        label=written.label,
        source=written.source,
        layout=written.layout,
        since=written.years.since,
        until=written.years.until,
        decisive=written.decisive,
        header={str(key): title for key, title in written.header.items()},
        tables=tuple(_table(("tables", i), entry, earlier) for i, entry in enumerate(written.tables)),
        comparisons=written.comparisons,
    )


def _table(at: Place, entry: TableEntry, earlier: Mapping[str, Form]) -> Table:
    base = _base(at, entry, earlier)
    columns = _put_after((*at, "columns_after"), base.columns, entry.columns_after)
    rows = _put_after((*at, "rows_after"), base.rows, entry.rows_after)
    rows = _replaced((*at, "replace_rows"), rows, entry.replace_rows) + entry.rows
    return replace(
        base,
        label=entry.label or base.label,
        item=entry.item or base.item,
        section=entry.section or base.section,
        rows_across=entry.rows_across or base.rows_across,
        header_marks=base.header_marks + entry.header_marks,
        corner=entry.corner or base.corner,
        columns=columns + entry.columns,
        rows=rows,
        extra_rows=_not_statutory(base.extra_rows, rows) + entry.extra_rows,
        groups=base.groups + entry.groups,
        spanning=base.spanning + entry.spanning,
    )


def _base(at: Place, entry: TableEntry, earlier: Mapping[str, Form]) -> Table:
    """Return the table of the earlier form that an entry takes over, else a table that is still empty.

    A table that an earlier form has, too, is projected to the same fact: the entry need not declare it again.
    """
    having = {form.id: form.table_by_id[entry.id] for form in earlier.values() if entry.id in form.table_by_id}
    if entry.same_as is not None:
        if entry.same_as not in having:
            raise _Unresolved((*at, "same_as"), _not_there(entry.id, entry.same_as, earlier, list(having)))
        return having[entry.same_as]
    fact = entry.fact or next((table.fact for table in having.values()), None)
    if entry.label is None or fact is None:
        raise _Unresolved(at, "a table of its own needs a label and a fact; or take it over with same_as")
    return Table(entry.id, entry.label, fact)


def _not_there(table: str, wanted: str, earlier: Mapping[str, Form], having: list[str]) -> str:
    """Return the words for a table that is not to be had from a form: it is the form that is wrong, or the table."""
    if wanted in earlier:
        return f"form {wanted}: {unknown('table', table, list(earlier[wanted].table_by_id))}"
    return unknown(f"earlier form with a table {table}", wanted, having or list(earlier))


def _not_statutory(extra: tuple[Row, ...], rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the extra rows that are still none of the form's own: what some printed before, a later form demands."""
    labels = {label for row in rows for label in (row.label, *row.aliases)}
    return tuple(row for row in extra if row.group_label is not None or row.label not in labels)


def _put_after(at: Place, parts: tuple[_Part, ...], more: dict[str, tuple[_Part, ...]]) -> tuple[_Part, ...]:
    found = list(parts)
    for behind, added in more.items():
        position = _position((*at, behind), [part.id for part in found], behind) + 1
        found[position:position] = added
    return tuple(found)


def _replaced(at: Place, rows: tuple[Row, ...], more: dict[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    found = list(rows)
    for old, new in more.items():
        position = _position((*at, old), [row.id for row in found], old)
        found[position : position + 1] = new
    return tuple(found)


def _position(at: Place, ids: list[str], wanted: str) -> int:
    if wanted not in ids:
        raise _Unresolved(at, unknown("row or column of the table", wanted, ids))
    return ids.index(wanted)
