"""What a shell gives a command: streams that are closed, limits, settings, a folder that is gone. One line tells."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from pipelines.commands import terminal
from pipelines.releases.layout import Layout
from tests.commands.typed import one_line, typed
from tests.projects import SEEDS

_SEED = next(SEEDS.glob("000*"))
_UNWRITTEN = "gongkai: standard output: Bad file descriptor: choose a place that can be written"


@pytest.mark.parametrize(
    "command",
    [("sql", "FROM dim_year"), ("sql", "FROM dim_year", "--format", "csv"), ("audit",), ("--help",)],
)
@pytest.mark.parametrize("stream", [">&-", "1</dev/null"])
def test_without_standard_output_a_command_ends_in_a_line(
    seed_layout: Layout, command: tuple[str, ...], stream: str
) -> None:
    environment = {"GONGKAI_ROOT": str(seed_layout.root)}
    ended = typed(*command, environment=environment, shell=f'exec "$@" {stream}')
    assert (ended.returncode, one_line(ended)) == (1, _UNWRITTEN)


def test_without_any_stream_a_command_ends_all_the_same(tmp_path: Path) -> None:
    ended = typed("check", _SEED, cwd=tmp_path, shell='exec "$@" <&- >&- 2>&-')
    assert (ended.returncode, ended.stderr) == (1, "")


def test_who_stops_reading_is_told_nothing(seed_layout: Layout) -> None:
    environment = {"GONGKAI_ROOT": str(seed_layout.root)}
    query = ("sql", "FROM range(300000)", "--format", "csv")
    ended = typed(*query, environment=environment, shell='"$@" | head -1')
    assert (ended.stdout, ended.stderr) == ("range\n", "")


@pytest.mark.parametrize("command", [("sql", "SELECT 1"), ("check", ".")])
def test_a_working_folder_that_is_gone_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "gone").mkdir()
    ended = typed(*command, cwd=tmp_path, environment={"GONGKAI_ROOT": ""}, shell='cd gone; rmdir ../gone; exec "$@"')
    assert ended.returncode == 1 and one_line(ended).startswith("gongkai: working folder: No such file or directory: ")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of other systems are others")
@pytest.mark.parametrize(
    ("limit", "told"),
    [("-f 0", "File too large"), ("-f 0", "temporary directory"), ("-n 10", "Too many open files"), ("-n 16", "open")],
)
def test_a_limit_is_told(seed_layout: Layout, limit: str, told: str) -> None:
    command = ("sql", "FROM dim_year") if "temporary" in told else ("check", _SEED)
    environment = {"GONGKAI_ROOT": str(seed_layout.root)}
    # Without what else the session has open, as a shell with this limit is.
    ended = typed(*command, environment=environment, shell=f'ulimit {limit}; exec "$@"')
    assert ended.returncode == 1 and told in one_line(ended)


@pytest.mark.parametrize("stated", ["0", "-1", "many"])
def test_a_number_of_threads_that_is_none_is_told(stated: str) -> None:
    ended = typed("check", _SEED, environment={"POLARS_MAX_THREADS": stated})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"POLARS_MAX_THREADS={stated}: expected a whole number above 0" in one_line(ended)


@pytest.mark.parametrize("stated", ["inf", "1e400", "nan", "-inf", "0", "-1", "x"])
def test_seconds_between_lines_that_are_none_are_told_once(
    stated: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GONGKAI_PROGRESS_SECONDS", stated)
    monkeypatch.setenv("GONGKAI_LANG", "en")
    monkeypatch.setattr(terminal._Kept, "is_setting_told", False)
    assert {terminal.line_seconds() for _ in range(3)} == {60.0}
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(f"GONGKAI_PROGRESS_SECONDS={stated}: expected seconds above 0; 60 are taken")


def test_more_seconds_than_a_thread_can_wait_are_the_most_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_PROGRESS_SECONDS", "1e300")
    assert terminal.line_seconds() == threading.TIMEOUT_MAX
