"""Which forms a rule applies to, and the cells it relates there: rules name roles and paths, never forms.

A relation applies to a form wherever every pattern of it has a cell, scope by scope. A rule over cells or reports
applies to the forms of its layouts; one over cells only where the tables, rows and columns are that it chooses.

Belongs here: rules and forms in, cells out. Keep out: what a pattern means and which cells it
relates (`forms.patterns`, `forms.bound_sides`), the published tables.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.auditing.conditions import chosen_places
from pipelines.auditing.rule_kinds import AnyRule, CellsRule, JumpRule, LevelsRule, RelationRule
from pipelines.forms import Form
from pipelines.forms.bound_sides import Sides, bound_sides
from pipelines.forms.patterns import FORM_CELLS, FormCells


def relation_sides(rule: RelationRule, cells: FormCells) -> tuple[Sides, ...]:
    """Return the scopes of a relation that a form has cells for on every pattern, with those cells by path."""
    return bound_sides(rule.scope, (rule.left, rule.right, rule.unless_zero), cells)


def compared_paths(rule: JumpRule | LevelsRule, cells: FormCells) -> frozenset[str]:
    """Return the cells of a form that a rule compares with last year's, or with those of what lies below."""
    return frozenset(path for pattern in rule.compares for _, path in cells.written_out(pattern))


def applies_to(rule: AnyRule, cells: FormCells) -> bool:
    """Tell whether a rule applies to reports of a form."""
    if isinstance(rule, RelationRule):
        return bool(relation_sides(rule, cells))
    if cells.form.layout not in rule.layouts:
        return False
    return not isinstance(rule, CellsRule) or _has_places(cells.form, chosen_places(rule.where))


def _has_places(form: Form, places: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether some cell of a form stands in every kind of place that a condition chooses."""
    if not places:
        return True
    paths = [
        (table.id, row.id, c.id) for table in form.tables for row in table.row_by_id.values() for c in table.columns
    ]
    keys = ("table_id", "row_id", "column_id")
    return any(
        all(not places.get(k) or part in places[k] for k, part in zip(keys, path, strict=True)) for path in paths
    )


def forms_of(rule: AnyRule, forms: Mapping[str, FormCells] = FORM_CELLS) -> tuple[str, ...]:
    """Return the ids of the forms a rule applies to: those with tables by year, then those in words."""
    bound = [cells.form for cells in forms.values() if applies_to(rule, cells)]
    return tuple(form.id for form in sorted(bound, key=lambda form: form.layout == "text"))
