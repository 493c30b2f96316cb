"""The release of the five seeds equals what is printed in them, through SQL."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.projects import ROOT

EXPECTED = json.loads((ROOT / "tests" / "golden" / "expected.json").read_text(encoding="utf-8"))
_CELLS = (
    "SELECT c.cell_path, c.status, c.value, c.raw_text FROM cell AS c "
    "JOIN raw_file_location AS l USING (file_sha256) WHERE l.location = $location"
)
_ABSENT_TOO = (
    "SELECT count(*) FROM cell JOIN report_file USING (report_key) "
    "JOIN raw_file_location AS l ON l.file_sha256 = report_file.file_sha256 WHERE l.location = $location"
)


def one(database: duckdb.DuckDBPyConnection, query: str) -> object:
    row = database.execute(query).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_cell_equals_the_printed_one(database: duckdb.DuckDBPyConnection, name: str) -> None:
    rows = {r[0]: r[1:] for r in database.execute(_CELLS, {"location": f"2020/{name}"}).fetchall()}
    cells = {k: v for k, v in EXPECTED[name]["expected"].items() if not k.startswith(("narrative.", "extra."))}
    assert len(rows) == len(cells) == 198
    for path, wanted in cells.items():
        status, value, raw = rows[path]
        if wanted is None:
            assert (status, value) == ("blank", None), path
        elif isinstance(wanted, str):
            assert raw == wanted, path
        else:
            assert value == Decimal(str(wanted)), path


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT count(*) FROM fact_applications", 805),
        ("SELECT count(*) FROM fact_reviews", 75),
        ("SELECT count(*) FROM cell WHERE status = 'blank'", 5),
        ("SELECT count(*) FROM cell WHERE status NOT IN ('value', 'blank')", 0),
        (
            "SELECT total_amount_yuan FROM fact_item_9_procurement WHERE unit_source = 'inferred'",
            Decimal("55613033.29"),
        ),
        ("SELECT max(total_amount_yuan) FROM fact_item_9_procurement", Decimal("282040000.00")),
        ("SELECT count(*) FROM fact_item_9_procurement WHERE total_amount_yuan = 3593000.00", 1),
        ("SELECT count(*) FROM unmapped_row WHERE label LIKE '%总数量%' AND (label || cells) LIKE '%1010件%'", 1),
        ("SELECT count(*) FROM audit_finding WHERE severity = 'error'", 5),
        ("SELECT count(DISTINCT report_key) FROM audit_finding WHERE severity = 'error'", 1),
        ("SELECT count(*) FROM audit_evaluation WHERE outcome = 'pass'", 0),
        ("SELECT newly_made FROM fact_item_1_documents WHERE newly_made_status = 'blank'", None),
    ],
)
def test_figures_of_the_seeds(database: duckdb.DuckDBPyConnection, query: str, expected: object) -> None:
    assert one(database, query) == expected


def test_the_five_errors_are_those_of_seed_002(database: duckdb.DuckDBPyConnection) -> None:
    found = database.execute(
        "SELECT rule, scope FROM audit_finding WHERE severity = 'error' ORDER BY rule, scope"
    ).fetchall()
    assert found == [
        ("applications.balance", "natural_person"),
        ("applications.balance", "total"),
        ("applications.outcome_sum", "natural_person"),
        ("applications.outcome_sum", "total"),
        ("reviews.channel_sum", "reconsideration"),
    ]


def test_warnings_of_the_seeds(database: duckdb.DuckDBPyConnection) -> None:
    found = database.execute(
        "SELECT r.agency_printed, f.rule FROM audit_finding AS f JOIN dim_report AS r USING (report_key) "
        "WHERE f.severity = 'warning' ORDER BY ALL"
    ).fetchall()
    assert found == [
        ("东山区", "money.unit_missing"),
        ("东山区", "report.agency_unclear"),
        ("博山镇", "report.agency_unclear"),
        ("鹤岗市南山区大陆街道办事处", "narrative.documents"),
    ]


def test_information_the_seeds_must_yield(database: duckdb.DuckDBPyConnection) -> None:
    found = database.execute(
        "SELECT r.agency_printed, f.rule, count(*) FROM audit_finding AS f JOIN dim_report AS r USING (report_key) "
        "WHERE f.severity = 'info' GROUP BY ALL"
    ).fetchall()
    assert {
        ("东山区", "narrative.sum", 1),
        ("通化市东昌区人民政府", "items.no_decisions", 1),
        ("通化市东昌区人民政府", "items.large_change", 2),
        ("通化市东昌区人民政府", "report.period", 1),
        ("通化市东昌区人民政府", "extraction.unmapped_row", 1),
        ("东方市大田镇", "extraction.label_variant", 2),
    } <= set(found)


def test_figures_in_the_text_that_agree_pass(seed_release: Path) -> None:
    with duckdb.connect() as connection:
        passed = connection.execute(
            f"SELECT rule, left_value FROM read_parquet('{seed_release}/parquet/audit_evaluation/*/*.parquet') "
            "WHERE rule IN ('narrative.procurement', 'narrative.sum') AND outcome = 'pass' ORDER BY ALL"
        ).fetchall()
    assert ("narrative.procurement", 7) in passed and ("narrative.procurement", 3593000) in passed
    assert ("narrative.sum", 113) in passed
