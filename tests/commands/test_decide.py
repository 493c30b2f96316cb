"""`gongkai decide`: reports of one agency and year side by side, and the one that counts noted."""

from __future__ import annotations

import errno
import random
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.corpus.county import FORM, YEAR, Sent, figures, file_of
from benchmarks.corpus.formats import written
from benchmarks.corpus.printing import Truth, printout_of
from pipelines.cli import app
from pipelines.commands.run_report import print_release
from pipelines.commands.terminal import console_for_people
from pipelines.corrections import reports
from pipelines.corrections.reports import ReportDecision, report_decisions
from pipelines.durable import sha256_of
from pipelines.exploring.connection import Database
from pipelines.forms.catalogue import form
from pipelines.locking import hold_folder
from pipelines.releases.layout import Layout, current_release
from tests.projects import build_release, make_project

AGENCY = "莒县公安局"
SENT = (
    Sent("a/年报.xlsx", AGENCY, 0, "xlsx"),
    Sent("b/年报.xlsx", AGENCY, 1, "xlsx"),
    Sent("莒县民政局.xlsx", "莒县民政局", 0, "xlsx"),
)
# Two reports of one agency: the second leaves empty a number that the first prints.
FULL, EMPTIED = "c/审计局年报.docx", "d/审计局年报.docx"
LICENSING = ("licensing", "administrative_licensing", "decisions")
WITHDRAWN = "莒县水利局（作废）.xlsx"


def licensing(agency: str, number: str) -> bytes:
    """Return a report with a number of licences, or none."""
    truth = figures(1, agency, 0).truth | {LICENSING: Truth(number, Decimal(number) if number else None)}
    title = f"{agency}{YEAR}年政府信息公开工作年度报告"
    return written(random.Random(agency), "docx", printout_of(form(FORM), truth), title=title)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    made = make_project(tmp_path_factory.mktemp("decide"), seeds=False)
    contents = {sent.name: file_of(1, sent) for sent in SENT}
    contents |= {name: licensing("莒县审计局", number) for name, number in ((FULL, "99999"), (EMPTIED, ""))}
    contents[WITHDRAWN] = file_of(1, Sent(WITHDRAWN, "莒县水利局", 0, "xlsx"))
    for name, content in contents.items():
        path = made.raw / str(YEAR) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
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
    found = statuses(layout)
    assert [found[sent.name] for sent in SENT] == ["superseded_by", "current", "current"]
    assert found[FULL] == found[EMPTIED] == "conflicting"


def test_a_number_that_one_of_them_leaves_empty_can_be_decided(
    layout: Layout, decided: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    result = CliRunner().invoke(app, ["decide", "d/审计局年报", "--keep", "--reason", "数字已撤回"])
    assert result.exit_code == 0 and ".".join(LICENSING) in result.output, result.output
    folder = layout.raw / str(YEAR)
    unused = ReportDecision(sha256="0" * 64, over=(sha256_of(folder / FULL),), reason="r", evidence="e")
    reports.add_decision(unused, decided)
    # The release is of before the decision: it has no effect there yet.
    monkeypatch.setattr(reports, "report_decisions", lambda: report_decisions(decided))
    print_release(current_release(layout), console_for_people())
    told = capsys.readouterr()
    first, second = (line for line in told.err.splitlines() if "reports.yml" in line)
    assert "entry 1" in first and "has no effect" in first and sha256_of(folder / EMPTIED) in first
    assert "entry 2" in second and "is unused" in second
    assert WITHDRAWN in told.out and "marked_withdrawn" in told.out and "Take it out of data/raw" in told.out
    monkeypatch.setattr("pipelines.warehouse.reports.report_decisions", lambda: report_decisions(decided))
    build_release(layout, accept_loss="decisions of another test are gone")
    found = statuses(layout)
    assert (found[FULL], found[EMPTIED], found[WITHDRAWN]) == ("superseded_by", "current", "current")
    print_release(current_release(layout), console_for_people())
    assert "has no effect" not in capsys.readouterr().err


def test_a_decision_against_an_earlier_one_names_the_line_of_that_one(layout: Layout, decided: Path) -> None:
    folder = layout.raw / str(YEAR)
    full, emptied = (sha256_of(folder / name) for name in (FULL, EMPTIED))
    reports.add_decision(ReportDecision(sha256=full, over=(emptied,), reason="r", evidence="e"), decided)
    before = decided.read_text(encoding="utf-8")
    result = CliRunner().invoke(app, ["decide", "d/审计局年报", "--keep"])
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 1 and decided.read_text(encoding="utf-8") == before
    number = 2 + before.splitlines().index("  over:")
    assert line.startswith(f"gongkai: {decided}:{number}: corrections[0].over[0]: "), line


def test_a_report_without_rivals_leaves_nothing_to_decide(decided: Path) -> None:
    before = decided.read_bytes()
    result = CliRunner().invoke(app, ["decide", "莒县民政局", "--keep"])
    assert result.exit_code == 1 and "nothing to decide" in result.output
    assert decided.read_bytes() == before


def test_an_unknown_report_is_told(decided: Path) -> None:
    result = CliRunner().invoke(app, ["decide", "没有这份"])
    assert result.exit_code == 1 and "no report matches" in result.output and decided.exists()


@pytest.mark.parametrize(
    ("option", "text"), [("--reason", ""), ("--reason", "  \u3000"), ("--reason", "\udcff"), ("--evidence", "\udcff")]
)
def test_a_reason_that_is_none_is_told_in_one_line(decided: Path, option: str, text: str) -> None:
    before = decided.read_bytes()
    result = CliRunner().invoke(app, ["decide", "b/年报", "--keep", option, text])
    assert result.exit_code == 2 and decided.read_bytes() == before
    assert len(result.stderr.splitlines()) == 1 and option in result.stderr


def test_a_list_in_another_style_is_told_in_one_line_and_stays(decided: Path) -> None:
    entry = f"{{sha256: {'a' * 64}, over: [{'b' * 64}], reason: r, evidence: e}}"
    decided.write_text(f"corrections: [{entry}]\n", encoding="utf-8")
    before = decided.read_bytes()
    for language, remedy in (("en", "write the list as lines"), ("zh", "请把列表改为")):
        result = CliRunner().invoke(app, ["decide", "b/年报", "--keep"], env={"GONGKAI_LANG": language})
        (line,) = result.stderr.splitlines()
        assert result.exit_code == 1 and line.startswith(f"gongkai: {decided}") and remedy in line
        assert decided.read_bytes() == before


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
