"""Print, damage and read random reports, and compare every cell with the truth."""

from __future__ import annotations

import random
from typing import NamedTuple

from benchmarks.corpus.damage import Damage
from benchmarks.corpus.layouts import Layout, dressed, page
from benchmarks.corpus.printing import Path, Printout, Truth, random_printout
from pipelines.extracting.cells import CellReading
from pipelines.extracting.numbers import ABSENT, AMBIGUOUS, BLANK, TEXT
from pipelines.extracting.report import NotAReport, extract
from pipelines.reading import ReadError, read

LAST_YEAR = 2026
# Two losses in one row can cancel out: glued to its neighbour, a surplus digit is a digit of the number.
UNDECIDABLE = frozenset((("glued", "surplus_cells"), ("deduplicated", "surplus_cells")))


class Verdict(NamedTuple):
    """Cells of one file: read right, flagged (ambiguous or absent), and wrong ones with what was expected."""

    right: int
    flagged: int
    wrong: tuple[str, ...]
    refused: str | None


class Trial(NamedTuple):
    """One random file; the same seed prints the same file."""

    seed: int
    layout: Layout
    damage: Damage

    def file(self) -> tuple[Printout, bytes]:
        """Return the printout and the bytes printed from it."""
        rng = random.Random(f"{self.seed} {self.layout.__name__} {self.damage.__name__}")
        blanks = rng.choice((0.0, 0.0, 0.1, 0.5)) if self.damage.__name__ != "collapsed_blanks" else 0.2
        printout = random_printout(rng, rng.choice(("2019", "2021")), blanks=blanks, words=rng.choice((0.0, 0.0, 0.05)))
        self.damage(rng, printout)
        return printout, dressed(rng, page(rng, printout, self.layout))


def _fits(cell: CellReading, truth: Truth) -> bool:
    if cell.value is not None or truth.value is not None:
        return cell.value == truth.value
    return not (cell.raw or "").strip() if not truth.text else bool((cell.raw or "").strip())


def judge(trial: Trial) -> Verdict:
    """Read the file of a trial and judge each of its cells."""
    printout, data = trial.file()
    try:
        report = extract(read(data), LAST_YEAR)
    except (ReadError, NotAReport) as error:
        return Verdict(0, len(printout.truth), (), error.reason)
    if report.reading is None:
        return Verdict(0, len(printout.truth), (), "narrative")
    if report.reading.form.id != printout.form.id:
        return Verdict(0, 0, (f"form {report.reading.form.id}, printed {printout.form.id}",), None)
    right, wrong = 0, []
    for path, cell in report.reading.cells.items():
        if path in printout.truth and cell.status not in (ABSENT, AMBIGUOUS):
            fits = _fits(cell, printout.truth[path]) or (path in printout.lost and cell.status in (BLANK, TEXT))
            right += fits
            if not fits:
                wrong.append(_difference(path, cell, printout.truth[path]))
    return Verdict(right, len(printout.truth) - right - len(wrong), tuple(wrong), None)


def _difference(path: Path, cell: CellReading, truth: Truth) -> str:
    return f"{'.'.join(path)}: printed {truth.text!r}, read {cell.raw!r} {cell.status} {cell.value}"
