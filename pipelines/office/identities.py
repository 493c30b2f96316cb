"""What must add up in a form: the sums that the audit holds against each other, where the form prints all their cells.

Belongs here: which relations of pipelines/auditing/rules a form can show beside its cells. Keep out: the relations
themselves, and what a file format makes of them (`form_xlsx`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipelines.auditing.binding import relation_sides
from pipelines.auditing.rule_kinds import RelationRule
from pipelines.auditing.rules_file import rules_of
from pipelines.forms import CellPath, Form, Table, path_name
from pipelines.forms.bound_sides import Term
from pipelines.forms.patterns import FormCells


class Addend(NamedTuple):
    """A cell of a sum; `sign` is -1 where it is taken away."""

    path: CellPath
    sign: int


class Identity(NamedTuple):
    """Two sums that are equal: the rule in Chinese, what it is held for (列：自然人), and the cells of both sides."""

    rule: str
    words: str
    scope: str
    left: tuple[Addend, ...]
    right: tuple[Addend, ...]


def identities(form: Form) -> tuple[Identity, ...]:
    """Return the equalities among the cells that a form prints, in the order of the rules."""
    return tuple(_identities(form))


def _identities(form: Form) -> Iterator[Identity]:
    paths = {path_name(path): path for path in form.cell_paths}
    cells = FormCells(form)
    for rule in rules_of(RelationRule):
        if rule.fails_when is not None or rule.only_if_printed:
            continue
        for sides in relation_sides(rule, cells):
            if all(term.cell_path in paths and not term.is_last for term in (*sides.left, *sides.right)):
                left, right = (_addends(side, paths) for side in (sides.left, sides.right))
                table = form.table_by_id[left[0].path[0]]
                yield Identity(rule.rule, rule.zh, _scope(table, sides.scope), left, right)


def _addends(terms: tuple[Term, ...], paths: dict[str, CellPath]) -> tuple[Addend, ...]:
    return tuple(Addend(paths[term.cell_path], term.sign) for term in terms)


def _scope(table: Table, scope: str) -> str:
    """Return the row or column that a relation is held for, as the form prints it."""
    if scope in table.column_by_id:
        return f"列：{table.column_by_id[scope].label}"
    row = table.row_by_id.get(scope)
    if row is None:
        return scope
    above = next((group.label for group in table.groups if group.id == row.group), None)
    label = row.label if above is None else f"{above}、{row.label}"
    return f"{'列' if table.rows_across else '行'}：{label}"
