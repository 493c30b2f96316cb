"""Which count of reconsiderations or lawsuits the words around a number speak of. In doubt none.

Belongs here: channels of reviews and their results. Keep out: the words (`reviews.yml`), claims of none (`denials`).
"""

from __future__ import annotations

from pipelines.extracting.narrative.clauses import Clause
from pipelines.extracting.narrative.sentences import last_match
from pipelines.extracting.narrative.vocabulary import Vocabulary, crossed

# The section of reviews.
REVIEWS = 4
_WORDS = Vocabulary("reviews")
_RECONSIDERATION, _LAWSUIT = _WORDS.reading("reconsideration"), _WORDS.reading("lawsuit")
_LAWSUIT_CHANNELS, _RESULTS = _WORDS.readings("lawsuit_channels"), _WORDS.readings("results")
_AFTER_REVIEW, _TOTAL = _WORDS.reading("after_review")
_BEFORE_REVIEW, _OTHER_MATTER = _WORDS.pattern("before_review"), _WORDS.pattern("other_matter")
_DISCLOSURE = _WORDS.pattern("disclosure")
_BOTH, BOTH = _WORDS.reading("both")


def names_review(words: str) -> bool:
    """Tell whether words name a reconsideration or a lawsuit."""
    return bool(_RECONSIDERATION.pattern.search(words) or _LAWSUIT.pattern.search(words))


def review_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of reviews can mean."""
    left = clause.left
    if clause.section != REVIEWS and not _DISCLOSURE.search(clause.before + left + clause.right):
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
    if clause.section != REVIEWS and not _DISCLOSURE.search(clause.before + left):
        return False
    named = _RECONSIDERATION.pattern.search(left) and _LAWSUIT.pattern.search(left) and not _names_channel(left)
    return bool(named and _BOTH.search(left) and not _OTHER_MATTER.search(left))


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
    reconsidered = last_match(_RECONSIDERATION.pattern, clause.before)
    sued = last_match(_LAWSUIT.pattern, clause.before)
    # Of both, the result may be of either.
    if bool(reconsidered) == bool(sued):
        return ()
    return _counts(_channels(clause.before), result.means)
