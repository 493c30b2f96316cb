"""The paper of a page: how even it is, and which way up its words stand."""

from __future__ import annotations

import io
import random
from importlib import import_module

import pytest
from PIL import Image

from benchmarks.corpus import scan
from benchmarks.corpus.scan import NoFontError, Scanner
from benchmarks.corpus.spans import TextBlock
from pipelines.reading import Paragraph
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.scan import available, read_document

pytestmark = pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: make install-ocr")
PROSE = "继续组织业务培训和交流，提高经办人员的政策水平与办理能力，及时纠正错误链接与错别字。"
COARSE = Scanner(dpi=150)


def prose(scanner: Scanner, lines: int) -> Image.Image:
    """Return a page of full lines as a JPEG gives it back."""
    blocks = [TextBlock(PROSE * (lines // 2))]
    try:
        pages = scan.drawn(random.Random(1), blocks, scanner, scan.font_files()[0])
    except NoFontError as error:
        pytest.skip(str(error))
    out = io.BytesIO()
    pages[0].save(out, "JPEG", quality=85)
    return Image.open(out)


def noise(image: Image.Image) -> float:
    planes = import_module("pipelines.reading.scan.frames").planes_of(image)
    return float(import_module("pipelines.reading.scan.paper").prepared(planes, 0.48).noise)


def test_blurred_edges_of_dense_text_are_no_noise_of_the_paper() -> None:
    assert noise(prose(COARSE, 60)) < 3


def test_noise_of_the_paper_is_seen_between_dense_text() -> None:
    assert noise(prose(Scanner(dpi=150, noise=20, paper=225), 60)) > 5


def test_a_page_of_nothing_but_full_lines_is_read_upright() -> None:
    out = io.BytesIO()
    whole = prose(COARSE, 60)
    # Without the end of the last one, which is shorter.
    whole.crop((0, 0, whole.width, whole.height // 3)).save(out, "PNG")
    document = read_document(out.getvalue(), DEFAULT_LIMITS)
    text = "".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert "政策水平" in text
    assert "业务培训" in text


@pytest.mark.parametrize("degrees", [0.0, 2.0, -4.0])
def test_a_page_that_lay_askew_is_as_wide_as_a_straight_one(degrees: float) -> None:
    paper = import_module("pipelines.reading.scan.paper")
    image = prose(COARSE, 60).rotate(degrees, expand=True, fillcolor="white")
    planes = import_module("pipelines.reading.scan.frames").planes_of(image)
    assert paper.prepared(planes, 0.48).point == pytest.approx(0.48, rel=0.001)
