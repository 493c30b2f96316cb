"""Standard faxes, whose lines lie twice as far apart as pixels: a slash may have been a 7, a 申 looks like a 中."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from benchmarks.corpus.scan import Scanner
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.scan import read_document
from pipelines.reading.scan.prose import ProseLine, paragraphs
from tests.reading.scan.test_picture import cells, font, needs_ocr, page, saved, table

__all__ = ["font"]
_FIGURES = ("14", "1", "20", "/", "358", "0")


@needs_ocr
@pytest.mark.parametrize(("lines", "doubted"), [(98, {"/"}), (196, set())])
def test_a_thin_stroke_may_be_lost_between_the_lines_of_a_standard_fax(
    font: Path, lines: int, doubted: set[str]
) -> None:
    drawn = page([table([("信息内容", *"甲乙丙丁戊己"), ("1.属于国家秘密", *_FIGURES)])], font, Scanner(dpi=204))
    sent = drawn.convert("L").resize((drawn.width, round(drawn.height * lines / 204)), Image.Resampling.BILINEAR)
    read = cells(read_document(saved(sent, "TIFF", dpi=(204, lines)), DEFAULT_LIMITS))
    found = {cell.text: cell.doubt for cell in read}
    assert set(_FIGURES) <= found.keys()
    assert {text for text in _FIGURES if found[text] == "faint_ink"} == doubted
    assert [doubt for text, doubt in found.items() if "国家秘密" in text] == [None], "a label has no sign"
    unsigned = {text for text in _FIGURES if found[text] == "sign_may_be_lost"}
    assert unsigned == ({"14", "1", "20", "358"} if lines == 98 else set())


@needs_ocr
def test_between_rules_nearer_than_a_character_is_high_no_cell_is_blank_for_certain(font: Path) -> None:
    drawn = page([table([("结果维持", "结果纠正", "总计"), ("55", "0", "98")])], font)
    last = cells(read_document(saved(drawn, "PNG", dpi=(200, 200)), DEFAULT_LIMITS))[-1]
    assert last.text == "98" and last.place is not None and last.place.box is not None
    left, top, right, bottom = (edge * 200 / 72 for edge in last.place.box)
    y = top + 0.22 * (bottom - top)
    ImageDraw.Draw(drawn).line((left, y, right, y), fill=0, width=3)
    read = cells(read_document(saved(drawn, "PNG", dpi=(200, 200)), DEFAULT_LIMITS))
    assert all(cell.doubt or cell.text for cell in read)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("全年收到中请公开政府信息250份，其中54份为法人川请。", "全年收到申请公开政府信息250份，其中54份为法人申请。"),
        ("其中请求公开的已集中请示上级机关答复。", "其中请求公开的已集中请示上级机关答复。"),
    ],
)
def test_an_application_is_one_though_its_first_character_lost_a_stroke(read: str, meant: str) -> None:
    (found,) = paragraphs([ProseLine(read, 2.0, 40.0, 1.0, (0.0, 42.0))])
    assert found.text == meant
