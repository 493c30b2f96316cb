"""No sum holds own figures and summaries, nor one summary inside another: views, queries and explorer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.exploring import indicators
from pipelines.exploring.connection import Database
from pipelines.exploring.restriction import Filter
from tests.projects import ROOT, build_release, make_project
from tests.warehouse.county_files import (
    CITY,
    CITY_OFFICES,
    COUNTY,
    FROM_ABOVE,
    OFFICES,
    PENALTIES,
    county,
    received,
    write,
)

QUERIES = ROOT / "sql" / "queries"
OWN = sum({**OFFICES, **CITY_OFFICES, **FROM_ABOVE}.values())
AGENCIES = len({**OFFICES, **CITY_OFFICES, **FROM_ABOVE})
# The county granted 3 fewer than its agencies did, and claims 5 more penalties than they decided.
GRANTED, PENALISED = COUNTY - 3, PENALTIES * len(OFFICES) + 5
SUMMARY = {
    **received(COUNTY, enforcement__administrative_penalty__decisions=PENALISED),
    "applications.granted.total": GRANTED,
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    root = tmp_path_factory.mktemp("county")
    layout = make_project(root, seeds=False)
    write(county(SUMMARY), root / "data" / "raw" / "2020")
    found = Database(build_release(layout).path)
    yield found
    found.close()


def single(database: Database, query: str) -> object:
    return database.rows(query).row(0)[0]


def test_every_report_has_its_scope_and_what_it_rests_on(database: Database) -> None:
    rows = database.rows("SELECT a.name, r.scope, r.scope_basis FROM dim_report r JOIN dim_agency a USING (agency_sk)")
    found = {name: (scope, basis) for name, scope, basis in rows.iter_rows()}
    assert {found[name] for name in {**OFFICES, **CITY_OFFICES}} == {("own", "by_law")}
    assert found["莒县人民政府"] == ("summary", "worded")
    assert found["日照市人民政府"] == ("summary", "stated")
    assert found["东港区人民政府"] == ("unknown", None)


def test_what_may_be_added_are_own_figures(database: Database) -> None:
    added = "SELECT sum(cases) FROM applications_additive WHERE stage = 'received'"
    assert single(database, added) == OWN
    assert single(database, "SELECT string_agg(DISTINCT scope, ' ') FROM applications_additive") == "own"
    assert single(database, "SELECT count(DISTINCT report_key) FROM applications_additive") == AGENCIES


def test_summaries_of_governments_stand_by_level(database: Database) -> None:
    rows = database.rows(
        "SELECT level, sum(cases) FROM applications_government WHERE stage = 'received' GROUP BY ALL ORDER BY ALL"
    )
    assert rows.rows() == [("county", COUNTY), ("prefecture", CITY)]
    assert single(database, "SELECT string_agg(DISTINCT scope, ' ') FROM applications_government") == "summary"


@pytest.mark.parametrize(
    ("query", "column", "expected"),
    [
        ("02_granted_rate_by_province.sql", "outcome_cases", OWN),
        ("04_natural_person_share.sql", "received_cases", OWN),
        ("13_enforcement_volume.sql", "decisions", PENALTIES * AGENCIES),
    ],
)
def test_queries_add_own_figures(database: Database, query: str, column: str, expected: int) -> None:
    assert database.rows((QUERIES / query).read_text(encoding="utf-8"))[column].sum() == expected


def test_the_series_of_places_adds_summaries(database: Database) -> None:
    found = database.rows((QUERIES / "16_constant_geography.sql").read_text(encoding="utf-8"))
    assert dict(found.select("names_then", "received_cases").iter_rows()) == {"莒县": COUNTY, "日照市": CITY}


def test_the_explorer_adds_one_or_the_other(database: Database) -> None:
    def cases(by: str = "year", **chosen: object) -> list[int]:
        frame = indicators.rates(database, Filter(**chosen), by, "natural_person")  # type: ignore[arg-type]
        return list(frame["denominator"])

    assert cases() == cases(scope="own") == [OWN]
    # The city's summary holds the county's; by level, and where counties alone are chosen, each stands for itself.
    assert cases(scope="summary") == [CITY]
    assert sorted(cases("level", scope="summary")) == [COUNTY, CITY]
    assert cases(scope="summary", levels=("county",)) == [COUNTY]


def test_what_adds_over_reports_says_of_which_scope() -> None:
    """A sum of figures names one scope or a view that has one; sums of our own counts (cells, findings) need none."""
    counts = {"09_coverage_of_reports.sql", "18_report_quality.sql", "23_findings_by_rule.sql"}
    scopes = re.compile(r"scope = '(own|summary)'|\b(?:FROM|JOIN) applications_(additive|government)\b")
    for path in sorted(QUERIES.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\bsum\(", text) and path.name not in counts:
            assert len(scopes.findall(text)) == 1, f"{path.name} adds over reports and names no scope, or two"
    for path in (*Path(ROOT / "sql").rglob("*.sql"), *Path(ROOT / "pipelines" / "exploring").glob("*.py")):
        assert not re.search(r"'unknown'\s*\)", path.read_text(encoding="utf-8")), f"{path.name} adds unknown scopes"


def test_every_planted_difference_between_a_county_and_its_agencies_is_a_finding(database: Database) -> None:
    rows = database.rows(
        "SELECT f.rule, f.severity, f.scope, f.left_value::INT, f.right_value::INT, f.message FROM audit_finding f "
        "JOIN dim_report r USING (report_key) JOIN dim_agency a USING (agency_sk) "
        "WHERE f.rule LIKE 'levels.%' AND a.name = '莒县人民政府' ORDER BY ALL"
    )
    found = [row[:5] for row in rows.rows()]
    penalties = "enforcement.administrative_penalty.decisions"
    assert found == [
        ("levels.summary_covers", "warning", "applications.granted.total", GRANTED, COUNTY),
        ("levels.summary_equals", "info", penalties, PENALISED, PENALISED - 5),
    ]
    assert all(f"已知下级行政机关 {len(OFFICES)} 个，计入 {len(OFFICES)} 个" in message for message in rows["message"])


def test_a_city_with_an_agency_of_unknown_scope_is_not_complete(database: Database) -> None:
    told = "SELECT count(*) FROM audit_finding WHERE rule = 'levels.summary_equals' AND left_value = 100"
    assert single(database, told) == 0
