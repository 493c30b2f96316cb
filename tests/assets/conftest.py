"""The command `gongkai run` in the process of a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from assets.run import main
from pipelines.cli import app
from pipelines.commands import run as run_command
from pipelines.commands.dagster_home import prepare_home
from pipelines.releases.layout import Layout

# Runs the command of a project with options; returns its exit code and what it printed.
Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Return what runs the command in this process, which becomes the run without losing what it has imported."""

    def told(layout: Layout, *options: str) -> tuple[int, str, str]:
        for name, value in {"GONGKAI_ROOT": str(layout.root), **prepare_home(layout.root)}.items():
            monkeypatch.setenv(name, value)
        begun: list[str] = []
        monkeypatch.setattr(run_command, "_become_the_run", lambda _, __, arguments: begun.extend(arguments))
        before = CliRunner().invoke(app, ["run", *options])
        code, (out, err) = main(begun), capsys.readouterr()
        return code, before.stdout + out, before.stderr + err

    return told
