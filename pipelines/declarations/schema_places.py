"""The JSON schema of a model, walked along the places of a document: what is known there.

Belongs here: finding the parts of a schema for a place. Keep out: validation, which is pydantic's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from pipelines.declarations.faults import Place

Schema = dict[str, Any]


@cache
def schema_of(model: type[BaseModel]) -> Schema:
    """Return the JSON schema of a model."""
    return model.model_json_schema()


def schemas_at(model: type[BaseModel], at: Place) -> list[Schema]:
    """Return the schemas that a value at a place may follow, alternatives opened; none where no model leads there.

    A step that no schema knows is taken for the name of a union's member: its tag chooses, another is passed over.
    """
    root = schema_of(model)
    found = list(_opened(root, [root]))
    for step in at:
        below = [child for schema in found for child in _below(schema, step)]
        if below:
            found = list(_opened(root, below))
        elif tagged := [_referred(root, tags[step]) for tags in _tags(found) if step in tags]:
            found = list(_opened(root, tagged))
    return found


def key_schemas_at(model: type[BaseModel], at: Place) -> list[Schema]:
    """Return the schemas of the free keys of a mapping."""
    root = schema_of(model)
    named = [schema["propertyNames"] for schema in schemas_at(model, at) if "propertyNames" in schema]
    return list(_opened(root, named))


def known_keys(model: type[BaseModel], at: Place) -> list[str]:
    """Return the keys that a mapping at a place may have; none where they are free."""
    return list(dict.fromkeys(name for schema in schemas_at(model, at) for name in schema.get("properties", ())))


def required_keys(model: type[BaseModel], at: Place) -> list[str]:
    """Return the keys that a mapping at a place must have."""
    return list(dict.fromkeys(name for schema in schemas_at(model, at) for name in schema.get("required", ())))


def known_values(schemas: Iterable[Schema]) -> list[str]:
    """Return the values that the schemas of a place list."""
    listed = (value for schema in schemas for value in (*schema.get("enum", ()), *_constant(schema)))
    return [str(value) for value in dict.fromkeys(listed)]


def known_tags(schemas: Iterable[Schema]) -> list[str]:
    """Return the tags that tell the members of a union apart."""
    return [tag for tags in _tags(schemas) for tag in tags]


def _constant(schema: Schema) -> tuple[Any, ...]:
    return (schema["const"],) if "const" in schema else ()


def _tags(schemas: Iterable[Schema]) -> Iterator[dict[Any, str]]:
    for schema in schemas:
        if tags := schema.get("discriminator", {}).get("mapping"):
            yield tags


def _opened(root: Schema, schemas: Iterable[Schema]) -> Iterator[Schema]:
    """Yield schemas with references followed and the members of unions behind the union."""
    for schema in schemas:
        if "$ref" in schema:
            yield from _opened(root, [_referred(root, schema["$ref"])])
        yield schema
        for part in ("anyOf", "oneOf", "allOf"):
            yield from _opened(root, schema.get(part, ()))


def _referred(root: Schema, reference: str) -> Schema:
    found: Schema = root["$defs"][reference.removeprefix("#/$defs/")]
    return found


def _below(schema: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        listed = schema.get("prefixItems", [])
        below = listed[step] if step < len(listed) else schema.get("items")
        if isinstance(below, dict):
            yield below
        return
    if step in schema.get("properties", {}):
        yield schema["properties"][step]
        return
    if isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]
    yield from schema.get("patternProperties", {}).values()
