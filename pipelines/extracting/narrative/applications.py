"""Which count of applications the words around a number speak of. In doubt none.

Belongs here: received, carried over, handled. Keep out: the words (`applications.yml`), outcomes, applicants, other
tables.
"""

from __future__ import annotations

from pipelines.extracting.narrative.applicants import applicant_meanings
from pipelines.extracting.narrative.clauses import Clause
from pipelines.extracting.narrative.outcomes import outcome_meanings
from pipelines.extracting.narrative.sentences import last_match
from pipelines.extracting.narrative.vocabulary import Vocabulary

# The section of applications.
APPLICATIONS = 3
# Stands for the number between the words on its sides.
_NUMBER = "#"
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
_AFTER_NUMBER, _BEFORE_PART = _WORDS.pattern("after_number"), _WORDS.pattern("before_part")
_WITH_CARRIED = _WORDS.readings("with_carried")
_SUM_OF_BOTH = _WORDS.reading("sum_of_both")
_ANSWERED_AFTER, _ANSWERED = _WORDS.reading("answered_after")
_PARTED, _KIND_OF_INFORMATION = _WORDS.pattern("parted"), _WORDS.pattern("kind_of_information")
_CLASSIFIED = _WORDS.pattern("classified")
_ANSWERED_PART, _OTHER_COUNT = _WORDS.pattern("answered_part"), _WORDS.pattern("other_count")


def application_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of applications can mean; nothing where it counts a part of them or other things."""
    left = clause.left
    if _of_another(clause.before) or _CLASSIFIED.search(clause.before + clause.left[:1]):
        return ()
    about = clause.section == APPLICATIONS or clause.on_applications or bool(APPLICATION.search(clause.before))
    near = names_applications(clause)
    if (near or APPLICATION.search(left)) and (carried := _carried(left, clause.right)):
        return carried
    if near:
        part = (
            outcome_meanings(left)
            or _outcome_after(clause)
            or _sum_of_both(clause)
            or applicant_meanings(clause, _BEFORE_PART.match(left) is not None)
        )
        if part:
            return part
    everyone = EVERYONE.sub("", left)
    if _OTHER_MATTER.search(everyone) or _OTHER_MATTER.search(clause.right) or APPLICANT.search(everyone):
        return ()
    if CHANNEL.search(left) and not _ALL_CHANNELS.search(left):
        return ()
    if clause.listed and not _NEWLY_RECEIVED.search(left):
        answered = _ANSWERED_PART.match(left) and _counts_applications(clause.before)
        return _ANSWERED if answered else ()  # else a part of the applications
    if not _names_applications(clause, about):
        return ()
    return _of_verbs(clause)


def names_applications(clause: Clause) -> bool:
    """Tell whether a sentence, its paragraph before it, or the heading above speaks of applications."""
    told = clause.section == APPLICATIONS or clause.on_applications
    return told or bool(APPLICATION.search(clause.before) or APPLICATION.search(clause.paragraph))


def _of_verbs(clause: Clause) -> tuple[str, ...]:
    """Return the meaning of a count of applications by what was done with them."""
    left = clause.left
    received, handled = _RECEIVE.search(left), _HANDLE.search(left)
    noted = f"{left}{_NUMBER}{clause.after}"
    if found := next((each for each in _WITH_CARRIED if each.pattern.search(noted)), None):
        return found.means
    if received and not handled:
        return RECEIVED
    if (_ACCEPTED.search(left) and _RECEIVE.search(clause.before)) or _PARTED.match(clause.after):
        return ()
    if handled or received:
        return HANDLED
    return () if _KIND_OF_INFORMATION.search(left) else _ANY_COUNT


def _names_applications(clause: Clause, about: bool) -> bool:
    """Tell whether a number counts applications; `about`: what stands above it speaks of them."""
    left = clause.left
    found = last_match(APPLICATION, left)
    if (found and _AFTER_APPLICATION.match(left, found.end())) or _BEFORE_APPLICATION.match(clause.right):
        return True
    if (clause.section == APPLICATIONS or clause.on_applications) and _PLAIN_RECEIVING.match(left):
        return True
    if about:
        return bool(_PLAIN_APPLICATION.search(left) or _PLAIN_HANDLING.match(left))
    return not clause.before and _counts_applications(clause.paragraph) and bool(_PLAIN_HANDLING.match(left))


def _carried(left: str, right: str) -> tuple[str, ...]:
    if _BEFORE_PART.match(left) and _CARRIED_OUT.pattern.match(_AFTER_NUMBER.sub("", right, count=1)):
        return _CARRIED_OUT.means
    if _CARRIED_OVER.search(left) and _TO_NEXT_YEAR.match(right):
        return _CARRIED_OUT.means
    if APPLICANT.search(left) or _REVIEWED.search(left):
        return ()
    for reading in (_CARRIED_IN, _CARRIED_OUT):
        if (found := reading.pattern.search(left)) and _AFTER_CARRIED.match(left, found.end()):
            return reading.means
    return ()


def _outcome_after(clause: Clause) -> tuple[str, ...]:
    """Return the meaning of 3件予以公开, 8件已答复."""
    if not _BEFORE_PART.match(clause.left):
        return ()
    right = _AFTER_NUMBER.sub("", clause.right, count=1)
    if _ANSWERED_AFTER.fullmatch(right):
        return _ANSWERED if _counts_applications(clause.before) else ()
    return outcome_meanings(right)


def _counts_applications(before: str) -> bool:
    """Tell whether what was counted last, so that its parts may follow, are applications, and not a channel of them."""
    return (
        bool(APPLICATION.search(before)) and not CHANNEL.search(before.rpartition(";")[2]) and not _of_another(before)
    )


def _of_another(before: str) -> bool:
    """Tell whether something else was counted after the applications, or alone."""
    other = last_match(_OTHER_COUNT, before)
    return other is not None and not APPLICATION.search(before, other.end())


def _sum_of_both(clause: Clause) -> tuple[str, ...]:
    """Return the meaning of 共计12件 after 新收10件，上年结转2件."""
    read_so_far = clause.before + clause.left
    return _SUM_OF_BOTH.means if _SUM_OF_BOTH.pattern.search(read_so_far) else ()
