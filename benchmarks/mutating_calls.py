"""The calls by which a process changes files, seen by an audit hook of Python, and faults in place of one of them.

Python announces each before it is made. What libraries in C, C++ and Rust write by themselves (Parquet, DuckDB) is not
announced: that is for full disks (tests/faults). Belongs here: which calls there are, and what happens instead of one.
Keep out: what is run (`small_run`), and what must follow (`fault_points`).
"""

from __future__ import annotations

import errno
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple
from unittest.mock import patch

# The arguments of an event that are paths, with the place of the descriptor that one is relative to.
_PATHS: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
    "os.truncate": ((0, None),),
    "os.fsync": ((0, None),),
    "shutil.rmtree": ((0, 1),),
    "shutil.copyfile": ((1, None),),
    "shutil.move": ((0, None), (1, None)),
}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# What a full disk refuses; to rename and to remove goes on.
_TAKE_ROOM = ("open", "os.link", "os.symlink", "os.mkdir", "os.fsync", "shutil.copyfile")
# What in a path follows from the moment: the name of a release, and of rows kept under the state of a file.
_OF_THE_MOMENT = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}|[0-9a-f]{64}")
_PIPELINES = f"{Path(__file__).resolve().parents[1] / 'pipelines'}{os.sep}"

FULL = "ENOSPC"
# What an error code is raised in the place of: the one call, or of a disk that is full this and all that need room.
ERRORS = {"EIO": errno.EIO, FULL: errno.ENOSPC, "EACCES": errno.EACCES}


class Call(NamedTuple):
    """A call: its event, the path below the root, and the line of ours that led to it (file:line)."""

    event: str
    path: str
    site: str


class Watch:
    """Watches the calls below a root while it is `on`; `at` is told of each, by its place, before it is made."""

    def __init__(self, root: Path, at: Callable[[int, Call], object] = lambda *_: None) -> None:
        self.calls: list[Call] = []
        self._root, self._at = f"{root}{os.sep}", at
        self._own = threading.local()

    @contextmanager
    def on(self) -> Iterator[Watch]:
        """Watch while the block lasts, in all threads."""
        _hook.watch = self
        try:
            yield self
        finally:
            _hook.watch = None

    def seen(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of an event, if it is such a call; what `at` does itself is none."""
        if getattr(self._own, "busy", False):
            return
        self._own.busy = True
        try:
            path = next((p for p in _paths(event, arguments) if p.startswith(self._root)), None)
            if path is None:
                return
            call = Call(event, _OF_THE_MOMENT.sub("<of the moment>", path.removeprefix(self._root)), _site())
            self.calls.append(call)
            self._at(len(self.calls) - 1, call)
        finally:
            self._own.busy = False


def raising(name: str, place: int) -> Callable[[int, Call], None]:
    """Return what raises an error of a name in the place of a call."""
    code = ERRORS[name]

    def at(index: int, call: Call) -> None:
        if index == place or (name == FULL and index > place and call.event in _TAKE_ROOM):
            raise OSError(code, os.strerror(code), call.path)

    return at


class _Hook:
    """The hook of this process: Python cannot take one away, so there is one that may have nothing to do."""

    def __init__(self) -> None:
        self.watch: Watch | None = None

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.watch is not None and (event == "open" or event in _PATHS):
            self.watch.seen(event, arguments)


_hook = _Hook()


def install() -> None:
    """Begin to see calls: for the rest of this process. To force a file to disk is announced by us."""
    sys.addaudithook(_hook)
    force = os.fsync

    def fsync(file: Any) -> None:
        sys.audit("os.fsync", file if isinstance(file, int) else file.fileno())
        force(file)

    patch.object(os, "fsync", fsync).start()


def _paths(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    """Yield the paths that an event changes, absolute."""
    if event == "open":
        path, _, flags = arguments
        if flags & _WRITES and not isinstance(path, int):
            yield os.path.abspath(os.fsdecode(path))  # noqa: PTH100  # links stay as they are
        return
    for place, folder in _PATHS[event]:
        path = arguments[place]
        if isinstance(path, int):
            yield _of_descriptor(path)
            continue
        base = arguments[folder] if folder is not None and folder < len(arguments) else -1
        above = _of_descriptor(base) if isinstance(base, int) and base >= 0 else os.curdir
        yield os.path.abspath(os.path.join(above, os.fsdecode(path)))  # noqa: PTH100, PTH118


def _of_descriptor(descriptor: int) -> str:
    return os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115  # the hook makes no objects


def _site() -> str:
    """Return the innermost line of ours that led to a call."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith(_PIPELINES):
            return f"{frame.f_code.co_filename.removeprefix(_PIPELINES)}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"
