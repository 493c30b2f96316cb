"""Rounds of an office: what was found of each unit, kept in a small file beside the results, and what changed since.

A file that is damaged, or of something else, is moved aside and told, never written over. Belongs here: the file and
the comparison. Keep out: words (`round_words`), and what else is written beside it (`outputs`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.durable import replace_text
from pipelines.office.checked import INFO
from pipelines.office.coverage import Coverage, UnitRow
from pipelines.office.given_files import ROUND_FILE, ROUND_MARK, is_own_folder
from pipelines.office.received import Reception
from pipelines.office.roster import Unit

VERSION = 1


class KeptFinding(BaseModel):
    """A finding as a later round knows it again: its rule, where it applies, its cell if it has one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    scope: str
    cell: str | None = None


class KeptUnit(BaseModel):
    """A unit of a round; without a report that counts it has no file, no figures and no findings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    state: str
    file: str | None = None
    sha256: str | None = None
    figures: str | None = None
    findings: tuple[KeptFinding, ...] = ()


class Round(BaseModel):
    """A round: when it was made, of which year and county, each unit by its key, when each content was first seen.

    `files` are those that were written, by their place in the folder, each with its sha256.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    version: int
    number: int
    made_at: datetime
    year: int
    county: str | None
    seen: dict[str, datetime]
    units: dict[str, KeptUnit]
    files: dict[str, str] = {}


class Earlier(NamedTuple):
    """The round before, if there is one that is of use; else why not, as a message and its values, if that is told."""

    round: Round | None
    code: str | None = None
    values: Mapping[str, object] = {}


class Change(NamedTuple):
    """What changed of a unit: `has_arrived` and `is_gone` tell whether it counts now and did not, or the reverse."""

    fixed: tuple[KeptFinding, ...] = ()
    still: tuple[KeptFinding, ...] = ()
    new: tuple[KeptFinding, ...] = ()
    has_arrived: bool = False
    is_gone: bool = False
    is_compared: bool = False
    has_other_figures: bool = False


@dataclass(frozen=True)
class Changes:
    """What changed since the round before: a change for each unit of now; names of units that are no longer asked."""

    number: int
    before: Round | None
    by_key: Mapping[str, Change] = field(default_factory=dict)
    left_roster: tuple[str, ...] = ()

    def of(self, row: UnitRow) -> Change | None:
        """Return what changed of a unit; None where there is no round before."""
        return self.by_key.get(key_of(row.unit)) if self.before is not None else None

    def total(self, name: str) -> int:
        """Return how many findings were fixed, are still open or new, or how many units a yes of `name` is of."""
        values = (getattr(change, name) for change in self.by_key.values())
        return sum(int(value) if isinstance(value, bool) else len(value) for value in values)


def key_of(unit: Unit) -> str:
    """Return by what a unit is known from round to round: its agency, else its name."""
    return str(unit.agency_key) if unit.agency_key is not None else f"name:{unit.name}"


def read_round(folder: Path) -> Earlier:
    """Return the round before in a folder; one that is of no use is told, and `set_aside` keeps it."""
    file = folder / ROUND_FILE
    try:
        data: Any = json.loads(file.read_bytes())
        if not isinstance(data, dict) or data.get("what") != ROUND_MARK:
            return Earlier(None, "rounds.foreign", {"file": file})
        if isinstance(data.get("version"), int) and data["version"] > VERSION:
            return Earlier(None, "rounds.newer", {"file": file})
        found = Round.model_validate(data)
    except FileNotFoundError:
        return Earlier(None)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        return Earlier(None, "rounds.damaged", {"file": file, "why": where})
    except (OSError, ValueError, RecursionError) as error:
        return Earlier(None, "rounds.damaged" if is_own_folder(folder) else "rounds.foreign", _why(file, folder, error))
    # A round of nobody begins a folder; nothing can be compared with it.
    return Earlier(found if found.number else None)


def _why(file: Path, folder: Path, error: Exception) -> Mapping[str, object]:
    return {"file": file, "why": type(error).__name__} if is_own_folder(folder) else {"file": file}


def fitting(earlier: Earlier, folder: Path, covered: Coverage) -> Earlier:
    """Return the round before, unless it is of another year or county: then nothing is compared, and that is told."""
    before = earlier.round
    county = covered.county.name if covered.county else None
    if before is None or (before.year, before.county) == (covered.year, county):
        return earlier
    about = {"file": folder / ROUND_FILE, "county": before.county or "–", "year": before.year}
    return Earlier(None, "rounds.other_subject", about)


def arrivals(earlier: Earlier, reception: Reception, now: datetime) -> dict[str, datetime]:
    """Return when each content was first seen: in an earlier round, else now."""
    seen = earlier.round.seen if earlier.round is not None else {}
    return {sha256: seen.get(sha256, now) for sha256 in sorted(set(reception.sha256s.values()))}


def round_of(covered: Coverage, number: int, now: datetime, seen: Mapping[str, datetime]) -> Round:
    """Return the round of a coverage."""
    return Round(
        what=ROUND_MARK,
        version=VERSION,
        number=number,
        made_at=now,
        year=covered.year,
        county=covered.county.name if covered.county else None,
        seen=dict(seen),
        units={key_of(row.unit): _kept(row) for row in covered.rows},
    )


def _kept(row: UnitRow) -> KeptUnit:
    counts = row.counts
    if counts is None:
        return KeptUnit(name=row.unit.name, state=row.state)
    told = (each for each in counts.report.findings if each.severity != INFO)
    findings = (KeptFinding(rule=f.rule, scope=f.scope, cell=f.cell.path if f.cell else None) for f in told)
    return KeptUnit(
        name=row.unit.name,
        state=row.state,
        file=counts.file.file,
        sha256=counts.sha256,
        figures=counts.report.figures,
        findings=tuple(dict.fromkeys(findings)),
    )


def changes(now: Round, before: Round | None) -> Changes:
    """Return what changed between two rounds."""
    if before is None:
        return Changes(now.number, None)
    found = {key: _change(unit, before.units.get(key)) for key, unit in now.units.items()}
    left = tuple(unit.name for key, unit in before.units.items() if key not in now.units)
    return Changes(now.number, before, found, left)


def _change(now: KeptUnit, before: KeptUnit | None) -> Change:
    had, has = before is not None and before.figures is not None, now.figures is not None
    if before is None or not (had and has):
        return Change(has_arrived=has and not had, is_gone=had and not has)
    return Change(
        fixed=_without(before.findings, now.findings),
        still=tuple(each for each in now.findings if each in before.findings),
        new=_without(now.findings, before.findings),
        is_compared=True,
        has_other_figures=now.figures != before.figures,
    )


def _without(findings: Iterable[KeptFinding], others: Iterable[KeptFinding]) -> tuple[KeptFinding, ...]:
    left = set(others)
    return tuple(each for each in findings if each not in left)


def write_round(folder: Path, made: Round) -> Path:
    """Write a round whole, in the place of the one before."""
    file = folder / ROUND_FILE
    replace_text(file, f"{json.dumps(made.model_dump(mode='json'), ensure_ascii=False, indent=1)}\n")
    return file
