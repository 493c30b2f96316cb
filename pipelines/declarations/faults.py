"""What is wrong with a declaration: one fault, the error that lists all, and the words that name alternatives.

Belongs here: how a fault reads. Keep out: finding faults.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

Place = tuple[str | int, ...]
_LISTED = 40
# Comparing is slow: of more values than these, those are compared that begin or end as the wrong one does.
_COMPARED, _ALIKE = 1_000, 2


class Wrong(NamedTuple):
    """What a check found: the keys and positions that lead to the value, and what was expected there."""

    at: Place
    message: str


class Fault(NamedTuple):
    """One fault of a file; lines count from 1."""

    file: str
    line: int
    place: str
    message: str

    def __str__(self) -> str:
        """Return the fault as one line that editors and terminals can jump to."""
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.place, self.message) if part)


class DeclarationError(ValueError):
    """Declarations that cannot be used; `faults` holds every one of them, by file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[DeclarationError], tuple[tuple[Fault, ...]]]:
        """Keep the faults on the way from another process: by default an error is made anew of its message."""
        return type(self), (self.faults,)


def place_of(at: Place) -> str:
    """Return a place as it is read: types[3].id."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in at)
    return words.removeprefix(".")


def unknown(what: str, value: object, known: Collection[str]) -> str:
    """Return the words for a value that is none of those known: the nearest, and all where they can be read at once."""
    near = _nearest(str(value), tuple(_comparable(str(value), known)))
    meant = f"; did you mean {near[0]!r}?" if near else "."
    if len(known) <= _LISTED:
        return f"no {what} {value!r}{meant} Known: {', '.join(known)}"
    nearest = f", the nearest {', '.join(near)}" if near else ""
    return f"no {what} {value!r}{meant} Known: {len(known):,}{nearest}"


@lru_cache(maxsize=256)
def _nearest(value: str, known: tuple[str, ...]) -> list[str]:
    """Return the nearest of those known, best first; a value can stand in many places that one anchor fills."""
    from difflib import get_close_matches  # noqa: PLC0415  # only what is wrong is compared

    return get_close_matches(value, known)


def _comparable(value: str, known: Collection[str]) -> Collection[str]:
    if len(known) <= _COMPARED:
        return known
    begin, end = value[:_ALIKE], value[-_ALIKE:]
    return [other for other in known if other.startswith(begin) or other.endswith(end)]
