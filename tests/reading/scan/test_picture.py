"""Pictures: what is refused before decoding, with and without the extra `ocr`; and pages read from drawn reports."""

from __future__ import annotations

import io
import os
import random
import struct
import sys
import zlib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmarks.corpus import scan
from benchmarks.corpus.judging import judge_file
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.scan import CLEAN, NoFontError, Scanner
from benchmarks.corpus.spans import Block, SpannedCell, TableBlock, TextBlock, report_blocks
from pipelines.reading import Cell, Document, Grid, Paragraph, ReadError, read
from pipelines.reading.limits import DEFAULT_LIMITS, Limits
from pipelines.reading.scan import MOST_PIXELS, available, read_document, read_pictures, recognise_pages
from pipelines.reading.scan import pages as pictures
from pipelines.reading.scan.size import pixel_size

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
needs_ocr = pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: make install-ocr")
FRAMES = "pipelines.reading.scan.frames"  # needs the extra
LABELS = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")


@pytest.fixture(scope="module")
def font() -> Path:
    try:
        return scan.font_files()[0]
    except NoFontError as error:
        pytest.skip(str(error))


def test_recognition_is_tested_where_the_checks_of_a_commit_ask_for_it() -> None:
    assert available() or not os.environ.get("GONGKAI_REQUIRE_OCR"), "run make install-ocr"


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def reason_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(ReadError) as caught:
        read_document(data, limits)
    return caught.value.reason


def png_header(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def table(rows: Sequence[Sequence[str]]) -> TableBlock:
    return TableBlock(tuple(tuple(SpannedCell(text) for text in row) for row in rows))


def page(blocks: Sequence[Block], font: Path, scanner: Scanner = CLEAN, seed: int = 0) -> Image.Image:
    (drawn,) = scan.drawn(random.Random(seed), blocks, scanner, font)
    return drawn


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def cells(document: Document) -> list[Cell]:
    return [cell for grid in grids(document) for row in grid.rows for cell in row]


def texts(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row] for grid in grids(document) for row in grid.rows]


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


# Before decoding.


@pytest.mark.parametrize("kind", FORMATS)
def test_the_size_of_a_picture_is_read_from_its_header(kind: str) -> None:
    assert pixel_size(saved(Image.new("RGB", (37, 21)), kind)) == (37, 21)


@pytest.mark.parametrize("options", [{"lossless": True}, {"exif": b"Exif\0\0"}])
def test_the_size_of_every_kind_of_webp_is_known(options: dict[str, object]) -> None:
    assert pixel_size(saved(Image.new("RGB", (37, 21)), "WEBP", **options)) == (37, 21)


def test_the_size_of_a_jpeg_is_found_behind_its_metadata() -> None:
    data = saved(Image.new("L", (37, 21)), "JPEG")
    assert pixel_size(data[:2] + b"\xff\xe1\x00\x06abcd" + b"\xff" + data[2:]) == (37, 21)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_header_that_is_cut_is_damage(kind: str) -> None:
    data = saved(Image.new("RGB", (37, 21)), kind)
    # Without the extra nothing after the size is looked at.
    missing = set() if available() else {"needs_ocr"}
    assert {reason_of(data[:size]) for size in range(6, 16)} <= {"damaged", "unsupported_format"} | missing


@pytest.mark.parametrize("magic", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"II*\x00", b"MM\x00*"])
def test_noise_behind_magic_bytes_is_refused(magic: bytes) -> None:
    rng = random.Random(7)
    for _ in range(50):
        assert reason_of(magic + rng.randbytes(200)) in {
            "damaged", "truncated", "too_large", "needs_ocr", "unsupported_format", "empty",
        }  # fmt: skip


def test_a_decompression_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(ReadError, match="60000 x 60000"):
        read_document(png_header(60_000, 60_000), DEFAULT_LIMITS)
    assert reason_of(png_header(MOST_PIXELS, 2)) == "too_large"


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (0, 0)])
def test_a_picture_without_pixels_is_damaged(size: tuple[int, int]) -> None:
    assert reason_of(png_header(*size)) == "damaged"


def test_no_pictures_are_empty() -> None:
    with pytest.raises(ReadError, match="empty"):
        read_pictures([], "image/png", DEFAULT_LIMITS)


def test_a_file_that_is_no_picture_is_refused() -> None:
    assert reason_of(b"\x01\x00\x00\x00 an enhanced metafile") == "unsupported_format"


@pytest.mark.parametrize("kind", FORMATS)
def test_without_the_extra_a_picture_says_what_to_install(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "available", lambda: False)
    with pytest.raises(ReadError, match=r"the pages are pictures .* make install-ocr") as caught:
        read(saved(Image.new("RGB", (37, 21)), kind))
    assert caught.value.reason == "needs_ocr"
    with pytest.raises(ReadError, match="needs_ocr"):
        recognise_pages([], DEFAULT_LIMITS, 1.0)


def test_the_extra_is_missing_if_one_of_its_packages_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_PACKAGES", ("sys", "no_such_package"))
    assert not available()


# Decoding.


@needs_ocr
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_a_picture_cut_in_its_pixels_is_refused(kind: str) -> None:
    image = Image.effect_noise((300, 300), 90)
    data = saved(image, kind)
    assert reason_of(data[: len(data) // 2]) in {"truncated", "damaged"}


@needs_ocr
@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_is_no_page(kind: str) -> None:
    frames = [Image.new("L", (50, 50), shade) for shade in (0, 100, 200)]
    assert reason_of(saved(frames[0], kind, save_all=True, append_images=frames[1:])) == "unsupported_format"


@needs_ocr
def test_a_later_page_of_a_tiff_cannot_be_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = import_module(FRAMES)
    monkeypatch.setattr(frames, "MOST_PIXELS", 5_000)
    small, large = Image.new("1", (50, 50), 1), Image.new("1", (100, 100), 1)
    assert reason_of(saved(small, "TIFF", save_all=True, append_images=[large])) == "too_large"


@needs_ocr
def test_a_tiff_of_too_many_pages_is_refused() -> None:
    pages = [Image.new("1", (50, 50), 1) for _ in range(4)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert reason_of(data, Limits(pages=3)) == "too_many_pages"
    assert reason_of(data) == "empty"


@needs_ocr
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_every_kind_of_pixel_becomes_dark_on_white(mode: str) -> None:
    frames = import_module(FRAMES)
    drawn = Image.new("L", (60, 40), 255)
    ImageDraw.Draw(drawn).rectangle((10, 10, 30, 30), fill=0)
    if mode == "I;16":
        image = Image.frombytes("I;16", drawn.size, b"".join(struct.pack("<H", v * 257) for v in drawn.tobytes()))
    elif mode in {"LA", "RGBA"}:  # nothing but transparency tells paper from ink
        image = Image.merge("LA", (Image.new("L", drawn.size, 0), drawn.point(lambda v: 255 - v))).convert(mode)
    else:
        image = drawn.convert(mode)
    gray = frames.as_gray(image)
    assert (gray.shape, int(gray[20, 20]), int(gray[5, 5])) == ((40, 60), 0, 255)


@needs_ocr
def test_white_on_black_is_turned_over() -> None:
    image = Image.new("L", (60, 40), 0)
    ImageDraw.Draw(image).rectangle((10, 10, 20, 20), fill=255)
    planes = import_module(FRAMES).planes_of(image)
    gray = import_module("pipelines.reading.scan.paper").dark_on_light(planes).gray
    assert (int(gray[15, 15]), int(gray[5, 5])) == (0, 255)


@needs_ocr
@pytest.mark.parametrize("image", [Image.new("L", (400, 300), 255), Image.new("L", (1, 1), 0), Image.new("L", (9, 2))])
def test_a_picture_of_nothing_is_empty(image: Image.Image) -> None:
    assert reason_of(saved(image)) == "empty"


@needs_ocr
def test_noise_holds_no_table() -> None:
    try:
        document = read_document(saved(Image.effect_noise((500, 400), 120)), DEFAULT_LIMITS)
    except ReadError as error:
        assert error.reason in {"empty", "too_many_cells", "no_grid_in_picture"}
    else:
        assert not grids(document)


# Pages.


@pytest.fixture(scope="module")
def small_report(font: Path) -> tuple[Image.Image, list[list[str]]]:
    rows = [
        [*LABELS],
        ["规章", "0", "12", "3"],
        ["行政规范性文件", "1,234", "", "-"],
        ["行政许可", "10086", "4件", "0.35"],
        ["其他对外管理服务事项", "+17", "-5", "无"],
    ]
    title = TextBlock("测试市东山区人民政府2020年政府信息公开工作年度报告", is_title=True)
    return page([title, TextBlock("一、总体情况"), table(rows), TextBlock("共受理申请15件。")], font), rows


@needs_ocr
def test_cells_and_lines_of_a_page_are_read(small_report: tuple[Image.Image, list[list[str]]]) -> None:
    image, rows = small_report
    document = read_document(scan.picture(image), DEFAULT_LIMITS)
    assert texts(document) == rows
    assert [cell.doubt for cell in cells(document)] == [None] * 20
    assert paragraphs(document)[:2] == ["测试市东山区人民政府2020年政府信息公开工作年度报告", "一、总体情况"]
    assert document.media_type == "image/png"
    assert all(grid.spanned for grid in grids(document))


@needs_ocr
def test_a_cell_knows_its_place_on_the_page_and_how_sure_it_is(
    small_report: tuple[Image.Image, list[list[str]]],
) -> None:
    image, _ = small_report
    first, second = (cells(read_document(scan.picture(image, Scanner(dpi=dpi)), DEFAULT_LIMITS)) for dpi in (200, 100))
    for cell, coarse in zip(first, second, strict=True):
        assert cell.place is not None and cell.place.page == 1 and coarse.place is not None
        assert cell.place.confidence is not None and 0.5 <= cell.place.confidence <= 1.0
        assert cell.place.box is not None and coarse.place.box is not None
        # The same pixels at half the resolution are twice as large on paper.
        assert coarse.place.box == pytest.approx([2 * edge for edge in cell.place.box], abs=0.3)
    boxes = [cell.place.box for cell in first if cell.place and cell.place.box]
    assert max(box[2] for box in boxes) < image.width * 72 / 200
    assert boxes[1][0] == pytest.approx(boxes[0][2], abs=1.0)


@needs_ocr
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_is_read_whichever_way_it_lay(small_report: tuple[Image.Image, list[list[str]]], quarters: int) -> None:
    image, rows = small_report
    document = read_document(scan.picture(image.rotate(90 * quarters, expand=True)), DEFAULT_LIMITS)
    assert texts(document) == rows
    box = next(cell.place.box for cell in cells(document) if cell.text == "10086" and cell.place)
    upright = read_document(scan.picture(image), DEFAULT_LIMITS)
    level = next(cell.place.box for cell in cells(upright) if cell.text == "10086" and cell.place)
    assert box is not None and level is not None
    width, height = image.width * 0.36, image.height * 0.36
    turned = {
        1: (level[1], width - level[2], level[3], width - level[0]),
        2: (width - level[2], height - level[3], width - level[0], height - level[1]),
        3: (height - level[3], level[0], height - level[1], level[2]),
    }
    assert box == pytest.approx(turned[quarters], abs=1.5)


@needs_ocr
def test_an_orientation_in_the_metadata_is_followed(small_report: tuple[Image.Image, list[list[str]]]) -> None:
    image, rows = small_report
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(image.rotate(90, expand=True), "JPEG", quality=95, exif=exif)
    assert texts(read_document(data, DEFAULT_LIMITS)) == rows


@needs_ocr
def test_a_worn_page_has_no_wrong_number(font: Path) -> None:
    rng = random.Random(11)
    rows = [[*LABELS], *(["行政许可", *(str(rng.randint(0, 99_999)) for _ in range(3))] for _ in range(12))]
    worn = Scanner(dpi=200, angle=1.7, blur=0.9, noise=8.0, specks=40, paper=225, ink=40, quality=60)
    document = read_document(scan.picture(page([table(rows)], font, worn), worn), DEFAULT_LIMITS)
    found = [cell for row in grids(document)[0].rows[1:] for cell in row[1:]]
    printed = [text for row in rows[1:] for text in row[1:]]
    wrong = [(cell, text) for cell, text in zip(found, printed, strict=True) if cell.text != text and not cell.doubt]
    assert wrong == []
    assert sum(cell.doubt is None for cell in found) >= 30


@needs_ocr
def test_a_scanned_report_is_extracted(font: Path) -> None:
    rng = random.Random(3)
    printout = random_printout(rng, "2021", blanks=0.1)
    blocks = report_blocks(rng, printout)
    pages = scan.drawn(rng, blocks, CLEAN, font)
    verdict = judge_file(printout, saved_pages(pages))
    assert verdict.wrong == ()
    assert verdict.refused is None
    assert verdict.right >= 0.98 * len(printout.truth)


def saved_pages(pages: list[Image.Image]) -> bytes:
    return saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200))


@needs_ocr
def test_nothing_of_rapidocr_is_imported_and_the_log_is_quiet(
    small_report: tuple[Image.Image, list[list[str]]], capfd: pytest.CaptureFixture[str]
) -> None:
    read_document(scan.picture(small_report[0]), DEFAULT_LIMITS)
    assert "rapidocr" not in sys.modules
    assert capfd.readouterr() == ("", "")


@needs_ocr
def test_figures_in_columns_without_rules_are_refused(font: Path) -> None:
    image = page([TextBlock("一、总体情况")], font)
    draw, face = ImageDraw.Draw(image), scan.font_files()[0]
    letters = ImageFont.truetype(str(face), 29)
    for row in range(4):
        for column, text in enumerate(("行政许可", "12", "7")):
            draw.text((200 + 400 * column, 400 + 60 * row), text, font=letters, fill=0)
    assert reason_of(scan.picture(image)) == "no_grid_in_picture"


@needs_ocr
def test_figures_without_any_word_may_stand_upside_down(font: Path) -> None:
    document = read_document(scan.picture(page([table([["66", "89"], ["9", "6"]])], font)), DEFAULT_LIMITS)
    assert {cell.doubt for cell in cells(document)} == {"page_may_be_turned"}


@needs_ocr
@pytest.mark.parametrize(("mark", "reasons"), [("/", {None}), ("l2", {"readings_differ", "lookalike", None})])
def test_a_slash_is_never_a_one(font: Path, mark: str, reasons: set[str | None]) -> None:
    rows = [[*LABELS], *(["行政许可", mark, "1", mark] for _ in range(3))]
    document = read_document(scan.picture(page([table(rows)], font)), DEFAULT_LIMITS)
    found = [cell for row in grids(document)[0].rows[1:] for cell in (row[1], row[3])]
    assert all(cell.doubt or cell.text == mark for cell in found), [(cell.text, cell.doubt) for cell in found]
    assert reasons


@needs_ocr
def test_a_faint_digit_is_no_blank_cell(font: Path) -> None:
    image = page([table([[*LABELS], ["规章", "0", "", "5"], ["行政许可", "", "0", "3"]])], font)
    document = read_document(scan.picture(image), DEFAULT_LIMITS)
    blank = next(cell for cell in cells(document) if not cell.text)
    assert blank.doubt is None
    assert blank.place is not None and blank.place.box is not None
    left, top, right, bottom = (edge * 200 / 72 for edge in blank.place.box)
    middle = ((left + right) / 2, (top + bottom) / 2)
    ImageDraw.Draw(image).rectangle((middle[0], middle[1] - 10, middle[0] + 4, middle[1] + 10), fill=185)
    faint = cells(read_document(scan.picture(image), DEFAULT_LIMITS))[cells(document).index(blank)]
    assert faint.doubt is not None
