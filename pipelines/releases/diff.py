"""What changed from one release to another: reports and numbers added, removed and changed, each with its cause.

Facts are projections of the cells, so cells are compared. Works on Parquet alone: older releases have no database.
Belongs here: pairing, comparing, causes. Keep out: reading releases (`compared`), showing, and frames, which
`commands.diff` makes of the changes where it writes them and holds them against their contract.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.releases.compared import AGENCY, REPORT, CannotCompare, Release, make_views, read_release
from pipelines.releases.layout import Layout, current_release

__all__ = [
    "CannotCompare",
    "Change",
    "ChangeCount",
    "Comparison",
    "Replacement",
    "WholeReports",
    "compare",
    "find_release",
    "release_before",
]

# item: (table, column, column of the views <side>_report). Of an agency every attribute, of a report what it says.
_AGENCY_ITEMS = [
    ("dim_report.agency_status", "agency_status", "agency_status"),
    *(
        (f"dim_agency.{name}", name if name.startswith("agency") else f"agency_{name}", f"agency_{name}")
        for name in AGENCY
    ),
]
_REPORT_ITEMS = [(f"dim_report.{name}", name, name) for name in REPORT]
_MEMORY = "2GB"

_REPORTS = """
CREATE TABLE {side}_report AS
SELECT r.*, {agency}, f.file_sha256, f.location, m.gazetteer_version, m.correction
FROM {side}_dim_report AS r
JOIN {side}_dim_agency AS a USING (agency_sk)
LEFT JOIN (
    SELECT p.report_key, min(p.file_sha256) AS file_sha256, min(l.location) AS location
    FROM {side}_report_file AS p
    LEFT JOIN {side}_raw_file_location AS l USING (file_sha256)
    WHERE p.role = 'main'
    GROUP BY p.report_key
) AS f USING (report_key)
LEFT JOIN (
    SELECT report_key, gazetteer_version, CASE WHEN evidence LIKE '["correction: %' THEN evidence END AS correction
    FROM {side}_agency_match
    WHERE ordinal = 1
) AS m USING (report_key)
"""
# A report is the same one where its file is; else where its place is; else where agency, year, form and scope name one.
_PAIRS = """
CREATE TABLE same AS
SELECT o.report_key AS old_key, n.report_key AS new_key, true AS same_file
FROM old_report AS o JOIN new_report AS n USING (report_key);
CREATE TABLE old_left AS SELECT * FROM old_report WHERE report_key NOT IN (SELECT old_key FROM same);
CREATE TABLE new_left AS SELECT * FROM new_report WHERE report_key NOT IN (SELECT new_key FROM same);
CREATE TABLE placed AS
SELECT min(o.report_key) AS old_key, min(n.report_key) AS new_key
FROM old_left AS o JOIN new_left AS n USING (location)
GROUP BY location HAVING count(*) = 1;
CREATE TABLE named AS
SELECT min(o.report_key) AS old_key, min(n.report_key) AS new_key
FROM (SELECT * FROM old_left WHERE report_key NOT IN (SELECT old_key FROM placed) AND status = 'current') AS o
JOIN (SELECT * FROM new_left WHERE report_key NOT IN (SELECT new_key FROM placed) AND status = 'current') AS n
    USING (agency_agency_key, year_key, form, scope)
WHERE o.year_key > 0
GROUP BY agency_agency_key, year_key, form, scope HAVING count(*) = 1;
CREATE TABLE pair AS
SELECT * FROM same
UNION ALL SELECT old_key, new_key, false FROM placed
UNION ALL SELECT old_key, new_key, false FROM named
"""
_ADDED = """
SELECT 'dim_report', 'added',
    CASE WHEN file_sha256 NOT IN (SELECT file_sha256 FROM old_raw_file) THEN 'new_file' ELSE $reader END,
    year_key, agency_name, 'report', NULL, title, NULL, report_key
FROM new_report WHERE report_key NOT IN (SELECT new_key FROM pair)
"""
_REMOVED = """
SELECT 'dim_report', 'removed',
    CASE WHEN file_sha256 NOT IN (SELECT file_sha256 FROM new_raw_file) THEN 'file_removed' ELSE $reader END,
    year_key, agency_name, 'report', title, NULL, report_key, NULL
FROM old_report WHERE report_key NOT IN (SELECT old_key FROM pair)
"""
_CHANGED = """
SELECT $table, 'changed', {cause}, n.year_key, n.agency_name, $item, o.{column}::VARCHAR, n.{column}::VARCHAR,
    p.old_key, p.new_key
FROM pair AS p
JOIN old_report AS o ON o.report_key = p.old_key
JOIN new_report AS n ON n.report_key = p.new_key
WHERE o.{column} IS DISTINCT FROM n.{column}
"""
# An agency follows from what the report says, from corrections and from the gazetteer: the nearest that differs.
_AGENCY_CAUSE = """CASE WHEN NOT p.same_file THEN 'new_file'
    WHEN o.correction IS DISTINCT FROM n.correction THEN 'correction'
    WHEN o.agency_printed IS DISTINCT FROM n.agency_printed OR o.year_key <> n.year_key THEN $reader
    WHEN o.gazetteer_version <> n.gazetteer_version THEN 'new_gazetteer'
    ELSE $gazetteer END"""
# A report that was superseded or found to be a copy is so because of another file, or of somebody's decision.
_REPORT_CAUSE = """CASE WHEN $item = 'status' AND 'decision' IN (n.status_basis, o.status_basis) THEN 'correction'
    WHEN NOT p.same_file OR ($item = 'status' AND $reader = 'unknown') THEN 'new_file' ELSE $reader END"""
# What counted and no longer does, with the report that counts in its place: the end of the chain of what replaced what.
_REPLACED = """
CREATE TABLE replaced AS
WITH RECURSIVE chain AS (
    SELECT p.old_key, n.related_report_key AS new_key, n.status_basis, 1 AS steps
    FROM pair AS p
    JOIN old_report AS o ON o.report_key = p.old_key
    JOIN new_report AS n ON n.report_key = p.new_key
    WHERE o.status = 'current' AND n.related_report_key IS NOT NULL
    UNION ALL
    SELECT c.old_key, n.related_report_key, c.status_basis, c.steps + 1
    FROM chain AS c JOIN new_report AS n ON n.report_key = c.new_key
    WHERE n.related_report_key IS NOT NULL AND c.steps < 100
)
SELECT c.old_key, c.new_key, c.status_basis, n.year_key, n.agency_name,
    coalesce(o.location, o.title) AS old_place, coalesce(n.location, n.title) AS new_place,
    CASE WHEN c.status_basis = 'decision' THEN 'correction'
        WHEN n.file_sha256 NOT IN (SELECT file_sha256 FROM old_raw_file) THEN 'new_file'
        ELSE $reader END AS cause
FROM chain AS c
JOIN new_report AS n ON n.report_key = c.new_key AND n.related_report_key IS NULL
JOIN old_report AS o ON o.report_key = c.old_key
"""
_REPLACED_REPORTS = """
SELECT 'dim_report', 'replaced', cause, year_key, agency_name, 'report', old_place, new_place, old_key, new_key
FROM replaced
"""
# The replaced report is still in the newer release, and read by the same reader there.
_REPLACED_CELLS = """
WITH o AS (SELECT r.old_key, r.new_key, c.* FROM replaced AS r JOIN new_cell_whole AS c ON c.report_key = r.old_key),
n AS (SELECT r.old_key, r.new_key, c.* FROM replaced AS r JOIN new_cell_whole AS c ON c.report_key = r.new_key)
SELECT 'cell', 'replaced', r.cause, r.year_key, r.agency_name,
    coalesce(n.cell_path, o.cell_path) || CASE WHEN o.value = n.value THEN '_yuan' ELSE '' END,
    CASE WHEN o.value = n.value THEN plain(o.yuan) ELSE coalesce(plain(o.value), o.status) END,
    CASE WHEN o.value = n.value THEN plain(n.yuan) ELSE coalesce(plain(n.value), n.status) END, r.old_key, r.new_key
FROM o FULL JOIN n ON o.old_key = n.old_key AND o.new_key = n.new_key AND o.cell_path = n.cell_path
JOIN replaced AS r ON r.old_key = coalesce(o.old_key, n.old_key) AND r.new_key = coalesce(o.new_key, n.new_key)
WHERE (o.value, o.yuan) IS DISTINCT FROM (n.value, n.yuan) OR (o.value IS NULL AND o.status IS DISTINCT FROM n.status)
"""
_REPLACEMENTS = """
SELECT r.year_key, r.agency_name, r.old_value, r.new_value, r.cause,
    count(c.item) AS figures, r.old_report_key, r.new_report_key
FROM changed_row AS r
LEFT JOIN changed_row AS c ON c.table_name = 'cell' AND c.change = 'replaced'
    AND c.old_report_key = r.old_report_key AND c.new_report_key = r.new_report_key
WHERE r.table_name = 'dim_report' AND r.change = 'replaced'
GROUP BY ALL ORDER BY r.year_key, r.agency_name, r.old_value, r.old_report_key
LIMIT $most
"""
# Most reports are read as before: only of the others are cells held against each other.
_TOUCHED = """
CREATE TABLE touched AS
WITH o AS (SELECT report_key, sum(hash(cell_path, value, yuan, status)::HUGEINT) AS digest FROM old_cell GROUP BY ALL),
n AS (SELECT report_key, sum(hash(cell_path, value, yuan, status)::HUGEINT) AS digest FROM new_cell GROUP BY ALL)
SELECT p.*
FROM pair AS p
LEFT JOIN o ON o.report_key = p.old_key
LEFT JOIN n ON n.report_key = p.new_key
WHERE o.digest IS DISTINCT FROM n.digest
"""
_CELLS = """
WITH o AS (SELECT p.*, c.cell_path, c.value, c.yuan, c.status
    FROM touched AS p JOIN old_cell AS c ON c.report_key = p.old_key),
n AS (SELECT p.*, c.cell_path, c.value, c.yuan, c.status
    FROM touched AS p JOIN new_cell AS c ON c.report_key = p.new_key),
differing AS (
    SELECT coalesce(o.old_key, n.old_key) AS old_key, coalesce(o.new_key, n.new_key) AS new_key,
        coalesce(o.same_file, n.same_file) AS same_file, coalesce(o.cell_path, n.cell_path) AS cell_path,
        o.cell_path IS NOT NULL AS was, n.cell_path IS NOT NULL AS is_there,
        o.value IS NOT DISTINCT FROM n.value AND o.status IS NOT DISTINCT FROM n.status AS only_yuan,
        CASE WHEN only_yuan THEN o.yuan ELSE o.value END AS old_number, o.status AS old_status,
        CASE WHEN only_yuan THEN n.yuan ELSE n.value END AS new_number, n.status AS new_status
    FROM o FULL JOIN n ON o.new_key = n.new_key AND o.cell_path = n.cell_path
    WHERE o.value IS DISTINCT FROM n.value OR o.status IS DISTINCT FROM n.status OR o.yuan IS DISTINCT FROM n.yuan
)
SELECT 'cell', CASE WHEN NOT was THEN 'added' WHEN NOT is_there THEN 'removed' ELSE 'changed' END,
    CASE WHEN NOT same_file THEN 'new_file' ELSE $reader END,
    r.year_key, r.agency_name, CASE WHEN only_yuan THEN cell_path || '_yuan' ELSE cell_path END,
    CASE WHEN was THEN coalesce(plain(old_number), CASE WHEN NOT only_yuan THEN old_status END) END,
    CASE WHEN is_there THEN coalesce(plain(new_number), CASE WHEN NOT only_yuan THEN new_status END) END,
    old_key, new_key
FROM differing JOIN new_report AS r ON r.report_key = new_key
"""
_PLAIN = "CREATE MACRO plain(v) AS regexp_replace(v::DECIMAL(38, 6)::VARCHAR, '\\.?0+$', '')"
_CORRECTIONS = """
SELECT 'cell_correction', CASE WHEN o.report_key IS NULL THEN 'added' WHEN n.report_key IS NULL THEN 'removed'
    ELSE 'changed' END, 'correction', r.year_key, r.agency_name,
    coalesce(n.cell_path, o.cell_path) || CASE WHEN o.corrected_value = n.corrected_value THEN '_yuan' ELSE '' END,
    plain(CASE WHEN o.corrected_value = n.corrected_value THEN o.corrected_yuan ELSE o.corrected_value END),
    plain(CASE WHEN o.corrected_value = n.corrected_value THEN n.corrected_yuan ELSE n.corrected_value END),
    o.report_key, n.report_key FROM (SELECT * FROM old_cell_correction WHERE state = 'applied') AS o
FULL JOIN (SELECT * FROM new_cell_correction WHERE state = 'applied') AS n USING (report_key, cell_path)
LEFT JOIN (
    SELECT report_key, year_key, agency_name FROM new_report
    UNION ALL SELECT report_key, year_key, agency_name FROM old_report
    WHERE report_key NOT IN (SELECT report_key FROM new_report)
) AS r ON r.report_key = coalesce(n.report_key, o.report_key)
WHERE (o.corrected_value, o.corrected_yuan, o.state) IS DISTINCT FROM (n.corrected_value, n.corrected_yuan, n.state)
"""
_CHANGE_TABLE = """
CREATE TABLE changed_row (table_name VARCHAR, change VARCHAR, cause VARCHAR, year_key INTEGER, agency_name VARCHAR,
    item VARCHAR, old_value VARCHAR, new_value VARCHAR, old_report_key BIGINT, new_report_key BIGINT)
"""
_INSERT = "INSERT INTO changed_row "
_COUNTED = """
SELECT table_name, change, cause, count(*) FROM changed_row
GROUP BY table_name, change, cause ORDER BY table_name, change, cause
"""
# A report that is new or gone is one change: how many there are, and how many numbers they have.
_WHOLE_REPORTS = """
SELECT count(*), coalesce(sum(n.numbers), 0)::BIGINT
FROM changed_row AS r
LEFT JOIN (
    SELECT report_key, count(value) AS numbers FROM {side}_cell_whole GROUP BY report_key
) AS n ON n.report_key = r.{side}_report_key
WHERE r.table_name = 'dim_report' AND r.change = $change
"""
_SORTED = """
SELECT * FROM changed_row
ORDER BY table_name, change, cause, year_key NULLS FIRST, agency_name NULLS FIRST, item, old_report_key NULLS FIRST,
    new_report_key NULLS FIRST
"""
_ROWS_AT_ONCE = 10_000


class Change(NamedTuple):
    """One change, as a row of the contract release_change."""

    table_name: str
    change: str
    cause: str
    year_key: int | None
    agency_name: str | None
    item: str
    old_value: str | None
    new_value: str | None
    old_report_key: int | None
    new_report_key: int | None


class Replacement(NamedTuple):
    """A report that counted before, the one that counts in its place, and how many of its cells say something else."""

    year_key: int
    agency_name: str | None
    old_place: str | None
    new_place: str | None
    cause: str
    figures: int
    old_report_key: int
    new_report_key: int


class WholeReports(NamedTuple):
    """How many reports were added or removed, each one change, and how many cells with a number they have."""

    change: str
    reports: int
    numbers: int


class ChangeCount(NamedTuple):
    """How many changes of one kind and cause there are in a table."""

    table_name: str
    change: str
    cause: str
    changes: int


@dataclass(frozen=True)
class Comparison:
    """Two releases and their differences, as long as their comparison is open: there may be as many as cells.

    `not_compared` are the columns (table.column) that one of the releases lacks.
    """

    old: str
    new: str
    not_compared: tuple[str, ...]
    connection: duckdb.DuckDBPyConnection = field(repr=False)

    def counted(self) -> list[ChangeCount]:
        """Return the number of changes by table, change and cause."""
        return [ChangeCount(*row) for row in self.connection.execute(_COUNTED).fetchall()]

    def whole_reports(self) -> list[WholeReports]:
        """Return of the reports added, and of those removed, how many there are and how many numbers they have."""
        found = []
        for change, side in (("added", "new"), ("removed", "old")):
            asked = self.connection.execute(_WHOLE_REPORTS.format(side=side), {"change": change})
            ((reports, numbers),) = asked.fetchall()
            if reports:
                found.append(WholeReports(change, reports, numbers))
        return found

    @property
    def total(self) -> int:
        """Return the number of all changes."""
        return sum(each.changes for each in self.counted())

    def changes(self, most: int | None = None) -> Iterator[Change]:
        """Yield the changes in the order of their contract: all of them, or the first `most`."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"{_SORTED} LIMIT $most", {"most": most})
            while batch := cursor.fetchmany(_ROWS_AT_ONCE):
                yield from map(Change._make, batch)

    def replacements(self, most: int | None = None) -> list[Replacement]:
        """Return what replaced what, by year and agency: all of it, or the first `most`."""
        return [Replacement(*row) for row in self.connection.execute(_REPLACEMENTS, {"most": most}).fetchall()]

    def write_parquet(self, path: Path) -> None:
        """Write all changes, in the same order, as a plain Parquet file."""
        self.connection.execute(f"COPY ({_SORTED}) TO $path (FORMAT parquet)", {"path": str(path)})


def find_release(layout: Layout, name: str) -> Path:
    """Return a release by `current`, `previous`, a begin of its id, or its path. Raises CannotCompare, NoRelease."""
    if name == "current":
        return current_release(layout)
    known = sorted(path for path in layout.releases.glob("*") if path.is_dir())
    listed = ", ".join(path.name for path in known) or "none"
    if name == "previous":
        found = release_before(layout)
        if found is None:
            raise CannotCompare.of("releases.none_before", known=listed)
        return found
    begins = [path for path in known if name and path.name.startswith(name)]
    if len(begins) == 1:
        return begins[0]
    if not begins and (Path(name) / "manifest.json").is_file():
        return Path(name).resolve()
    raise CannotCompare.of("releases.releases_begin", n=len(begins), name=name, known=listed)


def release_before(layout: Layout) -> Path | None:
    """Return the release before the current one; None where that is the first. Raises NoRelease."""
    current = current_release(layout).name
    older = (path for path in layout.releases.glob("*") if path.is_dir() and path.name < current)
    return max(older, default=None)


@contextlib.contextmanager
def compare(old: Path, new: Path) -> Iterator[Comparison]:
    """Compare two releases and keep what changed until the block ends. Raises CannotCompare, naming a damaged file."""
    releases = {"old": read_release(old), "new": read_release(new)}
    agency = ", ".join(f"a.{name} AS agency_{name}" for name in AGENCY)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute("SET memory_limit = $limit", {"limit": _MEMORY})
        connection.execute("SET temp_directory = $folder", {"folder": folder})
        # It would be drawn on the standard output, between lines of JSON.
        connection.execute("SET enable_progress_bar = false")
        connection.execute(_PLAIN)
        lacking = make_views(connection, "old", releases["old"], releases["new"])
        lacking |= make_views(connection, "new", releases["new"], releases["old"])
        for side in releases:
            connection.execute(_REPORTS.format(side=side, agency=agency))
        connection.execute(_PAIRS)
        connection.execute(_TOUCHED)
        _collect(connection, lacking, **releases)
        yield Comparison(old.name, new.name, tuple(sorted(lacking)), connection)


def _collect(connection: duckdb.DuckDBPyConnection, lacking: set[str], old: Release, new: Release) -> None:
    """Fill changed_row. A column that either release lacks is not compared: nothing is known of its change."""

    stated = {what: (old.manifest.get(what), new.manifest.get(what)) for what in ("reader", "gazetteer")}
    # What a manifest does not tell explains nothing.
    reader = "new_reader" if None not in stated["reader"] and stated["reader"][0] != stated["reader"][1] else "unknown"
    gazetteer = "unknown"
    if None not in stated["gazetteer"]:
        gazetteer = reader if stated["gazetteer"][0] == stated["gazetteer"][1] else "new_gazetteer"
    connection.execute(_CHANGE_TABLE)
    for query in (_ADDED, _REMOVED, _CELLS):
        connection.execute(_INSERT + query, {"reader": reader})
    connection.execute(_REPLACED, {"reader": reader})
    for query in (_REPLACED_REPORTS, _REPLACED_CELLS):
        connection.execute(_INSERT + query)
    for items, cause in ((_AGENCY_ITEMS, _AGENCY_CAUSE), (_REPORT_ITEMS, _REPORT_CAUSE)):
        for place, item, column in items:
            if place not in lacking:
                values = {"table": place.partition(".")[0], "item": item, "reader": reader, "gazetteer": gazetteer}
                query = _INSERT + _CHANGED.format(cause=cause, column=column)
                connection.execute(query, {name: value for name, value in values.items() if f"${name}" in query})
    connection.execute(_INSERT + _CORRECTIONS)
