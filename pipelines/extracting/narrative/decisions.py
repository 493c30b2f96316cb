"""Which decisions (行政许可, 行政处罚, 行政强制) the words around a number count. In doubt none.

Belongs here: decisions. Keep out: the words (`decisions.yml`).
"""

from __future__ import annotations

from pipelines.extracting.narrative.clauses import JOINED, Clause
from pipelines.extracting.narrative.vocabulary import Vocabulary

_WORDS = Vocabulary("decisions")
_DECISION, _DECISION_AFTER = _WORDS.pattern("decision"), _WORDS.pattern("decision_after")
_KINDS, _OTHER_MATTER = _WORDS.readings("kinds"), _WORDS.pattern("other_matter")


def decision_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of decisions can mean."""
    found = _DECISION.search(clause.left)
    if found and JOINED.search(clause.left[: found.start()]):
        return ()
    found = found or _DECISION_AFTER.match(clause.right)
    if not found or _OTHER_MATTER.search(clause.left) or _OTHER_MATTER.search(clause.right):
        return ()
    return next((kind.means for kind in _KINDS if kind.pattern.fullmatch(found["kind"])), ())
