"""The command `gongkai run` in the process of a test, and storage of Dagster that is opened without delay."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
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


@pytest.fixture(scope="module")
def migrations_read_once() -> Iterator[None]:
    """Have Dagster read its hundred migrations once, and not several times for each look at a storage."""
    read = ScriptDirectory.from_config
    known: dict[str | None, ScriptDirectory] = {}

    def read_once(config: Config) -> ScriptDirectory:
        place = config.get_main_option("script_location")
        if place not in known:
            known[place] = read(config)
        return known[place]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ScriptDirectory, "from_config", read_once)
        yield
