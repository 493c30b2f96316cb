"""Compare what the extraction reads with the truth of the corpus, cell by cell.

Belongs here: the verdict on a cell and its count. Keep out: clocks, pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from benchmarks.corpus.figures import Figure, Path
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.numbers import BLANK
from pipelines.extracting.report import extract
from pipelines.extracting.tables.cells import CellReading
from pipelines.reading import ReadError, read

RIGHT, WRONG, FLAGGED = "right", "wrong", "flagged"


def verdict(cell: CellReading | None, figure: Figure) -> str:
    """Return right, wrong (another number, or a number in a blank cell) or flagged (no number where one stands)."""
    if cell is None:
        return FLAGGED
    if cell.value is not None:
        return RIGHT if cell.value == figure.value else WRONG
    return RIGHT if figure.value is None and cell.status == BLANK else FLAGGED


def read_file(data: bytes, last_year: int) -> Mapping[Path, CellReading]:
    """Return the cells that are read from a file; none where it is refused or holds no statutory table."""
    try:
        report = extract(read(data), last_year)
    except (ReadError, NotAReport):
        return {}
    return report.reading.cells if report.reading is not None else {}


def judge(files: Iterable[tuple[bytes, Mapping[Path, Figure]]], last_year: int) -> Counter[str]:
    """Return how many cells of (file, truth) pairs are right, wrong and flagged."""
    counts: Counter[str] = Counter()
    for data, figures in files:
        cells = read_file(data, last_year)
        counts.update(verdict(cells.get(path), figure) for path, figure in figures.items())
    return counts
