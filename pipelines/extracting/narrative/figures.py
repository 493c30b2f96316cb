"""Figures that the text of a report states, to hold its tables against them.

Belongs here: putting sentences, numbers, meanings and groups together, and leaving out what is not of the year.
Keep out: comparing with the tables (`auditing.figures`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.extracting.narrative.applications import HANDLED, HEADING
from pipelines.extracting.narrative.clauses import Clause, clauses, is_usable, of_the_year
from pipelines.extracting.narrative.denials import DENYING, denials
from pipelines.extracting.narrative.groups import groups
from pipelines.extracting.narrative.meanings import count_meanings, share_meanings
from pipelines.extracting.narrative.money import amount_meanings
from pipelines.extracting.narrative.reviews import BOTH, both_reviews
from pipelines.extracting.narrative.sentences import MONEY, Number, Sentence, numbers, sentences
from pipelines.extracting.narrative.vocabulary import Vocabulary
from pipelines.extracting.numbers import to_yuan
from pipelines.extracting.sections import Section

COUNT, AMOUNT, SHARE, NONE = code_list("figure_kind").named("count", "amount", "share", "none")
TOTAL, PART = code_list("figure_role").named("total", "part")
# Section 五 tells problems and plans.
_PLANS = 5
# More numbers than this are a table that lost its cells.
_MOST_NUMBERS = 60
_WORDS = Vocabulary("figures")
_STATING, _LEVEL, _OFFICE = _WORDS.pattern("stating"), _WORDS.pattern("level"), _WORDS.pattern("office")
_IS_OFFICE = _WORDS.pattern("is_office")
# Where a report says whose it is.
_HEAD = 400


class NarrativeFigure(NamedTuple):
    """A number of the text: where it stands, what it is and what it can mean, any of which may be meant.

    `meanings` are ids of measures; those of a share are the measure of the part / the measure of the whole.

    `start` and `end` are places in the text of its section. `group` joins a total and its parts in one sentence.
    """

    ordinal: int
    section: int
    start: int
    end: int
    sentence: str
    raw: str
    value: Decimal
    unit: str | None
    yuan: Decimal | None
    kind: str
    meanings: tuple[str, ...]
    group: int | None
    role: str | None


class _Draft(NamedTuple):
    start: int
    stop: int
    value: Decimal
    unit: str | None
    kind: str
    meanings: tuple[str, ...]
    group: int | None = None
    role: str | None = None


def narrative_figures(sections: Sequence[Section], year: int) -> list[NarrativeFigure]:
    """Return the figures that the prose of a report states for its year, in order.

    Left out: what may belong to another year or another matter, approximations, and plans (section 五).
    """
    found: list[NarrativeFigure] = []
    last_group = 0
    for section in sections:
        if section.number == _PLANS:
            continue
        for sentence in sentences(section.text, year):
            drafts = _drafts(sentence, section.number)
            printed = _printed(section.text, sentence) if drafts else ""
            highest = last_group
            for draft in sorted(drafts, key=lambda d: (d.start, d.meanings)):
                group = draft.group and last_group + draft.group
                highest = max(highest, group or 0)
                found.append(_figure(draft, sentence, section, printed, group))
            last_group = highest
    kept = _of_one_scope(found, sections)
    return [figure._replace(ordinal=n) for n, figure in enumerate(kept, start=1)]


def _printed(text: str, sentence: Sentence) -> str:
    return text[sentence.places[0] : sentence.places[-1] + 1]


def _figure(draft: _Draft, sentence: Sentence, section: Section, printed: str, group: int | None) -> NarrativeFigure:
    start, end = sentence.places[draft.start], sentence.places[draft.stop - 1] + 1
    yuan = to_yuan(draft.value, draft.unit, None).yuan if draft.unit in MONEY else None
    values = (draft.value, draft.unit, yuan, draft.kind, draft.meanings, group, draft.role)
    return NarrativeFigure(0, section.number, start, end, printed, section.text[start:end], *values)


def _drafts(sentence: Sentence, section: int) -> list[_Draft]:
    text = sentence.text
    if not _STATING.search(text):
        return []
    drafts = []
    if DENYING.search(text):
        drafts = [
            _Draft(denial.start, denial.stop, Decimal(0), None, NONE, meanings)
            for denial in denials(text, section, sentence.topic)
            if of_the_year(sentence, denial.start)
            for meanings in denial.denied
        ]
    found = numbers(text)
    if found and len(found) <= _MOST_NUMBERS:
        drafts += _stated(sentence, found, section)
    return drafts


def _stated(sentence: Sentence, found: Sequence[Number], section: int) -> Iterator[_Draft]:
    stated = [*clauses(sentence, found, section, HEADING.search(sentence.topic) is not None)]
    usable = [is_usable(sentence, n, clause) for n, clause in zip(found, stated, strict=True)]
    roles: dict[int, tuple[int, str]] = {}
    for number, listed in enumerate(groups(sentence.text, found, usable), start=1):
        for i in (listed.total, *listed.parts):
            roles.setdefault(i, (number, TOTAL if i == listed.total else PART))
    wholes: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    for i, (n, clause) in enumerate(zip(found, stated, strict=True)):
        kind = SHARE if n.unit == "%" else AMOUNT if n.unit in MONEY else COUNT
        meanings = _meanings(kind, n.unit, clause, last, wholes) if usable[i] else ()
        if kind == COUNT and not clause.listed:
            wholes = tuple(m for m in meanings if m in HANDLED) or wholes
        last = meanings if kind == COUNT else ()
        group, role = roles.get(i, (None, None))
        if usable[i] and n.value == 0 and both_reviews(clause):
            for meaning in BOTH:
                yield _Draft(n.start, n.stop, n.value, n.unit, kind, (meaning,))
        elif meanings or role:
            yield _Draft(n.start, n.stop, n.value, n.unit, kind, meanings, group, role)


def _meanings(kind: str, unit: str, clause: Clause, part: tuple[str, ...], wholes: tuple[str, ...]) -> tuple[str, ...]:
    if kind == SHARE:
        return share_meanings(clause, part, wholes)
    return amount_meanings(clause) if kind == AMOUNT else count_meanings(clause, unit)


def _up_to(figure: NarrativeFigure) -> str:
    """Return what stands before a number in its sentence; all of it where the number stands there more than once."""
    before, _, after = figure.sentence.partition(figure.raw)
    return figure.sentence if figure.raw in after else before


def _of_one_scope(found: list[NarrativeFigure], sections: Sequence[Section]) -> list[NarrativeFigure]:
    """Take the meanings from numbers of an office or a level where the tables may hold another."""
    head = "".join(s.text for s in sections if s.number == 0)[:_HEAD]
    is_office = _IS_OFFICE.search(head) is not None
    stated: dict[tuple[str, ...], set[Decimal]] = {}
    for figure in found:
        stated.setdefault(figure.meanings, set()).add(figure.value)
    scoped = {f.meanings for f in found if f.meanings != HANDLED and _LEVEL.search(f.sentence)}
    kept = []
    for figure in found:
        several = figure.meanings in scoped and len(stated[figure.meanings]) > 1
        office = not is_office and _OFFICE.search(_up_to(figure)) is not None
        if not several and not office:
            kept.append(figure)
        elif figure.role is not None:
            kept.append(figure._replace(meanings=()))
    return kept
