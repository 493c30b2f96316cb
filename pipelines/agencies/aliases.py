"""Names beside the official ones, and words that are no place although a division is called so (aliases.yml).

Belongs here: what is declared of names. Keep out: taking a printed name apart (`naming`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipelines.agencies.gazetteer import Gazetteer
from pipelines.agencies.gazetteer.entries import DivisionEntry, unknown_entries
from pipelines.declarations import Declaration, External, FreeText, Wrong, load, repeated, unknown_among

_DATA = Path(__file__).with_name("aliases.yml")
_HostLabel = Annotated[External, Field(pattern=r"^[a-z0-9]+$")]


class Aliases(Declaration):
    """aliases.yml: division by alias; stems, host labels and first words of authorities that stand apart."""

    aliases: dict[FreeText, DivisionEntry]
    not_stems: tuple[str, ...]
    not_places: tuple[_HostLabel, ...]
    authorities: tuple[FreeText, ...]


def read_aliases(gazetteer: Gazetteer, path: Path = _DATA) -> Aliases:
    """Read aliases.yml. Raises DeclarationError: aliases are of divisions there are, and so are barred stems."""

    def faults(found: Aliases) -> Iterator[Wrong]:
        aliases = ((("aliases", alias), entry) for alias, entry in found.aliases.items())
        yield from unknown_entries(aliases, gazetteer.entries)
        stems = ((("not_stems", number), stem) for number, stem in enumerate(found.not_stems))
        yield from unknown_among("stem of a division", stems, gazetteer.by_stem)
        yield from _twice(found)

    return load(path, Aliases, also=faults)


def _twice(found: Aliases) -> Iterator[Wrong]:
    for part, words in (
        ("not_stems", found.not_stems),
        ("not_places", found.not_places),
        ("authorities", found.authorities),
    ):
        yield from repeated(((part, number), word) for number, word in enumerate(words))


@cache
def not_places() -> frozenset[str]:
    """Return labels of host names that are no place."""
    return frozenset(load(_DATA, Aliases, also=_twice).not_places)
