"""New areas (雄安新区) that are agencies without being divisions: reading new_areas.yml and finding them in a name.

Belongs here: what is declared of them, and how a name begins with one. Keep out: what the rest of the name says
(`naming`), and areas that are divisions (the gazetteer, `aliases.yml`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from pipelines.agencies.gazetteer import Division, Gazetteer
from pipelines.agencies.gazetteer.entries import DivisionEntry, entries_of, entry_of, unknown_entries
from pipelines.declarations import Declaration, FreeText, Wrong, load

_DATA = Path(__file__).with_name("new_areas.yml")
_FIRST, _LAST = 1992, 2100
# 新区 and 新區.
_IN_EVERY_NAME = "新"


class DeclaredArea(Declaration):
    """A new area: the division that rules it, its years, the counties it lies in, and the approval."""

    below: DivisionEntry
    since: int = Field(ge=_FIRST, le=_LAST)
    until: int | None = Field(ge=_FIRST, le=_LAST)
    parts: tuple[DivisionEntry, ...] = Field(min_length=1)
    source: FreeText


class NewAreasFile(Declaration):
    """new_areas.yml: areas by their name."""

    areas: dict[FreeText, DeclaredArea]


class NewArea(NamedTuple):
    """A new area with its divisions, in the versions of all years. `until` is the first year it no longer stood."""

    name: str
    below: tuple[Division, ...]
    parts: tuple[Division, ...]
    since: int
    until: int | None

    def stands(self, year: int) -> bool:
        """Return whether its name means the area in a year; before its approval it had that name already."""
        return self.until is None or year < self.until


def read_new_areas(gazetteer: Gazetteer, path: Path = _DATA) -> NewAreasFile:
    """Read new_areas.yml. Raises DeclarationError: every division named is one."""

    def faults(found: NewAreasFile) -> Iterator[Wrong]:
        below = ((("areas", name, "below"), area.below) for name, area in found.areas.items())
        yield from unknown_entries(below, gazetteer.entries)
        parts = (
            (("areas", name, "parts", number), part)
            for name, area in found.areas.items()
            for number, part in enumerate(area.parts)
        )
        yield from unknown_entries(parts, gazetteer.entries)
        for name, area in found.areas.items():
            if _IN_EVERY_NAME not in name:
                yield Wrong(("areas", name), f"expected a name with {_IN_EVERY_NAME}")
            if area.until is not None and area.until <= area.since:
                yield Wrong(("areas", name, "until"), f"expected a year after {area.since}")

    return load(path, NewAreasFile, also=faults)


class NewAreas:
    """The new areas of a gazetteer, found at the beginning of names with or without what is above them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._begins: dict[str, NewArea] = {}
        for name, declared in read_new_areas(gazetteer).areas.items():
            below = gazetteer.by_code[entry_of(declared.below)[0]]
            parts = tuple(d for code, _ in entries_of(declared.parts) for d in _lineage(gazetteer, code))
            area = NewArea(name, below, parts, declared.since, declared.until)
            self._begins |= {f"{above}{name}": area for above in _above(gazetteer, area)}
        self._longest = max(map(len, self._begins))

    @staticmethod
    def may_be_in(printed: str) -> bool:
        """Return whether a name as printed can have an area in it: nearly none has."""
        return _IN_EVERY_NAME in printed

    def begins(self, name: str) -> tuple[NewArea, int] | None:
        """Return the area that a name begins with, and where it ends: 陕西省西咸新区."""
        for end in range(min(self._longest, len(name)), 2, -1):
            if (found := self._begins.get(name[:end])) is not None:
                return found, end
        return None


def _lineage(gazetteer: Gazetteer, code: str) -> tuple[Division, ...]:
    """Return the versions of a division under all its codes: 平坝县 before 平坝区."""
    latest = dict.fromkeys(version.latest_code or version.code for version in gazetteer.by_code[code])
    return tuple(version for each in latest for version in gazetteer.twins(each) if version.level == "county")


def _above(gazetteer: Gazetteer, area: NewArea) -> set[str]:
    """Return what is printed before an area: nothing, its province, its city, or both, in full or short."""
    provinces = _words(gazetteer, {d.province_code for d in area.below})
    cities = _words(gazetteer, {d.prefecture_code for d in (*area.below, *area.parts)})
    return {f"{province}{city}" for province in provinces for city in cities}


def _words(gazetteer: Gazetteer, codes: set[str] | set[str | None]) -> set[str]:
    """Return the names of divisions in full and short, and nothing."""
    held = (division for code in codes if code for division in gazetteer.by_code[code])
    return {"", *(word for division in held for word in (division.name, division.short_name))}
