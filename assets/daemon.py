"""Dagster's daemon, ended with the process that started it: `python -m assets.daemon PARENT run ...`.

Belongs here: its end, which Dagster leaves to its parent's good will. Keep out: what it does.
"""

import ctypes
import os
import signal
import sys

from pipelines.interruption import begin_loading, end_loading

if __name__ == "__main__":
    begin_loading()  # what follows takes seconds

from dagster._daemon.cli import create_dagster_daemon_cli

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Have this process interrupted when its parent ends, even where that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    end_loading()
    end_with(int(sys.argv.pop(1)))
    create_dagster_daemon_cli()()
