"""Look up divisions and townships by code, name, pinyin, telephone area and year.

Belongs here: reading the tables and the indexes over them. Keep out: scoring, titles, building the tables.
A year means its 31 December. What is needed for every name is indexed at loading; the rest when first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines.agencies.gazetteer.entries import Entry
from pipelines.agencies.gazetteer.regions import read_regions
from pipelines.agencies.gazetteer.stored_tables import TABLES, StoredTables

if TYPE_CHECKING:
    import polars as pl

FIRST_VINTAGE, LAST_VINTAGE = 2017, 2023


class Division(NamedTuple):
    """A code under one name, in force on 31 December of valid_from ... valid_to - 1 (None: still in force).

    since_before says that valid_from is only the first list there is. latest_code is today's code of most of it.
    """

    code: str
    name: str
    short_name: str
    level: str
    kind: str
    province_code: str
    prefecture_code: str | None
    parent_code: str | None
    valid_from: int
    valid_to: int | None
    since_before: bool
    is_official: bool
    latest_code: str | None
    pinyin: str
    region: str | None

    def in_force(self, year: int) -> bool:
        """Say whether it is in force on 31 December; zones known from the first vintage count for earlier years too."""
        begun = self.valid_from <= year or (self.since_before and not self.is_official)
        return begun and (self.valid_to is None or year < self.valid_to)


class Township(NamedTuple):
    """A 9-digit code of the statistics bureau under one name, in the vintages first_vintage ... last_vintage."""

    code: str
    county_code: str
    name: str
    normalised_name: str
    stem: str
    kind: str
    is_zone_like: bool
    first_vintage: int
    last_vintage: int


class Successor(NamedTuple):
    """One row of division_succession."""

    from_code: str | None
    from_name: str | None
    to_code: str | None
    to_name: str | None
    year: int
    kind: str


Versions = tuple[Division, ...]


def vintage_of(year: int) -> tuple[int, bool]:
    """Return the township vintage to use for a year, and whether that is extrapolated."""
    vintage = min(max(year, FIRST_VINTAGE), LAST_VINTAGE)
    return vintage, vintage != year


def _grouped(pairs: Iterable[tuple[str, Division]]) -> dict[str, Versions]:
    lists: dict[str, list[Division]] = {}
    for key, division in pairs:
        lists.setdefault(key, []).append(division)
    return {key: tuple(held) for key, held in lists.items()}


def _listed_in(vintage: int, towns: Iterable[Township]) -> tuple[Township, ...]:
    return tuple(town for town in towns if town.first_vintage <= vintage <= town.last_vintage)


def _at(versions: Versions, year: int | None) -> Versions:
    return versions if year is None else tuple(division for division in versions if division.in_force(year))


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The tables and their indexes; `version` changes with any byte of the tables.

    by_code, by_name (official name) and by_stem hold all versions of all years and may be read directly.
    """

    version: str
    by_code: dict[str, Versions]
    by_name: dict[str, Versions]
    by_stem: dict[str, Versions]
    tables: StoredTables

    @cached_property
    def township_table(self) -> pl.DataFrame:
        """Return the townships of all vintages."""
        return self.tables.frame("township")

    @cached_property
    def succession_table(self) -> pl.DataFrame:
        """Return which divisions became which."""
        return self.tables.frame("division_succession")

    @cached_property
    def area_table(self) -> pl.DataFrame:
        """Return the places that telephone areas serve."""
        return self.tables.frame("area_code")

    @cached_property
    def township_names(self) -> frozenset[str]:
        """Return the normalised names of all townships."""
        return frozenset(self._townships["normalised_name"])

    @cached_property
    def entries(self) -> frozenset[Entry]:
        """Return code and name of all versions."""
        return frozenset((division.code, division.name) for held in self.by_code.values() for division in held)

    def division(self, code: str, year: int) -> Division | None:
        """Return the version of a code in force in a year."""
        for division in self.by_code.get(code, ()):
            if division.in_force(year):
                return division
        return None

    def named(self, name: str, year: int | None = None) -> Versions:
        """Return the divisions with this official name (东山区), in force in a year or in any."""
        return _at(self.by_name.get(name, ()), year)

    def stemmed(self, stem: str, year: int | None = None) -> Versions:
        """Return the divisions with this stem (东山), in force in a year or in any."""
        return _at(self.by_stem.get(stem, ()), year)

    def spelled(self, pinyin: str, year: int | None = None) -> Versions:
        """Return the divisions whose stem has this pinyin (dongshan), and provinces with this host label (nmg)."""
        return _at(self._by_pinyin.get(pinyin, ()), year)

    def children(self, code: str, year: int) -> Versions:
        """Return the divisions directly below a code in a year, by code."""
        return _at(self._by_parent.get(code, ()), year)

    def path(self, code: str, year: int) -> str | None:
        """Return 省/市/县 down to a code (黑龙江省/鹤岗市/东山区); None when the code is not in force in the year."""
        names: list[str] = []
        division = self.division(code, year)
        while division:
            names.append(division.name)
            division = self.division(division.parent_code, year) if division.parent_code else None
        return "/".join(reversed(names)) or None

    def successors(self, code: str, name: str) -> tuple[Successor, ...]:
        """Return the rows in which this division is the predecessor, by year."""
        return self._successors.get((code, name), ())

    def predecessors(self, code: str, name: str) -> tuple[Successor, ...]:
        """Return the rows in which this division is the successor, by year."""
        return self._predecessors.get((code, name), ())

    def area(self, area_code: str) -> tuple[str, ...]:
        """Return today's codes of the places a telephone area code (0571) serves; a municipality's is its province."""
        return self._areas.get(area_code, ())

    def host_labels(self, code: str) -> tuple[str, ...]:
        """Return the labels that a province's portals use in host names beside its pinyin (nmg)."""
        return self._host_labels.get(code, ())

    def townships_named(self, name: str, year: int) -> tuple[Township, ...]:
        """Return the townships with this normalised name or stem in the vintage for a year (`vintage_of`)."""
        return _listed_in(vintage_of(year)[0], self.townships_ever(name))

    def is_township(self, name: str) -> bool:
        """Say whether a township in any vintage has this normalised name or stem."""
        return name in self._rows_by_name

    def townships_ever(self, name: str) -> tuple[Township, ...]:
        """Return the townships with this normalised name or stem in any vintage."""
        return tuple(map(self._town, self._rows_by_name.get(name, ())))

    def townships_of(self, county_code: str, year: int) -> tuple[Township, ...]:
        """Return the townships of a county of a year in the vintage for it.

        Where the vintage has the county under another code (later changes, cut-offs before December), under that one.
        """
        vintage, _ = vintage_of(year)
        division = self.division(county_code, year)
        twins = self._by_latest.get(division.latest_code or "", ()) if division else ()
        for codes in (self.codes_at(county_code, year, vintage), dict.fromkeys(twin.code for twin in twins)):
            rows = (row for code in codes for row in self._rows_by_county.get(code, ()))
            held = _listed_in(vintage, map(self._town, rows))
            if held:
                return held
        return ()

    def twins(self, latest_code: str, year: int | None = None) -> Versions:
        """Return the divisions, of a year or of any, that today's division with this code was made of."""
        return _at(self._by_latest.get(latest_code, ()), year)

    def codes_at(self, code: str, year: int, other: int) -> tuple[str, ...]:
        """Return the codes in another year of the division that has a code in a year; more than one after a merger."""
        division = self.division(code, year)
        if division is None:
            return ()
        if division.in_force(other):
            return (code,)
        held = self._by_latest.get(division.latest_code or "", ())
        return tuple(dict.fromkeys(twin.code for twin in _at(held, other) if twin.level == division.level))

    def _town(self, row: int) -> Township:
        return Township._make(column[row] for column in self._town_columns)

    @cached_property
    def _town_columns(self) -> list[list[Any]]:
        return [self._townships[name] for name in Township._fields]

    @cached_property
    def _townships(self) -> dict[str, list[Any]]:
        return self.tables.columns("township")

    @cached_property
    def _host_labels(self) -> dict[str, tuple[str, ...]]:
        provinces = read_regions(self.entries).provinces
        return {f"{code}0000": province.hosts for code, province in provinces.items()}

    @cached_property
    def _by_pinyin(self) -> dict[str, Versions]:
        every = [division for versions in self.by_code.values() for division in versions]
        pairs = [(division.pinyin, division) for division in every]
        for code, labels in self._host_labels.items():
            for label in labels:
                pairs += [(label, held) for held in self.by_code[code] if held.pinyin != label]
        return _grouped(pairs)

    @cached_property
    def _by_parent(self) -> dict[str, Versions]:
        every = (division for versions in self.by_code.values() for division in versions)
        return _grouped((division.parent_code, division) for division in every if division.parent_code)

    @cached_property
    def _by_latest(self) -> dict[str, Versions]:
        every = (division for versions in self.by_code.values() for division in versions)
        return _grouped((division.latest_code, division) for division in every if division.latest_code)

    @cached_property
    def _successors(self) -> dict[tuple[str, str], tuple[Successor, ...]]:
        return self._changes(from_side=True)

    @cached_property
    def _predecessors(self) -> dict[tuple[str, str], tuple[Successor, ...]]:
        return self._changes(from_side=False)

    def _changes(self, *, from_side: bool) -> dict[tuple[str, str], tuple[Successor, ...]]:
        out: dict[tuple[str, str], list[Successor]] = {}
        for row in map(Successor._make, zip(*self.tables.columns("division_succession").values(), strict=True)):
            code, name = (row.from_code, row.from_name) if from_side else (row.to_code, row.to_name)
            if code and name:
                out.setdefault((code, name), []).append(row)
        return {key: tuple(rows) for key, rows in out.items()}

    @cached_property
    def _areas(self) -> dict[str, tuple[str, ...]]:
        out: dict[str, list[str]] = {}
        table = self.tables.columns("area_code")
        for area_code, code in zip(table["area_code"], table["code"], strict=True):
            out.setdefault(area_code, []).append(code)
        return {area_code: tuple(dict.fromkeys(codes)) for area_code, codes in out.items()}

    @cached_property
    def _rows_by_name(self) -> dict[str, list[int]]:
        out: dict[str, list[int]] = {}
        names = self._townships["normalised_name"], self._townships["stem"]
        for row, (name, stem) in enumerate(zip(*names, strict=True)):
            out.setdefault(name, []).append(row)
            if stem != name:
                out.setdefault(stem, []).append(row)
        return out

    @cached_property
    def _rows_by_county(self) -> dict[str, list[int]]:
        out: dict[str, list[int]] = {}
        for row, code in enumerate(self._townships["county_code"]):
            out.setdefault(code, []).append(row)
        return out


def load_gazetteer(tables: Path = TABLES) -> Gazetteer:
    """Read the tables and index divisions by code, name and stem."""
    stored = StoredTables(tables)
    divisions = list(map(Division._make, zip(*stored.columns("division").values(), strict=True)))
    return Gazetteer(
        version=stored.version,
        by_code=_grouped((division.code, division) for division in divisions),
        by_name=_grouped((division.name, division) for division in divisions),
        by_stem=_grouped((division.short_name, division) for division in divisions),
        tables=stored,
    )
