"""One report as a file of any format, from a seed and a number, and what became of its cells when it is read.

Belongs here: which form, agency, year and layout a file has. Keep out: clocks, how a format is written.
The same seed and number make the same bytes; odd and even numbers are on different forms.
"""

from __future__ import annotations

import random
from collections import Counter
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks.contestants import LONG_DOCX
from benchmarks.corpus import pages
from benchmarks.corpus.formats import written
from benchmarks.corpus.judging import LAST_YEAR, judge_file
from benchmarks.corpus.layouts import LAYOUTS, dressed, page
from benchmarks.corpus.portal import agency
from benchmarks.corpus.printing import Printout, random_printout
from benchmarks.corpus.spans import TITLE
from benchmarks.correctness import FLAGGED, RIGHT, WRONG, judge

EXTENSIONS = {"text": "txt", "scan": "pdf", LONG_DOCX: "docx"}
# Of a long Word file: paragraphs of text behind the tables, and bytes of a picture that does not compress.
_PARAGRAPHS, _PICTURE = 300, 200_000
_SENTENCE = "坚持以公开为常态、不公开为例外，及时回应社会关切，不断提高政府信息公开工作的规范化水平。"
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
    if kind == LONG_DOCX:
        return Sample(kind, seed, number, _lengthened(rng, written(rng, "docx", printout, title=title)), printout)
    return Sample(kind, seed, number, written(rng, kind, printout, title=title), printout)


def _lengthened(rng: random.Random, data: bytes) -> bytes:
    """Return a Word file with text behind what it says, and a picture."""
    out = BytesIO()
    more = f"<w:p><w:r><w:t>{_SENTENCE * 3}</w:t></w:r></w:p>" * _PARAGRAPHS
    with ZipFile(BytesIO(data)) as package, ZipFile(out, "w", ZIP_DEFLATED) as longer:
        for name in package.namelist():
            part = package.read(name)
            if name == "word/document.xml":
                before, end, behind = part.decode().rpartition("</w:body>")
                body, section, properties = before.rpartition("<w:sectPr")
                parts = (body, more, section, properties) if section else (before, more)
                part = "".join((*parts, end, behind)).encode()
            longer.writestr(package.getinfo(name), part)
        longer.writestr("word/media/image1.png", rng.randbytes(_PICTURE))
    return out.getvalue()


def judged(found: Sample) -> Counter[str]:
    """Return how many cells of a file are read right, wrong and flagged."""
    if found.printout is None:
        return judge([(found.data, pages.truth(found.seed, found.number))], LAST_YEAR)
    verdict = judge_file(found.printout, found.data)
    return Counter({RIGHT: verdict.right, WRONG: len(verdict.wrong), FLAGGED: verdict.flagged})
