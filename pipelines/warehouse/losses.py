"""What a candidate has less of than the release before it: reports, whole years, agencies, numbers.

A report is kept where the candidate counts it for the same year: the same one, what stands now in its place in the same
file, one of the same agency and scope, or, where its agency is unsure, the one it is a copy of. So a corrected file
loses nothing, and new reports never make up for lost ones. Works on Parquet alone, and with releases of earlier
contracts as far as they go.
Belongs here: what is lost, and how much is too much. Keep out: what follows from it (`release`), showing (`commands`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import duckdb

from pipelines import Told
from pipelines.releases.accepted_loss import Loss
from pipelines.releases.compared import CannotCompare, make_views, read_release
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import read_manifest
from pipelines.warehouse.earlier_releases import earlier_releases

# Of the reports and numbers of each year, and of all agencies: as much may be lost without being asked for.
ALLOWED_SHARE = 0.02
NEEDED = {
    "dim_report": {
        **{"report_key": "BIGINT", "agency_sk": "BIGINT", "year_key": "INTEGER", "related_report_key": "BIGINT"},
        **dict.fromkeys(("agency_status", "title", "scope", "status"), "VARCHAR"),
    },
    "dim_agency": {"agency_sk": "BIGINT", "agency_key": "BIGINT", "name": "VARCHAR"},
    "report_file": {"report_key": "BIGINT", "file_sha256": "VARCHAR", "ordinal": "INTEGER", "role": "VARCHAR"},
    "raw_file_location": {"location": "VARCHAR", "file_sha256": "VARCHAR"},
    "cell": {"report_key": "BIGINT", "value": "DECIMAL(18, 6)"},
}
# Of a release whose tables are damaged the manifest still tells their rows.
_ROWS = {"dim_report": "reports_lost", "cell": "cells_lost", "dim_agency": "agencies_lost"}
_MEMORY = "2GB"
_NAMED = 10

# What an earlier contract did not have is NULL: a report without a status counted, an agency without one was known.
_SIDE = """
CREATE TABLE {side}_any AS
SELECT r.report_key, r.year_key, r.related_report_key, r.title, coalesce(r.scope, 'unknown') AS scope,
    coalesce(r.status, 'current') AS status, a.agency_key, a.name AS agency_name,
    a.agency_key IS NOT NULL AND coalesce(r.agency_status, 'exact') NOT IN ('ambiguous', 'unresolved') AS is_known,
    coalesce(c.numbers, 0) AS numbers
FROM {side}_dim_report AS r
LEFT JOIN {side}_dim_agency AS a USING (agency_sk)
LEFT JOIN (
    SELECT report_key, count(value) AS numbers FROM {side}_cell GROUP BY report_key
) AS c USING (report_key);
CREATE TABLE {side}_report AS SELECT * FROM {side}_any WHERE status = 'current';
CREATE TABLE {side}_place AS
SELECT DISTINCT r.report_key, r.year_key, l.location, f.ordinal
FROM {side}_report AS r
JOIN {side}_report_file AS f USING (report_key)
JOIN {side}_raw_file_location AS l USING (file_sha256)
WHERE f.role = 'main';
"""
# A report whose year could not be read may have one now.
_SAME_YEAR = "(n.year_key = o.year_key OR o.year_key = 0)"
_KEPT = f"""
CREATE TABLE kept AS
SELECT o.report_key AS old_key, n.report_key AS new_key
FROM old_report AS o JOIN new_report AS n ON n.report_key = o.report_key AND {_SAME_YEAR}
UNION
SELECT o.report_key, n.report_key
FROM old_place AS o JOIN new_place AS n ON n.location = o.location AND n.ordinal = o.ordinal AND {_SAME_YEAR}
UNION
SELECT o.report_key, n.report_key
FROM old_report AS o JOIN new_report AS n ON n.agency_key = o.agency_key AND {_SAME_YEAR}
    AND (n.scope = o.scope OR 'unknown' IN (n.scope, o.scope))
WHERE o.is_known AND n.is_known
UNION
SELECT o.report_key, n.report_key
FROM old_report AS o
JOIN new_any AS m ON m.report_key = o.report_key AND m.status = 'duplicate_of'
JOIN new_report AS n ON n.report_key = m.related_report_key AND {_SAME_YEAR}
WHERE NOT o.is_known;
CREATE TABLE followed AS
SELECT o.*, k.old_key IS NULL AS is_lost, greatest(o.numbers - coalesce(k.numbers, 0), 0) AS numbers_lost
FROM old_report AS o
LEFT JOIN (
    SELECT old_key, max(n.numbers) AS numbers FROM kept JOIN new_report AS n ON n.report_key = new_key GROUP BY old_key
) AS k ON k.old_key = o.report_key
"""  # noqa: S608  # the condition is the one above
_BY_YEAR = """
SELECT o.year_key, count(*) AS reports, count(*) FILTER (is_lost) AS reports_lost, sum(numbers)::BIGINT AS numbers,
    sum(numbers_lost)::BIGINT AS numbers_lost,
    o.year_key <> 0 AND o.year_key NOT IN (SELECT year_key FROM new_report) AS is_gone
FROM followed AS o
GROUP BY o.year_key
ORDER BY o.year_key
"""
_LOST_REPORTS = """
SELECT coalesce(o.agency_name, o.title, o.report_key::VARCHAR)
    || coalesce(' ' || (SELECT min(location) FROM old_place AS p WHERE p.report_key = o.report_key), '')
    || CASE WHEN n.report_key IS NULL THEN ''
        WHEN n.status <> 'current' THEN ' (' || n.status || ')' ELSE ' (' || n.year_key || ')' END AS name
FROM followed AS o LEFT JOIN new_any AS n USING (report_key)
WHERE o.is_lost AND o.year_key = $year
ORDER BY name LIMIT $most
"""
_POORER_REPORTS = """
SELECT coalesce(agency_name, title, report_key::VARCHAR) || ' (' || numbers_lost || ')'
FROM followed
WHERE numbers_lost > 0 AND year_key = $year
ORDER BY numbers_lost DESC, report_key LIMIT $most
"""
# A report that is there under another agency that is known was assigned anew, which `gongkai diff` tells.
_AGENCIES = """
CREATE TABLE agency AS
SELECT o.agency_key, min(o.agency_name) AS agency_name,
    o.agency_key NOT IN (SELECT agency_key FROM new_report WHERE is_known)
    AND NOT bool_or(coalesce(k.is_known, false)) AS is_lost
FROM old_report AS o
LEFT JOIN (
    SELECT old_key, bool_or(n.is_known) AS is_known
    FROM kept JOIN new_report AS n ON n.report_key = new_key GROUP BY old_key
) AS k ON k.old_key = o.report_key
WHERE o.is_known
GROUP BY o.agency_key
"""
_COUNTED_AGENCIES = "SELECT count(*), count(*) FILTER (is_lost) FROM agency"
_LOST_AGENCIES = "SELECT agency_name FROM agency WHERE is_lost ORDER BY agency_name, agency_key LIMIT $most"


class DamagedCandidate(Told):
    """The candidate itself is not what its manifest says; the message names the file."""


@dataclass(frozen=True)
class Shrinkage:
    """What a candidate has too much less of than a release, `before`; None where there is none to compare with."""

    before: str | None
    losses: tuple[Loss, ...]


def shrinkage(layout: Layout, candidate: Path, share: float = ALLOWED_SHARE) -> Shrinkage:
    """Hold a candidate against the current release, or where that is damaged against the newest that can be read.

    Where the tables of none can be read, the rows that the manifest of one states are compared.
    """
    earlier = earlier_releases(layout)
    for path in earlier:
        try:
            return Shrinkage(path.name, tuple(losses(path, candidate, share)))
        except CannotCompare:
            continue
    for path in earlier:
        try:
            return Shrinkage(path.name, tuple(_fewer_rows(path, candidate, share)))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return Shrinkage(None, ())


def _fewer_rows(before: Path, candidate: Path, share: float) -> Iterator[Loss]:
    stated, now = (read_manifest(path)["tables"] for path in (before, candidate))
    for table, code in _ROWS.items():
        rows = int(stated[table]["rows"])
        if (lost := rows - int(now[table]["rows"])) > Fraction(str(share)) * rows:
            yield Loss(code, None, lost, rows, ())


def losses(before: Path, candidate: Path, share: float = ALLOWED_SHARE) -> list[Loss]:
    """Return what is lost by more than a share, and every year that is lost whole.

    Raises CannotCompare for a release that is damaged, or so old that its reports cannot be told, DamagedCandidate for
    a candidate that cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute("SET memory_limit = $limit", {"limit": _MEMORY})
        connection.execute("SET temp_directory = $folder", {"folder": folder})
        connection.execute("SET enable_progress_bar = false")
        try:
            _load(connection, "old", before)
        except duckdb.Error as error:
            raise CannotCompare.of("releases.tables_unreadable", release=before, error=error) from error
        try:
            _load(connection, "new", candidate)
        except CannotCompare as error:
            raise DamagedCandidate(str(error)) from error
        connection.execute(_KEPT)
        connection.execute(_AGENCIES)
        allowed = Fraction(str(share))
        return [*_by_year(connection, allowed), *_agencies(connection, allowed)]


def _load(connection: duckdb.DuckDBPyConnection, side: str, path: Path) -> None:
    release = read_release(path)
    lacking = make_views(connection, side, release, None, NEEDED)
    if vital := lacking & {"dim_report.report_key", "dim_report.year_key"}:
        raise CannotCompare.of("releases.other_version", release=path, columns=", ".join(sorted(vital)))
    connection.execute(_SIDE.format(side=side))


def _by_year(connection: duckdb.DuckDBPyConnection, allowed: Fraction) -> Iterator[Loss]:
    for year, reports, reports_lost, numbers, numbers_lost, is_gone in connection.execute(_BY_YEAR).fetchall():
        if is_gone:
            yield Loss("year_lost", year, reports_lost, reports, _names(connection, _LOST_REPORTS, year=year))
            continue
        if reports_lost > allowed * reports:
            yield Loss("reports_lost", year, reports_lost, reports, _names(connection, _LOST_REPORTS, year=year))
        if numbers_lost > allowed * numbers:
            yield Loss("cells_lost", year, numbers_lost, numbers, _names(connection, _POORER_REPORTS, year=year))


def _agencies(connection: duckdb.DuckDBPyConnection, allowed: Fraction) -> Iterator[Loss]:
    row = connection.execute(_COUNTED_AGENCIES).fetchone()
    assert row is not None
    agencies, lost = row
    if lost > allowed * agencies:
        yield Loss("agencies_lost", None, lost, agencies, _names(connection, _LOST_AGENCIES))


def _names(connection: duckdb.DuckDBPyConnection, query: str, **values: int) -> tuple[str, ...]:
    names = [str(name) for (name,) in connection.execute(query, values | {"most": _NAMED + 1}).fetchall()]
    return tuple(names if len(names) <= _NAMED else [*names[:_NAMED], "..."])
