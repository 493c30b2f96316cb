"""The paper of a page: how even it is, and which way up its words stand."""

from __future__ import annotations

import io
import random
from importlib import import_module

import pytest
from PIL import Image

from benchmarks.corpus import scan
from benchmarks.corpus.scan import NoFontError, Scanner
from benchmarks.corpus.spans import SpannedCell, TableBlock, TextBlock
from pipelines.forms import FORMS
from pipelines.reading import Grid, Paragraph
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


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_of_narrow_labels_and_figures_is_read_upright(quarters: int) -> None:
    labels = ("1.属于国家秘密", "3.危及“三安全一稳定”", "4.保护第三方合法权益", "1.本机关不掌握相关政府信息", "3.其他")
    names = ("自然人", "商业企业", "社会公益组织", "法律服务机构", "总计")
    rows = [tuple(SpannedCell("\n".join(text)) for text in ("项目", *names))]
    rows += [tuple(SpannedCell(text) for text in (label, "12", "7", "0", "345", "364")) for label in labels]
    try:
        (page,) = scan.drawn(random.Random(2), [TableBlock(tuple(rows))], Scanner(dpi=200), scan.font_files()[0])
    except NoFontError as error:
        pytest.skip(str(error))
    document = read_document(scan.picture(page.rotate(90 * quarters, expand=True)), DEFAULT_LIMITS)
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    assert [[cell.text for cell in row[1:]] for row in grid.rows[1:]] == [["12", "7", "0", "345", "364"]] * len(labels)


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_no_word_that_tells_which_way_is_up_is_printed_down_a_narrow_cell(form: str) -> None:
    words = import_module("pipelines.reading.scan.page").WORDS
    # Labels of the columns that hold counts alone are as narrow as those.
    narrow = [column.label for table in FORMS[form].tables[-2:] for column in table.columns]
    assert [label for label in narrow if words.search(label) and len(label) < 5] == []


@pytest.mark.parametrize("degrees", [0.0, 2.0, -4.0])
def test_a_page_that_lay_askew_is_as_wide_as_a_straight_one(degrees: float) -> None:
    paper = import_module("pipelines.reading.scan.paper")
    image = prose(COARSE, 60).rotate(degrees, expand=True, fillcolor="white")
    planes = import_module("pipelines.reading.scan.frames").planes_of(image)
    assert paper.prepared(planes, 0.48).point == pytest.approx(0.48, rel=0.001)
