"""Long work tells how far it is: on a terminal all the time, in a pipe now and then, and short work nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic

import pytest

from pipelines.commands import progress, terminal
from pipelines.contracts import CONTRACTS
from tests.commands.screen import Session, harmful, on_terminal
from tests.projects import ROOT, make_project

_SLEEPING = """
from time import sleep
from pipelines.commands.progress import phase
with phase("progress.reading") as progress:
    for number in range(8):
        progress(number, 1234)
        sleep(0.6)
"""
_RUN = [sys.executable, "-c", "from pipelines.cli import main; main()", "run"]


def _most(session: Session) -> float:
    """Return the longest silence that may be: on a machine so busy that all takes ten times as long, that of it too."""
    return max(1.5, session.seconds / 5)


def environment(root: Path, **more: str) -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "GONGKAI_ROOT": str(root), "DAGSTER_HOME": "", **more}


def in_a_pipe(words: list[str], given: dict[str, str]) -> list[str]:
    done = subprocess.run(words, capture_output=True, env={**os.environ, **given}, cwd=ROOT, check=True)
    text = done.stderr.decode()
    assert harmful(text, on_terminal=False) == []
    return text.splitlines()


def test_on_a_terminal_something_moves_though_nothing_is_finished(tmp_path: Path) -> None:
    session = on_terminal([sys.executable, "-c", _SLEEPING], environment(tmp_path), cwd=ROOT)
    assert session.code == 0 and len(session.sent) >= 3 and session.longest_pause <= 1.5
    assert "reading reports" in session.text and "7/1,234" in session.text
    assert harmful(session.text, on_terminal=True) == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "reading reports: 7 of 1,234, 00:00:0"), ("zh", "读取报告：7/1,234，")]
)
def test_in_a_pipe_a_line_now_and_then(tmp_path: Path, language: str, words: str) -> None:
    given = environment(tmp_path, GONGKAI_PROGRESS_SECONDS="0.5", GONGKAI_LANG=language)
    told = in_a_pipe([sys.executable, "-c", _SLEEPING], given)
    assert 3 <= len(told) <= 9 and told[-1].startswith(words)


def test_a_query_that_lasts_is_told_in_a_pipe(tmp_path: Path) -> None:
    program = "from time import sleep\nfrom pipelines.commands.terminal import waiting\n"
    program += "with waiting('progress.querying'):\n    sleep(2)"
    told = in_a_pipe([sys.executable, "-c", program], environment(tmp_path, GONGKAI_PROGRESS_SECONDS="0.5"))
    assert told and {each.partition(",")[0] for each in told} == {"asking the release"}


def test_in_a_pipe_what_ends_within_a_minute_is_not_told(tmp_path: Path) -> None:
    assert in_a_pipe([sys.executable, "-c", _SLEEPING], environment(tmp_path)) == []


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("watched")).root


def test_a_run_shows_its_phases_though_dagster_captures_what_steps_print(watched: Path) -> None:
    session = on_terminal(_RUN, environment(watched), cwd=ROOT)
    assert session.code == 0, session.text
    # Five files are read before anything is painted; the tables take longer than that.
    assert f"/{len(CONTRACTS)}" in session.text and "resolving agencies" in session.text
    assert session.longest_silence <= _most(session)
    assert harmful(session.text, on_terminal=True) == []


def test_a_run_in_a_pipe_tells_its_phases_without_control_characters(watched: Path) -> None:
    told = in_a_pipe([*_RUN, "--rebuild"], environment(watched, GONGKAI_PROGRESS_SECONDS="0.3"))
    phases = [each for each in told if ", 00:00:" in each]
    assert len(phases) >= 3 and any(each.startswith("resolving agencies") for each in phases)


def test_nothing_is_left_of_what_was_told() -> None:
    before = threading.active_count()
    with progress.phase("progress.reading") as counted, progress.phase("progress.checks"):
        counted(1, 2)
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_time_that_is_left_follows_from_what_is_finished() -> None:
    at = progress._Phase("progress.reading", began=monotonic() - 10.0)
    assert progress._remaining(at) == ""
    at.count(100, 1000)
    assert progress._remaining(at).startswith("about 00:01:") and progress._counted(at) == "100/1,000"
    at.count(1000, 1000)
    assert progress._remaining(at) == ""


@pytest.mark.parametrize(("stated", "seconds"), [("", 60.0), ("x", 60.0), ("2.5", 2.5), ("0.001", 0.05)])
def test_seconds_between_lines_can_be_stated(monkeypatch: pytest.MonkeyPatch, stated: str, seconds: float) -> None:
    monkeypatch.setenv("GONGKAI_PROGRESS_SECONDS", stated)
    assert terminal.line_seconds() == seconds
