"""How a command begins and ends in little time: by not doing what Python does for programs that live long.

Belongs here: the process as a whole. Keep out: what a command does.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from pipelines.commands.terminal import flush, warn

# Modules, declarations and frames are made by the hundred thousand and stay: to look for garbage among them every 700
# records, as Python does by itself, takes a tenth of a command.
_GARBAGE_RECORDS = 100_000


def look_for_garbage_seldom() -> None:
    """Let the records that modules are made of be; a command that lives long still looks."""
    gc.set_threshold(_GARBAGE_RECORDS, 20, 20)


@contextmanager
def terminated_as_by_ctrl_c() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does: what it keeps on disk for the time it takes goes with it."""

    def interrupt(*_: object) -> None:
        # Once: what clears up is not to be broken off by the next.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def leave(code: int) -> None:
    """End this process at once where nothing is left to do: to take apart what was loaded takes up to a second.

    Returns where something is: another thread is at work, or what was printed cannot be written. The usual end then
    waits, or tells.
    """
    if threading.active_count() > 1:
        return
    atexit._run_exitfuncs()
    try:
        flush()
    except OSError:
        return
    os._exit(code)


def end_full(error: OSError) -> NoReturn:
    """End this process, saying what has no space left: what was printed and not yet written cannot be kept."""
    from pipelines.messages import message

    with suppress(OSError):
        where = error.filename or message("commands.standard_output")
        warn(f"gongkai: {message('commands.no_space', file=where, error=error.strerror)}")
        flush()
    os._exit(1)
