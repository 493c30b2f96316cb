"""A command ends at once where all is done, and as ever where something is left to do or to tell."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pipelines.releases.layout import Layout

_BEFORE = "import sys, time, threading, atexit; from pipelines.commands.leaving import leave\n"


def _run(program: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _BEFORE + program], stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )


def test_what_was_printed_and_registered_is_done_first() -> None:
    ended = _run("atexit.register(lambda: print('last'))\nprint('first')\nleave(3)\nprint('never')")
    assert (ended.stdout, ended.returncode) == ("first\nlast\n", 3)


def test_a_thread_at_work_is_waited_for() -> None:
    work = "threading.Thread(target=lambda: (time.sleep(0.2), print('done'))).start()\n"
    ended = _run(f"{work}leave(0)\nsys.exit(4)")
    assert (ended.stdout, ended.returncode) == ("done\n", 4)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there is a device that is full")
def test_what_cannot_be_written_is_told() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        ended = _run("print('lost')\nleave(0)\nsys.exit(0)", stdout=full.fileno())
    assert ended.returncode != 0
    assert "No space left" in ended.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there is a device that is full")
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_command_whose_output_is_full_says_so_without_a_traceback(seed_layout: Layout, buffered: str) -> None:
    environment = {**os.environ, "GONGKAI_ROOT": str(seed_layout.root), "PYTHONUNBUFFERED": buffered}
    program = "import sys; from pipelines.cli import main; sys.argv = ['gongkai', 'sql', 'FROM dim_year']; main()"
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        ended = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["gongkai: standard output: No space left on device: make room and try again"]
