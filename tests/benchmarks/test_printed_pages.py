"""Pages for other programs to print hold what their reports say, each in a look of its own."""

from __future__ import annotations

import random
import re

import pytest

from benchmarks.corpus.judging import judge_file
from benchmarks.corpus.pictured_report import random_report
from benchmarks.corpus.printed_pages import PROGRAMS, missing_programs, page_of

_TABLE = re.compile(r"table\{[^}]*\}td\{[^}]*\}")


@pytest.mark.parametrize("seed", range(4))
def test_a_page_holds_every_cell_of_its_report(seed: int) -> None:
    rng = random.Random(seed)
    report = random_report(rng)
    verdict = judge_file(report.printout, page_of(rng, report.blocks).encode())
    assert (verdict.right, verdict.wrong) == (len(report.printout.truth), ())


def test_the_same_seed_makes_the_same_page_and_others_another_look() -> None:
    blocks = random_report(random.Random(1)).blocks
    pages = [page_of(random.Random(seed), blocks) for seed in (1, 1, 2, 3, 4)]
    assert pages[0] == pages[1]
    assert len({_TABLE.findall(page)[0] for page in pages}) > 2


def test_programs_that_a_machine_has_not_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert missing_programs() == [*PROGRAMS, "Ghostscript"]
