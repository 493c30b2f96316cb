"""What the server that workers are forked from loads before: the readers of all formats, and no pandas beside Arrow.

Nothing else imports this: it changes the process that does.
"""

from __future__ import annotations

import signal
import sys
from types import TracebackType

# Ctrl-C is for who waits for the workers: what it would say here, in the middle of loading, helps nobody.
signal.signal(signal.SIGINT, signal.SIG_IGN)

from pipelines.without_pandas import hide_pandas  # noqa: E402

hide_pandas()

import pebble.pool.process  # noqa: E402, F401

import pipelines.engine.worker  # noqa: E402, F401


def _tell(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """Say what ended a worker that is starting, but not that its locks are gone: so is who would have had it."""
    if not (isinstance(error, FileNotFoundError) and error.filename is None):
        sys.__excepthook__(kind, error, traceback)


sys.excepthook = _tell
