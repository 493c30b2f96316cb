"""What must add up in a form because the form says so: equalities.yml, and their cells on a form.

Belongs here: the declared equalities. Keep out: holding reports against them (`auditing.relations`), proving a number
by them (`extracting.proof`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from pipelines.declarations import Declaration, RootDeclaration, Wrong, load, repeated, unknown
from pipelines.declarations.kinds import UNCHECKED
from pipelines.forms.bound_sides import Sides, bound_sides
from pipelines.forms.pattern_faults import pattern_faults
from pipelines.forms.patterns import FORM_CELLS, LAST, NAME, FormCells

PATH = Path(__file__).with_name("equalities.yml")
Pattern = Annotated[str, Field(min_length=1, json_schema_extra={UNCHECKED: "checked with its file"})]


class Equality(Declaration):
    """Two sums of cells of one table that are equal, for each member of the sets named in `scope`.

    With `only_if_printed` it holds where the left is printed: in rows that a form need not have.
    """

    id: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$", json_schema_extra={UNCHECKED: "an id"})]
    scope: tuple[str, ...] = ()
    left: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    right: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    only_if_printed: bool = False

    def sides(self, cells: FormCells) -> tuple[Sides, ...]:
        """Return the scopes that a form has cells for on every pattern, with those cells by path."""
        return bound_sides(self.scope, (self.left, self.right, ()), cells)


class Equalities(RootDeclaration[tuple[Equality, ...]]):
    """equalities.yml: the equalities, each once."""


class BoundEquality(NamedTuple):
    """An equality in one scope of a form: the sum of the cells, each with its sign (1 or -1), is 0."""

    id: str
    scope: str
    cells: tuple[tuple[str, int], ...]


def read_equalities(path: Path = PATH) -> tuple[Equality, ...]:
    """Return the equalities of a file; raises DeclarationError with every fault by line."""
    return load(path, Equalities, also=_faults).root


def _faults(equalities: Equalities) -> Iterator[Wrong]:
    yield from repeated(((n, "id"), equality.id) for n, equality in enumerate(equalities.root))
    for n, equality in enumerate(equalities.root):
        sides = (("left", equality.left), ("right", equality.right))
        for side, patterns in sides:
            for i, written in enumerate(patterns):
                yield from (Wrong((n, side, i), message) for message in pattern_faults(written))
                if LAST in written:
                    yield Wrong((n, side, i), "last year's cells are no part of a form: make it a rule")
        named = {name for _, patterns in sides for written in patterns for name in NAME.findall(written)}
        for i, name in enumerate(equality.scope):
            if name not in named:
                yield Wrong((n, "scope", i), unknown("set that a pattern names", name, sorted(named)))


EQUALITIES = {equality.id: equality for equality in read_equalities()}


@cache
def equalities_of(form: str) -> tuple[BoundEquality, ...]:
    """Return the equalities of a form, scope by scope, in the order of the file."""
    return tuple(
        BoundEquality(equality.id, sides.scope, _cells(sides))
        for equality in EQUALITIES.values()
        for sides in equality.sides(FORM_CELLS[form])
    )


def _cells(sides: Sides) -> tuple[tuple[str, int], ...]:
    left = ((term.cell_path, term.sign) for term in sides.left)
    return (*left, *((term.cell_path, -term.sign) for term in sides.right))
