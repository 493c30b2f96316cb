"""Reading and publishing after a crawl: `gongkai run` as a child, and the exit code of both together.

Belongs here: the order of exit codes, the child that ends with its parent. Keep out: crawling (`commands.sources`),
what a run does (`commands.run`).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable

# From good to bad. Wrong usage did nothing, a failure may leave work half done: the later one tells more.
_FROM_GOOD_TO_BAD = (0, 3, 2, 1)
_PR_SET_PDEATHSIG = 1
_RUN = (sys.executable, "-c", "from pipelines.cli import main; main()", "run")


def worse(one: int, other: int) -> int:
    """Return the worse of two exit codes: 1 (failed) before 2 (wrong usage) before 3 (quarantined, red) before 0.

    A code that no command of this project has, as of a process that was killed, counts as 1.
    """
    known = [code if code in _FROM_GOOD_TO_BAD else 1 for code in (one, other)]
    return max(known, key=_FROM_GOOD_TO_BAD.index)


def publish_after(crawled: int) -> int:
    """Read and publish as `gongkai run` does; return the worse of its exit code and that of the crawl.

    The run is told to end when this process ends, as if it had taken its place.
    """
    child = subprocess.Popen(_RUN, preexec_fn=_ending_with(os.getpid()))  # noqa: PLW1509  # no thread is left here
    while True:
        try:
            return worse(crawled, child.wait())
        except KeyboardInterrupt:
            continue  # the terminal told the run too: it says how it ended


def _ending_with(parent: int) -> Callable[[], None] | None:
    """Return what a child does first: it asks the kernel, where that can, to be told when its parent ends."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)

    def ask() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return ask
