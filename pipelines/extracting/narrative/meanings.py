"""The words around a number -> the measures it can mean. In doubt none: an invented figure accuses an office falsely.

Belongs here: which table is asked first, and shares. Keep out: the words of a table (its own module and its .yml file),
claims that there was none (`denials`).
"""

from __future__ import annotations

from pipelines.extracting.narrative.applications import application_meanings
from pipelines.extracting.narrative.clauses import Clause
from pipelines.extracting.narrative.decisions import decision_meanings
from pipelines.extracting.narrative.documents import document_meanings
from pipelines.extracting.narrative.money import purchase_meanings
from pipelines.extracting.narrative.reviews import review_meanings
from pipelines.extracting.narrative.vocabulary import Vocabulary

_WORDS = Vocabulary("meanings")
_PIECES = frozenset(_WORDS.words("pieces"))
_SHARE = _WORDS.pattern("share")


def count_meanings(clause: Clause, unit: str) -> tuple[str, ...]:
    """Return what a count can mean."""
    if unit not in _PIECES:
        return purchase_meanings(clause)
    return (
        application_meanings(clause)
        or document_meanings(clause)
        or review_meanings(clause)
        or decision_meanings(clause)
        or purchase_meanings(clause)
    )


def share_meanings(clause: Clause, part: tuple[str, ...], wholes: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a percentage after the count of a part can mean, given what the total before it can mean."""
    if len(part) != 1 or not _SHARE.match(clause.left):
        return ()
    return tuple(f"{part[0]}/{whole}" for whole in wholes)
