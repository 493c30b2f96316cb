"""Every query of the cookbook runs on the seeds, every check passes there and fails on rows made to fail it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from benchmarks.queries import cost, questions
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
    "report_coverage_equals_cells": "UPDATE dim_report SET cells_value = cells_value + 1",
    "sums_equal_facts": "UPDATE fact_applications SET cases = cases + 1 WHERE line = 'received'",
    "findings_have_places": "UPDATE printed_amount SET raw_text = '0'",
}
# And one for each table that a check of several guards.
GUARDED = {
    "sum_reports": ("sums_equal_facts", "UPDATE sum_reports SET sound_reports = sound_reports + 1"),
    "sum_applications": ("sums_equal_facts", "DELETE FROM sum_applications WHERE line = 'received'"),
    "sum_rates": ("sums_equal_facts", "UPDATE sum_rates SET denominator = denominator + 1 WHERE rate = 'denied'"),
    "sum_divisions": ("sums_equal_facts", "UPDATE sum_divisions SET received = received + 1"),
    "sum_decisions": ("sums_equal_facts", "UPDATE sum_decisions SET scope = 'unknown'"),
    "sum_findings": ("sums_equal_facts", "UPDATE sum_findings SET reports = reports + 1"),
    "sum_cells": ("sums_equal_facts", "UPDATE sum_cells SET cells = cells - 1"),
    "report_audit": ("findings_have_places", "UPDATE report_audit SET warnings = warnings + 1"),
    "finding_cell": ("findings_have_places", "UPDATE finding_cell SET grid_row = grid_row + 1"),
    "printed_amount": ("findings_have_places", "DELETE FROM printed_amount"),
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


@pytest.mark.parametrize("table", GUARDED)
def test_what_is_summed_is_guarded(table: str, seed_release: Path, tmp_path: Path) -> None:
    check, breaking = GUARDED[table]
    broken = tmp_path / DATABASE
    shutil.copyfile(seed_release / DATABASE, broken)
    with duckdb.connect(str(broken)) as connection:
        connection.execute(breaking)
    assert run_check(broken, check).failing > 0


def test_a_report_that_does_not_count_is_in_no_sum(seed_release: Path, tmp_path: Path) -> None:
    broken = tmp_path / DATABASE
    shutil.copyfile(seed_release / DATABASE, broken)
    with duckdb.connect(str(broken)) as connection:
        connection.execute("UPDATE dim_report SET status = 'superseded_by' WHERE title LIKE '%东昌区%'")
    found = {source for source, *_ in run_check(broken, "sums_equal_facts").examples}
    assert found and run_check(broken, "sums_equal_facts").failing > 10


# Tables with a row for every cell or more, and the questions that look a few rows of them up.
LONG = {"cell", "fact_applications", "fact_reviews", "audit_evaluation"}
LOOKED_UP = {
    "20_text_against_table": {"audit_evaluation"},
    "22_blank_cells_of_an_agency": {"cell"},
    "view cell_corrected": {"cell"},
    # Single cells are what these two list.
    "view applications_additive": {"fact_applications"},
    "view applications_government": {"fact_applications"},
}


def test_no_question_walks_over_all_cells(database: duckdb.DuckDBPyConnection) -> None:
    found = {}
    for name, query, given in questions(database):
        if name.startswith(("view", *"0123456789")):
            plan = database.execute(f"EXPLAIN (FORMAT json) {query}", given or None).fetchall()[0][1]
            found[name] = set(re.findall(r'"Table": "[^"]*?([a-z0-9_]+)"', plan)) & LONG
    assert {name: tables for name, tables in found.items() if tables} == LOOKED_UP


def test_the_benchmark_times_every_question(database: duckdb.DuckDBPyConnection) -> None:
    asked = list(questions(database))
    assert {path.stem for path in QUERIES} | {f"view {view.name}" for view in load_views()} < {
        name for name, *_ in asked
    }
    found = {name: cost(database, name, query, given, 1) for name, query, given in asked[-4:]}
    assert found["one cell"].rows == 1 and found["one report's cells"].rows == 198
    assert found["one report's cells"].scanned >= 198 and found["one cell"].median_ms > 0


# What aggregated questions answered before there were sums, row by row of reports and facts.
FROM_FACTS = {
    "02_granted_rate_by_province": """
        SELECT coalesce(province, '未识别'), year_key, count(*), sum(granted_cases), sum(outcome_cases),
            round(sum(granted_cases) / nullif(sum(outcome_cases), 0), 4)
        FROM application_rates
        WHERE scope = 'own' AND granted_cases IS NOT NULL AND outcome_cases IS NOT NULL
        GROUP BY ALL ORDER BY 1, 2""",
    "03_refusal_reasons": """
        SELECT year_key, line_group, line, label, sum(cases) AS cases FROM applications_additive
        WHERE stage = 'outcome' AND line_group IN ('denied', 'unable', 'not_processed')
        GROUP BY ALL ORDER BY year_key, cases DESC, line""",
    "05_correction_rate": """
        SELECT year_key, channel, sum(corrected_cases), sum(decided_cases),
            round(sum(corrected_cases) / nullif(sum(decided_cases), 0), 4)
        FROM review_rates
        WHERE corrected_cases IS NOT NULL AND decided_cases IS NOT NULL AND scope = 'own'
        GROUP BY ALL ORDER BY year_key, channel""",
    "13_enforcement_volume": """
        SELECT year_key, matter, count(decisions), sum(decisions)
        FROM (SELECT report_key, matter, decisions FROM fact_item_5_licensing
              UNION ALL SELECT report_key, matter, decisions FROM fact_item_6_enforcement)
        JOIN dim_report AS r USING (report_key)
        WHERE r.status = 'current' AND r.scope = 'own' AND year_key > 0 GROUP BY ALL ORDER BY 1, 2""",
    "18_report_quality": """
        SELECT coalesce(province, '未识别') AS province, coalesce(agency_type, '未识别') AS agency_type, year_key,
            count(*) AS reports, sum(errors), sum(warnings), round(avg(errors), 2) AS each,
            round(count(*) FILTER (errors = 0 AND warnings = 0) / count(*), 4)
        FROM report_overview GROUP BY ALL ORDER BY each DESC, reports DESC, province, agency_type, year_key""",
}


@pytest.mark.parametrize("name", FROM_FACTS)
def test_answers_from_sums_are_those_from_facts(name: str, database: duckdb.DuckDBPyConnection) -> None:
    summed = database.execute((SQL_FOLDER / "queries" / f"{name}.sql").read_text(encoding="utf-8")).fetchall()
    assert summed == database.execute(FROM_FACTS[name]).fetchall() != []


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
