"""A division as declared files name it: its code, a blank and its name, so that a slip in either is seen.

Belongs here: reading and checking such entries. Keep out: any one file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from pipelines.declarations import External, Place, Wrong, unknown_among

Entry = tuple[str, str]  # code, name
_PATTERN = r"^\d{6} \S+$"
# An entry of the tables, and one of a list that may be wrong in code or name.
DivisionEntry = Annotated[str, Field(pattern=_PATTERN)]
ListedEntry = Annotated[External, Field(pattern=_PATTERN)]


def entry_of(text: str) -> Entry:
    """Return code and name of an entry."""
    code, _, name = text.partition(" ")
    return code, name


def entries_of(texts: Iterable[str]) -> tuple[Entry, ...]:
    """Return code and name of entries."""
    return tuple(map(entry_of, texts))


def unknown_entries(entries: Iterable[tuple[Place, str]], divisions: Iterable[Entry]) -> Iterator[Wrong]:
    """Yield what is wrong with entries that are of no division."""
    return unknown_among("division", entries, {" ".join(division): None for division in divisions})
