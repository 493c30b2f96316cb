"""Which corrections of agencies changed nothing in a release: their file is not there, or what they expect is not so.

Belongs here: holding them against a release. Keep out: what a correction says (`corrections.agencies`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.releases.open_release import connect

_EVIDENCE = """
SELECT DISTINCT m.evidence FROM report_file AS f
LEFT JOIN agency_match AS m USING (report_key)
WHERE f.role = 'main' AND (f.file_sha256 = $sha256 OR f.file_sha256 IN (
    SELECT file_sha256 FROM raw_file_location WHERE regexp_matches(location, $pattern)
))
"""


class Entry(NamedTuple):
    """A correction: its file by content or by a regular expression of its place, and what evidence says of it.

    `applied` stands in the evidence of a report that it holds for; what `not_held` begin says why it does not.
    """

    sha256: str | None
    pattern: str | None
    applied: str
    not_held: tuple[str, ...]


def without_effect(release: Path, entries: Sequence[Entry]) -> list[tuple[int, str | None]]:
    """Return the corrections that changed no report of a release, by their places in order, and what is told of them.

    None is told of one whose file no report of the release was read from. Raises as `connect`.
    """
    idle: list[tuple[int, str | None]] = []
    with connect(release) as connection:
        for place, entry in enumerate(entries):
            # No name of a file holds a line end and nothing else.
            given = {"sha256": entry.sha256 or "", "pattern": entry.pattern or "^\n$"}
            rows = connection.execute(_EVIDENCE, given).fetchall()
            told = [word for (evidence,) in rows if evidence for word in json.loads(evidence)]
            if entry.applied not in told:
                why = next((word for word in told if word.startswith(entry.not_held)), "")
                idle.append((place, why if rows else None))
    return idle
