"""Which edition of a report a file name or title says it is: a draft, revised, final, sealed, corrected.

Belongs here: words and their order (`editions.yml`). Keep out: what follows from it (`standing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import Field

from pipelines.declarations import Declaration, FreeText, Place, Wrong, load, repeated

_DATA = Path(__file__).with_name("editions.yml")
# A name without any such word stands after drafts and before all others.
_DRAFT, _UNNAMED = -1, 0.0
# What is marked as withdrawn stands before everything.
WITHDRAWN = -2.0
_NUMERALS = {"二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_COUNT = r"\s*[（(]?\s*第?([1-9二三四五六])(?:\D|$)"
# Editions of one stage are fewer than this.
_MOST = 10


class Stage(Declaration):
    """A stage of a report, the words that name it, and a name that has one."""

    stage: FreeText
    words: tuple[FreeText, ...] = Field(min_length=1)
    example: FreeText


class Editions(Declaration):
    """editions.yml: the stages from the earliest to the latest, and apart from them what was withdrawn."""

    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    withdrawn: Stage

    @property
    def every(self) -> tuple[Stage, ...]:
        """Return all stages."""
        return (*self.stages, self.withdrawn)


def read_editions(path: Path = _DATA) -> Editions:
    """Read editions.yml. Raises DeclarationError: each word once, each example of its own stage."""
    return load(path, Editions, also=_faults)


def _faults(file: Editions) -> Iterator[Wrong]:
    places: list[Place] = [*(("stages", number) for number in range(len(file.stages))), ("withdrawn",)]
    yield from repeated(
        ((*at, "words", place), word)
        for at, stage in zip(places, file.every, strict=True)
        for place, word in enumerate(stage.words)
    )
    for at, stage in zip(places, file.every, strict=True):
        found = [other.stage for other in file.every if re.search(_any_of(other.words), stage.example)]
        if stage.stage not in found:
            yield Wrong((*at, "example"), f"{stage.example!r} has none of its words")


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _editions() -> Editions:
    return read_editions()


def edition(name: pl.Expr) -> pl.Expr:
    """Return how late an edition a name says it is (Float64): below 0 a draft, 0 where it says nothing.

    WITHDRAWN where it says that it was withdrawn, whatever else it says.
    """
    draft, *later = _editions().stages
    # A draft may name what it lacks: 未盖章.
    rest = name.str.replace_all(_any_of(draft.words), "")
    latest = pl.max_horizontal(_place(rest, stage, place) for place, stage in enumerate(later, start=1))
    withdrawn = pl.when(name.str.contains(_any_of(_editions().withdrawn.words))).then(pl.lit(WITHDRAWN))
    return pl.coalesce(withdrawn, latest, _place(name, draft, _DRAFT), pl.lit(_UNNAMED))


def is_withdrawn(name: str) -> bool:
    """Tell whether a name says that what bears it was withdrawn."""
    return re.search(_any_of(_editions().withdrawn.words), name) is not None


def _place(name: pl.Expr, stage: Stage, place: int) -> pl.Expr:
    """Return the place of a stage, with its count as the fraction; null where the name has none of its words."""
    pattern = f"(?:{_any_of(stage.words)})"
    counted = name.str.extract(pattern + _COUNT, 1).replace_strict(
        {str(n): n for n in range(1, _MOST)} | _NUMERALS, default=1, return_dtype=pl.Float64
    )
    return pl.when(name.str.contains(pattern)).then(place + (counted - 1) / _MOST)


def without_edition(name: pl.Expr) -> pl.Expr:
    """Return a name without the words of its edition and the brackets around them."""
    words = "|".join(_any_of(stage.words) for stage in _editions().every)
    return name.str.replace_all(rf"[（(\[【]?(?:{words})[1-9二三四五六]?[）)\]】]?", "")
