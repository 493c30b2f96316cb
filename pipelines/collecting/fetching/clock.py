"""The clock that every wait of the collector goes through.

Belongs here: time that a test configuration may speed up. Keep out: deadlines of sockets, which are real seconds.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """A wall clock in UTC, and seconds to measure and to wait by."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""

    def monotonic(self) -> float:
        """Return the seconds of this clock since some start; it never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock."""


class SystemClock:
    """The machine's clock; a second of it lasts `scale` real seconds (1 outside of tests)."""

    def __init__(self, scale: float = 1.0) -> None:
        if not 0 < scale <= 1:
            raise ValueError(f"a clock's scale lies above 0 and not above 1, not {scale}")
        self.scale = scale

    def now(self) -> datetime:
        """Return the real time of day, which is never scaled."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the seconds of this clock: real seconds divided by the scale."""
        return time.monotonic() / self.scale

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds of this clock; less than none is none."""
        time.sleep(max(0.0, seconds) * self.scale)
