"""Decisions on reports: what an entry must say, and adding one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.corrections.reports import PATH, NotAppendable, ReportDecision, add_decision, report_decisions
from pipelines.declarations import DeclarationError
from tests.projects import ROOT

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


def test_a_reason_that_reads_like_the_file_stays_as_it_is(path: Path) -> None:
    odd = ReportDecision(sha256=A, over=(B,), reason="corrections: []", evidence="corrections: []")
    add_decision(odd, path)
    add_decision(decision(C, B), path)
    assert report_decisions(path)[-2] == odd


def test_a_decision_against_another_is_refused_and_changes_nothing(path: Path) -> None:
    add_decision(decision(A, B), path)
    before = path.read_bytes()
    with pytest.raises(DeclarationError, match="kept over the other") as failure:
        add_decision(decision(B, A), path)
    (fault,) = failure.value.faults
    lines = before.decode().splitlines()
    assert fault.file == str(path) and B in "".join(lines[fault.line - 1 : fault.line + 1])
    assert path.read_bytes() == before


ENTRY = f"{{sha256: {A}, over: [{B}], reason: r, evidence: e}}"


@pytest.mark.parametrize(
    "style",
    [
        f"corrections: [{ENTRY}]\n",
        f"corrections: [\n  {ENTRY},\n]\n",
        f"{{corrections: [{ENTRY}]}}\n",
        f"---\ncorrections:\n- {ENTRY}\n...\n",
        "corrections: [] # none yet\n",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_valid_file_in_another_style_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str, language: str
) -> None:
    monkeypatch.setenv("GONGKAI_LANG", language)
    path = tmp_path / "reports.yml"
    path.write_text(style, encoding="utf-8")
    report_decisions(path)
    with pytest.raises(NotAppendable) as failure:
        add_decision(decision(C, B), path)
    told = str(failure.value)
    assert told.startswith(str(path)) and "- sha256: 0f3c" in told and "YAML" not in told
    assert ("another style" if language == "en" else "该文件有效") in told
    assert path.read_text(encoding="utf-8") == style


def test_entries_are_added_where_those_of_the_file_begin(tmp_path: Path) -> None:
    path = tmp_path / "reports.yml"
    for begin in ("corrections:\n  - ", "corrections:\n    # first\n    - ", "corrections:\n- "):
        path.write_text(f"{begin}{ENTRY}\n", encoding="utf-8")
        odd = ReportDecision(sha256=C, over=(B,), reason="two\n\nparts", evidence="- e: #")
        add_decision(odd, path)
        assert report_decisions(path)[1:] == (odd,)


def test_a_file_that_is_none_is_told_by_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "reports.yml"
    path.write_text("corrections:\n- {\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="expected YAML"):
        add_decision(decision(C, B), path)


_ADDING = """
import sys
from pathlib import Path
from pipelines.corrections.reports import ReportDecision, add_decision
for n in range(int(sys.argv[3])):
    kept, other = (f"{sys.argv[2]}{n}{side}".ljust(64, "0") for side in "ab")
    print(n, flush=True)
    add_decision(ReportDecision(sha256=kept, over=(other,), reason="r", evidence="e"), Path(sys.argv[1]))
"""


def adding(path: Path, number: int, times: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", _ADDING, str(path), str(number), str(times)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT)


def test_of_decisions_at_once_none_is_lost(path: Path) -> None:
    before = len(report_decisions(path))
    processes = [adding(path, number, 3) for number in range(8)]
    for each in processes:
        each.communicate(timeout=120)
    assert [each.returncode for each in processes] == [0] * 8
    added = report_decisions(path)[before:]
    assert len({entry.sha256 for entry in added}) == len(added) == 8 * 3
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_whoever_is_killed_while_a_decision_is_added_leaves_the_file_whole_and_no_lock(path: Path) -> None:
    for number in range(4):
        process = adding(path, number, 100)
        assert process.stdout is not None
        for _ in range(number + 2):
            process.stdout.readline()
        process.kill()
        process.communicate(timeout=60)
    found = len(report_decisions(path))
    add_decision(decision(A, B), path)
    assert report_decisions(path)[found:] == (decision(A, B),)
    # What was being written when the kill came lies there no longer.
    assert [each.name for each in path.parent.iterdir()] == [path.name]


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
