"""Whether a report tells of the office itself or of all below it, and what that rests on.

Belongs here: the order in which words are asked. Keep out: the words (`scope_wording.yml`), names and places. An
office's own report and the government's report are different documents for one place, and their figures must never be
added up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from pipelines.contracts.codes import code_list
from pipelines.declarations import Declaration, External, FreeText, OneOf, Regex, Wrong, load, unknown
from pipelines.forms.labels import SIMPLIFIED

_DATA = Path(__file__).with_name("scope_wording.yml")
OWN, SUMMARY, UNKNOWN = code_list("scope").named("own", "summary", "unknown")
STATED, WORDED, BY_LAW = code_list("scope_basis").named("stated", "worded", "by_law")
_GOVERNMENT, _OFFICE, _ZONE = code_list("agency_type").named("government", "government_office", "functional_zone")
_OF_A_TOWN = code_list("agency_type").named("town", "subdistrict")
_PART = re.compile(r"\{([a-z]+)\}")
# Names of laws and notices say what they are about, not what the report is.
_DOCUMENT = re.compile(r"《[^》]{0,80}》")
_SPACE_AND_QUOTES = re.compile(r"[\s\u200b-\u200f\ufeff\"'“”‘’]+")
_SENTENCE = re.compile(r"[。;!?]+")
# 贵阳市人民政府（市人民政府办公厅）
_OFFICE_OF_GOVERNMENT = re.compile(r"(?:政府|行署).*办公?[厅室]|府办")
# A government whose place is not known by this name: 达茂联合旗人民政府, 耿马自治县.
_SOME_GOVERNMENT = re.compile(r"(?<![镇乡])(?:人民)?政府$|行署$|自治[县州旗]$|联合旗$")
# What is told at a text's begin and end counts; in between stand tables.
_CHARACTERS = 12_000


class Phrase(Declaration):
    """A pattern and the scope it tells, with sentences it is found in and others that only look like them."""

    scope: Annotated[str, OneOf("scope", lambda: code_list("scope"))]
    pattern: Annotated[Regex, Field(min_length=1)]
    examples: tuple[FreeText, ...] = Field(min_length=1)
    never: tuple[FreeText, ...] = Field(min_length=1)


class ScopeWording(Declaration):
    """scope_wording.yml: parts of patterns, and phrases of names, statements, systems and figures."""

    parts: dict[External, Regex]
    names: tuple[Phrase, ...]
    statements: tuple[Phrase, ...]
    systems: tuple[Phrase, ...]
    figures: tuple[Phrase, ...]


class Scope(NamedTuple):
    """A scope and what it rests on; None where it is unknown."""

    scope: str
    basis: str | None


_NOTHING_KNOWN = Scope(UNKNOWN, None)
_Compiled = tuple[tuple[re.Pattern[str], str], ...]


def read_wording(path: Path = _DATA) -> ScopeWording:
    """Read scope_wording.yml. Raises DeclarationError: parts stand above, examples fit and the others do not."""
    return load(path, ScopeWording, also=_faults)


def _faults(found: ScopeWording) -> Iterator[Wrong]:
    for kind in _KINDS:
        for number, phrase in enumerate(getattr(found, kind)):
            lost = [name for name in _PART.findall(phrase.pattern) if name not in found.parts]
            yield from (Wrong((kind, number, "pattern"), unknown("part", name, found.parts)) for name in lost)
            if lost:
                continue
            pattern = re.compile(_written_out(phrase.pattern, found.parts))
            for place, texts, fits in (("examples", phrase.examples, True), ("never", phrase.never, False)):
                for n, text in enumerate(texts):
                    if bool(pattern.search(folded(text))) is not fits:
                        wrong = "expected to be found by its pattern" if fits else "found by the pattern it must not be"
                        yield Wrong((kind, number, place, n), f"{text!r}: {wrong}")


_KINDS = ("names", "statements", "systems", "figures")


def _written_out(pattern: str, parts: dict[str, str]) -> str:
    while _PART.search(pattern):
        pattern = _PART.sub(lambda found: parts[found[1]], pattern)
    return pattern


@cache
def _compiled(kind: str) -> _Compiled:
    """Return the patterns of a kind; to compile those of all takes longer than to tell the scope of many reports."""
    wording = load(_DATA, ScopeWording)
    return tuple((re.compile(_written_out(p.pattern, wording.parts)), p.scope) for p in getattr(wording, kind))


def folded(text: str) -> str:
    """Return text as the patterns see it: simplified, half width, without white space, quotes and names in 《》."""
    plain = _DOCUMENT.sub("", unicodedata.normalize("NFKC", text).translate(SIMPLIFIED))
    return _SPACE_AND_QUOTES.sub("", plain)


def scope_of(name: str, agency_type: str | None, text: str | None = None, *, has_place: bool = True) -> Scope:
    """Return the scope of a report and its basis from title or name, type of agency and text.

    What is stated goes before whom figures are told of, and that before what the law presumes: of a government at
    county level or above that its report is of the whole (政府信息公开条例 of 2019, article 49), of any other agency
    that it reports itself. Without a place in the name (`has_place`) nobody knows which kind of government it is.
    """
    named = _told("names", [folded(name)])
    if agency_type in _OF_A_TOWN:
        # Nobody below a town reports, so that what it calls a summary is its own.
        return Scope(OWN, STATED if OWN in named else BY_LAW)
    if len(named) == 1:
        return Scope(named.pop(), STATED)
    sentences = _sentences(text)
    stated = _told("statements", sentences)
    in_office = agency_type in (_GOVERNMENT, None) and _OFFICE_OF_GOVERNMENT.search(folded(name))
    if agency_type == _OFFICE or in_office:
        return _of_office(stated)
    if agency_type == _GOVERNMENT:
        return _of_government(stated, sentences, has_place=has_place)
    if agency_type is None and _SOME_GOVERNMENT.search(folded(name)):
        return _of_government(stated, sentences, has_place=False)
    if agency_type is None:
        return Scope(stated.pop(), STATED) if len(stated) == 1 else _NOTHING_KNOWN
    return _of_agency(stated if agency_type == _ZONE else {*()}, sentences)


def _of_government(stated: set[str], sentences: list[str], *, has_place: bool) -> Scope:
    if stated:
        # Departments with and counties without: neither its own nor the whole.
        return Scope(stated.pop(), STATED) if len(stated) == 1 else _NOTHING_KNOWN
    worded = _told("figures", sentences)
    if SUMMARY in worded:
        return Scope(SUMMARY, WORDED)
    if OWN in worded:
        return Scope(OWN, WORDED)
    return Scope(SUMMARY, BY_LAW) if has_place and not worded else _NOTHING_KNOWN


def _of_office(stated: set[str]) -> Scope:
    """Return own, unless its text is that of the government's summary: then name and text contradict each other."""
    if SUMMARY in stated:
        return _NOTHING_KNOWN
    return Scope(OWN, STATED if stated else BY_LAW)


def _of_agency(stated: set[str], sentences: list[str]) -> Scope:
    told = stated | _told("systems", sentences)
    if len(told) == 1:
        return Scope(told.pop(), STATED)
    return _NOTHING_KNOWN if told else Scope(OWN, BY_LAW)


def _sentences(text: str | None) -> list[str]:
    if not text:
        return []
    part = text if len(text) <= _CHARACTERS else f"{text[: _CHARACTERS // 2]}。{text[-_CHARACTERS // 2 :]}"
    return [sentence for sentence in _SENTENCE.split(folded(part)) if sentence]


def _told(kind: str, sentences: list[str]) -> set[str]:
    """Return the scopes that phrases of a kind tell."""
    patterns = _compiled(kind) if sentences else ()
    return {scope for pattern, scope in patterns if any(pattern.search(sentence) for sentence in sentences)}
