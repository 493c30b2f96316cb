"""Why a run published nothing though nothing failed, in words: what is missing, and what to do.

Belongs here: lines for whoever started the run. Keep out: finding out (`raw`, `warehouse.losses`).
"""

from __future__ import annotations

from pipelines.commands.coded import in_words, what_to_do
from pipelines.raw.missing_input import MissingInput
from pipelines.releases.accepted_loss import AcceptedLoss, Loss
from pipelines.warehouse.release import UnacceptedLoss

_CODES = "publishing_stop"
_MEANT = (
    '确属有意减少的，请写明理由：gongkai run --accept-loss "理由"；理由记入发布清单。'
    'If it is meant: gongkai run --accept-loss "reason"; the reason is kept in the manifest.'
)


def missing_input_lines(error: MissingInput) -> list[str]:
    """Return what is missing, and what to do about it."""
    return [f"{in_words(_CODES, error.code)}: {error.detail}", f"{error.code}: {what_to_do(_CODES, error.code)}"]


def unaccepted_loss_lines(error: UnacceptedLoss) -> list[str]:
    """Return what is lost, what to do about each kind of it, and how to accept it."""
    first = f"比发布 {error.before} 减少，未发布 less than in release {error.before}, so not published:"
    advice = dict.fromkeys(f"{loss.code}: {what_to_do(_CODES, loss.code)}" for loss in error.losses)
    return [first, *map(_line, error.losses), *advice, _MEANT]


def accepted_loss_in_words(accepted: AcceptedLoss) -> list[str]:
    """Return why a release has less than the one before it, and what."""
    first = f"已说明的减少 loss accepted, compared with {accepted.before}: {accepted.reason}"
    return [first, *map(_line, accepted.losses)]


def _line(loss: Loss) -> str:
    return f"{in_words(_CODES, loss.code)}: {loss}"
