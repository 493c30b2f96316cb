"""Files that an office received -> its results: the coverage in words, the round, what changed since the one before.

The same for a command and a page. Belongs here: the order of these steps. Keep out: reading files (`received`), writing
(`outputs`), what was asked and where it is shown (commands, `exploring`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipelines.language import Language
from pipelines.office import rounds
from pipelines.office.asked import YearAsked
from pipelines.office.county_sum import county_sum
from pipelines.office.last_year import NO_FIGURES, figures_of
from pipelines.office.outputs import Results
from pipelines.office.overview import Words
from pipelines.office.overview_rows import Overview
from pipelines.office.received import Reception
from pipelines.office.year_asked import covered


def results_of(
    reception: Reception,
    asked: YearAsked,
    now: datetime,
    language: Language,
    out: Path | None = None,
    release: Path | None = None,
) -> tuple[Results, rounds.Earlier]:
    """Return the results, and the round before in the folder of results; without one there is nothing to compare.

    `release` has the figures of the year before. Raises CannotReadRoster as `covered`.
    """
    earlier = rounds.read_round(out) if out is not None else rounds.Earlier(None)
    seen = rounds.arrivals(earlier, reception, now)
    found = covered(reception, asked, seen)
    if out is not None:
        earlier = rounds.fitting(earlier, out, found)
    before = earlier.round
    made = rounds.round_of(found, before.number + 1 if before else 1, now, seen)
    changes = rounds.changes(made, before) if out is not None else None
    words = Words(found, language)
    overview = Overview(words, changes, is_year_asked=asked.year is not None, added=county_sum(words))
    return Results(overview, made, NO_FIGURES if release is None else figures_of(found, release)), earlier
