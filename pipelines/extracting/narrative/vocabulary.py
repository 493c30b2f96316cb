"""The words and patterns of a file beside this one, strictly read: what they match, what they mean, and their examples.

Belongs here: the shape of such a file, and its patterns compiled once. Keep out: the words themselves (*.yml), and the
order in which they are asked (the module of the same name as the file).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from pipelines.declarations import (
    Declaration,
    External,
    FreeText,
    OneOf,
    Regex,
    RootDeclaration,
    Wrong,
    load,
    refused,
    unknown,
)
from pipelines.forms.measures import MEASURES

FOLDER = Path(__file__).parent
_REFERENCE = re.compile(r"\{([a-z_]+)\}")
_STAR = "*"


@cache
def _known_means() -> frozenset[str]:
    """Return the measures, and those of three segments with a star in the place of the row or the column."""
    paths = [path for measure in MEASURES if len(path := measure.split(".")) == 3]
    rows = {f"{table}.{row}.{_STAR}" for table, row, _ in paths}
    return frozenset(MEASURES) | rows | {f"{table}.{_STAR}.{column}" for table, _, column in paths}


def _of_measures(stated: str) -> str:
    """Check what a figure states: a measure, or the part and the whole of a share."""
    for measure in stated.split("/"):
        if measure not in MEASURES:
            raise ValueError(unknown("measure", measure, MEASURES))
    return stated


Means = Annotated[str, OneOf("measure", _known_means)]
Stated = Annotated[str, AfterValidator(_of_measures)]


class Example(Declaration):
    """A text of a report of 2022 and all figures it states: each as printed, with what it can mean.

    `head` is what stands before the first section. `parts` are the numbers that a total of the text adds up, as
    printed. No figures: the text states none.
    """

    head: FreeText | None = None
    text: FreeText
    section: int = Field(default=1, ge=0, le=7)
    figures: dict[External, tuple[Stated, ...]]
    parts: dict[External, tuple[External, ...]] = Field(default_factory=dict)


class Entry(Declaration):
    """Words or a pattern, with examples that would read otherwise without it.

    `words` are alternatives, each a regular expression, found anywhere. `led_by` are the only words that may stand
    before it, `followed_by` the only ones after it: up to the number, or to the end of what is looked at. A name in
    braces is an entry above in the file. `means` are measures; a star stands for the row or column that other words
    name.
    """

    pattern: Regex | None = None
    words: tuple[Regex, ...] = ()
    led_by: tuple[Regex, ...] = ()
    followed_by: tuple[Regex, ...] = ()
    means: tuple[Means, ...] = ()
    examples: tuple[Example, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_something(self) -> Entry:
        if self.pattern is not None and self.words:
            raise ValueError("expected pattern or words, not both")
        if self.pattern is None and not (self.words or self.led_by or self.followed_by):
            raise ValueError("expected pattern, words, led_by or followed_by")
        return self

    @property
    def source(self) -> str:
        """Return the regular expression, with the references of its pattern as they stand."""
        core = self.pattern if self.pattern is not None else _either(self.words)
        before = f"^{_either(self.led_by)}*+" if self.led_by else ""
        after = f"{_either(self.followed_by)}*+$" if self.followed_by else ""
        return f"{before}{core}{after}"


class Entries(RootDeclaration[dict[External, tuple[Entry, ...]]]):
    """A file: entries by the name under which its module asks for them. Of several the first that fits is taken."""


class Reading(NamedTuple):
    """A compiled entry: its pattern and the measures it means."""

    pattern: re.Pattern[str]
    means: tuple[str, ...]


class Vocabulary:
    """The compiled entries of a file by name. Raises DeclarationError with file and line for what does not hold."""

    def __init__(self, name: str, folder: Path = FOLDER) -> None:
        self._file = folder / f"{name}.yml"
        self._entries = declared(self._file)
        sources = _sources(self._entries)
        self._readings = {
            name: tuple(
                Reading(re.compile(source), entry.means) for source, entry in zip(sources[name], entries, strict=True)
            )
            for name, entries in self._entries.items()
        }

    def readings(self, name: str) -> tuple[Reading, ...]:
        """Return the entries of a name in the order of the file, in which they are asked."""
        if name not in self._readings:
            raise refused(self._file, [Wrong((), unknown("entry", name, self._readings))])
        return self._readings[name]

    def reading(self, name: str) -> Reading:
        """Return the only entry of a name."""
        (found,) = self.readings(name)
        return found

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return the pattern of the only entry of a name."""
        return self.reading(name).pattern

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of the only entry of a name, as declared."""
        self.reading(name)
        return self._entries[name][0].words


@cache
def declared(path: Path) -> Mapping[str, tuple[Entry, ...]]:
    """Return the entries of a file as declared, by name; each file is read once. Raises DeclarationError."""
    return read_entries(path)


def read_entries(path: Path) -> Mapping[str, tuple[Entry, ...]]:
    """Return the entries of a file as it stands now. Raises DeclarationError."""
    return load(path, Entries, also=_faults).root


def crossed(row: str, column: str) -> str:
    """Return the measure of a row and a column: documents.rules.* and documents.*.issued: documents.rules.issued."""
    pairs = zip(row.split("."), column.split("."), strict=True)
    return ".".join(there if here == _STAR else here for here, there in pairs)


def _faults(found: Entries) -> Iterator[Wrong]:
    above: set[str] = set()
    for name, entries in found.root.items():
        for n, entry in enumerate(entries):
            for reference in _REFERENCE.findall(entry.source):
                if reference not in above:
                    yield Wrong((name, n, "pattern"), unknown("entry above", reference, above))
        above.add(name)
    yield from _uncrossed(found)


def _uncrossed(found: Entries) -> Iterator[Wrong]:
    """Yield the rows that have no measure for a column of the file: they would be crossed when a report is read."""
    means = [
        ((name, n, "means", i), measure)
        for name, entries in found.root.items()
        for n, entry in enumerate(entries)
        for i, measure in enumerate(entry.means)
    ]
    columns = [measure for _, measure in means if f".{_STAR}." in measure]
    for place, row in means:
        if row.endswith(f".{_STAR}"):
            for measure in (crossed(row, column) for column in columns if column.split(".")[0] == row.split(".")[0]):
                if measure not in MEASURES:
                    yield Wrong(place, unknown("measure", measure, MEASURES))


def _sources(entries: Mapping[str, tuple[Entry, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the regular expressions by name, each reference replaced by what it refers to."""
    sources: dict[str, tuple[str, ...]] = {}
    for name, each in entries.items():
        sources[name] = tuple(_REFERENCE.sub(lambda m: _either(sources[m[1]]), entry.source) for entry in each)
    return sources


def _either(words: Iterable[str]) -> str:
    joined = "|".join(words)
    return f"(?:{joined})" if joined else ""
