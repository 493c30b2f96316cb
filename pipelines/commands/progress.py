"""Progress of long work: on a terminal a line that moves twice a second, in a pipe a plain line a minute.

    with phase("progress.reading") as progress:
        progress(12, 52)

A command that is one phase needs no more; one of many phases calls `begin` before and `end` after them, and then it
also moves between them. Nothing is shown of what ends within a second, so that it costs nothing. Belongs here: when
and how it is told. Keep out: what is done, and how it counts (it calls with what is finished, and of how many).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from pipelines.commands.terminal import console_for_notes, line_seconds, notes_move, show_life, warn
from pipelines.messages import message
from pipelines.shown import shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

Counted = Callable[[int, int], None]
_SHOWN_AFTER_SECONDS = 0.7
_PAINTED_EVERY_SECONDS = 0.4
# What these count is bytes.
_OF_BYTES = ("progress.sending", "progress.fetching")


@dataclass
class _Phase:
    """What is being done, since when, and how much of it is finished."""

    code: str
    values: dict[str, object] = field(default_factory=dict)
    began: float = field(default_factory=monotonic)
    finished: int = 0
    total: int | None = None

    @property
    def label(self) -> str:
        """Return what is being done, in words; asked for only where it is told, which most commands end before."""
        return message(self.code, **self.values)

    def count(self, finished: int, total: int) -> None:
        self.finished, self.total = finished, total


class Board:
    """Tells in a thread of its own what a process is at, until it is closed."""

    def __init__(self, after: float, since: float | None = None, at: str = "progress.working") -> None:
        """Begin to tell, on a terminal after so many seconds, of what goes on since a time of the monotonic clock.

        `at` is what that is between phases.
        """
        self._after = after
        self._began = monotonic() if since is None else since
        self._phases = [_Phase(at)]
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="progress", daemon=True)
        if not after:
            show_life()
        self._thread.start()

    @contextmanager
    def phase(self, code: str, values: dict[str, object]) -> Iterator[Counted]:
        """Be at something until the context ends; yields what counts it."""
        phase = _Phase(code, values)
        self._phases.append(phase)
        try:
            yield phase.count
        finally:
            self._phases.remove(phase)

    def close(self) -> None:
        """Take away what is shown, and end the thread."""
        self._closed.set()
        self._thread.join()

    def _tell(self) -> None:
        if not notes_move():
            every = line_seconds()
            due = max(0.0, self._began + every - monotonic())
            while not self._closed.wait(due):
                due = every
                warn(_in_words(self._phases[-1], monotonic() - self._began))
        elif not self._closed.wait(self._after):
            self._paint(console_for_notes())

    def _paint(self, console: Console) -> None:
        progress, task = _layout(console)
        progress.update(task, **self._at())
        with progress:
            while not self._closed.wait(_PAINTED_EVERY_SECONDS):
                progress.update(task, **self._at())
                progress.refresh()

    def _at(self) -> dict[str, Any]:
        """Return the fields of what is painted."""
        phase = self._phases[-1]
        return {
            "description": shown(phase.label),
            "completed": phase.finished,
            "total": phase.total,
            "counted": _counted(phase),
            "remaining": _remaining(phase),
            "elapsed": _clock(monotonic() - self._began),
        }


def _layout(console: Console) -> tuple[Progress, TaskID]:
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        *(TextColumn(f"{{task.fields[{name}]}}", markup=False) for name in ("counted", "elapsed", "remaining")),
    )
    progress = Progress(*columns, console=console, transient=True, auto_refresh=False)
    return progress, progress.add_task("", total=None, counted="", elapsed="", remaining="")


class _Open:
    board: Board | None = None


def begin(after: float = _SHOWN_AFTER_SECONDS, *, since: float | None = None, at: str = "progress.working") -> Board:
    """Begin to tell of all phases from now on, and that something is done between them."""
    if _Open.board is None:
        _Open.board = Board(after, since, at)
    return _Open.board


def end() -> None:
    """End what was begun, if anything was: what is printed now stands alone."""
    opened, _Open.board = _Open.board, None
    if opened is not None:
        opened.close()


@contextmanager
def phase(code: str, /, **values: object) -> Iterator[Counted]:
    """Tell of one phase, named by a message; yields a function that takes what is finished, and of how many."""
    is_own = _Open.board is None
    try:
        with begin().phase(code, values) as counted:
            yield counted
    finally:
        if is_own:
            end()


def _in_words(phase: _Phase, seconds: float) -> str:
    values = {"what": phase.label, "elapsed": _clock(seconds)}
    if phase.total is None:
        return message("progress.at", **values)
    code = "progress.counted_bytes" if phase.code in _OF_BYTES else "progress.counted"
    return message(code, **values, finished=phase.finished, total=phase.total)


def _counted(phase: _Phase) -> str:
    if phase.total is None:
        return ""
    if phase.code in _OF_BYTES:
        return message("progress.bytes", finished=phase.finished, total=phase.total)
    return f"{phase.finished:,}/{phase.total:,}"


def _remaining(phase: _Phase) -> str:
    if not phase.finished or not phase.total or phase.finished >= phase.total:
        return ""
    seconds = (monotonic() - phase.began) / phase.finished * (phase.total - phase.finished)
    return message("progress.remaining", time=_clock(seconds))


def _clock(seconds: float) -> str:
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{left:02}"
