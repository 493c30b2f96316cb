"""Ctrl-C while a program is loaded, which takes seconds: it ends at once, with no word of what was being imported.

Belongs here: that. Keep out: Ctrl-C at work, which each command hears in its own way.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

# What a shell says of a command that Ctrl-C ended.
INTERRUPTED_EXIT = 130
_is_loading = False


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _is_loading:
        os._exit(INTERRUPTED_EXIT)
    signal.default_int_handler(number, frame)


def begin_loading() -> None:
    """Let Ctrl-C end this process at once: nothing is begun that would have to be put in order.

    One handler for both times: polars hangs its own before the one that it finds, and calls none of the system's.
    """
    global _is_loading  # noqa: PLW0603  # a signal is of the whole process
    _is_loading = True
    signal.signal(signal.SIGINT, _interrupt)


def end_loading() -> None:
    """Let Ctrl-C raise KeyboardInterrupt again."""
    global _is_loading  # noqa: PLW0603  # as above
    _is_loading = False
