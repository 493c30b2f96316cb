"""Which outcome of applications the words beside a number name: a group (不予公开) or a single reason. In doubt none.

Belongs here: outcomes. Keep out: the words (`outcomes.yml`), whether applications are spoken of (`applications`).
"""

from __future__ import annotations

from pipelines.extracting.narrative.vocabulary import Vocabulary

_WORDS = Vocabulary("outcomes")
_OUTCOMES, _REASONS = _WORDS.readings("outcomes"), _WORDS.readings("reasons")
_BEFORE_OUTCOME, _AFTER_OUTCOME = _WORDS.pattern("before_outcome"), _WORDS.pattern("after_outcome")


def outcome_meanings(words: str) -> tuple[str, ...]:
    """Return the outcome, or the reason of one, that words beside a number name, and nothing beside it."""
    found = [(reading, m) for reading in _OUTCOMES for m in reading.pattern.finditer(words)]
    if not found:
        return next((reason.means for reason in _REASONS if reason.pattern.match(words)), ())
    # 予以公开或部分公开 names two outcomes and is one of its own.
    reading, m = found[0]
    if any(other.start() < m.start() or other.end() > m.end() for _, other in found[1:]):
        return ()
    if not _BEFORE_OUTCOME.match(words[: m.start()]) or not _AFTER_OUTCOME.match(words, m.end()):
        return ()
    return reading.means
