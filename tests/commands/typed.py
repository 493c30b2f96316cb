"""A command as somebody types it, in a process of its own: with the streams, limits and rights of a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.projects import ROOT

PROGRAM = "import sys; sys.argv[0] = 'gongkai'; from pipelines.cli import main; main()"
# Root enters every folder but for these two.
_AS_ANYBODY = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


def typed(
    *words: str | Path | bytes,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    shell: str = 'exec "$@"',
    without_rights: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `shell` is the line of sh that becomes it, such as `exec "$@" >&-`."""
    given = {**os.environ, "GONGKAI_LANG": "en", "PYTHONPATH": str(ROOT), **(environment or {})}
    before: tuple[str, ...] = ()
    if without_rights and os.geteuid() == 0:
        if shutil.which(_AS_ANYBODY[0]) is None:
            pytest.skip("root has all rights, and nothing here takes them away")
        before = _AS_ANYBODY
    command = [*before, "sh", "-c", shell, "sh", sys.executable, "-c", PROGRAM, *words]
    return subprocess.run(command, cwd=cwd, env=given, capture_output=True, text=True, timeout=120, check=False)


def one_line(ended: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a command told on standard error."""
    (told,) = ended.stderr.splitlines()
    assert told.startswith("gongkai: ")
    return told
