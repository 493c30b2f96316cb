"""The published cells of relations, audit_rule_cell, and the names of scopes in both languages.

Belongs here: frames of what is bound. Keep out: binding (`binding`), evaluating.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import polars as pl

from pipelines.auditing.binding import relation_sides
from pipelines.auditing.rule_kinds import RelationRule
from pipelines.auditing.rules_file import rules_of
from pipelines.contracts import contract
from pipelines.forms import ALL_FORMS, Table
from pipelines.forms.patterns import FORM_CELLS, FormCells
from pipelines.messages import message_in

# A name in Chinese and in English.
Label = tuple[str, str]


@cache
def rule_cells_frame() -> pl.DataFrame:
    """Return audit_rule_cell: the cells of each relation by form, scope and side."""
    return rule_cells(rules_of(RelationRule))


def rule_cells(rules: Iterable[RelationRule], forms: Mapping[str, FormCells] = FORM_CELLS) -> pl.DataFrame:
    """Return the cells of relations on forms (columns of audit_rule_cell)."""
    table = contract("audit_rule_cell")
    rows = [row for rule in rules for cells in forms.values() for row in _rows(rule, cells)]
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)


def _rows(rule: RelationRule, cells: FormCells) -> Iterator[tuple[str, str, str, str, str, int, bool]]:
    for sides in relation_sides(rule, cells):
        for side, terms in (("left", sides.left), ("right", sides.right)):
            yield from ((rule.rule, sides.scope, cells.form.id, side, *term) for term in terms)


@cache
def scope_labels() -> pl.DataFrame:
    """Return (scope, scope_label, scope_label_en) of every applicant, line, channel, row and table used as a scope."""
    labels: dict[str, Label] = {}
    for form in ALL_FORMS.values():
        for table in form.tables:
            for scope, label in _labels(table):
                labels.setdefault(scope, label)
    # A form with one number a row has a column without a name; an evaluation of the whole report has no scope.
    labels.pop("", None)
    names = ("scope", "scope_label", "scope_label_en")
    return pl.DataFrame([(scope, *label) for scope, label in labels.items()], schema=names, orient="row")


def _labels(table: Table) -> Iterator[tuple[str, Label]]:
    named = (table.label.zh, table.label.en)
    yield table.id, named
    rows = {row.id: (row.label, row.en or _plain(row.id)) for row in (*table.rows, *table.extra_rows)}
    columns = {column.id: (column.label, column.en) for column in table.columns}
    yield from rows.items()
    yield from columns.items()
    for row, (zh, en) in rows.items():
        yield f"{table.id}.{row}", _part_of((named[0], zh), (named[1], en))
        for column, (column_zh, column_en) in columns.items():
            yield f"{table.id}.{row}.{column}", _part_of((zh, column_zh), (en, column_en))


def _part_of(chinese: tuple[str, str], english: tuple[str, str]) -> Label:
    """Return what a row of a table, or a cell of a row, is called in both languages."""
    zh, en = ({"whole": whole, "part": part} for whole, part in (chinese, english))
    return message_in("zh", "auditing.part_of", **zh), message_in("en", "auditing.part_of", **en)


def _plain(row: str) -> str:
    return row.replace("_", " ").replace(".", " / ")
