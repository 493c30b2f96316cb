"""The overview as rows of texts and numbers, the same in a workbook and on a page.

Belongs here: columns and their order. Keep out: words (`overview`, `rounds_told`), layout (`overview_xlsx`,
`overview_html`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.language import Language
from pipelines.office import county_sum, rounds_told
from pipelines.office.county_sum import CountySum
from pipelines.office.coverage import UnitRow
from pipelines.office.overview import OtherTold, Words
from pipelines.office.roster import Unit
from pipelines.office.rounds import Changes

Value = str | int | None
# Columns: the message of the heading, and the width in characters of a workbook.
UNIT_COLUMNS = (
    *(("check.number", 5), ("overview.unit", 18), ("overview.type", 9), ("overview.contact", 10)),
    *(("overview.state", 9), ("overview.file", 26), ("check.cells_heading", 8), ("check.errors", 6)),
    *(("check.warnings", 6), ("overview.published", 11), ("overview.due", 11), ("check.worst", 38)),
    *(("overview.remarks", 34), ("overview.change", 18)),
)
_MAYBE_EMPTY = ("overview.type", "overview.contact", "overview.published", "overview.change")
OTHER_COLUMNS = (("overview.any_file", 50), ("overview.what", 60), ("check.agency", 26), ("overview.report_year", 9))
BASIS_COLUMNS = (
    *(("overview.unit", 20), ("overview.row", 8), ("overview.agency", 26), ("overview.agency_status", 10)),
    *(("overview.evidence", 60), ("overview.any_file", 40)),
)


class UnitLine(NamedTuple):
    """A row of the overview: its values under UNIT_COLUMNS, the state as a code, the severity (error, warning)."""

    values: tuple[Value, ...]
    state: str
    severity: str | None


@dataclass(frozen=True)
class Overview:
    """What the overview shows: words, what changed (None: no rounds are kept), and whether the year was asked for.

    `added` is the sum of the units, where there is one.
    """

    words: Words
    changes: Changes | None = None
    is_year_asked: bool = True
    added: CountySum | None = None

    @property
    def language(self) -> Language:
        """Return the language of all words."""
        return self.words.language

    def headings(self, columns: tuple[tuple[str, int], ...]) -> list[str]:
        """Return the headings of columns."""
        return [self.words.say(code) for code, _ in columns]

    @property
    def has_changes(self) -> bool:
        """Tell whether there is a round before."""
        return self.changes is not None and self.changes.before is not None

    def change(self, row: UnitRow) -> str:
        """Return what changed of a unit since the round before, if there is one."""
        return rounds_told.change(self.changes.of(row), self.language) if self.changes is not None else ""

    @cached_property
    def unit_columns(self) -> tuple[tuple[str, int], ...]:
        """Return the columns of units: those of UNIT_COLUMNS that say anything."""
        return tuple(UNIT_COLUMNS[place] for place in self._shown)

    @property
    def state_column(self) -> int:
        """Return the place of the state among the columns of units."""
        return [code for code, _ in self.unit_columns].index("overview.state")

    def units(self) -> list[UnitLine]:
        """Return the units, worst first."""
        return [line._replace(values=tuple(line.values[place] for place in self._shown)) for line in self._lines]

    @cached_property
    def _shown(self) -> tuple[int, ...]:
        """Return the places of columns that are shown: what no roster tells and no round has is left out."""
        return tuple(
            place
            for place, (code, _) in enumerate(UNIT_COLUMNS)
            if code not in _MAYBE_EMPTY or any(line.values[place] for line in self._lines)
        )

    @cached_property
    def _lines(self) -> list[UnitLine]:
        return list(self._all_units())

    def _all_units(self) -> Iterator[UnitLine]:
        for number, row in enumerate(self.words.covered.by_severity, start=1):
            told = self.words.unit(row)
            values = (
                *(number, told.unit, told.type, told.contact, told.state, told.file, told.cells, told.errors),
                *(told.warnings, told.published, told.due, "\n".join(told.worst), "\n".join(told.remarks)),
                self.change(row),
            )
            yield UnitLine(values, row.state, told.severity)

    def others(self) -> Iterator[OtherTold]:
        """Yield every file that is of no unit."""
        return self.words.others()

    def basis(self) -> Iterator[tuple[Value, ...]]:
        """Yield of each unit what its match rests on."""
        for row in self.words.covered.rows:
            yield self._basis(row, row.unit)

    def _basis(self, row: UnitRow, unit: Unit) -> tuple[Value, ...]:
        status = code_list("agency_status").label(unit.status, self.language)
        files = "\n".join(self.words.file(each.file) for each in row.received)
        return (unit.name, unit.row, unit.agency or "", status, self.words.basis(row), files)

    def notes(self) -> Iterator[str]:
        """Yield the sentences that are told after the table."""
        if self.changes is not None:
            yield from rounds_told.closing(self.changes, self.language)
        yield from self.words.closing(is_year_asked=self.is_year_asked)
        if self.added is not None:
            yield from county_sum.told(self.added, self.language)
