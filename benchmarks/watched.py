"""Run a command and tell what it took, with everything that it started: `python -m benchmarks.watched COMMAND ...`.

Processes that outlive the process that started them (workers, their fork server) become ours, so that their seconds are
counted too, and whoever is left at the end is ended and told of. Elsewhere than on Linux they are not seen.
Belongs here: watching. Keep out: what is run (`run`). Nothing of the project is imported.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from signal import SIGKILL
from typing import NamedTuple

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
# Workers end within a moment of the process that they work for.
_LEFT_SECONDS = 5.0


class Took(NamedTuple):
    """Seconds by the clock, CPU seconds of the command itself and of all others, the most bytes that one process held.

    `left` are processes that went on after the command had ended, and were ended.
    """

    code: int
    seconds: float
    own_cpu: float
    other_cpu: float
    peak: int
    left: int


def watched(command: list[str], *, folder: Path, log: Path, environment: dict[str, str]) -> Took:
    """Run a command in a folder, in a process of its own that sees to it; output goes to a file."""
    with log.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.watched", *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=file,
            check=True,
        )
    return Took(*json.loads(done.stdout))


def main(command: list[str]) -> Took:
    """Run the command here, wait for it and for all that came of it. What it prints goes to standard error."""
    _set(_PR_SET_CHILD_SUBREAPER, 1)
    _set(_PR_SET_PDEATHSIG, SIGKILL)  # a benchmark that is killed takes us with it, and we the command
    start = time.perf_counter()
    ended = partial(_set, _PR_SET_PDEATHSIG, SIGKILL)
    with subprocess.Popen(command, stdout=sys.stderr, preexec_fn=ended) as process:  # noqa: PLW1509  # no threads here
        _, status, own = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    left = _end_others()
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    own_cpu = own.ru_utime + own.ru_stime
    whole = others.ru_utime + others.ru_stime
    return Took(process.returncode, seconds, own_cpu, whole - own_cpu, others.ru_maxrss * 1024, left)


def _set(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_others() -> int:
    """Wait for processes that became ours; return how many had to be ended."""
    ended: set[int] = set()
    end = time.monotonic() + _LEFT_SECONDS
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return len(ended)
        if pid == 0:
            if time.monotonic() > end:
                for child in _children():
                    ended.add(child)
                    with suppress(ProcessLookupError):
                        os.kill(child, SIGKILL)
            time.sleep(0.01)


def _children() -> list[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return [int(child) for path in tasks for child in path.read_text(encoding="ascii").split()]


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
