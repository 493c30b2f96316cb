"""Reports as pictures, read with the extra installed: nothing is silently wrong, and no case reads less than it did."""

from __future__ import annotations

import pytest

from benchmarks.corpus.fonts import NoFontError, font_files
from benchmarks.corpus.pictured import BY_NAME, GOLDEN, made
from benchmarks.corpus.pictured_judging import judge_pictured
from pipelines.reading.scan import available

pytestmark = pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: make install-ocr")


@pytest.fixture(scope="module", autouse=True)
def _font() -> None:
    try:
        font_files()
    except NoFontError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(("name", "seed"), GOLDEN, ids=[name for name, _ in GOLDEN])
def test_nothing_is_silently_wrong_and_no_fewer_cells_are_read(name: str, seed: str) -> None:
    pictured = made(BY_NAME[name], seed)
    judged = judge_pictured(pictured)
    assert judged.wrong == []
    assert judged.joined == []
    reached = (judged.verdict.right + judged.verdict.proved) / len(pictured.report.printout.truth)
    assert reached >= BY_NAME[name].floor, judged.verdict
