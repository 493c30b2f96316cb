"""`gongkai export` where nothing more can be written: the folder is named and what to do, and no release is blamed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.exporting.files import FORMATS
from pipelines.releases.layout import Layout
from tests.commands.typed import one_line, typed


def test_a_full_disk_needs_room_and_is_that_of_the_folder(
    seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setenv("GONGKAI_ROOT", str(seed_layout.root))
    monkeypatch.setattr(os, "sendfile", full)
    told = CliRunner().invoke(app, ["export", str(tmp_path / "out"), "--format", "parquet"])
    assert told.exit_code == 1 and told.stdout == ""
    assert told.stderr == f"gongkai: {tmp_path / 'out'}: {os.strerror(errno.ENOSPC)}: make room and try again\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_the_system_does_not_let_write_is_no_damage_of_the_release(
    seed_layout: Layout, tmp_path: Path, file_format: str
) -> None:
    folder = tmp_path / "out"
    environment = {"GONGKAI_ROOT": str(seed_layout.root)}
    shell = 'ulimit -f 48; exec "$@"'
    told = typed("export", folder, "--format", file_format, shell=shell, environment=environment)
    assert told.returncode == 1 and told.stdout == ""
    line = one_line(told)
    assert "File too large" in line and str(folder) in line and "ulimit -f" in line and "rebuild" not in line
    assert not list(tmp_path.iterdir())
