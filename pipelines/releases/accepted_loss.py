"""What a release has less of than the one before it, and why that was accepted, as its manifest keeps it.

Belongs here: the entry of the manifest and its lines for readers. Keep out: finding losses (`warehouse.losses`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

ENTRY = "accepted_loss"


@dataclass(frozen=True)
class Loss:
    """Something lost: `code` is one of the list publishing_stop, of one year or of all; `names` are some of it.

    Counts reports, agencies, or numbers (cells with a value).
    """

    code: str
    year: int | None
    lost: int
    of: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        """Return how much of what: `2020: 1 of 5 (20.0 %): some names`."""
        share = f"{self.lost:,} of {self.of:,} ({self.lost / self.of:.1%})".replace("%)", " %)")
        named = f": {'; '.join(self.names)}" if self.names else ""
        return f"{'' if self.year is None else f'{self.year}: '}{share}{named}"


@dataclass(frozen=True)
class AcceptedLoss:
    """Why a release was published though it has less than `before`, and what it has less of."""

    reason: str
    before: str
    losses: tuple[Loss, ...]

    def entry(self) -> dict[str, Any]:
        """Return it as the manifest keeps it."""
        return asdict(self)


def accepted_loss(manifest: Mapping[str, Any]) -> AcceptedLoss | None:
    """Return the loss that a manifest says was accepted; None for a release that lost nothing."""
    entry = manifest.get(ENTRY)
    if entry is None:
        return None
    losses = tuple(Loss(**{**loss, "names": tuple(loss["names"])}) for loss in entry["losses"])
    return AcceptedLoss(entry["reason"], entry["before"], losses)


def accepted_loss_lines(manifest: Mapping[str, Any]) -> list[str]:
    """Return the lines that a note of the release has about it: the reason, then each loss."""
    accepted = accepted_loss(manifest)
    if accepted is None:
        return []
    reason = f"{ENTRY} {accepted.reason} (compared with {accepted.before})"
    return [reason, *(f"{loss.code} {loss}" for loss in accepted.losses)]
