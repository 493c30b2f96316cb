"""A release stands though the record of the run that led to it cannot be kept."""

from __future__ import annotations

import errno
import os

import pytest

from assets import run
from pipelines.releases.layout import Layout, current_release
from tests.projects import copy_project


def test_a_record_that_cannot_be_kept_is_told_and_the_release_stands(
    seed_layout: Layout,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    layout = copy_project(seed_layout, tmp_path_factory.mktemp("noting") / "own")
    monkeypatch.setenv("GONGKAI_ROOT", str(layout.root))
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setattr(run, "note_run", full)
    assert run.main() == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "last_run.json could not be written (No space left on device); the release stands" in told
    assert current_release(layout).is_dir()
