"""Where a file cannot be written as a whole no compiled code is kept: Python would keep a part, and never start."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import pipelines
from tests.projects import ROOT

_ASKED = "import pipelines, sys; print(sys.dont_write_bytecode)"
_ONE_BLOCK = 4096


@pytest.mark.parametrize(("limit", "expected"), [("64", "True"), ("unlimited", "False")])
def test_under_a_limit_of_files_none_is_kept(limit: str, expected: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = ["sh", "-c", f'ulimit -f {limit}; exec "$@"', "sh", sys.executable, "-c", _ASKED]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == expected


@pytest.mark.parametrize(("blocks", "expected"), [(0, False), (1_000, False), (1_000_000, True)])
def test_on_a_disk_that_is_nearly_full_none_is_kept(
    monkeypatch: pytest.MonkeyPatch, blocks: int, expected: bool
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=blocks, f_frsize=4096))
    assert pipelines._has_room_for_code("/") is expected


def test_what_asks_is_itself_kept_as_a_whole_or_not_at_all() -> None:
    path = Path(pipelines.__file__)
    assert len(marshal.dumps(compile(path.read_bytes(), str(path), "exec"))) < _ONE_BLOCK
