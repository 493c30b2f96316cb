"""The organ in a name without its division: which type of agency, which function, and what keeps its identity.

Belongs here: what the words of an office say. Keep out: places, and which words they are (`organs.yml`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipelines.contracts.codes import code_list

_DATA = Path(__file__).with_name("organs.yml")
_END = re.compile(r"(?:管理|监督|事务)*(?:委员会|办公室|办公厅|局|厅|委|办|处|院|中心|署|部)$")
GOVERNMENT, OFFICE, DEPARTMENT = code_list("agency_type").named("government", "government_office", "department")
TOWN, SUBDISTRICT, ZONE = code_list("agency_type").named("town", "subdistrict", "functional_zone")
VERTICAL, UNIVERSITY, XPCC, INSTITUTION = code_list("agency_type").named(
    "vertical", "university", "xpcc", "public_institution"
)


class Organ(NamedTuple):
    """An office: type (None where its words fit none), function of departments, and the stem of its identity.

    Two names of one place with the same type and stem are one agency: 国土资源局 and 自然资源局 share theirs.
    """

    type: str | None
    function: str | None
    stem: str


@cache
def _declared() -> dict[str, Any]:
    with _DATA.open(encoding="utf-8") as file:
        data: dict[str, Any] = yaml.safe_load(file)
    return data


@cache
def types() -> tuple[str, ...]:
    """Return the ids of all types, in the order in which they are tried. Raises CodeListError for an unknown one."""
    return code_list("agency_type").named(*(kind["id"] for kind in _declared()["types"]))


@cache
def function_labels() -> dict[str, str]:
    """Return the Chinese label of every function of departments."""
    return {name: spec["label"] for name, spec in _declared()["functions"].items()}


@cache
def _types() -> tuple[tuple[str, re.Pattern[str]], ...]:
    patterns = (re.compile("|".join(kind["patterns"])) for kind in _declared()["types"])
    return tuple(zip(types(), patterns, strict=True))


@cache
def _functions() -> tuple[tuple[str, str, bool], ...]:
    """Return (word, function, in the line of succession), longest words first."""
    found = [
        (word, name, part == "line")
        for name, spec in _declared()["functions"].items()
        for part in ("line", "also")
        for word in spec[part]
    ]
    return tuple(sorted(found, key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=65536)
def organ_of(words: str) -> Organ:
    """Return the office that the words of a name behind its places tell."""
    kind = next((name for name, pattern in _types() if pattern.search(words)), None)
    if kind == VERTICAL:
        system = next((name for name, marks in _declared()["systems"].items() if any(m in words for m in marks)), None)
        return Organ(kind, system, system or words)
    if kind not in (DEPARTMENT, ZONE):
        return Organ(kind, None, "" if kind in (GOVERNMENT, OFFICE, TOWN, SUBDISTRICT) else words)
    function, in_line = _function(words)
    if kind == ZONE:
        return Organ(kind, function, words)
    return Organ(kind, function, function if function and in_line else _END.sub("", words) or words)


@lru_cache(maxsize=65536)
def begins_with_function(words: str) -> bool:
    """Tell whether words begin like those of a department: 公安, which is a county as well."""
    return any(words.startswith(word) for word, _, _ in _functions())


def _function(words: str) -> tuple[str | None, bool]:
    """Return the function that the words begin with, else one that stands anywhere in them."""
    for place in (str.startswith, str.__contains__):
        for word, name, in_line in _functions():
            if place(words, word):
                return name, in_line and place is str.startswith
    return None, False
