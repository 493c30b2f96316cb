"""What can go wrong with one request, as exceptions that carry the reason of the outcome.

Belongs here: the two kinds of fault. Keep out: deciding what follows from one (`client`).
"""

from __future__ import annotations


class Fault(Exception):
    """A request came to nothing; `reason` and `detail` are those of the outcome."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Refusal(Fault):
    """It will not be had; trying again in this run is pointless or not allowed."""


class Failure(Fault):
    """It did not work this time; it may be tried again after a wait (`retry_after`: the server's word, in seconds)."""

    def __init__(self, reason: str, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason, detail)
        self.retry_after = retry_after
