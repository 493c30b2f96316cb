"""Form files -> forms: tables taken over from an earlier form, changed as the file says, and checked.

Belongs here: which form takes what from which. Keep out: what must hold in a form (`checks`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from pipelines.forms.checks import FormError, check_across, check_form, known_position
from pipelines.forms.declared import FormFile, TableEntry
from pipelines.forms.form import Form, Table
from pipelines.forms.parts import Column, Row

_Part = TypeVar("_Part", Column, Row)


def resolved(files: dict[str, FormFile]) -> dict[str, Form]:
    """Return the forms that files (by name) declare, in the order of their first years.

    Raises FormError where a form or a year is declared twice, where a table is taken over from a form that has none
    such, or where a declaration contradicts itself.
    """
    ordered = sorted(files.items(), key=lambda item: (item[1].years.since, item[0]))
    forms: dict[str, Form] = {}
    for name, written in ordered:
        if written.id in forms:
            raise FormError(f"{name}: id: form {written.id} is declared twice")
        if twin := next((f.id for f in forms.values() if f.since == written.years.since), None):
            raise FormError(f"{name}: years: form {twin} is in force since {written.years.since}, too")
        forms[written.id] = _form(name, written, forms)
    check_across(forms)
    return forms


def _form(name: str, written: FormFile, earlier: dict[str, Form]) -> Form:
    form = Form(
        id=written.id,
        label=written.label,
        source=written.source,
        layout=written.layout,
        since=written.years.since,
        until=written.years.until,
        decisive=written.decisive,
        header=written.header,
        tables=tuple(_table(f"{name}: tables: {entry.id}", entry, earlier) for entry in written.tables),
        comparisons=written.comparisons,
    )
    check_form(name, form, earlier)
    return form


def _table(where: str, entry: TableEntry, earlier: dict[str, Form]) -> Table:
    base = _base(where, entry, earlier)
    columns = _put_after(f"{where}: columns_after", base.columns, entry.columns_after)
    rows = _put_after(f"{where}: rows_after", base.rows, entry.rows_after)
    return replace(
        base,
        label=entry.label or base.label,
        item=entry.item or base.item,
        section=entry.section or base.section,
        rows_across=entry.rows_across or base.rows_across,
        header_marks=base.header_marks + entry.header_marks,
        columns=columns + entry.columns,
        rows=_replaced(f"{where}: replace_rows", rows, entry.replace_rows) + entry.rows,
        extra_rows=base.extra_rows + entry.extra_rows,
        groups=base.groups + entry.groups,
        spanning=base.spanning + entry.spanning,
    )


def _base(where: str, entry: TableEntry, earlier: dict[str, Form]) -> Table:
    """Return the table of the earlier form that an entry takes over, else a table that is still empty.

    A table that an earlier form has, too, is projected to the same fact: the entry need not declare it again.
    """
    having = [form for form in earlier.values() if entry.id in form.table_by_id]
    if entry.same_as is not None:
        base = next((form.table_by_id[entry.id] for form in having if form.id == entry.same_as), None)
        if base is None:
            known = ", ".join(form.id for form in having) or "none"
            raise FormError(f"{where}: same_as: form {entry.same_as} has no such table before; forms with it: {known}")
        return base
    fact = entry.fact or (having[0].table_by_id[entry.id].fact if having else None)
    if entry.label is None or fact is None:
        raise FormError(f"{where}: a table of its own needs a label and a fact; or take it over with same_as")
    return Table(entry.id, entry.label, fact)


def _put_after(where: str, parts: tuple[_Part, ...], more: dict[str, tuple[_Part, ...]]) -> tuple[_Part, ...]:
    found = list(parts)
    for behind, added in more.items():
        position = known_position(where, [part.id for part in found], behind) + 1
        found[position:position] = added
    return tuple(found)


def _replaced(where: str, rows: tuple[Row, ...], more: dict[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    found = list(rows)
    for old, new in more.items():
        position = known_position(where, [row.id for row in found], old)
        found[position : position + 1] = new
    return tuple(found)
