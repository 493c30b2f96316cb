"""Which doubts about a recognised cell sums may settle: scan_doubts.yml.

Belongs here: that declaration. Keep out: the proof (`proof`), and when a reader doubts (`reading.scan`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pipelines.contracts.codes import code_list
from pipelines.declarations import Declaration, FreeText, OneOf, Wrong, load

PATH = Path(__file__).with_name("scan_doubts.yml")
_Note = Annotated[str, OneOf("cell_note", lambda: tuple(code_list("cell_note")))]


class ScanDoubts(Declaration):
    """Doubts by what they are about, each with the reason: `digits`, which sums may settle; cells in which `no_number`
    was read; the `sign`, which is one only where a number may be negative; the `place` of a number, which is never
    settled, nor is anything in its row."""

    digits: dict[_Note, FreeText]
    no_number: dict[_Note, FreeText]
    sign: dict[_Note, FreeText]
    place: dict[_Note, FreeText]


def read_scan_doubts(path: Path = PATH) -> ScanDoubts:
    """Return the doubts of a file; raises DeclarationError with every fault by line."""
    return load(path, ScanDoubts, also=_faults)


def _faults(doubts: ScanDoubts) -> Iterator[Wrong]:
    first: dict[str, str] = {}
    for kind in ("digits", "no_number", "sign", "place"):
        for note in getattr(doubts, kind):
            if (other := first.setdefault(note, kind)) != kind:
                yield Wrong((kind, note), f"it stands under {other}, too")


SCAN_DOUBTS = read_scan_doubts()
