"""Which count of reconsiderations or lawsuits the words around a number speak of. In doubt none.

Belongs here: channels of reviews and their results. Keep out: the words (`reviews.yml`), claims of none (`denials`).
"""

from __future__ import annotations

from pipelines.extracting.narrative.clauses import Clause
from pipelines.extracting.narrative.sentences import last_match
from pipelines.extracting.narrative.vocabulary import Vocabulary, crossed

# The sections of applications and of reviews.
_APPLICATIONS, REVIEWS = 3, 4
_WORDS = Vocabulary("reviews")
_RECONSIDERATION, _LAWSUIT = _WORDS.reading("reconsideration"), _WORDS.reading("lawsuit")
_LAWSUIT_CHANNELS, _RESULTS = _WORDS.readings("lawsuit_channels"), _WORDS.readings("results")
_AFTER_REVIEW, _TOTAL = _WORDS.reading("after_review")
_BEFORE_REVIEW, _OTHER_MATTER = _WORDS.pattern("before_review"), _WORDS.pattern("other_matter")
_DISCLOSURE = _WORDS.pattern("disclosure")
_BOTH, BOTH = _WORDS.reading("both")
_OTHER_CAUSE = _WORDS.pattern("other_cause")
_HEADING, _SUFFERED = _WORDS.pattern("heading"), _WORDS.pattern("suffered")
_BEGINS, _SUFFERED_BEFORE = _WORDS.pattern("begins"), _WORDS.pattern("suffered_before")
_RESULT_TOLD, _AUTHORITY = _WORDS.pattern("result_told"), _WORDS.pattern("authority")


def names_review(words: str) -> bool:
    """Tell whether words name a reconsideration or a lawsuit."""
    return bool(_RECONSIDERATION.pattern.search(words) or _LAWSUIT.pattern.search(words))


def review_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of reviews can mean."""
    clause = clause._replace(left=_AUTHORITY.sub("", clause.left, count=1))
    left = clause.left
    if not _is_about_disclosure(clause):
        return ()
    reconsidered, sued = _RECONSIDERATION.pattern.search(left), _LAWSUIT.pattern.search(left)
    if not reconsidered and not sued:
        named = _BEFORE_REVIEW.match(clause.right)
        if named and not _OTHER_MATTER.search(left):
            return _counts(_channels(named["what"]), _TOTAL)
        return _results(clause)
    if _OTHER_MATTER.search(left) or not _AFTER_REVIEW.search(left):
        return ()
    if reconsidered and sued and not _names_channel(left):
        return ()
    return _counts(_channels(left), _TOTAL)


def both_reviews(clause: Clause) -> bool:
    """Tell whether a number is one of reconsiderations and lawsuits together: only 0 can be told apart."""
    left = clause.left
    if not _is_about_disclosure(clause):
        return False
    named = _RECONSIDERATION.pattern.search(left) and _LAWSUIT.pattern.search(left) and not _names_channel(left)
    return bool(named and _BOTH.search(left) and not _OTHER_MATTER.search(left))


def _is_about_disclosure(clause: Clause) -> bool:
    """Tell whether reviews that a clause names are of the disclosure of information, and of this office.

    Under the heading of applications they are where the office is the one that is reviewed (被申请行政复议): an office
    that decides reconsiderations counts its own cases there, too.
    """
    told = clause.before + clause.left
    if clause.section == REVIEWS or _DISCLOSURE.search(told + clause.right) or _HEADING.search(clause.topic):
        return True
    if (clause.on_applications or clause.section == _APPLICATIONS) and _SUFFERED.search(told):
        return _OTHER_CAUSE.search(told) is None
    return bool(not clause.before and _BEGINS.match(clause.left) and _SUFFERED_BEFORE.search(clause.above))


def _names_channel(words: str) -> bool:
    return any(channel.pattern.search(words) for channel in _LAWSUIT_CHANNELS)


def _channels(words: str) -> tuple[str, ...]:
    """Return the channels that words name: of a lawsuit its own if it is stated, else all that it may be of."""
    if not _LAWSUIT.pattern.search(words):
        return _RECONSIDERATION.means
    stated = (channel.means for channel in _LAWSUIT_CHANNELS if channel.pattern.search(words))
    return next(stated, _LAWSUIT.means)


def _counts(channels: tuple[str, ...], results: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(crossed(channel, result) for channel in channels for result in results)


def _results(clause: Clause) -> tuple[str, ...]:
    """Return the meaning of 维持1件 after 行政复议2件."""
    result = next((each for each in _RESULTS if each.pattern.match(clause.left)), None)
    if result is None:
        return ()
    told = _last_told(clause.before)
    if told is None:
        return ()
    return _counts(_channels(told), result.means)


def _last_told(before: str) -> str | None:
    """Return the words from the kind of review that a result is of, None where it may be of either.

    Of both kinds the later one is meant where the earlier one had results of its own, or another sentence part.
    """
    reconsidered = last_match(_RECONSIDERATION.pattern, before)
    sued = last_match(_LAWSUIT.pattern, before)
    if not reconsidered or not sued:
        return before if reconsidered or sued else None
    first, last = sorted((reconsidered.start(), sued.start()))
    between = before[first:last]
    parts = [m.end() for m in _RESULT_TOLD.finditer(between)]
    return before[first + parts[-1] :] if parts else None
