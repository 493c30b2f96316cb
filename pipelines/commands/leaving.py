"""How a command begins and ends in little time: by not doing what Python does for programs that live long.

Belongs here: the process as a whole. Keep out: what a command does.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from pipelines.commands.terminal import flush, open_closed_streams, warn

# Modules, declarations and frames are made by the hundred thousand and stay: to look for garbage among them every 700
# records, as Python does by itself, takes a tenth of a command.
_GARBAGE_RECORDS = 100_000
# Open files that workers of a check, their pipes and a release take.
_LEAST_FILES = 64
_THREADS_SWITCH = "POLARS_MAX_THREADS"
# What says that a disk, or somebody's share of it, has no space left.
FULL = (errno.ENOSPC, errno.EDQUOT)
# What names no file, and says that standard output cannot be written.
_OF_OUTPUT = (errno.EBADF, errno.EPIPE)


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

    Returns where something is: another thread is at work, and the usual end waits for it.
    """
    if threading.active_count() > 1:
        return
    atexit._run_exitfuncs()
    try:
        flush()
    except OSError as error:
        end_unwritten(error)
    os._exit(code)


def require_streams() -> None:
    """End this process where it has no standard output; where it has no standard error, what is told there is lost."""
    if not open_closed_streams():
        end_unwritten(OSError(errno.EBADF, os.strerror(errno.EBADF)))


def require_limits() -> None:
    """Refuse limits that workers and polars would end on in the middle of the work, and in many lines."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    least = soft if hard != resource.RLIM_INFINITY and hard < _LEAST_FILES else _LEAST_FILES
    if soft != resource.RLIM_INFINITY and soft < least:
        resource.setrlimit(resource.RLIMIT_NOFILE, (least, hard))
    elif soft != resource.RLIM_INFINITY and soft < _LEAST_FILES:
        end_refused(OSError(errno.EMFILE, os.strerror(errno.EMFILE)))
    stated = os.environ.get(_THREADS_SWITCH)
    if stated and not (stated.isascii() and stated.isdecimal() and int(stated)):
        from pipelines.messages import message

        warn(f"gongkai: {message('commands.threads', switch=_THREADS_SWITCH, stated=stated)}")
        sys.exit(2)


def end_unwritten(error: OSError) -> NoReturn:
    """End this process because what it prints cannot be written; whoever stopped reading a pipe is told nothing."""
    if error.errno in FULL:
        end_full(error)
    if error.errno != errno.EPIPE:
        from pipelines.messages import message

        with suppress(OSError):
            where = message("commands.standard_output")
            warn(f"gongkai: {message('commands.cannot_write', file=where, error=error.strerror)}")
            flush()
    os._exit(1)


def end_refused(error: OSError) -> NoReturn:
    """End this process, saying what the system refused: a limit, a folder that is gone, a file without rights."""
    if error.errno in FULL:
        end_full(error)
    from pipelines.messages import message

    where = error.filename
    if where is None and not _has_folder():
        where = message("commands.working_folder")
    elif where is None and error.errno in _OF_OUTPUT:
        end_unwritten(error)
    warn(
        f"gongkai: {message('commands.refused', where=where or message('commands.this_machine'), error=error.strerror)}"
    )
    leave(1)
    sys.exit(1)


def _has_folder() -> bool:
    try:
        os.getcwd()  # noqa: PTH109  # asked for whether it is there
    except OSError:
        return False
    return True


def end_full(error: OSError) -> NoReturn:
    """End this process, saying what has no space left: what was printed and not yet written cannot be kept."""
    from pipelines.messages import message

    with suppress(OSError):
        where = error.filename or message("commands.standard_output")
        warn(f"gongkai: {message('commands.no_space', file=where, error=error.strerror)}")
        flush()
    os._exit(1)
