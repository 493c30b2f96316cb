"""Decisions on reports: what an entry must say, and adding one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.corrections.reports import PATH, ReportDecision, add_decision, report_decisions
from pipelines.declarations import DeclarationError

A, B, C = (letter * 64 for letter in "abc")


def decision(kept: str, *over: str) -> ReportDecision:
    return ReportDecision(sha256=kept, over=over, reason="以此为准", evidence="letter of 3 March 2021")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    shutil.copy(PATH, tmp_path)
    return tmp_path / PATH.name


def test_the_decisions_of_the_project_can_be_read() -> None:
    assert isinstance(report_decisions(), tuple)


def test_decisions_are_added_below_the_comments(path: Path) -> None:
    begin = path.read_text(encoding="utf-8").partition("corrections:")[0]
    add_decision(decision(A, B), path)
    add_decision(decision(C, A, B), path)
    assert report_decisions(path)[-2:] == (decision(A, B), decision(C, A, B))
    assert path.read_text(encoding="utf-8").startswith(begin)
    assert "以此为准" in path.read_text(encoding="utf-8")
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_decision_against_another_is_refused_and_changes_nothing(path: Path) -> None:
    add_decision(decision(A, B), path)
    before = path.read_bytes()
    with pytest.raises(DeclarationError, match="kept over the other"):
        add_decision(decision(B, A), path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (f"{{sha256: {A}, over: [], reason: r, evidence: e}}", "over"),
        (f"{{sha256: {A}, over: [{A}], reason: r, evidence: e}}", "over itself"),
        (f"{{over: [{A}], reason: r, evidence: e}}", "either sha256 or location"),
        (f"{{sha256: {A}, over: [no hash], reason: r, evidence: e}}", "over"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, entry: str, fault: str) -> None:
    path = tmp_path / "reports.yml"
    path.write_text(f"corrections:\n- {entry}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=fault):
        report_decisions(path)
