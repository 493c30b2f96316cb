"""The tables of a release that a comparison reads: their files checked, in the columns that comparing needs.

Contracts gain columns and tables: what a release does not have is NULL here, and told, so that it is not compared.
Belongs here: files to views. Keep out: what a difference means (`diff`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines import Told
from pipelines.releases.manifest import files_of_table, is_intact, is_published_here, read_manifest
from pipelines.releases.verified import is_older, linked_files

_BIG, _TEXT, _YEAR = "BIGINT", "VARCHAR", "INTEGER"
# The name of the folder of a release that is being built.
_CANDIDATE = "candidate"
AGENCY = {
    "agency_key": _BIG,
    "name": _TEXT,
    **dict.fromkeys(("agency_type", "agency_function", "level", "code", "township_code"), _TEXT),
    **dict.fromkeys(("province", "prefecture", "county", "township"), _TEXT),
    "parent_agency_key": _BIG,
    "region": _TEXT,
}
REPORT = {"year_key": _YEAR, **dict.fromkeys(("form", "scope", "title", "status"), _TEXT), "published_on": "DATE"}
NEEDED: dict[str, dict[str, str]] = {
    "dim_report": {
        **{"report_key": _BIG, "agency_sk": _BIG, "agency_status": _TEXT, "agency_printed": _TEXT},
        **{"related_report_key": _BIG, "status_basis": _TEXT},
        **REPORT,
    },
    "dim_agency": {"agency_sk": _BIG, **AGENCY},
    "report_file": {"report_key": _BIG, "file_sha256": _TEXT, "role": _TEXT},
    "raw_file_location": {"location": _TEXT, "file_sha256": _TEXT},
    "raw_file": {"file_sha256": _TEXT},
    "agency_match": {"report_key": _BIG, "ordinal": _YEAR, "evidence": _TEXT, "gazetteer_version": _TEXT},
    "cell": {
        **{"report_key": _BIG, "cell_path": _TEXT, "status": _TEXT},
        **{"value": "DECIMAL(18, 6)", "yuan": "DECIMAL(18, 2)"},
    },
    "cell_correction": {
        **{"report_key": _BIG, "cell_path": _TEXT, "state": _TEXT},
        **{"corrected_value": "DECIMAL(18, 6)", "corrected_yuan": "DECIMAL(18, 2)"},
    },
}


class CannotCompare(Told):
    """A release that is not there, is damaged or not told apart; the message says which and what there is."""


@dataclass(frozen=True)
class Release:
    """A release with its manifest."""

    path: Path
    manifest: dict[str, Any]

    def files(self, table: str) -> dict[str, dict[str, Any]]:
        """Return the Parquet files of a table as the manifest states them."""
        return files_of_table(self.manifest["files"], table)


def read_release(path: Path) -> Release:
    """Read the manifest of a release. Raises CannotCompare."""
    try:
        manifest = read_manifest(path)
        release = Release(path, {**manifest, "files": dict(manifest["files"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotCompare.of("releases.no_manifest", release=path, error=error) from error
    # Of nothing nothing would differ.
    if not any(map(release.files, NEEDED)):
        raise CannotCompare.of("releases.no_tables", release=path)
    return release


def _damaged(release: Path, name: str) -> CannotCompare:
    """Return what to tell of a damaged file: what a run makes anew needs no backup."""
    if release.name == _CANDIDATE:
        return CannotCompare.of("releases.damaged_on_disk", file=release / name)
    is_current = is_published_here(release) and not is_older(release)
    code = "releases.damaged_current_file" if is_current else "releases.damaged_file"
    return CannotCompare.of(code, file=release / name)


def make_views(
    connection: duckdb.DuckDBPyConnection,
    side: str,
    release: Release,
    other: Release | None,
    needed: Mapping[str, dict[str, str]] = NEEDED,
) -> set[str]:
    """Make a view <side>_<table> of every table needed; returns the columns (table.column) the release lacks.

    Files of cells that `other` shares are left out: what they hold cannot differ. <side>_cell_whole has all cells.
    Raises CannotCompare.
    """
    lacking: set[str] = set()
    for table, columns in needed.items():
        files = release.files(table)
        if linked := linked_files(release.path, files):
            raise _damaged(release.path, linked[0])
        for name, about in files.items():
            if not is_intact(release.path / name, about):
                raise _damaged(release.path, name)
        shared = other.files(table) if other is not None and table == "cell" else {}
        kept = [release.path / name for name, about in files.items() if shared.get(name) != about]
        present = _columns(connection, [release.path / name for name in files])
        lacking |= {f"{table}.{column}" for column in columns if column not in present}
        _view(connection, f"{side}_{table}", columns, present, kept)
        if table == "cell":
            _view(connection, f"{side}_cell_whole", columns, present, [release.path / name for name in files])
    return lacking


def _columns(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> set[str]:
    """Return the columns that any of the Parquet files has."""
    if not files:
        return set()
    # The root of a file's schema stands among its columns, and it alone has children.
    query = "SELECT DISTINCT name FROM parquet_schema($files) WHERE num_children IS NULL"
    return {name for (name,) in connection.execute(query, {"files": list(map(str, files))}).fetchall()}


def _view(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], present: set[str], files: list[Path]
) -> None:
    # Names and types are those above; a view takes no parameters, so paths are quoted.
    if files:
        listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        values = ", ".join(f"{c if c in present else 'NULL'}::{kind} AS {c}" for c, kind in columns.items())
        source = f"read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"
        connection.execute(f"CREATE VIEW {name} AS SELECT {values} FROM {source}")  # noqa: S608
    else:
        declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        connection.execute(f"CREATE TABLE {name} ({declared})")
