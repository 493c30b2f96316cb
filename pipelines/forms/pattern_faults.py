"""What is wrong with a pattern: a table, row, column or set that no form has.

Belongs here: explaining patterns that name nothing. Keep out: writing patterns out (`patterns`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelines.declarations import unknown
from pipelines.forms import Table
from pipelines.forms.patterns import FORM_CELLS, NAME, FormCells, parsed, paths_of, sets_of


def pattern_faults(written: str, forms: Mapping[str, FormCells] = FORM_CELLS) -> Iterator[str]:
    """Yield what is wrong with a pattern; nothing where some form has a cell that it names."""
    pattern = parsed(written)
    if pattern is None or any(cells.written_out(pattern.path) for cells in forms.values()):
        return
    path = pattern.path
    tables = [table for cells in forms.values() for table in cells.form.tables]
    first, _, rest = path.partition(".")
    named = NAME.fullmatch(first)
    known = {t.fact.rows.id if t.fact.rows else "" for t in tables} if named else {t.id for t in tables}
    first = named[1] if named else first
    if first not in known:
        yield unknown("set of rows" if named else "table", first, sorted(known - {""}))
        return
    if not NAME.search(path):
        yield unknown("cell", path, sorted({cell for t in tables if t.id == first for cell in paths_of(t)}))
        return
    own = [t for t in tables if (t.fact.rows is not None and t.fact.rows.id == first if named else t.id == first)]
    yield from _within(rest, own, has_rows=named is not None) or [f"no cell of any form is {path!r}"]


def _within(rest: str, tables: list[Table], *, has_rows: bool) -> list[str]:
    """Return what is wrong behind the table of a pattern (with `has_rows` behind its row)."""
    sets = {name for table in tables for name in sets_of(table)}
    wrong = [unknown("set", name, sorted(sets)) for name in NAME.findall(rest) if name not in sets]
    row, _, column = ("", "", rest) if has_rows else rest.rpartition(".")
    columns = {column.id for table in tables for column in table.columns}
    rows = {row for table in tables for row in table.row_by_id}
    if not NAME.search(column) and column not in columns:
        wrong.append(unknown("column", column, sorted(columns)))
    if not has_rows and not NAME.search(row) and row not in rows:
        wrong.append(unknown("row", row, sorted(rows)))
    return wrong
