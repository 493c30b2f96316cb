"""What came against what must come: a row a unit, and apart from them the government's own report and all the rest.

A unit that sent nothing is missing, which is no 0. Of several reports at most one counts (`counting`). Belongs here:
whose report is which, and the state of each unit. Keep out: reading files (`received`), words (`overview`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, NamedTuple

from pipelines.agencies.deadlines import deadline
from pipelines.agencies.gazetteer import Division
from pipelines.agencies.organs import GOVERNMENT
from pipelines.agencies.resolver import EXACT, INFERRED
from pipelines.contracts.codes import code_list
from pipelines.engine.stored_tables import QUARANTINED
from pipelines.office.apart import SUM, Apart, set_apart
from pipelines.office.checked import ERROR, WARNING, Checked, CheckedFile, CheckedReport
from pipelines.office.counting import CONFLICTING, Stood, decided
from pipelines.office.received import Received, Reception
from pipelines.office.roster import REPORTS, Roster, Unit, government_key, named_apart, plain_name, resolved

STATES = code_list("unit_state")
MISSING, OTHER_YEAR, UNDECIDED, LATE, TWICE, RECEIVED = STATES.named(
    "missing", "other_year", "undecided", "late", "twice", "received"
)
(_SUMMARY,) = code_list("scope").named("summary")
(_TOWNSHIP,) = code_list("level").named("township")
# A government without its county (`plain_name`).
_GOVERNMENTS = ("人民政府", "政府")
# What a file name says before its year, kind and edition, where that is the name of an agency.
_AFTER_AGENCY = re.compile(r"[\d（(【\[_\-—.+]|年度|年报|报告|政府信息|信息公开")
_AGENCY = re.compile(r".+(?:局|委员会|办公室|办事处|中心|政府|镇|乡|街道)$")
# How a report was found to be of a unit: by the key of its agency, or by its name alone.
BY_AGENCY, BY_NAME = "agency", "name"


class Counting(NamedTuple):
    """A unit that counts, its file and report, and the report as it was judged."""

    unit: Unit
    file: CheckedFile
    report: CheckedReport
    judged: dict[str, Any]


class CountingUnits(Sequence[Counting]):
    """The units that count; each judged report is unpacked when it is asked for, so that few are in memory."""

    def __init__(self, rows: Sequence[UnitRow]) -> None:
        self._rows = [(row.unit, row.counts) for row in rows if row.counts is not None]

    def __len__(self) -> int:
        """Return how many units count."""
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        """Return a unit, or those of a slice, as Counting."""
        if isinstance(place, slice):
            return [self._of(*each) for each in self._rows[place]]
        return self._of(*self._rows[place])

    def __iter__(self) -> Iterator[Counting]:
        """Yield the units in the order of the roster."""
        return (self._of(*each) for each in self._rows)

    @staticmethod
    def _of(unit: Unit, counts: Received) -> Counting:
        return Counting(unit, counts.file, counts.report, counts.judged)


@dataclass(frozen=True)
class UnitRow:
    """A unit and what it sent: the reports of the year with what became of each, those of other years, its state.

    `how` tells how each report was found to be of it (BY_AGENCY, BY_NAME), by its place in `reports` and `others`.
    `unread` are files that could not be read and bear its name: a hint, no more. `misnamed` are files of its reports
    that bear the name of another unit, with that name; `elsewhere` files that bear its name and hold another's report.
    """

    unit: Unit
    state: str
    reports: tuple[Stood, ...] = ()
    others: tuple[Received, ...] = ()
    how: tuple[str, ...] = ()
    unread: tuple[CheckedFile, ...] = ()
    misnamed: tuple[tuple[CheckedFile, str], ...] = ()
    elsewhere: tuple[tuple[CheckedFile, str], ...] = ()
    due_on: date | None = None

    @property
    def counts(self) -> Received | None:
        """Return the report that counts, if one does."""
        return next((each.received for each in self.reports if each.counts), None)

    @property
    def received(self) -> tuple[Received, ...]:
        """Return all that it sent, in the order of `how`."""
        return (*(each.received for each in self.reports), *self.others)

    @property
    def published_on(self) -> date | None:
        """Return when the report that counts was published, where it says so."""
        return self.counts.published_on if self.counts else None

    @property
    def is_late(self) -> bool:
        """Tell whether the report that counts was published after the day; one without a date is not known to be."""
        return None not in (self.published_on, self.due_on) and self.published_on > self.due_on  # type: ignore[operator]

    def count(self, severity: str) -> int:
        """Return how many findings of a severity there are in the report that counts, else in all of the year."""
        if self.counts is not None:
            return self.counts.report.count(severity)
        return max((each.received.report.count(severity) for each in self.reports), default=0)


class Stray(NamedTuple):
    """A report of no unit; `candidates` are the units that its name could be of, where there are several.

    `apart` tells why it is added to nothing, where that is known.
    """

    received: Received
    candidates: tuple[str, ...]
    apart: Apart | None = None


@dataclass(frozen=True)
class Coverage:
    """What an office has of a year: a row a unit in the order of the roster, and what is of none of them."""

    year: int
    county: Division | None
    roster: Roster
    rows: tuple[UnitRow, ...]
    government: tuple[Stood, ...]
    strays: tuple[Stray, ...]
    of_other_years: tuple[Received, ...]
    checked: Checked = field(repr=False)

    @property
    def counting(self) -> Sequence[Counting]:
        """Return the units that count, each with file, report and judged report, in the order of the roster."""
        return CountingUnits(self.rows)

    @property
    def government_report(self) -> Received | None:
        """Return the government's own report of the year: the one that counts, if it is known which.

        Where no county is known, reports of two governments leave it open.
        """
        found = [each.received for each in self.government if each.counts]
        return found[0] if len(found) == 1 else None

    @property
    def not_counting(self) -> list[Unit]:
        """Return the units of which nothing counts: what is not known of them is no 0."""
        return [row.unit for row in self.rows if row.counts is None]

    @property
    def by_severity(self) -> list[UnitRow]:
        """Return the rows worst first: by state, then errors, then warnings."""
        order = {state: place for place, state in enumerate(STATES)}
        return sorted(self.rows, key=lambda row: (order[row.state], -row.count(ERROR), -row.count(WARNING)))

    @property
    def states(self) -> dict[str, int]:
        """Return how many units are in each state, worst first; a state of none is left out."""
        found = [row.state for row in self.rows]
        return {state: found.count(state) for state in STATES if state in found}

    @property
    def not_read(self) -> list[CheckedFile]:
        """Return the files that could not be read."""
        return [file for file in self.checked.files if file.outcome == QUARANTINED]

    @property
    def not_reports(self) -> list[CheckedFile]:
        """Return the files that are read and hold no report."""
        left = (file for file in self.checked.files if not file.reports and not file.attached_to)
        return [file for file in left if file.outcome != QUARANTINED]

    @property
    def attachments(self) -> list[CheckedFile]:
        """Return the files whose tables are in the report of a text that they came with."""
        return [file for file in self.checked.files if file.attached_to]

    @property
    def with_errors(self) -> int:
        """Return how many units that count have errors."""
        return sum(row.counts is not None and row.count(ERROR) > 0 for row in self.rows)


class _Whose:
    """Finds the unit of a report: by its agency where both are known, else by its name."""

    def __init__(self, roster: Roster, county: Division | None) -> None:
        self._county = county
        self._by_key = {unit.agency_key: unit for unit in roster.units if unit.agency_key is not None}
        self._by_name: dict[str, list[Unit]] = {}
        for unit in roster.units:
            for name in dict.fromkeys(plain_name(each, county) for each in (unit.name, unit.agency) if each):
                self._by_name.setdefault(name, []).append(unit)

    def unit_of(self, received: Received) -> tuple[Unit | None, str, tuple[str, ...]]:
        """Return the unit, how it was found, and where it is none the units that the name could be of."""
        match, printed = received.match, received.report.agency_printed
        is_known = match["status"] in (EXACT, INFERRED) and match["agency_key"] is not None
        if is_known and (own := self._by_key.get(match["agency_key"])) is not None:
            return own, BY_AGENCY, ()
        named = self._by_name.get(plain_name(printed, self._county), []) if printed else []
        # Where both are known, and are two agencies, a name says nothing.
        free = [unit for unit in named if not is_known or unit.agency_key is None]
        if len(free) == 1:
            return free[0], BY_NAME, ()
        return None, BY_NAME, tuple(unit.name for unit in free)

    def of_file_name(self, file: CheckedFile) -> Unit | None:
        """Return the unit that a file is named after; where it names several, the one of the longest name."""
        name = _name_of(file)
        found = sorted((each for each in self._by_name if len(each) > 1 and each in name), key=len)
        return self._by_name[found[-1]][0] if found and len(self._by_name[found[-1]]) == 1 else None

    def named_instead(self, file: CheckedFile, unit: Unit, year: int) -> Unit | str | None:
        """Return what a file of a unit's report is named after, where that is another unit, or another agency's name.

        A name that has that of the unit in it as well, or none at all, says nothing.
        """
        name = _name_of(file)
        own = {plain_name(each, self._county) for each in (unit.name, unit.agency) if each}
        if any(each in name for each in own):
            return None
        if (other := self.of_file_name(file)) is not None:
            return None if other is unit else other
        found = _AGENCY.match(_AFTER_AGENCY.split(name, maxsplit=1)[0])
        if found is None or plain_name(found[0], self._county) in own:
            return None
        named, of_unit = (resolved(each, year, self._county).organ for each in (found[0], unit.agency or unit.name))
        # 人社局 is 人力资源和社会保障局.
        is_one = (named.type, named.stem) == (of_unit.type, of_unit.stem)
        return None if is_one else found[0]


def _name_of(file: CheckedFile) -> str:
    return plain_name(PurePath(file.file.replace("!/", "/")).stem, None)


def coverage(
    reception: Reception,
    roster: Roster,
    year: int,
    county: Division | None,
    *,
    government_files: frozenset[str] = frozenset(),
    arrivals: Mapping[str, datetime] | None = None,
) -> Coverage:
    """Return what came of a year against a roster.

    `government_files` are the names of files whose reports are the government's own, whatever they say; without any it
    is known by its agency. `arrivals` tells when a content (sha256) was first seen.
    """
    of_unit: dict[int, list[tuple[Received, str]]] = {id(unit): [] for unit in roster.units}
    government: list[Received] = []
    strays: list[Stray] = []
    of_other_years: list[Received] = []
    whose = _Whose(roster, county)
    of_none = set_apart(reception.reports, year, county)
    for each in reception.reports:
        is_of_year = each.report.year == year
        if not is_of_year:
            of_other_years.append(each)
        if each.file.file in government_files or (not government_files and is_government(each, county, year)):
            government += [each] if is_of_year else []
            continue
        unit, how, candidates = whose.unit_of(each)
        why = of_none.get(id(each))
        # A roster that names a unit of another place says that it is one of its own.
        is_sum = why is not None and why.why == SUM
        if unit is not None and not is_sum and not is_government(each, county, year):
            of_unit[id(unit)].append((each, how))
        elif is_of_year:
            strays.append(Stray(each, candidates, why))
    sets = [[each for each, _ in of_unit[id(unit)] if each.report.year == year] for unit in roster.units]
    by_government: dict[Any, list[Received]] = {}
    for each in government:
        is_one = government_files or county is not None
        by_government.setdefault(None if is_one else each.match["agency_key"] or each.report_key, []).append(each)
    stood = decided([*sets, *by_government.values()], arrivals or {})
    of_government = [each for own in stood[len(sets) :] for each in own]
    unread = _unread(reception.checked, whose)
    rows = [
        _row(unit, reports, of_unit[id(unit)], unread.get(id(unit), []), year)
        for unit, reports in zip(roster.units, stood[: len(sets)], strict=True)
    ]
    apart = (tuple(of_government), tuple(strays), tuple(of_other_years))
    return Coverage(year, county, roster, tuple(_with_names(rows, whose, year)), *apart, reception.checked)


def is_government(received: Received, county: Division | None, year: int) -> bool:
    """Tell whether a report is that of the county's government, which reports for all units; a town's is none.

    Of a name that several places have (鼓楼区人民政府) it is that of the county whose reports these are.
    """
    match, printed = received.match, received.report.agency_printed
    if county is None:
        is_summary = match["scope"] == _SUMMARY and match["agency_type"] == GOVERNMENT
        return bool(is_summary and match["level"] != _TOWNSHIP)
    if match["status"] in (EXACT, INFERRED):
        return bool(match["agency_key"] == government_key(county, year))
    return printed is not None and plain_name(printed, county) in _GOVERNMENTS


def _unread(checked: Checked, whose: _Whose) -> dict[int, list[CheckedFile]]:
    found: dict[int, list[CheckedFile]] = {}
    for file in checked.files:
        if file.outcome == QUARANTINED and (unit := whose.of_file_name(file)) is not None:
            found.setdefault(id(unit), []).append(file)
    return found


def _row(
    unit: Unit,
    stood: Sequence[Stood],
    all_of_unit: Sequence[tuple[Received, str]],
    unread: Sequence[CheckedFile],
    year: int,
) -> UnitRow:
    others = tuple(each for each, _ in all_of_unit if each.report.year != year)
    how_of = {id(each): how for each, how in all_of_unit}
    how = tuple(how_of[id(each)] for each in (*(its.received for its in stood), *others))
    kind = next((each.received.match["agency_type"] for each in stood if each.counts), None) or unit.agency_type
    row = UnitRow(unit, RECEIVED, tuple(stood), others, how, tuple(unread), due_on=deadline(year, kind))
    return replace(row, state=_state(row))


def _with_names(rows: Sequence[UnitRow], whose: _Whose, year: int) -> Iterator[UnitRow]:
    """Yield the rows with what the names of files say against what is in them."""
    elsewhere: dict[int, list[tuple[CheckedFile, str]]] = {}
    misnamed: dict[int, list[tuple[CheckedFile, str]]] = {}
    for row in rows:
        for file in {each.file.number: each.file for each in row.received}.values():
            other = whose.named_instead(file, row.unit, year)
            if isinstance(other, Unit):
                elsewhere.setdefault(id(other), []).append((file, row.unit.name))
            if other is not None:
                name = other.name if isinstance(other, Unit) else other
                misnamed.setdefault(id(row.unit), []).append((file, name))
    for row in rows:
        own, others = (tuple(found.get(id(row.unit), ())) for found in (misnamed, elsewhere))
        yield replace(row, misnamed=own, elsewhere=others)


def _state(row: UnitRow) -> str:
    if not row.reports:
        return OTHER_YEAR if row.others else MISSING
    if any(each.status == CONFLICTING for each in row.reports) or row.counts is None:
        return UNDECIDED
    if row.is_late:
        return LATE
    return TWICE if len(row.reports) > 1 else RECEIVED


def units_of(reception: Reception, year: int, county: Division | None) -> Roster:
    """Return the units that sent a report of a year, in the order of their files: who is missing is not known."""
    found: dict[int | str, Unit] = {}
    known: set[str] = set()
    of_none = set_apart(reception.reports, year, county)
    of_year = [
        each
        for each in reception.reports
        if each.report.year == year and not is_government(each, county, year) and id(each) not in of_none
    ]
    for each in sorted(of_year, key=lambda each: each.match["agency_key"] is None):
        match, name = each.match, each.report.agency
        if name is None:
            continue
        plain, key = plain_name(name, county), match["agency_key"]
        if key is None and plain in known:
            continue
        known.add(plain)
        kind = match["agency_type"]
        unit = Unit(name, agency_key=key, agency=name, agency_type=kind, status=match["status"])
        found.setdefault(key or plain, unit)
    order = {each.report.agency: place for place, each in reversed(list(enumerate(of_year)))}
    return Roster(named_apart(sorted(found.values(), key=lambda unit: order[unit.name])), REPORTS)


def year_of_most(reception: Reception) -> int | None:
    """Return the year that most reports are of, of several the latest; None where no report tells its year."""
    years = reception.checked.years
    return max(years, key=lambda year: (years[year], year)) if years else None
