"""Which decisions on reports had no effect in a release: what they name is not there, or the other report counts still.

Belongs here: holding them against a release. Keep out: what a decision says (`corrections.reports`), what follows from
it (`warehouse.standing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb

from pipelines.releases.open_release import connect

_OF_CONTENT = """
SELECT r.report_key FROM dim_report AS r JOIN report_file AS f ON f.report_key = r.report_key AND f.role = 'main'
WHERE list_contains($sha256s, f.file_sha256) AND ($ordinal IS NULL OR f.ordinal = $ordinal)
"""
_OF_PLACE = "SELECT DISTINCT file_sha256 FROM raw_file_location WHERE is_latest AND regexp_matches(location, $pattern)"
_STANDS = "SELECT status, related_report_key FROM dim_report WHERE report_key = $key"
_DUPLICATE = "duplicate_of"
_GIVES_WAY = (_DUPLICATE, "superseded_by")
# A report that the entry names is not there; one that it sets aside counts, or is in conflict.
Idle = Literal["unused", "without_effect"]


class Kept(NamedTuple):
    """A decision: the report in a file, named by content or by a regular expression of its place, and those others."""

    sha256: str | None
    pattern: str | None
    ordinal: int
    over: tuple[str, ...]


def idle(release: Path, decisions: Sequence[Kept]) -> list[tuple[int, Idle]]:
    """Return the decisions without effect in a release, by their places in order, and why. Raises as `connect`."""
    with connect(release) as connection:
        found = [(place, _why(connection, each)) for place, each in enumerate(decisions)]
    return [(place, why) for place, why in found if why is not None]


def _why(connection: duckdb.DuckDBPyConnection, kept: Kept) -> Idle | None:
    sha256s = [kept.sha256] if kept.sha256 is not None else _placed(connection, kept.pattern or "")
    own = _reports(connection, sha256s, kept.ordinal)
    # A pattern may fit the report that is set aside as well: another one that it fits is kept over that.
    others = [key for key in _reports(connection, kept.over, None) if set(own) - {key}]
    if not others:
        return "unused"
    held = all(_gives_way(connection, key, [each for each in own if each != key]) for key in others)
    return None if held else "without_effect"


def _gives_way(connection: duckdb.DuckDBPyConnection, key: int, kept: Sequence[int]) -> bool:
    """Tell whether a report gives way to one of those kept, or to what that one is a copy of."""
    instead = {each for own in kept for each in _followed(connection, own, (_DUPLICATE,))}
    return not instead.isdisjoint(list(_followed(connection, key, _GIVES_WAY))[1:])


def _placed(connection: duckdb.DuckDBPyConnection, pattern: str) -> list[str]:
    return [str(sha256) for (sha256,) in connection.execute(_OF_PLACE, {"pattern": pattern}).fetchall()]


def _reports(connection: duckdb.DuckDBPyConnection, sha256s: Sequence[str], ordinal: int | None) -> list[int]:
    given = {"sha256s": list(sha256s), "ordinal": ordinal}
    return [int(key) for (key,) in connection.execute(_OF_CONTENT, given).fetchall()]


def _followed(connection: duckdb.DuckDBPyConnection, key: int, statuses: Sequence[str]) -> Iterator[int]:
    """Yield a report, and one after the other what each repeats or gives way to."""
    seen: set[int] = set()
    while key not in seen:
        seen.add(key)
        yield key
        row = connection.execute(_STANDS, {"key": key}).fetchone()
        if row is not None and row[0] in statuses and row[1] is not None:
            key = int(row[1])
