"""What must hold in a form and between forms: a declaration that contradicts itself is refused when it is loaded.

Belongs here: ids and labels that stand twice, references to nothing, measures that would mean two things. Keep out: the
spelling of ids and keys (`parts`, `declared`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from pipelines.forms.form import Form, Table
from pipelines.forms.labels import parse_label
from pipelines.forms.parts import Column, Group, Row

# Columns that every fact has: no measure may be called so.
_FACT_KEYS = frozenset(("report_key", "agency_sk", "year_key", "unit_source", "status"))


class FormError(ValueError):
    """A form file that cannot be used: names the file, the place in it, what was expected and what there is."""


def known_position(where: str, ids: Sequence[str], wanted: str) -> int:
    """Return the position of an id; raises FormError with the alternatives where it is not there."""
    if wanted not in ids:
        raise FormError(f"{where}: {wanted!r} is not in the table. {_alternatives(wanted, ids)}")
    return ids.index(wanted)


def _alternatives(wanted: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(wanted, names, n=1)
    return (f"Did you mean {near[0]!r}? " if near else "") + f"Known: {', '.join(names) or 'none'}"


def _check_known(where: str, wanted: str | None, known: Iterable[str]) -> None:
    if wanted is not None:
        known_position(where, list(known), wanted)


def _check_once(where: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise FormError(f"{where}: stands twice: {', '.join(twice)}")


def check_form(name: str, form: Form, earlier: dict[str, Form]) -> None:
    """Raise FormError where a form contradicts itself, or refers to what an earlier form does not have."""
    _check_once(f"{name}: tables", (table.id for table in form.tables))
    if (form.layout == "text") == bool(form.tables):
        raise FormError(f"{name}: layout: a form in words has no tables, every other form has some")
    if form.layout == "indicators" and (len(form.tables) != 1 or not form.header):
        raise FormError(f"{name}: layout: a form of indicators is one table, and names the titles of its columns")
    for table in form.tables:
        _check_table(f"{name}: tables: {table.id}", table)
    for comparison in form.comparisons:
        where = f"{name}: comparisons: {comparison.row}"
        _check_known(f"{where}: form", comparison.form, earlier)
        other = earlier[comparison.form].table_by_id
        _check_known(f"{where}: table", comparison.table, other.keys() & form.table_by_id.keys())
        _check_known(f"{where}: row", comparison.row, (row.id for row in other[comparison.table].rows))
        for row in comparison.sum_of:
            _check_known(f"{where}: sum_of", row, (r.id for r in form.table_by_id[comparison.table].rows))


def _check_table(where: str, table: Table) -> None:
    if not table.columns or not table.rows:
        raise FormError(f"{where}: a table has at least one column and one row")
    _check_once(f"{where}: columns", (column.id for column in table.columns))
    _check_once(f"{where}: rows", (row.id for row in (*table.rows, *table.extra_rows)))
    _check_once(f"{where}: groups", (group.id for group in (*table.groups, *table.spanning)))
    _check_once(f"{where}: columns: label", _labels(table.columns))
    for group, rows in _by_group(table).items():
        _check_once(f"{where}: rows{f' of {group}' if group else ''}: label", _labels(rows))
    groups, spanning = [group.id for group in table.groups], [group.id for group in table.spanning]
    for column in table.columns:
        _check_known(f"{where}: columns: {column.id}: parent", column.parent, spanning)
    for row in (*table.rows, *table.extra_rows):
        place = f"{where}: rows: {row.id}"
        _check_known(f"{place}: group_label", row.group_label, groups)
        _check_known(f"{place}: section", row.section, groups)
        _check_known(f"{place}: part_of", row.part_of, (other.id for other in table.rows))
        if row.group is not None and row.section is None and row in table.rows:
            _check_known(f"{place}: id", row.group, {*groups, *(other.id for other in table.rows)})
    long = table.fact.shape == "long"
    if long != (table.fact.value is not None) or (long and table.fact.rows is None):
        raise FormError(f"{where}: fact: a long fact names its rows and its value, a wide one has no value")


def _labels(parts: Iterable[Column | Row | Group]) -> Iterator[str]:
    for part in parts:
        yield from {parse_label(label).body for label in (part.label, *part.aliases)}


def _by_group(table: Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.rows:
        found.setdefault(row.section or row.group or "", []).append(row)
    return found


def check_across(forms: dict[str, Form]) -> None:
    """Raise FormError where two forms would put different things into one column of a fact, or name one item twice."""
    tables: dict[str, Table] = {}
    items: dict[str, str] = {}
    for form in forms.values():
        for table in form.tables:
            where = f"form {form.id}: tables: {table.id}"
            if table.fact != tables.setdefault(table.id, table).fact:
                raise FormError(f"{where}: fact: it differs from that of an earlier form with this table")
            if table.item is not None and items.setdefault(table.item, table.id) != table.id:
                raise FormError(f"{where}: item: {table.item} is the item of {items[table.item]} in another form")
    _check_once("forms: facts", (table.fact.name for table in tables.values()))
    for name in tables:
        _check_measures(name, [form.table_by_id[name] for form in forms.values() if name in form.table_by_id])


def _check_measures(name: str, tables: list[Table]) -> None:
    known: dict[str, Column] = {}
    for table in tables:
        for column in table.columns:
            same = known.setdefault(column.id, column)
            if (same.kind, same.unit, same.role) != (column.kind, column.unit, column.role):
                raise FormError(
                    f"table {name}: {column.id}: kind, unit or role differ between forms: it needs an id of its own"
                )
            if column.id in _FACT_KEYS:
                raise FormError(f"table {name}: {column.id}: every fact has a column of this name: choose another id")
    if tables[0].fact.shape == "wide":
        rows = {row.id for table in tables for row in table.rows}
        if len(rows) > 1 and tables[0].fact.rows is None:
            raise FormError(f"table {name}: fact: it has {len(rows)} rows over all forms: say what its rows are")
        if sum(column.kind == "amount" for column in known.values()) > 1:
            raise FormError(f"table {name}: fact: a wide fact holds one amount, since it has one unit_source")
