"""Print, damage and read random reports, and compare every cell with the truth."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import NamedTuple

from benchmarks.corpus.damage import Damage
from benchmarks.corpus.layouts import Layout, dressed, page
from benchmarks.corpus.printing import Path, Printout, Truth, random_printout
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.numbers import ABSENT, AMBIGUOUS, BLANK, TEXT, VALUE
from pipelines.extracting.report import extract
from pipelines.extracting.tables.cells import CellReading
from pipelines.reading import ReadError, read

LAST_YEAR = 2026
# The match or note of a cell whose reading the totals of its row and column decided.
PROVED = "proved_by_sum"
# Two losses in one row can cancel out: glued to its neighbour, a surplus digit is a digit of the number.
UNDECIDABLE = frozenset(
    (layout, damage) for layout in ("glued", "deduplicated") for damage in ("surplus_cells", "added_column")
)


class Verdict(NamedTuple):
    """Cells of one file: read right, ambiguous (or words where a number is printed), missing, and wrong ones.

    Wrong is also a number in a cell that the report does not print.
    `refused` is the reason of a file that was not read; all its cells are then missing. `proved` are cells read right
    by arithmetic alone: they are none of `right`.
    """

    right: int
    ambiguous: int
    missing: int
    wrong: tuple[str, ...]
    refused: str | None
    proved: int = 0

    @property
    def flagged(self) -> int:
        """Return the cells that are not right and say so."""
        return self.ambiguous + self.missing


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
    if truth.yuan is not None and (cell.yuan is None or cell.yuan.yuan != truth.yuan):
        return False
    if cell.value is not None or truth.value is not None:
        return cell.value == truth.value
    return not (cell.raw or "").strip() if not truth.text else bool((cell.raw or "").strip())


def _is_flagged(cell: CellReading, truth: Truth) -> bool:
    """Tell whether a cell says that its number, or what an amount of a known unit means, is not known."""
    has_no_yuan = truth.yuan is not None and cell.yuan is not None and cell.yuan.yuan is None
    return cell.status == AMBIGUOUS or has_no_yuan or (cell.status == TEXT and truth.value is not None)


def judge(trial: Trial) -> Verdict:
    """Read the file of a trial and judge each of its cells."""
    return judge_file(*trial.file())


def judge_file(printout: Printout, data: bytes) -> Verdict:
    """Read a file and judge each cell of the printout it was made from."""
    everything = len(printout.truth)
    try:
        report = extract(read(data), LAST_YEAR)
    except (ReadError, NotAReport) as error:
        return Verdict(0, 0, everything, (), error.reason)
    if report.reading is None:
        return Verdict(0, 0, everything, (), "narrative")
    if report.reading.form.id != printout.form.id:
        return Verdict(0, 0, 0, (f"form {report.reading.form.id}, printed {printout.form.id}",), None)
    return judge_cells(printout, report.reading.cells)


def judge_cells(printout: Printout, cells: Mapping[Path, CellReading]) -> Verdict:
    """Judge each cell that was read of a printout."""
    right, proved, ambiguous, wrong = 0, 0, 0, []
    for path, cell in cells.items():
        if cell.status == ABSENT:
            continue
        if path not in printout.truth:
            if cell.status == VALUE:
                wrong.append(f"{'.'.join(path)}: not printed, read {cell.raw!r} {cell.value}")
        elif _is_flagged(cell, printout.truth[path]):
            ambiguous += 1
        elif _fits(cell, printout.truth[path]) or (path in printout.lost and cell.status in (BLANK, TEXT)):
            by_sum = PROVED in (cell.matched_by, cell.note)
            proved, right = proved + by_sum, right + (not by_sum)
        else:
            wrong.append(_difference(path, cell, printout.truth[path]))
    missing = len(printout.truth) - right - proved - ambiguous - len(wrong)
    return Verdict(right, ambiguous, missing, tuple(wrong), None, proved)


def _difference(path: Path, cell: CellReading, truth: Truth) -> str:
    yuan = "" if cell.yuan is None else f" {cell.yuan.yuan} yuan"
    return f"{'.'.join(path)}: printed {truth.text!r}, read {cell.raw!r} {cell.status} {cell.value}{yuan}"
