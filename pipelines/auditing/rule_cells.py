"""The published cells of relations, audit_rule_cell, and the Chinese names of scopes.

Belongs here: frames of what is bound. Keep out: binding (`binding`), evaluating.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import polars as pl

from pipelines.auditing.binding import relation_sides
from pipelines.auditing.patterns import FORM_CELLS, FormCells
from pipelines.auditing.rule_kinds import RelationRule
from pipelines.auditing.rules_file import rules_of
from pipelines.contracts import contract
from pipelines.forms import ALL_FORMS


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
    """Return (scope, label): the Chinese name of every applicant, line, channel, row and table used as a scope."""
    labels: dict[str, str] = {}
    for form in ALL_FORMS.values():
        for table in form.tables:
            labels.setdefault(table.id, table.label.zh)
            rows = (*table.rows, *table.extra_rows)
            for row in rows:
                labels.setdefault(row.id, row.label)
            for column in table.columns:
                labels.setdefault(column.id, column.label)
            for row in rows:
                labels.setdefault(f"{table.id}.{row.id}", f"{table.label.zh} {row.label}")
                for column in table.columns:
                    labels.setdefault(f"{table.id}.{row.id}.{column.id}", f"{row.label} {column.label}")
    # A form with one number a row has a column without a name; an evaluation of the whole report has no scope.
    labels.pop("", None)
    return pl.DataFrame({"scope": list(labels), "scope_label": list(labels.values())})
