"""Claims that there was none: 未收到政府信息公开申请, 无行政复议, 规范性文件无.

Belongs here: which measures a clause denies. Keep out: the words (`denials.yml`), numbers (`meanings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.extracting.narrative.applications import (
    APPLICANT,
    APPLICATION,
    APPLICATIONS,
    CHANNEL,
    EVERYONE,
    HEADING,
)
from pipelines.extracting.narrative.reviews import REVIEWS, names_review
from pipelines.extracting.narrative.sentences import last_match
from pipelines.extracting.narrative.vocabulary import Vocabulary, crossed

_WORDS = Vocabulary("denials")
# Whether a text is worth the search for a denial.
DENYING = _WORDS.pattern("denying")
_DENIAL, _NIL_AT_END = _WORDS.pattern("denial"), _WORDS.pattern("nil_at_end")
_UNSURE, _DISCLOSURE = _WORDS.pattern("unsure"), _WORDS.pattern("disclosure")
_CARRIED, _REVIEWS = _WORDS.readings("carried"), _WORDS.readings("reviews")
_NOT_OF_REVIEWS = frozenset(_WORDS.words("not_of_reviews"))
_AFTER_REVIEW, _PART_OF_REVIEWS = _WORDS.pattern("after_review"), _WORDS.pattern("part_of_reviews")
_FEE, _FEE_VERBS = _WORDS.reading("fee"), frozenset(_WORDS.words("fee_verbs"))
_DOCUMENTS, _KINDS = _WORDS.pattern("documents"), _WORDS.readings("document_kinds")
_COLUMNS = _WORDS.readings("document_columns")
_PURCHASE = _WORDS.reading("purchase")
_APPLICATION_VERBS, _RECEIVED = frozenset(_WORDS.words("application_verbs")), _WORDS.reading("application_verbs").means
_HANDLING_VERBS, _HANDLED = frozenset(_WORDS.words("handling_verbs")), _WORDS.reading("handling_verbs").means
_PLAIN_VERBS, _PLAIN_APPLICATION = frozenset(_WORDS.words("plain_verbs")), _WORDS.reading("plain_application")
_SET_PHRASE, _SET_PHRASE_OF = _WORDS.pattern("set_phrase"), _WORDS.pattern("set_phrase_of")
_NOT_AN_APPLICATION, _AT_ONCE = _WORDS.pattern("not_an_application"), _WORDS.pattern("at_once")
_AFTER_APPLICATION = _WORDS.pattern("after_application")

_CLAUSE = re.compile(r"[^,;。.()!?]+")
# What a nil at the end of a list states is how things are; verbs are not said.
_STATE = "情况"
_LONGEST_NAME = 80


class Denial(NamedTuple):
    """A clause that says there was none: the span of the words that deny, and what each of them can mean."""

    start: int
    stop: int
    denied: tuple[tuple[str, ...], ...]


def denials(sentence: str, section: int, topic: str) -> Iterator[Denial]:
    """Yield the claims of a folded sentence that there was none of a measure."""
    about = _DISCLOSURE.search(sentence) is not None or section == REVIEWS
    on_applications = section == APPLICATIONS or HEADING.search(topic) is not None
    for m in _CLAUSE.finditer(sentence):
        clause = m[0]
        if not DENYING.search(clause):
            continue
        denial = _DENIAL.search(clause)
        if denial and denial.end() < len(clause):
            front, named, verb = clause[: denial.start()], clause[denial.end() :], denial["verb"] or ""
            span = denial.span()
        elif nil := _NIL_AT_END.match(clause):
            front, named, verb = "", nil["object"], _STATE
            span = (len(clause) - 1, len(clause))
        else:
            continue
        if _UNSURE.search(front) or _UNSURE.search(named) or len(named) > _LONGEST_NAME:
            continue
        denied = _denied(named, verb, front, about, on_applications)
        if denied:
            yield Denial(m.start() + span[0], m.start() + span[1], denied)


def _denied(named: str, verb: str, front: str, about: bool, on_applications: bool) -> tuple[tuple[str, ...], ...]:
    for carried in _CARRIED:
        if carried.pattern.match(named) and (on_applications or about):
            return (carried.means,)
    if names_review(named):
        return _reviews(named, verb) if about else ()
    if _FEE.pattern.search(named):
        return (_FEE.means,) if not verb or verb in _FEE_VERBS else ()
    if _DOCUMENTS.search(named):
        return _documents(named, verb)
    if _PURCHASE.pattern.match(named):
        return (_PURCHASE.means,)
    return _applications(named, verb, front, on_applications)


def _applications(named: str, verb: str, front: str, on_applications: bool) -> tuple[tuple[str, ...], ...]:
    everyone = EVERYONE.sub("", named)
    way = CHANNEL.search(_SET_PHRASE.sub("", everyone, count=1) if _SET_PHRASE_OF.search(named) else everyone)
    if verb and verb not in _APPLICATION_VERBS and verb not in _HANDLING_VERBS:
        return ()
    if _NOT_AN_APPLICATION.search(named) or APPLICANT.search(everyone) or way or CHANNEL.search(front):
        return ()
    found = last_match(APPLICATION, named)
    if found is None:
        plain = on_applications and verb in _PLAIN_VERBS and _PLAIN_APPLICATION.pattern.fullmatch(everyone)
        return (_PLAIN_APPLICATION.means,) if plain else ()
    at_once = _AT_ONCE.match(named)
    if not verb and at_once and not APPLICATION.match(named, at_once.end()):
        return ()
    if not _AFTER_APPLICATION.match(named, found.end()):
        return ()
    return (_HANDLED if verb in _HANDLING_VERBS else _RECEIVED,)


def _reviews(named: str, verb: str) -> tuple[tuple[str, ...], ...]:
    if not _AFTER_REVIEW.search(named) or _PART_OF_REVIEWS.search(named) or verb in _NOT_OF_REVIEWS:
        return ()
    return tuple(review.means for review in _REVIEWS if review.pattern.search(named))


def _documents(named: str, verb: str) -> tuple[tuple[str, ...], ...]:
    columns = next((column.means for column in _COLUMNS if column.pattern.search(verb + named)), ())
    kinds = [kind for kind in _KINDS if kind.pattern.search(named)]
    return tuple(tuple(crossed(row, column) for row in kind.means for column in columns) for kind in kinds)
