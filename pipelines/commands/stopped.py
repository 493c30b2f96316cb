"""Why a run published nothing though nothing failed, in words: what is missing, and what to do.

Belongs here: lines for whoever started the run. Keep out: finding out (`raw`, `warehouse.losses`).
"""

from __future__ import annotations

from pipelines.commands.coded import in_words, what_to_do
from pipelines.messages import message
from pipelines.raw.missing_input import MissingInput
from pipelines.releases.accepted_loss import AcceptedLoss
from pipelines.warehouse.release import UnacceptedLoss

_CODES = "publishing_stop"


def missing_input_lines(error: MissingInput) -> list[str]:
    """Return what is missing, and what to do about it."""
    return [_line(error.code, error.detail), _advice(error.code)]


def unaccepted_loss_lines(error: UnacceptedLoss) -> list[str]:
    """Return what is lost, what to do about each kind of it, and how to accept it."""
    first = message("run.less_than_before", before=error.before)
    advice = dict.fromkeys(_advice(loss.code) for loss in error.losses)
    lost = [_line(loss.code, loss) for loss in error.losses]
    return [first, *lost, *advice, message("run.if_it_is_meant")]


def accepted_loss_in_words(accepted: AcceptedLoss) -> list[str]:
    """Return why a release has less than the one before it, and what."""
    first = message("run.loss_accepted", before=accepted.before, reason=accepted.reason)
    return [first, *(_line(loss.code, loss) for loss in accepted.losses)]


def _line(code: str, detail: object) -> str:
    return message("run.told_of", what=in_words(_CODES, code), detail=detail)


def _advice(code: str) -> str:
    return message("run.what_to_do", reason=code, advice=what_to_do(_CODES, code))
