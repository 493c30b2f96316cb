"""The sum of a county's reports, cell by cell, with every part it is made of and every unit that is not in it.

A unit whose cell is blank, ambiguous or not printed is unknown, and so is one without a report: none of them is 0. Only
a cell that all units have a number for is complete; a sum of some of them says so. Declared corrections are not
applied: they are of published files, and an office asks its unit. Belongs here: adding. Keep out: which report of a
unit counts (the caller knows), rules (`summary_findings`), the government's own report (`summary_comparison`), sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from pipelines.contracts.codes import code_list
from pipelines.forms import CellPath, Form, path_name
from pipelines.office.cell_figures import MISSING, Cells, Number, figures_of, number_of
from pipelines.office.printed_form import Value

COMPLETE, PARTIAL, UNKNOWN = code_list("sum_state").named("complete", "partial", "unknown")


@dataclass(frozen=True)
class Part:
    """The report of a unit that counts: its file, the id of its form, and its cells as `Judged.reports_of` has them."""

    unit: str
    file: str
    form: str
    cells: Cells


@dataclass(frozen=True)
class Contribution:
    """What a unit adds to a cell: its number in the unit of the cell, and where it stands, printed how.

    A unit has several where a cell of its form is made of several; `cell` is the path in its own report.
    """

    unit: str
    file: str
    cell: str
    value: Number
    raw: str | None
    place: Mapping[str, Any]


@dataclass(frozen=True)
class Gap:
    """A unit that is not in the sum of a cell, and why: a code of cell_status or sum_gap; without a report no file."""

    unit: str
    reason: str
    file: str | None = None
    cell: str | None = None
    raw: str | None = None
    place: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SummedCell:
    """A cell of the form: the exact sum over the units that are known, None (never 0) where none is.

    `unit` is that of its number (件, 万元); `notes` are ids of adding_notes.yml: why the sum may not be what the units
    have together.
    """

    path: CellPath
    unit: str
    value: Number | None
    contributions: tuple[Contribution, ...]
    gaps: tuple[Gap, ...]
    expected: int
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return its path as it is published."""
        return path_name(self.path)

    @cached_property
    def by_unit(self) -> dict[str, Number]:
        """Return the number of each unit that is known."""
        found: dict[str, Decimal] = {}
        for each in self.contributions:
            found[each.unit] = found.get(each.unit, Decimal(0)) + each.value
        return {unit: number_of(value) for unit, value in found.items()}

    @cached_property
    def lacking(self) -> dict[str, str]:
        """Return why each unit is lacking that is not known."""
        return {gap.unit: gap.reason for gap in reversed(self.gaps)}

    @property
    def known(self) -> int:
        """Return how many units are known."""
        return len(self.by_unit)

    @property
    def state(self) -> str:
        """Return over how many of the units the sum goes: a code of sum_state."""
        if not self.known:
            return UNKNOWN
        return COMPLETE if self.known == self.expected else PARTIAL


@dataclass(frozen=True)
class Summary:
    """The sum of a year over units: cells by path, in the order of the form.

    `missing` are units without a report, `other_forms` the forms of those that used another one than the year's.
    """

    form: Form
    year: int
    units: tuple[str, ...]
    missing: tuple[str, ...]
    other_forms: Mapping[str, str]
    cells: Mapping[str, SummedCell]

    def of_state(self, state: str) -> list[SummedCell]:
        """Return the cells of a state."""
        return [cell for cell in self.cells.values() if cell.state == state]


def computed_summary(parts: Iterable[Part], form: Form, year: int, units_expected: Sequence[str]) -> Summary:
    """Return the sum over the units that are expected, one report each.

    Raises ValueError, naming them, for units that stand twice, have several reports, or are not expected.
    """
    from pipelines.auditing.adding_notes import notes_of_cells  # noqa: PLC0415  # it loads polars, after workers began

    by_unit = _by_unit(list(parts), units_expected)
    notes = notes_of_cells(form.id)
    cells = {}
    for path in form.cell_paths:
        name, unit = path_name(path), form.table_by_id[path[0]].unit_of(path[1], path[2])
        told = [(each, list(_told(each, by_unit.get(each), path, form))) for each in units_expected]
        # A unit of which one of several cells is not known is not known.
        added = [part for _, each in told for part in each if not any(isinstance(of, Gap) for of in each)]
        contributions = tuple(part for part in added if isinstance(part, Contribution))
        gaps = tuple(part for _, each in told for part in each if isinstance(part, Gap))
        total = number_of(sum((Decimal(part.value) for part in contributions), Decimal(0))) if contributions else None
        cells[name] = SummedCell(path, unit, total, contributions, gaps, len(units_expected), notes.get(name, ()))
    return Summary(
        form,
        year,
        tuple(units_expected),
        tuple(unit for unit in units_expected if unit not in by_unit),
        {unit: part.form for unit, part in by_unit.items() if part.form != form.id},
        cells,
    )


def summary_values(summary: Summary) -> dict[CellPath, Value]:
    """Return what of a summary may be filled into the official form: the cells that all units are known for.

    A sum of some units alone looks there like that of all, and no cell of the form can say otherwise: it stays blank,
    as an unknown one does, and the sheets beside the form tell both with the units that are lacking.
    """
    return {cell.path: cell.value for cell in summary.of_state(COMPLETE)}


def _by_unit(parts: Sequence[Part], expected: Sequence[str]) -> dict[str, Part]:
    if twice := _repeated(expected):
        raise ValueError(f"units are expected twice: {', '.join(twice)}")
    if twice := _repeated([part.unit for part in parts]):
        raise ValueError(f"units have several reports, and one has to count: {', '.join(twice)}")
    if strange := sorted({part.unit for part in parts} - {*expected}):
        raise ValueError(f"units have a report and are not expected: {', '.join(strange)}")
    return {part.unit: part for part in parts}


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _told(unit: str, part: Part | None, path: CellPath, form: Form) -> Iterator[Contribution | Gap]:
    if part is None:
        yield Gap(unit, MISSING)
        return
    for found in figures_of(part.cells, part.form, path, form):
        if found.value is not None:
            yield Contribution(unit, part.file, found.cell, found.value, found.raw, found.place)
        else:
            yield Gap(unit, str(found.reason), part.file, found.cell, found.raw, found.place)
