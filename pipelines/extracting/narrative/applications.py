"""Which count of applications the words around a number speak of. In doubt none.

Belongs here: received, carried over, handled, outcomes. Keep out: the words (`applications.yml`), other tables.
"""

from __future__ import annotations

from pipelines.extracting.narrative.clauses import Clause
from pipelines.extracting.narrative.sentences import last_match
from pipelines.extracting.narrative.vocabulary import Vocabulary

# The section of applications.
APPLICATIONS = 3
_WORDS = Vocabulary("applications")
APPLICATION, _ANY_COUNT = _WORDS.reading("application")
EVERYONE, APPLICANT, CHANNEL = _WORDS.pattern("everyone"), _WORDS.pattern("applicant"), _WORDS.pattern("channel")
HEADING = _WORDS.pattern("heading")
_RECEIVE, RECEIVED = _WORDS.reading("receive")
_HANDLE, HANDLED = _WORDS.reading("handle")
_CARRIED_IN, _CARRIED_OUT = _WORDS.reading("carried_in"), _WORDS.reading("carried_out")
_TO_NEXT_YEAR, _CARRIED_OVER = _WORDS.pattern("to_next_year"), _WORDS.pattern("carried_over")
_AFTER_CARRIED, _REVIEWED = _WORDS.pattern("after_carried"), _WORDS.pattern("reviewed")
_OTHER_MATTER, _ALL_CHANNELS = _WORDS.pattern("other_matter"), _WORDS.pattern("all_channels")
_ACCEPTED, _NEWLY_RECEIVED = _WORDS.pattern("accepted"), _WORDS.pattern("newly_received")
_AFTER_APPLICATION, _BEFORE_APPLICATION = _WORDS.pattern("after_application"), _WORDS.pattern("before_application")
_PLAIN_APPLICATION = _WORDS.pattern("plain_application")
_PLAIN_RECEIVING, _PLAIN_HANDLING = _WORDS.pattern("plain_receiving"), _WORDS.pattern("plain_handling")
_OUTCOMES = _WORDS.readings("outcomes")
_BEFORE_OUTCOME, _AFTER_OUTCOME = _WORDS.pattern("before_outcome"), _WORDS.pattern("after_outcome")


def application_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of applications can mean; nothing where it counts a part of them or other things."""
    left = clause.left
    about = clause.section == APPLICATIONS or clause.on_applications or bool(APPLICATION.search(clause.before))
    if (about or APPLICATION.search(left)) and (carried := _carried(left, clause.right)):
        return carried
    if about and (outcome := _outcome(left)):
        return outcome
    everyone = EVERYONE.sub("", left)
    if _OTHER_MATTER.search(everyone) or _OTHER_MATTER.search(clause.right) or APPLICANT.search(everyone):
        return ()
    if CHANNEL.search(left) and not _ALL_CHANNELS.search(left):
        return ()
    if not _names_applications(clause, about):
        return ()
    if clause.listed and not _NEWLY_RECEIVED.search(left):
        return ()  # a part of the applications
    if _RECEIVE.search(left) and not _HANDLE.search(left):
        return RECEIVED
    if _ACCEPTED.search(left) and _RECEIVE.search(clause.before):
        return ()
    return HANDLED if _HANDLE.search(left) or _RECEIVE.search(left) else _ANY_COUNT


def _names_applications(clause: Clause, about: bool) -> bool:
    """Tell whether a number counts applications; `about`: what stands above it speaks of them."""
    left = clause.left
    found = last_match(APPLICATION, left)
    if (found and _AFTER_APPLICATION.match(left, found.end())) or _BEFORE_APPLICATION.match(clause.right):
        return True
    if (clause.section == APPLICATIONS or clause.on_applications) and _PLAIN_RECEIVING.match(left):
        return True
    return about and bool(_PLAIN_APPLICATION.search(left) or _PLAIN_HANDLING.match(left))


def _carried(left: str, right: str) -> tuple[str, ...]:
    if left in ("", "除") and _CARRIED_OUT.pattern.match(right):
        return _CARRIED_OUT.means
    if _CARRIED_OVER.search(left) and _TO_NEXT_YEAR.match(right):
        return _CARRIED_OUT.means
    if APPLICANT.search(left) or _REVIEWED.search(left):
        return ()
    for reading in (_CARRIED_IN, _CARRIED_OUT):
        if (found := reading.pattern.search(left)) and _AFTER_CARRIED.match(left, found.end()):
            return reading.means
    return ()


def _outcome(left: str) -> tuple[str, ...]:
    found = [(reading, m) for reading in _OUTCOMES for m in reading.pattern.finditer(left)]
    if len(found) != 1:
        return ()
    reading, m = found[0]
    if not _BEFORE_OUTCOME.match(left[: m.start()]) or not _AFTER_OUTCOME.match(left, m.end()):
        return ()
    return reading.means
