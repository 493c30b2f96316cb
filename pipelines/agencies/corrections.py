"""Corrections of agencies by hand, as data that expires: which report, which agency, and why.

Belongs here: reading corrections and finding the one for a report. Keep out: resolving names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import yaml

CORRECTIONS = Path(__file__).with_name("corrections.yml")
_AGENCY = {"code", "township", "name"}


class AgencyCorrectionError(Exception):
    """A correction that cannot be used: names the entry, what was expected and what to do."""


class AgencyCorrection(NamedTuple):
    """The agency of a report, set by hand."""

    sha256: str | None
    location: str | None
    code: str
    township: str | None
    name: str
    reason: str
    expects: Mapping[str, str]

    def is_for(self, sha256: str, locations: Sequence[str]) -> bool:
        """Return whether it is for a file with this content, at these locations."""
        if self.sha256 is not None:
            return self.sha256 == sha256
        return self.location is not None and any(fnmatchcase(location, self.location) for location in locations)

    def expired(self, report: Mapping[str, Any]) -> str | None:
        """Return what the report no longer says; None where the correction still fits."""
        for column, value in self.expects.items():
            if report.get(column) != value:
                return f"correction expired: {column} is {report.get(column)!r}, not {value!r}"
        return None


def read_corrections(path: Path = CORRECTIONS) -> tuple[AgencyCorrection, ...]:
    """Read the corrections. Raises AgencyCorrectionError for an entry without file, agency, reason or expectation."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["corrections"]
    return tuple(_correction(path, number, entry) for number, entry in enumerate(entries, start=1))


def _correction(path: Path, number: int, entry: Any) -> AgencyCorrection:
    where = f"{path.name}, entry {number}"
    if not isinstance(entry, dict):
        raise AgencyCorrectionError(f"{where}: expected a mapping with sha256 or location, agency, reason and expects")
    agency, expects = entry.get("agency"), entry.get("expects")
    if ("sha256" in entry) == ("location" in entry):
        raise AgencyCorrectionError(f"{where}: name the file by either sha256 or location")
    if not isinstance(agency, dict) or not {"code", "name"} <= set(agency) or set(agency) - _AGENCY:
        raise AgencyCorrectionError(f"{where}: agency needs code and name, and may have township")
    if not entry.get("reason") or not isinstance(expects, dict) or not expects:
        raise AgencyCorrectionError(
            f"{where}: give a reason, and what the report says (expects), so that the entry can expire"
        )
    return AgencyCorrection(
        entry.get("sha256"),
        entry.get("location"),
        str(agency["code"]),
        agency.get("township"),
        agency["name"],
        entry["reason"],
        expects,
    )
