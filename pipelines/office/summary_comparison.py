"""A government's own report against the sum over its units, cell by cell, with what may explain each difference.

A sum of some units is compared, too, and says so: where the government left out the same units both agree. Belongs
here: comparing. Keep out: candidates (`difference_causes`), adding (`summary`), words (`summary_words`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.forms import CellPath, Form
from pipelines.office.cell_figures import CellFigure, Cells, Number, figures_of, number_of
from pipelines.office.difference_causes import Candidate, Difference, SharedCause, candidates, shared_causes
from pipelines.office.summary import COMPLETE, Part, Summary, SummedCell

EQUAL, DIFFERENT, GOVERNMENT_BLANK, SUM_UNKNOWN, SUM_PARTIAL = code_list("comparison_state").named(
    "equal", "different", "government_blank", "sum_unknown", "sum_partial"
)


@dataclass(frozen=True)
class GovernmentFigure:
    """What the government's report says of a cell: its number, else the reason (a code of cell_status or sum_gap)."""

    value: Number | None
    reason: str | None
    raw: str | None
    place: Mapping[str, Any]


@dataclass(frozen=True)
class ComparedCell:
    """A cell of the sum beside the government's; `difference` is that one less the sum, where both have a number."""

    sum: SummedCell
    government: GovernmentFigure
    state: str
    difference: Number | None
    candidates: tuple[Candidate, ...] = ()

    @property
    def is_differing(self) -> bool:
        """Tell whether there is a difference to be explained; the sum may be of some units alone."""
        return bool(self.difference)


@dataclass(frozen=True)
class Comparison:
    """All cells by path; `shared` are causes that explain several differences at once, most first."""

    cells: Mapping[str, ComparedCell]
    shared: tuple[SharedCause, ...] = ()

    @property
    def differing(self) -> list[ComparedCell]:
        """Return the cells with a difference, in the order of the form."""
        return [cell for cell in self.cells.values() if cell.is_differing]

    @property
    def unexplained(self) -> list[ComparedCell]:
        """Return the cells whose difference nothing fits."""
        return [cell for cell in self.differing if not cell.candidates]

    def of_state(self, state: str) -> list[ComparedCell]:
        """Return the cells of a state."""
        return [cell for cell in self.cells.values() if cell.state == state]


def compared(
    summary: Summary,
    government_cells: Cells,
    *,
    government_form: str | None = None,
    last_year: Mapping[str, Part] | None = None,
    own: Part | None = None,
    not_counting: Sequence[Part] = (),
) -> Comparison:
    """Return a summary beside the cells of the government's own report.

    `government_form` is the form of that report, where it is not the year's. `last_year` are last year's reports by
    unit, `own` a report of the government's own figures that is not among the units, `not_counting` reports that came
    and are in no sum; their figures are candidates.
    """
    form = summary.form
    government = {
        name: _government(figures_of(government_cells, government_form or form.id, cell.path, form))
        for name, cell in summary.cells.items()
    }
    both = {
        name: _difference(cell, government[name].value, form, _Beside(last_year or {}, own, not_counting))
        for name, cell in summary.cells.items()
    }
    known = {name: each for name, each in both.items() if each is not None}
    differing = {name: each for name, each in known.items() if each.amount}
    found = candidates(differing, form)
    shared = shared_causes(differing, found, known)
    rank = {(each.cause, each.unit): n for n, each in enumerate(shared)}
    cells = {
        name: _compared(cell, government[name], both[name], _ranked(found.get(name, []), rank))
        for name, cell in summary.cells.items()
    }
    return Comparison(cells, tuple(shared))


def _ranked(found: list[Candidate], rank: Mapping[tuple[str, str | None], int]) -> tuple[Candidate, ...]:
    """Return candidates, those first that explain most cells."""
    return tuple(sorted(found, key=lambda each: rank.get((each.cause, each.unit), len(rank))))


def _compared(
    cell: SummedCell, government: GovernmentFigure, both: Difference | None, found: tuple[Candidate, ...]
) -> ComparedCell:
    if both is None:
        state = SUM_UNKNOWN if cell.value is None else GOVERNMENT_BLANK
        return ComparedCell(cell, government, state, None)
    state = SUM_PARTIAL if cell.state != COMPLETE else DIFFERENT if both.amount else EQUAL
    return ComparedCell(cell, government, state, number_of(both.amount), found)


def _government(figures: Sequence[CellFigure]) -> GovernmentFigure:
    total = Decimal(0)
    for each in figures:
        if each.value is None:
            return GovernmentFigure(None, each.reason, each.raw, each.place)
        total += each.value
    return GovernmentFigure(number_of(total), None, " + ".join(str(each.raw) for each in figures), figures[0].place)


class _Beside(NamedTuple):
    """Reports beside those that are added, whose figures are candidates."""

    last_year: Mapping[str, Part]
    own: Part | None
    not_counting: Sequence[Part]


def _difference(cell: SummedCell, government: Number | None, form: Form, beside: _Beside) -> Difference | None:
    if cell.value is None or government is None:
        return None

    def known(parts: Iterable[tuple[str, Part]]) -> dict[str, Number]:
        return {name: number for name, part in parts if (number := _of_part(part, cell.path, form)) is not None}

    own = None if beside.own is None else _of_part(beside.own, cell.path, form)
    others = known((part.unit, part) for part in beside.not_counting)
    return Difference(cell.value, government, cell.by_unit, known(beside.last_year.items()), own, others)


def _of_part(part: Part, path: CellPath, form: Form) -> Number | None:
    return _government(figures_of(part.cells, part.form, path, form)).value
