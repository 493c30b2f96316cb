"""What every correction is: the file it is for, why, on what evidence, and what must still be so for it to hold.

Belongs here: finding and expiring, the same for all kinds; the one reading of entries. Keep out: any one kind.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from pydantic import AfterValidator, Field, model_validator

from pipelines.declarations import Declaration, External, FreeText, Wrong, load

Sha256 = Annotated[External, Field(pattern=r"^[0-9a-f]{64}$")]


def _says_something(value: str) -> str:
    if value and not value.strip():
        raise ValueError("expected words, and there are only blanks")
    return value


Words = Annotated[FreeText, AfterValidator(_says_something)]


class Misfit(NamedTuple):
    """Why a correction has expired: the column that differs, what it holds now, what was expected."""

    column: str
    found: Any
    expected: Any


class Correction(Declaration):
    """One entry. It names its file by content, or by where it was published: a location in which * stands for any text.

    `evidence` is where a reader can see that the correction is right.
    """

    sha256: Sha256 | None = None
    location: External | None = None
    reason: Words
    evidence: Words

    @model_validator(mode="after")
    def _names_one_file(self) -> Correction:
        if (self.sha256 is None) == (self.location is None):
            raise ValueError("name the file by either sha256 or location")
        return self

    @property
    @abstractmethod
    def expected(self) -> Mapping[str, Any]:
        """Return what must still be so, by column: an entry that no longer fits has expired and changes nothing."""

    @property
    def location_pattern(self) -> str | None:
        """Return the location as a regular expression of the whole location."""
        return None if self.location is None else "^" + re.escape(self.location).replace(r"\*", ".*") + "$"

    def is_for(self, sha256: str, locations: Sequence[str]) -> bool:
        """Tell whether it is for a file with this content, at these locations."""
        if self.location_pattern is None:
            return self.sha256 == sha256
        return any(re.search(self.location_pattern, location) for location in locations)

    def misfit(self, found: Mapping[str, Any]) -> Misfit | None:
        """Return the first thing that is no longer so; None where the correction still fits."""
        differing = (
            Misfit(name, found.get(name), value) for name, value in self.expected.items() if found.get(name) != value
        )
        return next(differing, None)


C = TypeVar("C", bound=Correction)


class Corrections(Declaration, Generic[C]):
    """A file of corrections."""

    corrections: tuple[C, ...]


def read_corrections(
    path: Path, file_of: type[Corrections[C]], also: Callable[[Corrections[C]], Iterable[Wrong]] | None = None
) -> tuple[C, ...]:
    """Return the corrections of a file in order. Raises DeclarationError."""
    return load(path, file_of, also=also).corrections
