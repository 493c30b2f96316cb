"""A county of 52 files through the whole pipeline: every sum is that of what counts, however often it was sent in."""

from __future__ import annotations

import pytest

from benchmarks.corpus.county import AMBIGUOUS, RECEIVED, YEAR, Story, county, figures, write_county
from pipelines.corrections.reports import ReportDecision
from pipelines.exploring.connection import Database
from pipelines.releases.layout import Layout
from pipelines.warehouse import reports
from tests.projects import build_release, make_project

SEED = 1
GOVERNMENT = "莒县人民政府"
FILES = 52
_OF_AGENCY = """
SELECT a.name, f.received FROM fact_report_figures AS f
JOIN dim_report AS r USING (report_key) JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE r.status = 'current' AND r.year_key > 0
"""
_UNDECIDED = """
SELECT a.name, count(*) AS reports, any_value(f.message) AS named
FROM audit_finding AS f JOIN dim_report AS r USING (report_key) JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE f.rule = 'report.conflicting' GROUP BY ALL
"""
_CHOSEN = """
SELECT f.file_sha256, l.location FROM report_file AS f JOIN raw_file_location AS l USING (file_sha256)
JOIN dim_report AS r USING (report_key) WHERE r.status = 'conflicting' AND f.role = 'main'
"""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = make_project(tmp_path_factory.mktemp("county"), seeds=False)
    assert len(list(write_county(layout.raw / str(YEAR), county(), SEED))) == FILES
    return layout


def received(stories: list[Story]) -> dict[str, int]:
    """Return what agencies received, by name; those of which nothing counts are left out."""
    counted = [(story.sent[0].agency, story.counts) for story in stories if story.counts is not None]
    found = {agency: figures(SEED, agency, content).truth[RECEIVED].value for agency, content in counted}
    return {agency: int(value) for agency, value in found.items() if value is not None}


def test_every_sum_of_a_county_is_right(sent: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    release = build_release(sent).path
    database = Database(release)
    try:
        outcomes = dict(database.rows("SELECT outcome, count(*) FROM raw_file_location GROUP BY ALL").rows())
        assert outcomes == {"parsed": FILES}
        truth = received(county())
        found = database.rows(_OF_AGENCY)
        assert found["name"].is_unique().all()
        assert {n: v for n, v in found.rows() if n != GOVERNMENT} == {n: v for n, v in truth.items() if n != GOVERNMENT}
        assert AMBIGUOUS in truth
        undecided = {story.sent[0].agency: story for story in county() if story.counts is None}
        named = {name: (count, where) for name, count, where in database.rows(_UNDECIDED).rows()}
        assert set(named) == set(undecided)
        for agency, (count, where) in named.items():
            assert count == len(undecided[agency].sent)
            assert all(f"{YEAR}/{each.name}" in where for each in undecided[agency].sent)
        chosen = dict(database.rows(_CHOSEN).select("location", "file_sha256").rows())
    finally:
        database.close()
    decisions = [_kept(story, chosen) for story in undecided.values()]
    monkeypatch.setattr(reports, "report_decisions", lambda: tuple(decisions))
    database = Database(build_release(sent).path)
    try:
        decided = received([story._replace(counts=story.counts or 0) for story in county()])
        now = dict(database.rows(_OF_AGENCY).rows())
        assert {n: v for n, v in now.items() if n != GOVERNMENT} == {
            n: v for n, v in decided.items() if n != GOVERNMENT
        }
        assert database.rows(_UNDECIDED).is_empty()
    finally:
        database.close()


def _kept(story: Story, chosen: dict[str, str]) -> ReportDecision:
    """Return the decision that the first content of an agency counts."""
    first, *others = (chosen[f"{YEAR}/{each.name}"] for each in story.sent)
    return ReportDecision(sha256=first, over=tuple(others), reason="first", evidence="county")
