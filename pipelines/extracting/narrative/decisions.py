"""Which decisions (行政许可, 行政处罚, 行政强制) the words around a number count. In doubt none.

Belongs here: decisions. Keep out: the words (`decisions.yml`).
"""

from __future__ import annotations

import re

from pipelines.extracting.narrative.clauses import JOINED, Clause
from pipelines.extracting.narrative.vocabulary import Vocabulary

_WORDS = Vocabulary("decisions")
_LAST_PART, _FIGURE = re.compile(r"[;。:]"), re.compile(r"\d")
_DECISION, _DECISION_AFTER = _WORDS.pattern("decision"), _WORDS.pattern("decision_after")
_MADE, _FOLLOWING = _WORDS.pattern("made"), _WORDS.pattern("following")
_KINDS, _OTHER_MATTER = _WORDS.readings("kinds"), _WORDS.pattern("other_matter")
_CASES = frozenset(_WORDS.words("cases"))


def decision_meanings(clause: Clause, unit: str) -> tuple[str, ...]:
    """Return what a count of decisions can mean."""
    found = _DECISION.search(clause.left)
    if found and JOINED.search(clause.left[: found.start()]):
        return ()
    found = found or _DECISION_AFTER.match(clause.right)
    if not found and unit in _CASES:
        found = _MADE.search(clause.left) or _followed(clause)
    if not found or _OTHER_MATTER.search(clause.left) or _OTHER_MATTER.search(clause.right):
        return ()
    return next((kind.means for kind in _KINDS if kind.pattern.fullmatch(found["kind"])), ())


def _followed(clause: Clause) -> re.Match[str] | None:
    """Return the kind in 行政处罚5件 after 办理行政许可3件."""
    told = _LAST_PART.split(clause.before)[-1]
    known = _MADE.search(_FIGURE.split(told)[0]) or _DECISION.search(_FIGURE.split(told)[0])
    return _FOLLOWING.match(clause.left) if known and not _OTHER_MATTER.search(told) else None
