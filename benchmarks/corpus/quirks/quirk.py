"""What a quirk is, and the figures of a report that it is printed with."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from benchmarks.corpus.printing import Printout, Truth, random_printout

# So many cells of a file carry the quirk, each with a figure that stands nowhere else.
_CELLS = 3
_FIRST, _LAST = 610_000, 690_000


class Quirk(NamedTuple):
    """One way in which a file of a format says something beside its numbers.

    `file` prints a report whose `figures` carry the quirk; it returns None where this printout cannot carry it.
    """

    format: str
    name: str
    file: Callable[[random.Random, Printout, list[str]], bytes | None]


def quirky_file(quirk: Quirk, seed: str) -> tuple[Printout, bytes]:
    """Return a random report with a quirk and its file; the same seed makes the same bytes."""
    for attempt in range(100):
        rng = random.Random(f"{seed} {quirk.format} {quirk.name} {attempt}")
        printout = random_printout(rng, rng.choice(("2019", "2021")))
        data = quirk.file(rng, printout, list(_figures(rng, printout)))
        if data is not None:
            return printout, data
    raise ValueError(f"{quirk.format} {quirk.name}: no printout of a hundred can carry it")


def _figures(rng: random.Random, printout: Printout) -> Iterator[str]:
    """Yield figures that stand in one cell each, put there in place of what it held."""
    counts = [path for path, truth in printout.truth.items() if truth.text.isdecimal() and path[0] != "fees"]
    numbers = rng.sample(range(_FIRST, _LAST), _CELLS)
    for path, number in zip(rng.sample(counts, _CELLS), numbers, strict=True):
        line = next(line for line in printout.rows() if path in line.paths)
        line.values[line.paths.index(path)] = str(number)
        printout.truth[path] = Truth(str(number), Decimal(number))
        yield str(number)
