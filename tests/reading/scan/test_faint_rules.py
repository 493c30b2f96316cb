"""Rules that are seen at a second look: thin gray ones are rules, and what is none leaves no cell that is believed."""

from __future__ import annotations

import random
from typing import Any

import pytest

numpy = pytest.importorskip("numpy", reason="the extra `ocr` is not installed: make install-ocr")
pytest.importorskip("cv2")

from benchmarks.corpus import scan  # noqa: E402  # needs the extra
from benchmarks.corpus.scan import NoFontError, Scanner  # noqa: E402
from benchmarks.corpus.spans import SpannedCell, TableBlock, TextBlock  # noqa: E402
from pipelines.reading import Grid  # noqa: E402
from pipelines.reading.limits import DEFAULT_LIMITS  # noqa: E402
from pipelines.reading.scan import available, read_document  # noqa: E402
from pipelines.reading.scan.faint_rules import with_faint_rules  # noqa: E402
from pipelines.reading.scan.rules import RuledTable, find_rules, ruled_tables  # noqa: E402

EM = 30.0
XS, YS = (100, 300, 400, 500, 600), (200, 260, 320, 380, 440)
PLAIN, FAINT = 150, 212


def paper(noise: float = 0.0) -> Any:
    """Return an empty page with noise."""
    grain = numpy.random.default_rng(1).normal(0, noise, (700, 700)) if noise else numpy.zeros((700, 700))
    return numpy.clip(252 + grain, 0, 255).astype(numpy.uint8)


def ruled(page: Any, upright: dict[int, int], level: dict[int, int]) -> Any:
    """Return a page with rules of two pixels: by their places how bright each is."""
    for x, gray in upright.items():
        page[YS[0] : YS[-1] + 2, x : x + 2] = numpy.minimum(page[YS[0] : YS[-1] + 2, x : x + 2], gray)
    for y, gray in level.items():
        page[y : y + 2, XS[0] : XS[-1] + 2] = numpy.minimum(page[y : y + 2, XS[0] : XS[-1] + 2], gray)
    return page


def tables(page: Any, noise: float = 0.0) -> list[RuledTable]:
    rules = with_faint_rules(find_rules(page, EM), page, EM, noise, DEFAULT_LIMITS)
    return ruled_tables(rules, EM, DEFAULT_LIMITS)


def doubts(table: RuledTable) -> list[tuple[int, int]]:
    """Return row and column of the doubtful cells of a table."""
    return [(cell.row, cell.col) for cell in table.cells if cell.doubt]


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_a_table_of_faint_rules_alone_is_found(noise: float) -> None:
    page = ruled(paper(3 * noise), dict.fromkeys(XS, FAINT), dict.fromkeys(YS, FAINT))
    (table,) = tables(page, noise)
    assert [(cell.row, cell.col) for cell in table.cells] == [(row, col) for row in range(4) for col in range(4)]
    assert doubts(table) == []


@pytest.mark.parametrize("missed", [XS[0], XS[2], XS[4]])
def test_columns_are_parted_by_a_rule_fainter_than_the_others(missed: int) -> None:
    page = ruled(paper(), {x: FAINT if x == missed else 190 for x in XS}, dict.fromkeys(YS, 190))
    (table,) = tables(page)
    assert len(table.cells) == 16
    assert doubts(table) == []


@pytest.mark.parametrize("missed", [YS[0], YS[1], YS[4]])
def test_rows_are_parted_by_a_rule_fainter_than_the_others(missed: int) -> None:
    page = ruled(paper(), dict.fromkeys(XS, 190), {y: FAINT if y == missed else 190 for y in YS})
    (table,) = tables(page)
    assert len(table.cells) == 16
    assert doubts(table) == []


def test_a_faint_streak_over_a_table_of_black_rules_is_no_rule() -> None:
    page = ruled(paper(), dict.fromkeys(XS, 0), dict.fromkeys(YS, 0))
    page[:, 450] = numpy.minimum(page[:, 450], FAINT)
    (table,) = tables(page)
    assert len(table.cells) == 16
    assert doubts(table) == []


@pytest.mark.parametrize("gray", [FAINT, 100])
def test_cells_at_a_streak_over_the_whole_page_are_doubtful(gray: int) -> None:
    page = ruled(paper(), dict.fromkeys(XS, FAINT), dict.fromkeys(YS, FAINT))
    page[:, 450:452] = numpy.minimum(page[:, 450:452], gray)
    (table,) = tables(page)
    at_streak = [cell for cell in table.cells if cell.box[0] <= 451 and cell.box[2] >= 450]
    assert len(at_streak) >= 4
    assert all(cell.doubt for cell in at_streak)


def test_a_rule_that_is_half_there_makes_the_cells_it_parts_doubtful() -> None:
    page = ruled(paper(), dict.fromkeys(XS, 190), dict.fromkeys(YS, 190))
    page[YS[1] + 2 : YS[2], XS[2] : XS[2] + 2] = 252
    page[YS[1] + 2 : YS[1] + 38, XS[2] : XS[2] + 2] = FAINT
    (table,) = tables(page)
    assert (1, 1) in doubts(table)


@pytest.mark.parametrize("noise", [2.0, 6.0])
def test_noise_draws_no_table(noise: float) -> None:
    assert tables(paper(3 * noise), noise) == []


def test_strokes_of_characters_beside_each_other_are_no_rule() -> None:
    page = ruled(paper(), dict.fromkeys(XS, FAINT), dict.fromkeys(YS, FAINT))
    for left in range(XS[1] + 8, XS[2] - 8, 12):
        page[290:292, left : left + 9] = 40
        page[290:292, left + 9 : left + 12] = 200
    (table,) = tables(page)
    assert len(table.cells) == 16


def test_the_stroke_of_a_character_that_stands_near_two_gray_rules_is_no_rule() -> None:
    page = paper()
    for y in range(200, 370, 42):
        page[y : y + 4, XS[0] : XS[-1] + 2] = 128
    for x in XS:
        page[200:372, x : x + 4] = 128
    for x in (160, 200, 230):
        page[209:238, x : x + 3] = 20
        page[247:280, x - 10 : x + 12 : 21] = 20
    (table,) = tables(page)
    assert table.xs == pytest.approx(XS, abs=2)
    assert doubts(table) == []


@pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: make install-ocr")
@pytest.mark.parametrize("ink", [0x80, 0xA0])
def test_a_page_of_thin_gray_rules_is_read(ink: int) -> None:
    rows = [("信息内容", "制发件数", "废止件数", "结果维持"), ("规章", "12", "345", "6"), ("行政许可", "0", "7", "89")]
    table = TableBlock(tuple(tuple(SpannedCell(text) for text in row) for row in rows))
    scanner = Scanner(dpi=150, rule_points=0.5, rule_ink=ink, blur=0.3)
    try:
        font = scan.font_files()[0]
    except NoFontError as error:
        pytest.skip(str(error))
    (page,) = scan.drawn(random.Random(1), [TextBlock("二、主动公开政府信息情况"), table], scanner, font)
    document = read_document(scan.picture(page, scanner), DEFAULT_LIMITS)
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    assert [[cell.text for cell in row] for row in grid.rows] == [list(row) for row in rows]
    assert {cell.doubt for row in grid.rows for cell in row} <= {None, "low_confidence"}
