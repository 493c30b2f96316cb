"""`gongkai decide`: reports of one agency and year side by side, and the one that counts noted."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.corpus.county import YEAR, Sent, file_of
from pipelines.cli import app
from pipelines.corrections import reports
from pipelines.corrections.reports import report_decisions
from pipelines.durable import sha256_of
from pipelines.exploring.connection import Database
from pipelines.locking import hold_folder
from pipelines.releases.layout import Layout, current_release
from tests.projects import build_release, make_project

AGENCY = "莒县公安局"
SENT = (
    Sent("a/年报.xlsx", AGENCY, 0, "xlsx"),
    Sent("b/年报.xlsx", AGENCY, 1, "xlsx"),
    Sent("莒县民政局.xlsx", "莒县民政局", 0, "xlsx"),
)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    made = make_project(tmp_path_factory.mktemp("decide"), seeds=False)
    for sent in SENT:
        path = made.raw / str(YEAR) / sent.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file_of(1, sent))
    build_release(made)
    return made


@pytest.fixture
def decided(layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of decisions of the test's own."""
    monkeypatch.setenv("GONGKAI_ROOT", str(layout.root))
    monkeypatch.setattr(reports, "PATH", Path(shutil.copy(reports.PATH, tmp_path)))
    monkeypatch.setattr(reports.add_decision, "__defaults__", (reports.PATH,))
    return reports.PATH


def statuses(layout: Layout) -> dict[str, str]:
    database = Database(current_release(layout))
    try:
        rows = database.rows(
            "SELECT l.location, r.status FROM dim_report AS r JOIN report_file AS f USING (report_key) "
            "JOIN raw_file_location AS l USING (file_sha256) WHERE f.role = 'main'"
        )
        return {location.removeprefix(f"{YEAR}/"): status for location, status in rows.rows()}
    finally:
        database.close()


def test_rivals_are_shown_side_by_side_and_nothing_is_written(decided: Path) -> None:
    before = decided.read_bytes()
    result = CliRunner().invoke(app, ["decide", "a/年报"])
    assert result.exit_code == 0
    assert "2021/a/年报.xlsx" in result.stdout and "2021/b/年报.xlsx" in result.stdout
    assert "conflicting" in result.stdout and "applications.received.total" in result.stdout
    assert "--keep" in result.stdout and decided.read_bytes() == before


def test_the_kept_one_counts_after_the_next_run(layout: Layout, decided: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(statuses(layout).values()) == {"conflicting", "current"}
    result = CliRunner().invoke(app, ["decide", "b/年报", "--keep", "--reason", "电话核实"])
    assert result.exit_code == 0, result.output
    (entry,) = report_decisions(decided)
    folder = layout.raw / str(YEAR)
    assert entry.sha256 == sha256_of(folder / SENT[1].name) and entry.over == (sha256_of(folder / SENT[0].name),)
    assert entry.reason == "电话核实" and current_release(layout).name in entry.evidence
    monkeypatch.setattr("pipelines.warehouse.reports.report_decisions", lambda: report_decisions(decided))
    build_release(layout)
    assert statuses(layout) == {SENT[0].name: "superseded_by", SENT[1].name: "current", SENT[2].name: "current"}


def test_a_report_without_rivals_leaves_nothing_to_decide(decided: Path) -> None:
    before = decided.read_bytes()
    result = CliRunner().invoke(app, ["decide", "莒县民政局", "--keep"])
    assert result.exit_code == 1 and "nothing to decide" in result.output
    assert decided.read_bytes() == before


def test_an_unknown_report_is_told(decided: Path) -> None:
    result = CliRunner().invoke(app, ["decide", "没有这份"])
    assert result.exit_code == 1 and "no report matches" in result.output and decided.exists()


@pytest.mark.parametrize(("option", "text"), [("--reason", ""), ("--reason", "\udcff"), ("--evidence", "\udcff")])
def test_a_reason_that_is_none_is_told_in_one_line(decided: Path, option: str, text: str) -> None:
    before = decided.read_bytes()
    result = CliRunner().invoke(app, ["decide", "b/年报", "--keep", option, text])
    assert result.exit_code == 2 and decided.read_bytes() == before
    assert len(result.stderr.splitlines()) == 1 and option in result.stderr


def test_corrections_that_cannot_be_written_are_told_in_one_line(
    decided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = decided.read_bytes()

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(decided))

    with monkeypatch.context() as patch:
        patch.setattr(reports, "replace_text", refused)
        result = CliRunner().invoke(app, ["decide", "b/年报", "--keep"])
    assert result.exit_code == 1 and decided.read_bytes() == before
    assert len(result.stderr.splitlines()) == 1 and "Permission denied" in result.stderr
    with hold_folder(decided.parent, "test"):
        monkeypatch.setattr(reports, "_WAIT_SECONDS", 0.0)
        held = CliRunner().invoke(app, ["decide", "b/年报", "--keep"])
    assert held.exit_code == 1 and len(held.stderr.splitlines()) == 1 and decided.read_bytes() == before
