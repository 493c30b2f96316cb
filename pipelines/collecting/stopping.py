"""The switch that stops every crawler of this project within seconds: a file that anybody can make.

`data/STOP-CRAWLING` (beside data/raw), whatever is in it; what is in it is the reason. Where crawlers share a ledger in
a PostgreSQL server, a row there stops those of all machines. While either is there no crawl begins, no portal is asked.

Belongs here: setting, seeing and obeying the switch. Keep out: what a stopped crawl notes (`crawl_run`).
"""

from __future__ import annotations

import contextlib
import getpass
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from pipelines import Told, said
from pipelines.collecting.database import database_address, place_of
from pipelines.collecting.fetching.clock import SystemClock
from pipelines.durable import replace_text

if TYPE_CHECKING:
    from pipelines.collecting.stopping_database import Asking

STOP_FILE = "STOP-CRAWLING"
# How often a crawler looks for the file and asks the server (real seconds).
_LOOK_SECONDS, _ASK_SECONDS = 0.5, 2.0
# A wait that a signal just missed is told again; a crawler that has not ended after the last of these is ended.
_TELL_SECONDS, _GRACE_SECONDS = 0.1, 5.0
_MOST_BYTES = 2000
_STOP_SIGNAL = signal.SIGUSR1


class CrawlStopped(Told):
    """The switch is set; the message says why and how to crawl again."""


def stop_file(root: Path) -> Path:
    """Return the file that stops all crawlers which store files below `root` (data/raw)."""
    return root.parent / STOP_FILE


def stop(root: Path, reason: str) -> list[str]:
    """Set the switch, here and in the server that is set; return the places.

    Raises OSError, and LedgerError and LedgerFailed where the server cannot be had: the file is there all the same.
    """
    path, told = stop_file(root), f"{reason.strip()} ({_who()})"
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_text(path, f"{told}\n")
    places = [str(path)]
    if (address := database_address()) is not None:
        from pipelines.collecting.stopping_database import set_reason  # noqa: PLC0415  # only where it is set

        set_reason(address, told)
        places.append(place_of(address))
    return places


def resume(root: Path) -> list[str]:
    """Take the switch back, here and in the server; return the places where it was set. Raises as `stop`."""
    places = [str(stop_file(root))] if os.path.lexists(stop_file(root)) else []
    if (address := database_address()) is not None:
        from pipelines.collecting.stopping_database import set_reason  # noqa: PLC0415  # only where it is set

        places += [place_of(address)] * set_reason(address, None)
    # The file last: where the server cannot be had, all stays as it was.
    stop_file(root).unlink(missing_ok=True)
    return places


def refuse_stopped(root: Path) -> None:
    """Raise CrawlStopped while the switch is set. Raises LedgerError where the server cannot be asked."""
    if (told := _in_file(root)) is not None:
        raise CrawlStopped(told)
    if (address := database_address()) is not None:
        from pipelines.collecting.stopping_database import Reasons  # noqa: PLC0415  # only where it is set

        with contextlib.closing(Reasons(address)) as reasons:
            if (reason := reasons.current()) is not None:
                raise CrawlStopped(_told(reason, reasons.name))


def _in_file(root: Path) -> str | None:
    path = stop_file(root)
    if not os.path.lexists(path):
        return None
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError:
        data = b""  # a folder, or a file that only others may read: somebody put it there all the same
    try:
        reason = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        reason = data.decode("gb18030", "replace")
    return _told(reason, str(path))


def _told(reason: str, place: str) -> str:
    why = " ".join("".join(char if char.isprintable() else " " for char in reason).split())
    return said("collecting.stopped_by", reason=why or said("collecting.no_reason"), place=place)


def _who() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = f"user {os.getuid()}"
    return f"{name} on {socket.gethostname()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


class Switch:
    """The switch as one crawler sees it: whatever its main thread waits for in `waiting` ends once it is set.

    Outside of `waiting` nothing is cut off: what is being written is written whole.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._told: str | None = None
        self._waits = 0
        self._server: Asking | None = None
        self._ended = threading.Event()

    def check(self) -> None:
        """Raise CrawlStopped once the switch was seen to be set."""
        if self._told is not None:
            raise CrawlStopped(self._told)

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Let the switch end what is waited for in here. Raises CrawlStopped."""
        self._waits += 1
        try:
            self.check()
            yield
        finally:
            self._waits -= 1

    @contextlib.contextmanager
    def watched(self, end: Callable[[str], object]) -> Iterator[None]:
        """Look for the switch all the while; `end` must end the process, if the main thread has not done so in time.

        To be entered in the main thread, which signals interrupt.
        """
        before = signal.signal(_STOP_SIGNAL, self._interrupt)
        watcher = threading.Thread(target=self._watch, args=(end,), daemon=True)
        with contextlib.ExitStack() as asked:
            if (address := database_address()) is not None:
                from pipelines.collecting.stopping_database import Asking  # noqa: PLC0415  # only where it is set

                self._server = Asking(address, _ASK_SECONDS)
                asked.callback(self._server.end)
            watcher.start()
            try:
                yield
            finally:
                self._ended.set()
                watcher.join()
                signal.signal(_STOP_SIGNAL, before)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._waits:
            self.check()

    def _watch(self, end: Callable[[str], object]) -> None:
        while self._told is None:
            self._told = self._look()
            if self._told is None and self._ended.wait(_LOOK_SECONDS):
                return
        main, deadline = threading.main_thread().ident, time.monotonic() + _GRACE_SECONDS
        assert main is not None
        while time.monotonic() < deadline:
            signal.pthread_kill(main, _STOP_SIGNAL)
            if self._ended.wait(_TELL_SECONDS):
                return
        end(self._told)

    def _look(self) -> str | None:
        told = _in_file(self._root)
        if told is None and self._server is not None and self._server.reason is not None:
            return _told(self._server.reason, self._server.name)
        return told


class StoppableClock(SystemClock):
    """A clock whose waits the switch ends."""

    def __init__(self, scale: float, switch: Switch) -> None:
        super().__init__(scale)
        self._switch = switch

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock. Raises CrawlStopped."""
        with self._switch.waiting():
            super().sleep(seconds)
