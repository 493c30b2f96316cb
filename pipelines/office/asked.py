"""What an office asks for, as it was said. Keep out: what holds where nothing was (`year_asked`); it loads polars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.office.roster_file import RosterRow


@dataclass(frozen=True)
class YearAsked:
    """What was asked for; None where nothing was.

    `rows` are those of a roster's file, called `roster`; without rows `roster` is previous, towns or nothing, and
    `release` the one that previous units are of. `government` is the file of the government's own report.
    """

    year: int | None = None
    county: str | None = None
    roster: str | None = None
    rows: Sequence[RosterRow] = ()
    release: Path | None = None
    government: str | None = None
