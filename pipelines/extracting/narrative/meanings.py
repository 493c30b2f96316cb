"""The words around a number -> the measures it can mean. In doubt none: an invented figure accuses an office falsely.

Belongs here: which table is asked first, and shares. Keep out: the words of a table (its own module and its .yml file),
claims that there was none (`denials`).
"""

from __future__ import annotations

from pipelines.extracting.narrative.applications import HANDLED, application_meanings, names_applications
from pipelines.extracting.narrative.clauses import Clause
from pipelines.extracting.narrative.decisions import decision_meanings
from pipelines.extracting.narrative.disclosure import UNITS, disclosure_meanings
from pipelines.extracting.narrative.documents import document_meanings
from pipelines.extracting.narrative.money import purchase_meanings
from pipelines.extracting.narrative.outcomes import outcome_meanings
from pipelines.extracting.narrative.reviews import review_meanings
from pipelines.extracting.narrative.vocabulary import Vocabulary

_WORDS = Vocabulary("meanings")
_PIECES = frozenset(_WORDS.words("pieces"))
_SHARE, _SHARE_NAMED = _WORDS.pattern("share"), _WORDS.pattern("share_named")


def count_meanings(clause: Clause, unit: str) -> tuple[str, ...]:
    """Return what a count can mean."""
    disclosed = disclosure_meanings(clause) if unit in UNITS else ()
    if unit not in _PIECES:
        return disclosed or purchase_meanings(clause)
    return (
        application_meanings(clause)
        or document_meanings(clause)
        or review_meanings(clause)
        or decision_meanings(clause, unit)
        or purchase_meanings(clause)
        or disclosed
    )


def share_meanings(clause: Clause, part: tuple[str, ...], wholes: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a percentage after the count of a part can mean, given what the total before it can mean.

    Of what no total is told, the share may be of those received or of those handled.
    """
    if len(part) == 1 and _SHARE.match(clause.left):
        return tuple(f"{part[0]}/{whole}" for whole in wholes or HANDLED)
    named = _SHARE_NAMED.fullmatch(clause.left)
    told = outcome_meanings(named["part"]) if named and names_applications(clause) else ()
    return tuple(f"{told[0]}/{whole}" for whole in wholes or HANDLED) if len(told) == 1 else ()
