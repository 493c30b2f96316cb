"""Standard faxes, whose lines stand twice as far apart as their pixels: a 1 may have been a 4."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.corpus.scan import Scanner
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.scan import read_document
from tests.reading.scan.test_picture import cells, font, needs_ocr, page, saved, table

__all__ = ["font"]
_FIGURES = ("14", "1", "20", "/", "358", "0")


@needs_ocr
@pytest.mark.parametrize(("lines", "doubted"), [(98, {"14", "1", "/"}), (196, set())])
def test_a_thin_stroke_may_be_lost_between_the_lines_of_a_standard_fax(
    font: Path, lines: int, doubted: set[str]
) -> None:
    drawn = page([table([("信息内容", *"甲乙丙丁戊己"), ("规章", *_FIGURES)])], font, Scanner(dpi=204))
    sent = drawn.convert("L").resize((drawn.width, round(drawn.height * lines / 204)), Image.Resampling.BILINEAR)
    read = cells(read_document(saved(sent, "TIFF", dpi=(204, lines)), DEFAULT_LIMITS))
    found = {cell.text: cell.doubt for cell in read}
    assert set(_FIGURES) <= found.keys()
    assert {text for text in _FIGURES if found[text] == "faint_ink"} == doubted
