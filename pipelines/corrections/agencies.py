"""Corrections of agencies: the agency of a report that no rule can get right.

Belongs here: what an entry says. Keep out: giving the report its agency (`agencies.assigning`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from pipelines.corrections.correction import Correction, Corrections, read_corrections
from pipelines.declarations import Declaration, FreeText, OneOf, Wrong, unknown

PATH = Path(__file__).with_name("agencies.yml")
_COLUMNS = ("agency_printed", "title", "year")


class CorrectAgency(Declaration):
    """An agency: the code of its division, its township where it has one, its official name."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    township: FreeText | None = None
    name: FreeText


class AgencyCorrection(Correction):
    """The agency of a report. `expects` is what the report must still say, by column."""

    agency: CorrectAgency
    expects: dict[Annotated[str, OneOf("column", lambda: _COLUMNS)], FreeText | int] = Field(min_length=1)

    @property
    def expected(self) -> Mapping[str, Any]:
        """Return what the report must still say."""
        return self.expects


def agency_corrections(codes: Collection[str], path: Path = PATH) -> tuple[AgencyCorrection, ...]:
    """Return the corrections of agencies in order; `codes` are those of all divisions. Raises DeclarationError."""

    def unknown_codes(file: Corrections[AgencyCorrection]) -> Iterator[Wrong]:
        for number, entry in enumerate(file.corrections):
            if entry.agency.code not in codes:
                message = unknown("division", entry.agency.code, codes)
                yield Wrong(("corrections", number, "agency", "code"), message)

    return read_corrections(path, Corrections[AgencyCorrection], unknown_codes)
