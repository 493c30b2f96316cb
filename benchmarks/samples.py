"""One report as a file of any format, from a seed and a number, and what became of its cells when it is read.

Belongs here: which form, agency, year and layout a file has. Keep out: clocks, how a format is written.
The same seed and number make the same bytes; odd and even numbers are on different forms.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import NamedTuple

from benchmarks.corpus import pages
from benchmarks.corpus.formats import written
from benchmarks.corpus.judging import LAST_YEAR, judge_file
from benchmarks.corpus.layouts import LAYOUTS, dressed, page
from benchmarks.corpus.portal import agency
from benchmarks.corpus.printing import Printout, random_printout
from benchmarks.corpus.spans import TITLE
from benchmarks.correctness import FLAGGED, RIGHT, WRONG, judge

EXTENSIONS = {"text": "txt", "scan": "pdf"}
_FORM_YEARS = {"2019": (2019, 2020), "2021": (2021, 2024)}
_TEXT_LAYOUTS = tuple(layout for layout in LAYOUTS if not layout.__name__.startswith("html"))


class Sample(NamedTuple):
    """A file of a format. `printout` is what it was printed from; pages of portals have none, but a seed."""

    kind: str
    seed: int
    number: int
    data: bytes
    printout: Printout | None

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return f"{self.number:05}.{EXTENSIONS.get(self.kind, self.kind)}"


def sample(kind: str, seed: int, number: int) -> Sample:
    """Return a file: html is a page of a portal with its weight, text is in one of the layouts in turn."""
    if kind == "html":
        return Sample(kind, seed, number, pages.content(seed, number)[0], None)
    rng = random.Random(f"{seed} {number} {kind}")
    form_id = ("2019", "2021")[number % 2]
    printout = random_printout(rng, form_id, blanks=rng.choice((0.0, 0.0, 0.1)))
    title = f"{agency(rng)}{rng.randint(*_FORM_YEARS[form_id])}年政府信息公开工作年度报告"
    if kind == "text":
        text = page(rng, printout, _TEXT_LAYOUTS[number % len(_TEXT_LAYOUTS)]).replace(TITLE, title)
        return Sample(kind, seed, number, dressed(rng, text), printout)
    return Sample(kind, seed, number, written(rng, kind, printout, title=title), printout)


def judged(found: Sample) -> Counter[str]:
    """Return how many cells of a file are read right, wrong and flagged."""
    if found.printout is None:
        return judge([(found.data, pages.truth(found.seed, found.number))], LAST_YEAR)
    verdict = judge_file(found.printout, found.data)
    return Counter({RIGHT: verdict.right, WRONG: len(verdict.wrong), FLAGGED: verdict.flagged})
