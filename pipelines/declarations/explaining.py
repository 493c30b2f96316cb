"""pydantic's errors as faults of a file: where each stands, what was expected, and what is known there.

Belongs here: the words for each kind of error. Keep out: what files declare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipelines.declarations.document import Document
from pipelines.declarations.faults import Place, Wrong, unknown
from pipelines.declarations.schema_places import (
    key_schemas_at,
    known_keys,
    known_tags,
    known_values,
    required_keys,
    schemas_at,
)

# How pydantic marks an error of a key, and errors whose last step is what the document lacks.
_KEY = "[key]"
_LACKING = frozenset({"missing", "union_tag_invalid", "union_tag_not_found"})
_BEGINNING = re.compile(r"^[A-Z][a-z]+(?: input)? should (?:be|have) ")
_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "dataclass_type": "a mapping",
    "none_required": "nothing",
}
_SHOWN = 80


def explained(error: ValidationError, model: type[BaseModel], document: Document) -> Iterator[Wrong]:
    """Yield what is wrong, one for each place: the members of a union that all refuse a value are told together."""
    found: dict[Place, list[str]] = {}
    for detail in error.errors(include_url=False):
        at, message = _told(detail, model)
        is_lacking = detail["type"] in _LACKING
        place = (*document.resolved(at[:-1]), at[-1]) if is_lacking else document.resolved(at)
        if message not in (before := found.setdefault(place, [])):
            before.append(message)
    for place, words in found.items():
        yield Wrong(place, "; or ".join(words))


def _told(detail: ErrorDetails, model: type[BaseModel]) -> tuple[Place, str]:
    at, kind, value = detail["loc"], detail["type"], detail["input"]
    context = detail.get("ctx", {})
    if kind == "missing":
        needed = ", ".join(required_keys(model, at[:-1]))
        return at, f"this key is missing. Required: {needed}"
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return at, unknown("key", at[-1], known_keys(model, at[:-1]))
    if kind in ("literal_error", "enum"):
        if at[-1:] == (_KEY,):
            return at, unknown("key", value, known_values(key_schemas_at(model, at[:-2])))
        what = at[-1] if at and isinstance(at[-1], str) else "value"
        return at, unknown(what, value, known_values(schemas_at(model, at)))
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        name = str(context["discriminator"]).strip("'")
        tags = known_tags(schemas_at(model, at))
        found = value.get(name) if isinstance(value, dict) else value
        return (*at, name), unknown(name, found, tags)
    if kind in ("value_error", "assertion_error"):
        return at, detail["msg"].split(", ", 1)[-1]
    hint = "; quote it" if kind == "string_type" and isinstance(value, int | float) else ""
    return at, f"expected {_expectation(kind, detail['msg'], context)}, found {_shown(value)}{hint}"


def _expectation(kind: str, message: str, context: dict[str, Any]) -> str:
    if kind == "string_pattern_mismatch":
        return f"text of the form {context['pattern']}"
    return _EXPECTED.get(kind) or _BEGINNING.sub("", message)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    message = repr(value)
    return message if len(message) <= _SHOWN else f"{message[:_SHOWN]}..."
