"""Which forms a rule applies to, and the cells it relates there: rules name roles and paths, never forms.

A relation applies to a form wherever every pattern of it has a cell, scope by scope. A rule over cells or reports
applies to the forms of its layouts; one over cells only where the tables, rows and columns are that it chooses.

Belongs here: rules and forms in, cells out. Keep out: what a pattern means (`patterns`), the published tables.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from pipelines.auditing.conditions import chosen_places
from pipelines.auditing.patterns import FORM_CELLS, LAST, Binding, FormCells, Pattern, parsed
from pipelines.auditing.rule_kinds import AnyRule, CellsRule, JumpRule, LevelsRule, RelationRule
from pipelines.forms import Form

Scope = tuple[str, ...]


class Term(NamedTuple):
    """A cell that a relation adds (sign 1) or subtracts (-1), of this report or of last year's."""

    cell_path: str
    sign: int
    is_last: bool

    @property
    def name(self) -> str:
        """Return its path, marked where it is last year's."""
        return f"{LAST if self.is_last else ''}{self.cell_path}"


class Sides(NamedTuple):
    """The cells of a relation in one scope; with none of `unless_zero` above or below 0 it passes."""

    scope: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    unless_zero: tuple[Term, ...] = ()


def relation_sides(rule: RelationRule, cells: FormCells) -> tuple[Sides, ...]:
    """Return the scopes of a relation that a form has cells for on every pattern, with those cells by path."""
    return _sides(rule.scope, (rule.left, rule.right, rule.unless_zero), cells)


@lru_cache(maxsize=2048)
def _sides(names: tuple[str, ...], written: tuple[tuple[str, ...], ...], cells: FormCells) -> tuple[Sides, ...]:
    return tuple(_scoped(names, written, cells))


def _scoped(names: tuple[str, ...], written: tuple[tuple[str, ...], ...], cells: FormCells) -> Iterator[Sides]:
    sides = [[pattern for each in side if (pattern := parsed(each))] for side in written]
    found = [[(pattern, _Found(names, cells.written_out(pattern.path))) for pattern in side] for side in sides]
    patterns = [each for _, each in itertools.chain.from_iterable(found)]
    for scope in dict.fromkeys(scope for each in patterns for scope in each.scopes):
        fixed = dict(zip(names, scope, strict=True))
        left, right, unless_zero = (tuple(_terms(side, fixed)) for side in found)
        if all(each.of(fixed) for each in patterns):
            yield Sides(".".join(scope), left, right, unless_zero)


class _Found:
    """The cells of a pattern by what they say of the names of a scope: a rule has some hundred scopes and cells."""

    def __init__(self, names: tuple[str, ...], written_out: Iterable[tuple[Binding, str]]) -> None:
        self.scopes: list[Scope] = []
        self._paths: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for binding, path in written_out:
            said = tuple((name, binding[name]) for name in names if name in binding)
            self._paths.setdefault(said, []).append(path)
            if len(said) == len(names):
                self.scopes.append(tuple(value for _, value in said))
        self._kinds = {tuple(name for name, _ in said) for said in self._paths}

    def of(self, fixed: Binding) -> list[str]:
        """Return the paths that say nothing else than a scope of any name that they have."""
        keys = (tuple((name, fixed[name]) for name in kind) for kind in self._kinds)
        return [path for key in keys for path in self._paths.get(key, ())]


def _terms(side: list[tuple[Pattern, _Found]], fixed: Binding) -> Iterator[Term]:
    yield from sorted({Term(path, each.sign, each.is_last) for each, found in side for path in found.of(fixed)})


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
