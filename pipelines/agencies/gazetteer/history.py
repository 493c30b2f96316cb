"""Yearly lists -> versions of divisions and their succession.

Belongs here: correcting the lists by changes.yml, cutting them into versions, finding successors. Keep out: archives,
townships, pinyin and Parquet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from pipelines.agencies.gazetteer.changes import Change, Declared
from pipelines.agencies.gazetteer.entries import Entry
from pipelines.agencies.gazetteer.names import (
    MUNICIPALITIES,
    OUTSIDE_MAINLAND,
    PROVINCE_MANAGED,
    division_stem,
    is_pseudo_code,
    kind_of,
    level_of,
)

Lists = dict[int, dict[str, str]]
_GROUPINGS = frozenset({"市辖区", "县", "市"})


class Succession(NamedTuple):
    """One row of division_succession; an established division has no predecessor, a delisted zone no successor."""

    from_code: str | None
    from_name: str | None
    to_code: str | None
    to_name: str | None
    year: int
    kind: str


class Version(NamedTuple):
    """A code under one name: in force on 31 December of valid_from ... valid_to - 1."""

    code: str
    name: str
    valid_from: int
    valid_to: int | None


@dataclass
class BuildReport:
    """What the build tells a maintainer: where lists were corrected and what it could not explain."""

    corrected: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)


def is_official(code: str, declared: Declared) -> bool:
    """Say whether a division exists in law; zones and committees of the bureau's lists do not."""
    return not is_pseudo_code(code) and code not in declared.unofficial


def cleaned(listed: dict[str, str], declared: Declared) -> dict[str, str]:
    """Return a list without groupings (市辖区, 省直辖县级行政区划) and with the declared readings."""
    out: dict[str, str] = {}
    for code, name in listed.items():
        outside = code[:2] in OUTSIDE_MAINLAND and not code.endswith("0000")
        city_of_municipality = code[:2] in MUNICIPALITIES and code.endswith("00") and not code.endswith("0000")
        managed_group = code[2:4] == PROVINCE_MANAGED and code.endswith("00")
        if outside or city_of_municipality or managed_group or name in _GROUPINGS or (code, name) in declared.dropped:
            continue
        read_code, read_name = declared.readings.get((code, name), (code, name))
        if read_code in out and out[read_code] != read_name:
            raise ValueError(f"{read_code} is both {out[read_code]} and {read_name}: see readings in changes.yml")
        out[read_code] = read_name
    return out


def fill_gaps(lists: Lists, report: BuildReport) -> None:
    """Put back entries that a list between two others leaves out while nothing else takes their code."""
    years: dict[Entry, list[int]] = {}
    for year in sorted(lists):
        for entry in lists[year].items():
            years.setdefault(entry, []).append(year)
    for (code, name), held in sorted(years.items()):
        gap = [year for year in range(held[0], held[-1]) if year in lists and year not in held]
        if gap and not any(code in lists[year] for year in gap):
            report.corrected.append(f"{code} {name}: left out of the lists of {_span(gap)}")
            for year in gap:
                lists[year][code] = name


def _span(years: list[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"


def _state(listed: dict[str, str], present: tuple[Entry, ...], absent: tuple[Entry, ...]) -> bool:
    """Put a list into a state; say whether it already was in it."""
    right = all(listed.get(code) == name for code, name in present)
    right &= all(listed.get(code) != name for code, name in absent)
    for code, name in absent:
        if listed.get(code) == name:
            del listed[code]
    listed.update(present)
    return right


def apply_changes(lists: Lists, changes: Iterable[Change], report: BuildReport) -> None:
    """Put every declared change into its year: lists are corrected both ways until the first that agrees."""
    for change in changes:
        late, early = [], []
        for year in range(change.year, max(lists) + 1):
            if _state(lists[year], change.new, change.gone):
                break
            late.append(year)
        for year in range(change.year - 1, min(lists) - 1, -1):
            if _state(lists[year], change.gone, change.new):
                break
            early.append(year)
        for years, word in ((late, "later than"), (sorted(early), "before")):
            if years:
                what = " ".join(f"{code} {name}" for code, name in change.new or change.gone)
                report.corrected.append(f"{what}: listed {word} {change.year}; lists of {_span(years)} corrected")


def versions_of(lists: Lists) -> list[Version]:
    """Return the runs of years in which a code has one name, sorted; a run up to the last year is open."""
    years: dict[Entry, list[int]] = {}
    for year in sorted(lists):
        for entry in lists[year].items():
            years.setdefault(entry, []).append(year)
    out = []
    for (code, name), held in years.items():
        for _, run in groupby(enumerate(held), key=lambda pair: pair[1] - pair[0]):
            span = [year for _, year in run]
            end = span[-1] + 1
            out.append(Version(code, name, span[0], None if end > max(lists) else end))
    return sorted(out)


def _prefecture_stem(code: str, listed: dict[str, str]) -> str:
    return division_stem(listed.get(f"{code[:4]}00", ""))


def _change_kind(old: Entry, new: Entry, lists: Lists, year: int, official: bool = True) -> str:
    if old[0] == new[0]:
        return "renamed"
    if official and division_stem(old[1]) == division_stem(new[1]) and kind_of(*old) != kind_of(*new):
        return "upgraded"
    same = _prefecture_stem(old[0], lists[year - 1]) == _prefecture_stem(new[0], lists[year])
    return "recoded" if same else "moved"


def _twin(old: Entry, fresh: set[Entry]) -> Entry | None:
    """Return the one new entry of an old one's level and province with its name, code or stem."""
    near = [new for new in fresh if new[0][:2] == old[0][:2] and level_of(new[0]) == level_of(old[0])]
    stem = division_stem(old[1])
    for found in (
        [new for new in near if new[1] == old[1]],
        [new for new in near if new[0] == old[0]],
        [new for new in near if division_stem(new[1]) == stem],
    ):
        if len(found) == 1:
            return found[0]
    return None


def _declared_rows(change: Change, lists: Lists) -> Iterator[Succession]:
    for new in change.new + change.into:
        for old in change.gone:
            kind = change.kind
            if kind == "recoded":
                kind = _change_kind(old, new, lists, change.year)
            yield Succession(*old, *new, change.year, kind)
    if not change.gone:
        for code, name in change.new:
            for old in change.into:
                yield Succession(*old, code, name, change.year, change.kind)
            if not change.into:
                yield Succession(None, None, code, name, change.year, change.kind)


def succession_of(lists: Lists, declared: Declared, report: BuildReport) -> list[Succession]:
    """Return who follows whom: declared changes first, then equal names, codes and stems within a province."""
    out: list[Succession] = []
    for year in sorted(lists)[1:]:
        gone = set(lists[year - 1].items()) - set(lists[year].items())
        fresh = set(lists[year].items()) - set(lists[year - 1].items())
        for change in (change for change in declared.changes if change.year == year):
            out.extend(_declared_rows(change, lists))
            gone -= set(change.gone)
            fresh -= set(change.new)
        for old in sorted(gone):
            new = _twin(old, fresh)
            if new:
                fresh.remove(new)
                out.append(
                    Succession(*old, *new, year, _change_kind(old, new, lists, year, is_official(old[0], declared)))
                )
            elif is_official(old[0], declared):
                report.unexplained.append(f"{year}: {old[0]} {old[1]} ends without a successor")
            else:
                out.append(Succession(*old, None, None, year, "delisted"))
        for new in sorted(fresh):
            if is_official(new[0], declared):
                report.unexplained.append(f"{year}: {new[0]} {new[1]} begins without a predecessor")
            out.append(Succession(None, None, *new, year, "established"))
    return sorted(out, key=lambda row: (row.year, row.from_code or "", row.to_code or ""))


def latest_codes(
    versions: Iterable[Version], rows: Iterable[Succession], main: dict[str, str]
) -> dict[Version, str | None]:
    """Return for every version today's code of most of it; None where several follow and none is declared."""
    follows: dict[tuple[str, str], list[Succession]] = {}
    for row in rows:
        if row.from_code and row.from_name and row.to_code and row.kind != "established":
            follows.setdefault((row.from_code, row.from_name), []).append(row)
    versions = list(versions)
    by_entry: dict[Entry, list[Version]] = {}
    for version in versions:
        by_entry.setdefault((version.code, version.name), []).append(version)

    def latest(version: Version) -> str | None:
        if version.valid_to is None:
            return version.code
        ends = [row for row in follows.get((version.code, version.name), ()) if row.year == version.valid_to]
        if len(ends) > 1:
            ends = [row for row in ends if row.to_code == main.get(version.code)]
        if len(ends) != 1 or not ends[0].to_code or not ends[0].to_name:
            return None
        after = by_entry.get((ends[0].to_code, ends[0].to_name), ())
        return next(
            (latest(next_) for next_ in after if next_.valid_from <= version.valid_to and _open(next_, version)), None
        )

    return {version: latest(version) for version in versions}


def _open(after: Version, before: Version) -> bool:
    """Say whether a version is in force on the day another ends; it keeps the chain from turning back."""
    return after.valid_to is None or (before.valid_to is not None and after.valid_to > before.valid_to)
