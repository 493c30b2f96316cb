"""The kinds of values that declarations are made of, and the base of their models.

Belongs here: kinds that files of several rooms share. Keep out: the vocabulary of any one room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    RootModel,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

from pipelines.declarations.faults import unknown

# Marks, in the JSON schema of a model, a text in which one wrong letter cannot be seen, and says why.
UNCHECKED = "x-unchecked"
# Editors complete from a list of values; one that is longer is checked, but not written into their schema.
_MOST_COMPLETED = 500
# The context of a validation whose regular expressions are known to compile: to compile them takes longest.
COMPILED: dict[str, Any] = {}
T = TypeVar("T")


class Declaration(BaseModel):
    """A record of a declaration: frozen, without other keys, nothing converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class RootDeclaration(RootModel[T]):
    """A file that is one list, or one mapping of free keys: `class Names(RootDeclaration[dict[str, str]])`."""

    model_config = ConfigDict(frozen=True, strict=True)


def _compiles(value: str, info: ValidationInfo) -> str:
    if info.context is COMPILED:
        return value
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"expected a regular expression, but it does not compile: {error}") from error
    return value


# Another least length is Annotated[FreeText, Field(min_length=10)]; as the default of a field it would not count.
FreeText = Annotated[str, Field(min_length=1, json_schema_extra={UNCHECKED: "words for readers"})]
External = Annotated[str, Field(min_length=1, json_schema_extra={UNCHECKED: "named by others"})]
Regex = Annotated[str, Field(json_schema_extra={UNCHECKED: "a regular expression"}), AfterValidator(_compiles)]


@dataclass(frozen=True)
class OneOf:
    """A text that must be one of those known; asked for at the first value, so that vocabularies may load lazily."""

    what: str
    known: Callable[[], Collection[str]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the text with the check behind it."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON schema of the text with the values that an editor may offer."""
        out = handler(schema)
        known = sorted(self.known())
        return {**out, "enum": known} if len(known) <= _MOST_COMPLETED else out

    def _checked(self, value: str) -> str:
        known = self.known()
        if value not in known:
            raise ValueError(unknown(self.what, value, known))
        return value
