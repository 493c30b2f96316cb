"""Reports written as Word documents are read cell by cell as they were printed."""

from __future__ import annotations

import io
import random

import docx as python_docx
import pytest

from benchmarks.corpus.docx import write
from benchmarks.corpus.printing import Printout, Truth, random_printout
from benchmarks.corpus.spans import SECTIONS, TITLE, report_blocks
from pipelines.extracting.report import extract
from pipelines.reading import read
from pipelines.reading.container import Container
from pipelines.reading.docx import read_document
from pipelines.reading.limits import DEFAULT_LIMITS
from tests.reading.docx.docx_files import grids

SEEDS = range(12)
# python-docx passes over cells in content controls and most wrapped runs, and prints hidden ones.
UNKNOWN_TO_THE_OTHER = (b"<w:sdt>", b"<w:smartTag", b"<w:ins", b"<w:del", b"<w:move", b"<w:vanish/>", b"<w:fld", b"a4")


def printed(seed: int, form: str) -> tuple[Printout, bytes]:
    rng = random.Random(f"{seed} {form}")
    printout = random_printout(rng, form, blanks=rng.choice((0.0, 0.3)), words=rng.choice((0.0, 0.05)))
    blocks = report_blocks(rng, printout, even=rng.random() < 0.7, one_table=rng.random() < 0.3)
    return printout, write(rng, blocks)


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_is_read_as_printed(seed: int, form: str) -> None:
    printout, data = printed(seed, form)
    report = extract(read(data), 2026)
    assert report.reading is not None
    assert (report.reading.form.id, report.headline.title, report.headline.year) == (form, TITLE, 2020)
    assert tuple(section.heading for section in report.sections if section.heading) == SECTIONS
    found = {path: Truth((c.raw or "").strip(), c.value) for path, c in report.reading.cells.items()}
    assert {path: found[path] for path in printout.truth} == printout.truth


def test_another_reader_finds_the_same_text_at_the_same_places() -> None:
    compared = 0
    for seed in range(24):
        _, data = printed(seed, "2021")
        xml = Container(data, DEFAULT_LIMITS).read("word/document.xml")
        if any(mark in xml for mark in UNKNOWN_TO_THE_OTHER):
            continue
        tables = python_docx.Document(io.BytesIO(data)).tables
        for grid, other in zip(grids(read_document(data, DEFAULT_LIMITS)), tables, strict=True):
            rows = [row.cells for row in other.rows]
            for cell in (cell for row in grid.rows for cell in row):
                assert cell.text == rows[cell.row][cell.col].text.strip()
                assert rows[cell.row + cell.rowspan - 1][cell.col + cell.colspan - 1].text.strip() == cell.text
                compared += 1
    assert compared > 500


def test_a_seed_writes_the_same_file() -> None:
    assert printed(1, "2019")[1] == printed(1, "2019")[1]
