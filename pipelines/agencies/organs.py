"""The organ in a name without its division: which type of agency, which function, and what keeps its identity.

Belongs here: what the words of an office say. Keep out: places, and which words they are (`organs.yml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from pipelines.agencies.short_names import in_full
from pipelines.agencies.sub_bureaus import sub_bureau_of
from pipelines.contracts.codes import code_list
from pipelines.declarations import Declaration, FreeText, OneOf, Regex, Wrong, left_out, load, repeated

_DATA = Path(__file__).with_name("organs.yml")
_END = re.compile(r"(?:管理|监督|监管|事务)*(?:委员会|办公室|办公厅|局|厅|委|办|处|院|中心|署|部)$")
# What may follow the name of a function in that of its main office, with or without other functions; and the work of
# offices below it.
_REST = re.compile(r"(?:监督管理|管理|事务|工作|服务)?(?:委员会|办公室|委|分?局|厅|办|部|署|处|科|组)?(?:机关|本级)?")
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_JOINED = re.compile(r"[和与及、]|创新|经济|社会|事业|城乡|发展")
_OWN_WORK = re.compile(r"执法|监察|稽查|督[察导]")
# An office below a bureau, named without it: 第一税务分局, 第二稽查局.
_NUMBERED = re.compile(r"第[一二三四五六七八九十\d]+")
# The bureau of a district that is a branch of its city's is the same office under either name.
_BRANCH = re.compile(r"(?<=.)分局$")
GOVERNMENT, OFFICE, DEPARTMENT = code_list("agency_type").named("government", "government_office", "department")
TOWN, SUBDISTRICT, ZONE = code_list("agency_type").named("town", "subdistrict", "functional_zone")
VERTICAL, UNIVERSITY, XPCC, INSTITUTION = code_list("agency_type").named(
    "vertical", "university", "xpcc", "public_institution"
)
# Functions of departments, and systems of vertical agencies. They are stems of identities and published: one that is
# renamed makes other agencies of all it names. So they stand here as well as in organs.yml, and the two are compared.
FUNCTIONS = (
    *("development_reform", "education", "science_technology", "industry_information", "ethnic_religious"),
    *("public_security", "civil_affairs", "justice", "finance", "human_resources", "natural_resources"),
    *("ecology_environment", "housing_construction", "transport", "water", "agriculture", "commerce"),
    *("culture_tourism", "health", "veterans", "emergency", "audit", "foreign_affairs", "state_assets"),
    *("market_regulation", "sports", "statistics", "medical_insurance", "petitions", "government_services"),
    *("urban_management",),
)
SYSTEMS = (
    *("state_tax", "local_tax", "tax", "customs", "meteorology", "central_bank", "securities_regulation"),
    *("financial_regulation", "banking_regulation", "insurance_regulation", "survey", "post", "tobacco", "maritime"),
    *("waterways", "earthquake", "communications", "inspection_quarantine", "energy_regulation", "civil_aviation"),
    *("railways", "foreign_exchange", "mine_safety", "fire_rescue"),
)
_Words = tuple[FreeText, ...]


class OrganType(Declaration):
    """A type of agency and the patterns that tell it."""

    id: Annotated[str, OneOf("agency type", lambda: code_list("agency_type"))]
    patterns: tuple[Annotated[Regex, Field(min_length=1)], ...] = Field(min_length=1)


class Function(Declaration):
    """A function of departments: names that follow each other in `line`, offices of their own in `also`."""

    label: FreeText
    line: _Words = Field(min_length=1)
    also: _Words


class Organs(Declaration):
    """organs.yml: types in the order in which they are tried, functions, systems."""

    types: tuple[OrganType, ...]
    functions: dict[Annotated[str, OneOf("function", lambda: FUNCTIONS)], Function]
    systems: dict[Annotated[str, OneOf("system", lambda: SYSTEMS)], Annotated[_Words, Field(min_length=1)]]


class Organ(NamedTuple):
    """An office: type (None where its words fit none), function of departments, and the stem of its identity.

    Two names of one place with the same type and stem are one agency: 国土资源局 and 自然资源局 share theirs. `area` is
    the new area (雄安新区) that it is an office of.
    """

    type: str | None
    function: str | None
    stem: str
    area: str | None = None


def read_organs(path: Path = _DATA) -> Organs:
    """Read organs.yml. Raises DeclarationError: every type, function and system is declared, and no word twice."""
    return load(path, Organs, also=_faults)


def _faults(organs: Organs) -> Iterator[Wrong]:
    types, functions, systems = organs.types, organs.functions, organs.systems
    yield from left_out("agency type", ("types",), (kind.id for kind in types), code_list("agency_type"))
    yield from left_out("function", ("functions",), functions, FUNCTIONS)
    yield from left_out("system", ("systems",), systems, SYSTEMS)
    yield from repeated((("types", n, "id"), kind.id) for n, kind in enumerate(types))
    yield from repeated((("functions", name, "label"), function.label) for name, function in functions.items())
    yield from repeated(
        (("functions", name, part, n), word)
        for name, function in functions.items()
        for part, words in (("line", function.line), ("also", function.also))
        for n, word in enumerate(words)
    )
    yield from repeated((("systems", name, n), word) for name, words in systems.items() for n, word in enumerate(words))


@cache
def _declared() -> Organs:
    return read_organs()


@cache
def types() -> tuple[str, ...]:
    """Return the ids of all types, in the order in which they are tried."""
    return tuple(kind.id for kind in _declared().types)


@cache
def function_labels() -> dict[str, str]:
    """Return the Chinese label of every function of departments."""
    return {name: function.label for name, function in _declared().functions.items()}


@cache
def _types() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind.id, re.compile("|".join(kind.patterns))) for kind in _declared().types)


@cache
def _functions() -> tuple[tuple[str, str, bool], ...]:
    """Return (word, function, in the line of succession), longest words first."""
    found = [
        (word, name, is_line)
        for name, function in _declared().functions.items()
        for words, is_line in ((function.line, True), (function.also, False))
        for word in words
    ]
    return tuple(sorted(found, key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=65536)
def organ_of(words: str) -> Organ:
    """Return the office that the words of a name behind its places tell."""
    words = in_full(words)
    sub = sub_bureau_of(words)
    deciding = sub.bureau if sub else words
    kind = next((name for name, pattern in _types() if pattern.search(deciding)), None)
    if kind == VERTICAL:
        system = next((name for name, marks in _declared().systems.items() if any(m in words for m in marks)), None)
        return Organ(kind, system, words if sub or _NUMBERED.match(words) else system or words)
    if kind not in (DEPARTMENT, ZONE):
        return Organ(kind, None, "" if kind in (GOVERNMENT, OFFICE, TOWN, SUBDISTRICT) else words)
    function, in_line = _function(words)
    if kind == ZONE or sub:
        return Organ(kind, function, words)
    return Organ(kind, function, function if function and in_line else _END.sub("", _BRANCH.sub("局", words)) or words)


@lru_cache(maxsize=65536)
def begins_with_function(words: str) -> bool:
    """Return whether words begin like those of a department: 公安, which is a county as well."""
    return any(words.startswith(word) for word, _, _ in _functions())


def _function(words: str) -> tuple[str | None, bool]:
    """Return the function that the words begin with, else one that stands anywhere in them."""
    for place in (str.startswith, str.__contains__):
        for word, name, in_line in _functions():
            if place(words, word):
                return name, in_line and place is str.startswith and _is_main_office(words[len(word) :])
    return None, False


def _is_main_office(rest: str) -> bool:
    """Tell whether what follows a function makes the name of its main office, alone or joined with other functions."""
    rest = _IN_BRACKETS.sub("", rest)
    if _OWN_WORK.search(rest):
        return False
    while not _REST.fullmatch(rest):
        joined = _JOINED.match(rest)
        length = joined.end() if joined else next((len(w) for w, _, _ in _functions() if rest.startswith(w)), 0)
        if not length:
            return False
        rest = rest[length:]
    return True
