"""changes.yml: what the lists do not say, or say in the wrong year.

Belongs here: what is declared. Keep out: applying it to lists (`history`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field

from pipelines.agencies.gazetteer.entries import (
    DivisionEntry,
    Entry,
    ListedEntry,
    entries_of,
    entry_of,
    unknown_entries,
)
from pipelines.declarations import Declaration, FreeText, Place, Wrong, load, repeated

FIRST_YEAR, LAST_YEAR = 2002, 2025
_PATH = Path(__file__).with_name("changes.yml")


class Change(NamedTuple):
    """One declared change: `gone` ends, `new` begins, `into` stands before and after."""

    year: int
    kind: str
    gone: tuple[Entry, ...]
    new: tuple[Entry, ...]
    into: tuple[Entry, ...]


@dataclass(frozen=True)
class Declared:
    """changes.yml."""

    readings: dict[Entry, Entry]
    dropped: frozenset[Entry]
    unofficial: frozenset[str]
    changes: tuple[Change, ...]
    main: dict[str, str]


class DeclaredChange(Declaration):
    """A change in force at 31 December of `year`."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    kind: Literal["established", "merged", "split", "renamed", "upgraded", "recoded"]
    gone: tuple[DivisionEntry, ...] = Field(default=(), alias="from")
    new: tuple[DivisionEntry, ...] = Field(default=(), alias="to")
    into: tuple[DivisionEntry, ...] = ()
    note: FreeText | None = None


class ChangesFile(Declaration):
    """changes.yml as it is written."""

    readings: dict[ListedEntry, DivisionEntry]
    dropped: tuple[ListedEntry, ...]
    unofficial: tuple[DivisionEntry, ...]
    changes: tuple[DeclaredChange, ...]
    main: dict[DivisionEntry, DivisionEntry]


def declared_changes(divisions: Collection[Entry] | None, path: Path = _PATH) -> Declared:
    """Read changes.yml. Raises DeclarationError.

    `divisions` are code and name of all versions there are, of which every change has to tell. The build alone passes
    None: a change of this year is what makes a division known.
    """

    def faults(file: ChangesFile) -> Iterator[Wrong]:
        yield from _on_both_sides(file)
        yield from repeated((("unofficial", number), code) for number, code in enumerate(file.unofficial))
        if divisions is not None:
            yield from unknown_entries(_named(file), divisions)

    file = load(path, ChangesFile, also=faults)
    changes = [
        Change(item.year, item.kind, *map(entries_of, (item.gone, item.new, item.into))) for item in file.changes
    ]
    return Declared(
        readings={entry_of(listed): entry_of(read) for listed, read in file.readings.items()},
        dropped=frozenset(entries_of(file.dropped)),
        unofficial=frozenset(dict(entries_of(file.unofficial))),
        changes=tuple(sorted(changes, key=lambda change: change.year)),
        main={entry_of(before)[0]: entry_of(after)[0] for before, after in file.main.items()},
    )


def _on_both_sides(file: ChangesFile) -> Iterator[Wrong]:
    for number, change in enumerate(file.changes):
        if not change.new and not change.into:
            yield Wrong(("changes", number), "expected what begins (to) or what goes on (into)")
        for both in sorted(set(change.gone) & set(change.new)):
            yield Wrong(("changes", number), f"{both} both ends (from) and begins (to)")


def _named(file: ChangesFile) -> Iterator[tuple[Place, str]]:
    yield from ((("readings", listed), read) for listed, read in file.readings.items())
    for number, change in enumerate(file.changes):
        for part, entries in (("from", change.gone), ("to", change.new), ("into", change.into)):
            yield from ((("changes", number, part, place), entry) for place, entry in enumerate(entries))
    yield from ((("unofficial", number), code) for number, code in enumerate(file.unofficial))
    yield from ((("main", before), code) for before, after in file.main.items() for code in (before, after))
