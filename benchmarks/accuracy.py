"""Cells right, wrong, ambiguous and missing by format and layout: `python -m benchmarks.accuracy [--files N]`.

With `--quirks` by format and quirk: files in which something beside a number looks like one. The number that matters
most is the last: wrong and not flagged. Belongs here: the run and its tables. Keep out: what the files hold and how
they are judged (`corpus`), clocks (`throughput`).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.corpus.damage import DAMAGES, Damage, none
from benchmarks.corpus.formats import printers
from benchmarks.corpus.judging import UNDECIDABLE, Verdict, judge_file
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.quirks import QUIRKS
from benchmarks.corpus.quirks.quirk import quirky_file

_SHOWN, _PIPE_WIDTH = 20, 140
_SLOW = {"scan": 20}  # a file of these takes as long as so many others


@dataclass
class Score:
    """What became of the cells of the files of one kind."""

    files: int = 0
    exact: int = 0
    cells: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Count the cells of a file."""
        self.files += 1
        self.exact += not (verdict.flagged or verdict.wrong or verdict.refused)
        counts = {"right": verdict.right, "ambiguous": verdict.ambiguous, "missing": verdict.missing}
        self.cells.update({**counts, "wrong": len(verdict.wrong)})
        self.wrong.extend(verdict.wrong)
        if verdict.refused:
            self.refused[verdict.refused] += 1


def scores(names: Sequence[str], files: int, seed: int, *, damaged: bool) -> Iterator[tuple[str, Score]]:
    """Print and judge files of each kind: half on each form, a third with blank cells, damaged ones if asked."""
    known = printers()
    for name in names:
        score = Score()
        for number in track(range(max(1, files // _SLOW.get(name, 1))), name, transient=True):
            rng = random.Random(f"{seed} {name} {number}")
            damage = _damage(rng, name) if damaged else none
            printout = random_printout(rng, rng.choice(("2019", "2021")), blanks=rng.choice((0.0, 0.0, 0.2)))
            damage(rng, printout)
            verdict = judge_file(printout, known[name](rng, printout))
            wrong = tuple(f"{name} file {number} ({damage.__name__}): {each}" for each in verdict.wrong)
            score.add(verdict._replace(wrong=wrong))
        yield name, score


def quirk_scores(only: str, files: int, seed: int) -> Iterator[tuple[str, Score]]:
    """Print and judge files with each quirk."""
    for quirk in QUIRKS:
        kind = f"{quirk.format} {quirk.name}"
        if not kind.startswith(only):
            continue
        score = Score()
        for number in track(range(files), kind, transient=True):
            verdict = judge_file(*quirky_file(quirk, f"{seed} {number}"))
            score.add(verdict._replace(wrong=tuple(f"{kind} file {number}: {each}" for each in verdict.wrong)))
        yield kind, score


def _damage(rng: random.Random, name: str) -> Damage:
    layout = name.rsplit(" ", maxsplit=1)[-1]
    possible = [d for d in DAMAGES if (layout, d.__name__) not in UNDECIDABLE]
    return rng.choice(possible)


def _sum(parts: Iterable[Score]) -> Score:
    whole = Score()
    for score in parts:
        whole.files += score.files
        whole.exact += score.exact
        whole.cells.update(score.cells)
        whole.refused.update(score.refused)
        whole.wrong.extend(score.wrong)
    return whole


def accuracy_table(found: Sequence[tuple[str, Score]]) -> Table:
    """Return the printed table."""
    table = Table(title="cells by format and layout or quirk")
    for column in (
        "format",
        "files",
        "exact",
        "cells",
        "right",
        "right %",
        "ambiguous",
        "missing",
        "wrong, not flagged",
        "refused",
    ):
        table.add_column(column, justify="left" if column in ("format", "refused") else "right")
    for name, score in found:
        total = sum(score.cells.values())
        share = f"{100 * score.cells['right'] / total:.2f}" if total else "-"
        counts = [str(score.cells[kind]) for kind in ("ambiguous", "missing", "wrong")]
        refused = ", ".join(f"{reason} {n}" for reason, n in score.refused.most_common())
        table.add_row(
            name, str(score.files), str(score.exact), str(total), str(score.cells["right"]), share, *counts, refused
        )
    return table


def main(
    files: Annotated[int, typer.Option(help="Files of each kind.")] = 40,
    only: Annotated[str, typer.Option(help="Only kinds whose name begins so.")] = "",
    damaged: Annotated[bool, typer.Option(help="Damage the tables before they are printed.")] = False,
    quirks: Annotated[bool, typer.Option(help="Files with something beside a number that looks like one.")] = False,
    seed: int = 1,
) -> None:
    """Print the accuracy of every format and layout; exit code 1 where a cell is wrong and not flagged."""
    console = Console() if Console().is_terminal else Console(width=_PIPE_WIDTH)
    if quirks:
        found = list(quirk_scores(only, files, seed))
    else:
        names = [name for name in printers() if name.startswith(only)]
        found = list(scores(names, files, seed, damaged=damaged))
    found.append(("all", _sum(score for _, score in found)))
    console.print(accuracy_table(found))
    wrong = found[-1][1].wrong
    for line in wrong[:_SHOWN]:
        console.print(line, markup=False, highlight=False)
    raise typer.Exit(1 if wrong else 0)


if __name__ == "__main__":
    typer.run(main)
