"""Reports printed as PDF are read back cell for cell, each with its page and box; broken files are named."""

from __future__ import annotations

import random

import pytest

from benchmarks.corpus.formats import written
from benchmarks.corpus.judging import judge_file
from benchmarks.corpus.printing import random_printout
from pipelines.reading import Grid, ReadError, read


def report(seed: int, form_id: str) -> bytes:
    rng = random.Random(seed)
    return written(rng, "pdf", random_printout(rng, form_id))


@pytest.mark.parametrize("form_id", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(3))
def test_every_cell_of_a_printed_report_is_read(seed: int, form_id: str) -> None:
    rng = random.Random(seed)
    printout = random_printout(rng, form_id)
    verdict = judge_file(printout, written(rng, "pdf", printout))
    assert (verdict.right, verdict.wrong, verdict.refused) == (len(printout.truth), (), None)


def test_every_cell_keeps_its_page_and_box() -> None:
    grids = [block for block in read(report(1, "2021")).blocks if isinstance(block, Grid)]
    places = [cell.place for grid in grids for row in grid.rows for cell in row if cell.text]
    assert places
    for place in places:
        assert place is not None and place.page >= 1 and place.box is not None
        left, top, right, bottom = place.box
        assert left < right and top < bottom


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_file_cut_anywhere_is_refused(tenth: int) -> None:
    data = report(2, "2019")
    with pytest.raises(ReadError) as caught:
        read(data[: len(data) * tenth // 10])
    assert caught.value.reason in ("truncated", "damaged")
