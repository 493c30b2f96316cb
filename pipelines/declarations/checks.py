"""Checks that the files of several rooms need: what stands twice, what is left out, what is unknown.

Belongs here: checks that know nothing of what a file declares. Keep out: checks of one room.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator

from pipelines.declarations.faults import Place, Wrong, place_of, unknown


def repeated(values: Iterable[tuple[Place, Hashable]]) -> Iterator[Wrong]:
    """Yield what is wrong where a value stands for the second time; places with their values, in order."""
    first: dict[Hashable, Place] = {}
    for at, value in values:
        if value in first:
            yield Wrong(at, f"{value!r} stands twice, first at {place_of(first[value])}")
        first.setdefault(value, at)


def left_out(what: str, at: Place, declared: Iterable[str], known: Iterable[str]) -> Iterator[Wrong]:
    """Yield what is wrong with a part that has to declare everything known, and leaves some out."""
    missing = sorted(set(known) - set(declared))
    if missing:
        yield Wrong(at, f"expected every {what}; left out: {', '.join(missing)}")


def unknown_among(what: str, values: Iterable[tuple[Place, str]], known: Collection[str]) -> Iterator[Wrong]:
    """Yield what is wrong where a value is none of those known."""
    for at, value in values:
        if value not in known:
            yield Wrong(at, unknown(what, value, known))
