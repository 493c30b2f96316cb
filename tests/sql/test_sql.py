"""Every query of the cookbook runs on the seeds, every check passes there and fails on rows made to fail it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.releases.layout import SQL_FOLDER
from pipelines.releases.manifest import DATABASE
from pipelines.warehouse.checks import check_names, run_check
from pipelines.warehouse.database import load_views

QUERIES = sorted((SQL_FOLDER / "queries").glob("*.sql"))
MAY_BE_EMPTY = {"11_quarantined_files", "14_statistics_2014", "19_deadlines_missed", "21_codes_of_several_agencies"}
# One statement per check that breaks what it guards.
BREAKING = {
    "cell_has_place": "UPDATE cell SET grid = NULL WHERE cell_order = 7",
    "cell_value_matches_status": "UPDATE cell SET status = 'blank' WHERE cell_order = 7",
    "fact_orphans": "UPDATE fact_reviews SET agency_sk = 1",
    "fact_rows_complete": "DELETE FROM fact_reviews WHERE result = 'pending'",
    "facts_equal_cells": "UPDATE fact_applications SET cases = 7 WHERE line = 'received'",
    "figures_equal_facts": "UPDATE fact_report_figures SET denied = denied + 1",
    "findings_lead_to_cells": "UPDATE audit_finding SET cell_path = 'documents.rules.nothing'",
    "line_orphans": "UPDATE fact_applications SET line = 'withdrawn' WHERE line = 'granted'",
    "locations_accounted": "UPDATE raw_file_location SET outcome = 'quarantined'",
    "one_report_counts": "UPDATE dim_report SET agency_sk = (SELECT min(agency_sk) FROM dim_report)",
    "report_cells_complete": "DELETE FROM cell WHERE cell_order = 198",
}


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_query_answers(path: Path, database: duckdb.DuckDBPyConnection) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- "), "a query begins with its question"
    rows = database.execute(text).fetchall()
    assert rows or path.stem in MAY_BE_EMPTY


@pytest.mark.parametrize("name", check_names())
def test_check_passes_on_the_seeds(name: str, seed_release: Path) -> None:
    assert run_check(seed_release / DATABASE, name).failing == 0


@pytest.mark.parametrize("name", check_names())
def test_check_finds_what_it_guards(name: str, seed_release: Path, tmp_path: Path) -> None:
    broken = tmp_path / DATABASE
    shutil.copyfile(seed_release / DATABASE, broken)
    with duckdb.connect(str(broken)) as connection:
        connection.execute(BREAKING[name])
    result = run_check(broken, name)
    assert result.failing > 0 and result.examples


def test_rates_without_a_denominator_are_null(database: duckdb.DuckDBPyConnection) -> None:
    rows = database.execute("SELECT outcome_cases, granted_cases, granted_rate FROM application_rates").fetchall()
    assert len(rows) == 5
    assert all(rate is None for cases, _, rate in rows if not cases)


def test_chinese_views_have_the_same_rows_and_chinese_names(database: duckdb.DuckDBPyConnection) -> None:
    for view in load_views():
        english = database.execute(f"SELECT count(*) FROM {view.name}").fetchone()
        chinese = database.execute(f'SELECT * FROM zh."{view.zh}"')
        assert all(not name.isascii() for name, *_ in chinese.description), view.name
        assert english == (len(chinese.fetchall()),)


def test_every_table_and_view_is_commented(database: duckdb.DuckDBPyConnection) -> None:
    missing = database.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal AND comment IS NULL"
    ).fetchall()
    assert missing == []


def test_additive_view_leaves_out_totals(database: duckdb.DuckDBPyConnection) -> None:
    row = database.execute(
        "SELECT count(*) FROM applications_additive WHERE line IN ('outcome_total') OR applicant = 'total'"
    ).fetchone()
    assert row == (0,)
