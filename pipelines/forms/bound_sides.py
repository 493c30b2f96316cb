"""Sides: the cells that a relation of patterns holds against each other on a form, scope by scope.

Belongs here: patterns and forms in, cells out. Keep out: what a pattern means (`patterns`), rules, numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from pipelines.forms.patterns import LAST, Binding, FormCells, Pattern, parsed

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


@lru_cache(maxsize=2048)
def bound_sides(names: tuple[str, ...], written: tuple[tuple[str, ...], ...], cells: FormCells) -> tuple[Sides, ...]:
    """Return the scopes of a relation that a form has cells for on every pattern, with those cells by path.

    `names` are the sets held fixed in a scope; `written` are the patterns of its left and right side, and of the cells
    of which one must not be zero.
    """
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
