"""Corrections of agencies: the agency of a report that no rule can get right.

Belongs here: what an entry says. Keep out: giving the report its agency (`agencies.assigning`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from pipelines.corrections.correction import Correction, Corrections, read_corrections
from pipelines.declarations import Declaration, FreeText, OneOf, Wrong, unknown

PATH = Path(__file__).with_name("agencies.yml")
_COLUMNS = ("agency_printed", "title", "year")


class CorrectAgency(Declaration):
    """An agency: the code of its division, its township where it has one, its official name.

    `own_office`: it is none of those before or after it whose names tell the same function, as where both
    城市管理局 and 综合行政执法局 exist.
    """

    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    township: FreeText | None = None
    name: FreeText
    own_office: bool = False


class AgencyCorrection(Correction):
    """The agency of a report. `expects` is what the report must still say, by column."""

    agency: CorrectAgency
    expects: dict[Annotated[str, OneOf("column", lambda: _COLUMNS)], FreeText | int] = Field(min_length=1)

    @model_validator(mode="after")
    def _expects_what_columns_hold(self) -> AgencyCorrection:
        for name, value in self.expects.items():
            if isinstance(value, int) != (name == "year"):
                raise ValueError("a year is a number, without quotes; whatever else is expected is a text")
        return self

    @property
    def expected(self) -> Mapping[str, Any]:
        """Return what the report must still say."""
        return self.expects


def declared_agencies(path: Path = PATH) -> tuple[AgencyCorrection, ...]:
    """Return the corrections of agencies in order, whether there are such divisions or not. Raises DeclarationError."""
    return read_corrections(path, Corrections[AgencyCorrection], _named_twice)


def agency_corrections(codes: Collection[str], path: Path = PATH) -> tuple[AgencyCorrection, ...]:
    """Return the corrections of agencies in order; `codes` are those of all divisions. Raises DeclarationError."""

    def faults(file: Corrections[AgencyCorrection]) -> Iterator[Wrong]:
        yield from _named_twice(file)
        for number, entry in enumerate(file.corrections):
            if entry.agency.code not in codes:
                message = unknown("division", entry.agency.code, codes)
                yield Wrong(("corrections", number, "agency", "code"), message)

    return read_corrections(path, Corrections[AgencyCorrection], faults)


def _named_twice(file: Corrections[AgencyCorrection]) -> Iterator[Wrong]:
    first: dict[tuple[object, ...], int] = {}
    for number, entry in enumerate(file.corrections):
        # A file may hold several reports, which only what is expected of them tells apart.
        before = first.setdefault((entry.sha256, entry.location, tuple(sorted(entry.expects.items()))), number)
        if before != number:
            yield twice(file.corrections, before, number)


def twice(entries: Sequence[AgencyCorrection], first: int, second: int) -> Wrong:
    """Return what is wrong where two entries, by their places from 0, hold for one report."""
    one, other = entries[first].agency, entries[second].agency
    named = entries[second].sha256 or entries[second].location
    told = f"corrections[{first}] names {one.name} ({one.code}), this one {other.name} ({other.code})"
    return Wrong(("corrections", second), f"two entries for the agency of {named}: {told}; remove one of them")
