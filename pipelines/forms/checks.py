"""What must hold in a form and between forms: a declaration that contradicts itself is refused when it is loaded.

Belongs here: ids and labels that stand twice, references to nothing, measures that would mean two things. Keep out: the
spelling of ids and keys (`parts`, `declared`), and where in its file a fault stands (`pipelines.declarations`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipelines.declarations import Place, Wrong, repeated, unknown_among
from pipelines.forms.declared import FormFile, TableEntry
from pipelines.forms.form import Form, Table
from pipelines.forms.labels import parse_label
from pipelines.forms.parts import Column, Group, Row

# Columns that every fact has: no measure may be called so.
_FACT_KEYS = frozenset(("report_key", "agency_sk", "year_key", "unit_source", "status"))


def wrong_in_form(form: Form, written: FormFile, earlier: Mapping[str, Form]) -> Iterator[Wrong]:
    """Yield what contradicts itself in a form, or what it refers to that an earlier form does not have."""
    yield from repeated((("tables", i, "id"), table.id) for i, table in enumerate(written.tables))
    if (form.layout == "text") == bool(form.tables):
        yield Wrong(("layout",), "a form in words has no tables, every other form has some")
    if form.layout == "indicators" and (len(form.tables) != 1 or len(form.header) != 3):
        yield Wrong(("layout",), "a form of indicators is one table, and names the titles of its three columns")
    for i, entry in enumerate(written.tables):
        yield from _wrong_in_table(("tables", i), form.table_by_id[entry.id])
        yield from _renamed(("tables", i), entry, earlier)
    yield from _wrong_comparisons(form, earlier)


def _wrong_comparisons(form: Form, earlier: Mapping[str, Form]) -> Iterator[Wrong]:
    for i, comparison in enumerate(form.comparisons):
        at: Place = ("comparisons", i)
        if comparison.form not in earlier:
            yield from unknown_among("earlier form", [((*at, "form"), comparison.form)], list(earlier))
            continue
        shared = earlier[comparison.form].table_by_id.keys() & form.table_by_id.keys()
        if comparison.table not in shared:
            yield from unknown_among("table of both forms", [((*at, "table"), comparison.table)], sorted(shared))
            continue
        theirs, own = (f.table_by_id[comparison.table].rows for f in (earlier[comparison.form], form))
        yield from unknown_among("row", [((*at, "row"), comparison.row)], [row.id for row in theirs])
        parts = [((*at, "sum_of", n), row) for n, row in enumerate(comparison.sum_of)]
        yield from unknown_among("row", parts, [row.id for row in own])


def _wrong_in_table(at: Place, table: Table) -> Iterator[Wrong]:
    if not table.columns or not table.rows:
        yield Wrong(at, "a table has at least one column and one row")
    yield from repeated(((*at, "columns"), column.id) for column in table.columns)
    yield from repeated(((*at, "rows"), row.id) for row in (*table.rows, *table.extra_rows))
    yield from repeated(((*at, "groups"), group.id) for group in (*table.groups, *table.spanning))
    yield from repeated(((*at, "columns"), label) for label in _labels(table.columns))
    for rows in _by_group(table).values():
        yield from repeated(((*at, "rows"), label) for label in _labels(rows))
    groups, spanning = [group.id for group in table.groups], [group.id for group in table.spanning]
    parents = [((*at, "columns"), column.parent) for column in table.columns if column.parent is not None]
    yield from unknown_among("spanning label", parents, spanning)
    for name in ("group_label", "section"):
        values = (getattr(row, name) for row in table.row_by_id.values())
        yield from unknown_among("group", [((*at, "rows"), value) for value in values if value is not None], groups)
    whole = [((*at, "rows"), row.part_of) for row in table.rows if row.part_of is not None]
    yield from unknown_among("row", whole, [row.id for row in table.rows])
    prefixes = [((*at, "rows"), row.group) for row in table.rows if row.group is not None and row.section is None]
    yield from unknown_among("group or row", prefixes, [*groups, *(row.id for row in table.rows)])
    long = table.fact.shape == "long"
    if long != (table.fact.value is not None) or (table.fact.columns is not None and not long):
        yield Wrong((*at, "fact"), "a long fact names its value, a wide one neither value nor columns")


def _labels(parts: Iterable[Column | Row | Group]) -> Iterator[str]:
    for part in parts:
        yield from sorted({parse_label(label).body for label in (part.label, *part.aliases)})


def _by_group(table: Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.rows:
        found.setdefault(row.section or row.group or "", []).append(row)
    return found


def _renamed(at: Place, entry: TableEntry, earlier: Mapping[str, Form]) -> Iterator[Wrong]:
    """Yield the rows and columns of a table that bear an earlier form's label under another id: a slip, most often."""
    tables = [form.table_by_id[entry.id] for form in earlier.values() if entry.id in form.table_by_id]
    own: tuple[tuple[str, Sequence[Column | Row]], ...] = (("columns", entry.columns), ("rows", entry.rows))
    for kind, parts in own:
        theirs = [part for table in tables for part in (table.columns if kind == "columns" else table.rows)]
        known = {part.label: part.id for part in theirs}
        for i, part in enumerate(parts):
            if (wanted := known.get(part.label, part.id)) != part.id:
                message = f"expected {wanted!r}, as an earlier form calls what bears the same label"
                yield Wrong((*at, kind, i, "id"), message)


def wrong_across(form: Form, earlier: Mapping[str, Form]) -> Iterator[Wrong]:
    """Yield where two forms would put different things into one column of a fact, or name one item for two tables."""
    for i, table in enumerate(form.tables):
        at: Place = ("tables", i)
        others = [other.table_by_id[table.id] for other in earlier.values() if table.id in other.table_by_id]
        if others and others[0].fact != table.fact:
            yield Wrong((*at, "fact"), "it differs from that of an earlier form with this table")
        every = [other for known in earlier.values() for other in known.tables]
        if any(other.item == table.item and other.id != table.id for other in every if table.item):
            yield Wrong((*at, "item"), f"item {table.item} is that of another table in an earlier form")
        if any(other.fact.name == table.fact.name and other.id != table.id for other in every):
            yield Wrong((*at, "fact", "name"), f"{table.fact.name} is the fact of another table")
        yield from _wrong_measures(at, [*others, table])


def _wrong_measures(at: Place, tables: list[Table]) -> Iterator[Wrong]:
    known: dict[str, Column] = {}
    for table in tables:
        for column in table.columns:
            same = known.setdefault(column.id, column)
            if (same.kind, same.unit, same.role) != (column.kind, column.unit, column.role):
                yield Wrong((*at, "columns"), f"{column.id}: kind, unit or role differ between forms: use another id")
            if column.id in _FACT_KEYS:
                yield Wrong((*at, "columns"), f"{column.id}: every fact has such a column: use another id")
    if tables[0].fact.shape == "wide" and sum(column.kind == "amount" for column in known.values()) > 1:
        yield Wrong((*at, "columns"), "a wide fact holds one amount, since it has one unit_source")
