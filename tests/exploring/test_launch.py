"""How the explorer is started: this machine only, nothing sent, SQL only where asked for."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.exploring import launch
from pipelines.exploring.labels import Labels
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout


def test_settings_are_locked_on_the_command_line() -> None:
    given = launch.command(8765, headless=True)
    for setting in (
        "--server.address=127.0.0.1",
        "--server.port=8765",
        "--server.headless=true",
        "--server.enableXsrfProtection=true",
        "--server.enableCORS=true",
        "--server.allowedHosts=127.0.0.1",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
        "--logger.hideWelcomeMessage=true",
        "--client.showErrorDetails=none",
    ):
        assert setting in given


class _Started(Exception):
    pass


@pytest.mark.parametrize("sql", [True, False])
def test_sql_only_where_asked_for(explored: Layout, monkeypatch: pytest.MonkeyPatch, sql: bool) -> None:
    seen: dict[str, str] = {}

    def start(*_: Any) -> None:
        seen.update(os.environ)
        raise _Started

    for name in ("GONGKAI_ROOT", "GONGKAI_EXPLORE_SQL", "PYTHONPATH"):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(os, "execv", start)
    with pytest.raises(_Started):
        launch.launch(explored, port=8501, headless=True, sql=sql)
    assert seen["GONGKAI_EXPLORE_SQL"] == ("1" if sql else "0")
    assert seen["GONGKAI_ROOT"] == str(explored.root)


def test_starts_without_a_release_for_the_page_of_offices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: Any) -> None:
        raise _Started

    for name in ("GONGKAI_EXPLORE_SQL", "PYTHONPATH"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    monkeypatch.setattr(os, "execv", start)
    result = CliRunner().invoke(app, ["explore", "--headless"])
    assert isinstance(result.exception, _Started)
    assert "no release yet" in result.output
    assert Labels("en")("page.office") in result.output


def test_a_release_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: Any) -> None:
        raise _Started

    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    monkeypatch.setattr(os, "execv", start)
    result = CliRunner().invoke(app, ["explore", "--headless", "--release", str(tmp_path / "none")])
    assert result.exit_code == 1


def test_a_file_may_be_sent_that_is_as_large_as_one_that_is_read() -> None:
    given = launch.command(8765, headless=True)
    assert f"--server.maxUploadSize={DEFAULT_LIMITS.input_bytes // 2**20}" in given
    assert DEFAULT_LIMITS.input_bytes % 2**20 == 0


def test_says_what_to_do_without_streamlit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    result = CliRunner().invoke(app, ["explore", "--headless"])
    assert result.exit_code == 1
    assert "make explore" in result.output
