"""What changed from one release to another: reports and numbers added, removed and changed, each with its cause.

Facts are projections of the cells, so cells are compared. Works on Parquet alone: older releases have no database.
Belongs here: pairing, comparing, causes. Keep out: how a comparison is shown (`pipelines.differing`).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.durable import sha256_of
from pipelines.warehouse.layout import Layout, NoRelease, current_release
from pipelines.warehouse.release import PARQUET, read_manifest

CAUSES = ("new_file", "file_removed", "new_reader", "new_gazetteer", "correction", "unknown")
# One row for each change. item: the column of dim_report, or the path of the cell; values as text.
SCHEMA = {
    "table_name": pl.String,
    "change": pl.String,
    "cause": pl.String,
    "year_key": pl.Int32,
    "agency_name": pl.String,
    "item": pl.String,
    "old_value": pl.String,
    "new_value": pl.String,
    "old_report_key": pl.Int64,
    "new_report_key": pl.Int64,
}
_AGENCY = ("agency_name", "agency_key", "agency_status")
_TOLD = ("year_key", "form", "scope", "title", "published_on", "status")
_NEEDED = ("dim_report", "dim_agency", "report_file", "raw_file_location", "raw_file", "cell", "cell_correction")

_REPORTS = """
CREATE VIEW {side}_report AS
SELECT r.report_key, r.year_key, r.form, r.scope, r.title, r.published_on, r.status, r.agency_status,
    a.agency_key, a.name AS agency_name, f.file_sha256, f.location,
    r.cells_value
FROM {side}_dim_report AS r
JOIN {side}_dim_agency AS a USING (agency_sk)
LEFT JOIN (
    SELECT p.report_key, min(p.file_sha256) AS file_sha256, min(l.location) AS location
    FROM {side}_report_file AS p
    LEFT JOIN {side}_raw_file_location AS l USING (file_sha256)
    WHERE p.role = 'main'
    GROUP BY p.report_key
) AS f USING (report_key)
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
    USING (agency_key, year_key, form, scope)
WHERE o.year_key > 0 AND o.agency_status IN ('exact', 'inferred')
GROUP BY agency_key, year_key, form, scope HAVING count(*) = 1;
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
SELECT 'dim_report', 'changed', CASE WHEN NOT p.same_file THEN 'new_file' ELSE $cause END,
    n.year_key, n.agency_name, $item, o.{item}::VARCHAR, n.{item}::VARCHAR, p.old_key, p.new_key
FROM pair AS p
JOIN old_report AS o ON o.report_key = p.old_key
JOIN new_report AS n ON n.report_key = p.new_key
WHERE o.{item} IS DISTINCT FROM n.{item}
"""
_CELLS = """
WITH o AS (SELECT p.old_key, p.new_key, p.same_file, c.cell_path, c.value, c.yuan, c.status
    FROM pair AS p JOIN old_cell AS c ON c.report_key = p.old_key),
n AS (SELECT p.old_key, p.new_key, p.same_file, c.cell_path, c.value, c.yuan, c.status
    FROM pair AS p JOIN new_cell AS c ON c.report_key = p.new_key)
SELECT 'cell',
    CASE WHEN o.cell_path IS NULL THEN 'added' WHEN n.cell_path IS NULL THEN 'removed' ELSE 'changed' END,
    CASE WHEN NOT coalesce(o.same_file, n.same_file) THEN 'new_file' ELSE $reader END,
    r.year_key, r.agency_name, coalesce(o.cell_path, n.cell_path),
    CASE WHEN o.cell_path IS NOT NULL THEN coalesce(trim_scale(o.value), o.status) END,
    CASE WHEN n.cell_path IS NOT NULL THEN coalesce(trim_scale(n.value), n.status) END,
    coalesce(o.old_key, n.old_key), coalesce(o.new_key, n.new_key)
FROM o FULL JOIN n ON o.new_key = n.new_key AND o.cell_path = n.cell_path
JOIN new_report AS r ON r.report_key = coalesce(o.new_key, n.new_key)
WHERE o.value IS DISTINCT FROM n.value OR o.status IS DISTINCT FROM n.status OR o.yuan IS DISTINCT FROM n.yuan
"""
_PLAIN = "CREATE MACRO trim_scale(v) AS regexp_replace(v::VARCHAR, '\\.?0+$', '')"
_CORRECTIONS = """
SELECT 'cell_correction', CASE WHEN o.report_key IS NULL THEN 'added' WHEN n.report_key IS NULL THEN 'removed'
    ELSE 'changed' END, 'correction', r.year_key, r.agency_name, coalesce(n.cell_path, o.cell_path),
    o.corrected_value::VARCHAR, n.corrected_value::VARCHAR, o.report_key, n.report_key
FROM (SELECT * FROM old_cell_correction WHERE state = 'applied') AS o
FULL JOIN (SELECT * FROM new_cell_correction WHERE state = 'applied') AS n USING (report_key, cell_path)
LEFT JOIN new_report AS r ON r.report_key = coalesce(n.report_key, o.report_key)
WHERE o.corrected_value IS DISTINCT FROM n.corrected_value OR o.state IS DISTINCT FROM n.state
"""
_CHANGE_TABLE = """
CREATE TABLE changed_row (table_name VARCHAR, change VARCHAR, cause VARCHAR, year_key INTEGER, agency_name VARCHAR,
    item VARCHAR, old_value VARCHAR, new_value VARCHAR, old_report_key BIGINT, new_report_key BIGINT)
"""
_INSERT = "INSERT INTO changed_row "


class CannotCompare(Exception):
    """A release that is not there, is damaged or not told apart; the message lists what there is."""


@dataclass(frozen=True)
class Comparison:
    """Two releases and their differences (columns of SCHEMA)."""

    old: str
    new: str
    changes: pl.DataFrame

    def counted(self) -> pl.DataFrame:
        """Return (table_name, change, cause, changes)."""
        by = ["table_name", "change", "cause"]
        return self.changes.group_by(by).agg(changes=pl.len()).sort(by)


def find_release(layout: Layout, name: str) -> Path:
    """Return a release by `current`, `previous`, a begin of its id, or its path. Raises CannotCompare, NoRelease."""
    if name == "current":
        return current_release(layout)
    known = sorted(path for path in layout.releases.glob("*") if path.is_dir())
    if name == "previous":
        older = [path for path in known if path.name < current_release(layout).name]
        if not older:
            raise CannotCompare("there is no release before the current one")
        return older[-1]
    found = [path for path in known if path.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    if not found and (Path(name) / PARQUET).is_dir():
        return Path(name).resolve()
    listed = ", ".join(path.name for path in known) or "none"
    raise CannotCompare(f"{len(found)} releases begin with {name!r}; known: {listed}")


def compare(old: Path, new: Path) -> Comparison:
    """Return what changed between two releases. Raises CannotCompare for a damaged file, naming it."""
    manifests = _manifest(old), _manifest(new)
    with duckdb.connect() as connection:
        connection.execute(_PLAIN)
        equal = _equal_files(*manifests)
        for side, release, manifest in (("old", old, manifests[0]), ("new", new, manifests[1])):
            _open(connection, side, release, manifest, equal)
        connection.execute(_PAIRS)
        changes = _changes(connection, *manifests)
    return Comparison(old.name, new.name, changes)


def compare_with_previous(layout: Layout) -> Comparison | None:
    """Return what the current release changed; None where it is the first."""
    try:
        return compare(find_release(layout, "previous"), current_release(layout))
    except (CannotCompare, NoRelease):
        return None


def _manifest(release: Path) -> dict[str, Any]:
    try:
        return read_manifest(release)
    except (OSError, ValueError) as error:
        raise CannotCompare(f"{release}: no manifest that can be read: {error}") from error


def _equal_files(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """Return the cell files that both releases share: what they hold cannot differ."""
    return {
        name
        for name, about in new["files"].items()
        if name.startswith(f"{PARQUET}/cell/") and old["files"].get(name) == about
    }


def _open(
    connection: duckdb.DuckDBPyConnection, side: str, release: Path, manifest: dict[str, Any], equal: set[str]
) -> None:
    for table in _NEEDED:
        names = [n for n in manifest["files"] if n.startswith((f"{PARQUET}/{table}/", f"{PARQUET}/{table}.parquet"))]
        for name in names:
            _check(release, name, manifest["files"][name])
        files = [str(release / name) for name in names if name not in equal]
        columns = "report_key, cell_path, value, yuan, status" if table == "cell" else "*"
        if files:
            listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
            source = f"read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"
            connection.execute(f"CREATE VIEW {side}_{table} AS SELECT {columns} FROM {source}")  # noqa: S608
        else:
            connection.execute(f"CREATE TABLE {side}_{table} ({_columns_of_none(table)})")
    connection.execute(_REPORTS.format(side=side))


def _columns_of_none(table: str) -> str:
    if table == "cell":
        return "report_key BIGINT, cell_path VARCHAR, value DECIMAL(18, 6), yuan DECIMAL(18, 2), status VARCHAR"
    if table == "cell_correction":
        return "report_key BIGINT, cell_path VARCHAR, corrected_value DECIMAL(18, 6), state VARCHAR"
    raise CannotCompare(f"the release has no table {table}")


def _check(release: Path, name: str, about: dict[str, Any]) -> None:
    path = release / name
    if not path.is_file() or path.stat().st_size != about["bytes"] or sha256_of(path) != about["sha256"]:
        raise CannotCompare(f"{path}: missing, or not what the manifest says: restore it from a backup")


def _changes(connection: duckdb.DuckDBPyConnection, old: dict[str, Any], new: dict[str, Any]) -> pl.DataFrame:
    def differs(what: str) -> bool:
        return bool(old.get(what) != new.get(what))

    reader = "new_reader" if differs("reader") else "unknown"
    agency = "new_gazetteer" if differs("gazetteer") else "correction" if differs("corrections") else reader
    connection.execute(_CHANGE_TABLE)
    for query in (_ADDED, _REMOVED, _CELLS):
        connection.execute(_INSERT + query, {"reader": reader})
    for item in (*_AGENCY, *_TOLD):
        cause = agency if item in _AGENCY else reader
        connection.execute(_INSERT + _CHANGED.format(item=item), {"cause": cause, "item": item})
    connection.execute(_INSERT + _CORRECTIONS)
    # Handed over as a file: there may be as many rows as there are cells.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changes.parquet"
        connection.execute("COPY changed_row TO $path (FORMAT parquet)", {"path": str(path)})
        frame = pl.read_parquet(path).cast(SCHEMA)  # type: ignore[arg-type]
    # A report that was superseded or found to be a copy is so because of another file.
    another = (pl.col("item") == "status") & (pl.col("cause") == "unknown")
    frame = frame.with_columns(cause=pl.when(another).then(pl.lit("new_file")).otherwise("cause"))
    return frame.sort("table_name", "change", "cause", "year_key", "agency_name", "item", "new_report_key")
