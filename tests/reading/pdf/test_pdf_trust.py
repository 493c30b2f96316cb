"""PDF text that is drawn twice, hidden, covered, unnamed or only pictured: never a wrong number, never a lost one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from benchmarks.corpus import picture_files
from benchmarks.corpus.pdf import embedded_font
from pipelines.reading import Limits, ReadError
from pipelines.reading.pdf.images import page_images
from pipelines.reading.strokes import Strokes
from tests.reading.pdf.pdf_files import (
    GREETING,
    cells,
    fill,
    form,
    one_page,
    paragraphs,
    pdf,
    read,
    stream,
    table,
    texts,
    write,
)

ROWS = [["一二三四五六七八", "11", "12"], ["行政许可其他服务事项", "21", ""], ["一二三四五六七八", "31", "32"]]
PROSE = "二〇二〇年本机关主动公开政府信息若干条收到申请若干件均已办结并且没有结转下年度继续办理的"


Draw = Callable[[Canvas], None]


def first(canvas: Canvas) -> None:
    table(canvas, ROWS)
    write(canvas, PROSE, 60, 100)


def in_order(*draws: Draw) -> Draw:
    """Draw several things on a page, one upon the other."""

    def draw(canvas: Canvas) -> None:
        for each in draws:
            each(canvas)

    return draw


def picture(canvas: Canvas, x: float = 0, y: float = 0, width: float = 595, height: float = 842) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (40, 56), 200)), x, y, width, height)


def unseen(canvas: Canvas, text: str, x: float, y: float) -> None:
    line = canvas.beginText(x, 841.89 - y)
    line.setTextRenderMode(3)
    line.textOut(text)
    canvas.drawText(line)


@pytest.mark.parametrize("shifts", [[(0.0, 0.0)], [(0.3, 0.0)], [(0.25, 0.0), (0.5, 0.0)], [(1.0, 1.0)], [(0.0, 0.4)]])
def test_text_drawn_twice_counts_once(shifts: list[tuple[float, float]]) -> None:
    def draw(canvas: Canvas) -> None:
        first(canvas)
        for across, down in shifts:
            for row, own in enumerate(ROWS):
                for column, text in enumerate(own):
                    fill(canvas, row, column, text, shift=across, top=142 + down)
            write(canvas, PROSE, 60 + across, 100 + down)

    assert texts(pdf(draw)) == ROWS
    assert paragraphs(pdf(draw)) == [PROSE]


@pytest.mark.parametrize("text", ["11", "111", "1", "1 1", "7,777"])
def test_figures_that_repeat_a_digit_are_kept(text: str) -> None:
    assert texts(pdf(lambda canvas: table(canvas, [["规章", text], ["行政许可", text]])))[0] == ["规章", text]


def test_figures_written_digit_by_digit_are_one() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [["规章", ""], ["", ""]])
        for number, digit in enumerate("11221"):
            fill(canvas, 0, 1, digit, shift=4.62 * number)

    assert cells(pdf(draw))[0, 1][:1] == ("11221",)
    assert cells(pdf(draw))[0, 1].doubt is None


def test_other_text_upon_a_figure_makes_it_doubtful() -> None:
    found = cells(pdf(in_order(first, lambda canvas: fill(canvas, 0, 1, "78"))))
    assert found[0, 1].doubt == "overlapping_text"
    assert found[0, 2].doubt is None


def test_a_figure_overprinted_in_prose_shows_no_digits() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, "共计12件", 100, 100)
        write(canvas, "共计38件", 100.5, 100)

    (line,) = paragraphs(pdf(draw))
    assert not any(character.isdigit() for character in line)


def test_white_text_on_paper_is_not_printed_and_on_a_dark_cell_it_is() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.2)
        canvas.rect(280, 841.89 - 162, 90, 20, stroke=0, fill=1)
        canvas.setFillGray(0)
        first(canvas)
        canvas.setFillGray(1)
        fill(canvas, 1, 2, "9")
        fill(canvas, 0, 1, "9", shift=40)
        fill(canvas, 0, 2, "8", shift=40)

    found = cells(pdf(draw))
    assert (found[1, 2].text, found[1, 2].doubt) == ("9", "invisible_text")
    assert (found[0, 1].text, found[0, 1].doubt) == ("11", None)
    assert (found[0, 2].text, found[0, 2].doubt) == ("12 8", None)


def test_invisible_text_is_doubtful_and_never_in_the_prose() -> None:
    def draw(canvas: Canvas) -> None:
        first(canvas)
        unseen(canvas, "5", 290, 176)
        unseen(canvas, "行政许可 99", 100, 500)

    assert cells(pdf(draw))[1, 2].doubt == "invisible_text"
    assert paragraphs(pdf(draw)) == [PROSE]


def test_text_that_was_painted_over_gives_way_to_what_stands_there_now() -> None:
    def draw(canvas: Canvas) -> None:
        first(canvas)
        canvas.setFillGray(1)
        for row in (0, 2):
            canvas.rect(192, 841.89 - 160 - 20 * row, 80, 16, stroke=0, fill=1)
        canvas.setFillGray(0)
        fill(canvas, 0, 1, "88")

    found = cells(pdf(draw))
    assert (found[0, 1].text, found[0, 1].doubt) == ("88", None)
    assert found[2, 1].doubt == "covered_text"
    assert (found[0, 2].text, found[0, 2].doubt) == ("12", None)


def test_text_outside_the_page_is_not_there() -> None:
    def draw(canvas: Canvas) -> None:
        first(canvas)
        write(canvas, "777", 700, 300)

    assert paragraphs(pdf(draw)) == [PROSE]
    cropped = cells(pdf(draw, cropBox=(0, 600, 275, 800)))
    assert {cell.text for cell in cropped.values()} >= {"11", "21", "31"}
    assert not {cell.text for cell in cropped.values()} & {"12", "32"}


def test_a_watermark_is_no_text() -> None:
    def draw(canvas: Canvas) -> None:
        first(canvas)
        canvas.translate(150, 600)
        canvas.rotate(35)
        canvas.drawString(0, 0, "内部资料 123 内部资料 123 内部资料")

    assert texts(pdf(draw)) == ROWS
    assert paragraphs(pdf(draw)) == [PROSE]


def test_a_filled_form_field_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        first(canvas)
        canvas.acroForm.textfield(name="a", value="42", x=285, y=661, width=60, height=17, borderWidth=0)

    assert cells(pdf(draw))[1, 2].text == "42"


@pytest.mark.parametrize(
    ("entries", "look", "shown"),
    [
        (b"/Subtype/FreeText/Contents(77)", True, ["hello world", "77"]),
        (b"/Subtype/FreeText/Contents(77)/F 2", True, ["hello world"]),
        (b"/Subtype/Link", False, ["hello world"]),
        (b"/Subtype/Widget/FT/Tx/T(a)", False, ["hello world"]),
    ],
)
def test_notes_are_read_as_they_are_drawn(entries: bytes, look: bool, shown: list[str]) -> None:
    assert paragraphs(annotated(entries, look=look)) == shown


@pytest.mark.parametrize(
    "entries", [b"/Subtype/FreeText/Contents(77)", b"/Subtype/Widget/FT/Tx/T(a)/V(42)", b"/Subtype/Widget/Parent 8 0 R"]
)
def test_a_field_that_is_filled_in_but_not_drawn_is_not_passed_over(entries: bytes) -> None:
    with pytest.raises(ReadError, match="unreadable_content"):
        read(annotated(entries, look=False))


def annotated(entries: bytes, *, look: bool) -> bytes:
    entries += b"/AP<</N 7 0 R>>" if look else b""
    drawn = form(b"BT /F1 12 Tf 2 4 Td (77) Tj ET", b"/Font<</F1 4 0 R>>", box=b"0 0 100 20")
    note = b"<</Type/Annot/Rect[100 600 200 620]%b>>" % entries
    field = b"<</FT/Tx/T(p)/V(43)/Kids[6 0 R]>>"
    return one_page(GREETING, entries=b"/Annots[6 0 R]", more={6: note, 7: drawn, 8: field})


def test_text_and_lines_in_nested_drawings_are_read_where_they_are_shown() -> None:
    content = b"0 0 m 100 0 l S 0 20 m 100 20 l S 0 0 m 0 20 l S 50 0 m 50 20 l S 100 0 m 100 20 l S "
    content += b"BT /F1 10 Tf 5 5 Td (12) Tj 50 0 Td (34) Tj ET"
    inner = form(content, b"/Font<</F1 4 0 R>>")
    outer = form(b"q 2 0 0 2 10 20 cm /In Do Q", b"/XObject<</In 7 0 R>>")
    data = one_page(b"q 1 0 0 1 100 500 cm /Out Do Q", resources=b"/XObject<</Out 6 0 R>>", more={6: outer, 7: inner})
    found = cells(data)
    assert [cell.text for cell in found.values()] == ["12", "34"]
    place = found[0, 1].place
    assert place is not None
    assert place.box == pytest.approx((210, 282, 310, 322), abs=0.5)


def test_fonts_that_name_no_characters_need_recognition() -> None:
    if (font := embedded_font()) is None:
        pytest.skip("no TrueType font with Chinese on this machine")

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, 10)
        table(canvas, ROWS)

    data = pdf(draw)
    assert texts(data) == ROWS
    with pytest.raises(ReadError, match="unreadable_text"):
        read(data.replace(b"/ToUnicode", b"/XoUnicode"))


def test_one_unnamed_character_makes_its_cell_doubtful() -> None:
    def draw(canvas: Canvas) -> None:
        first(canvas)
        fill(canvas, 1, 2, "7\ue001")

    found = cells(pdf(draw))
    assert (found[1, 2].text, found[1, 2].doubt) == ("7\ufffd", "unreadable_text")


@pytest.mark.parametrize(
    "draw",
    [
        picture,
        in_order(picture, lambda canvas: unseen(canvas, PROSE + PROSE, 20, 100)),
        in_order(first, picture),
        in_order(picture, lambda canvas: write(canvas, "- 1 -", 280, 800)),
    ],
    ids=["picture", "invisible layer", "text below", "page number"],
)
def test_pages_that_are_pictures_need_recognition(draw: Draw) -> None:
    with pytest.raises(ReadError, match="needs_ocr"):
        read(pdf(draw))


def test_text_turned_into_outlines_needs_recognition() -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(200):
            path = canvas.beginPath()
            x, y = 60 + number % 20 * 20, 700 - number // 20 * 20
            path.moveTo(x, y)
            for turn in range(10):
                path.curveTo(x + turn, y + 9, x + 9, y + turn, x + 5, y + turn)
            canvas.drawPath(path, stroke=0, fill=1)

    with pytest.raises(ReadError, match="needs_ocr"):
        read(pdf(draw))


def test_pictures_among_pages_of_text_are_named() -> None:
    def letterhead(canvas: Canvas) -> None:
        picture(canvas)
        first(canvas)

    def pasted(canvas: Canvas) -> None:
        first(canvas)
        picture(canvas, 100, 100, 400, 300)

    document = read(pdf(first, picture, letterhead, picture, pasted))
    assert document.metadata == {"unread_pages": "2,4", "picture_pages": "3,5"}
    assert texts(pdf(letterhead)) == ROWS


def test_pages_become_pictures_as_they_are_shown() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(0, 841.89 - 100, 595, 100, stroke=0, fill=1)

    (image,) = page_images(pdf(draw), Limits(), dpi=72)
    assert (image.number, image.width, image.height, image.scale) == (1, 595, 842, 1.0)
    assert len(image.pixels) == image.width * image.height * 3
    black, white = (image.pixels[3 * at : 3 * at + 3] for at in (50 * 595 + 300, 500 * 595 + 300))
    assert (black, white) == (b"\0\0\0", b"\xff\xff\xff")
    (chosen,) = page_images(pdf(first, draw), Limits(), [2], dpi=144)
    assert (chosen.number, chosen.width) == (2, 1191)
    with pytest.raises(ValueError, match="page 3 of 2"):
        list(page_images(pdf(first, draw), Limits(), [3]))


@pytest.mark.parametrize(
    ("size", "width", "height", "turn", "strokes"),
    [
        ((204, 98), 595, 595, 0, Strokes.THIN_LOST),
        ((98, 204), 595, 595, 0, Strokes.THIN_LOST),
        ((204, 98), 595, 595, 90, Strokes.THIN_LOST),
        ((204, 196), 595, 595, 0, Strokes.WHOLE),
        ((204, 98), 595, 286, 0, Strokes.WHOLE),
        ((204, 98), 595, 286, 90, Strokes.WHOLE),
        ((204, 98), 100, 100, 0, Strokes.WHOLE),
    ],
)
def test_a_page_that_shows_a_fax_is_known_though_its_pixels_are_square(
    size: tuple[int, int], width: int, height: int, turn: int, strokes: Strokes
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 420)
        canvas.rotate(turn)
        canvas.drawImage(ImageReader(Image.new("L", size, 200)), -width / 2, -height / 2, width, height)

    found = [page.strokes for page in page_images(pdf(draw, first), Limits(), dpi=72)]
    assert found == [strokes, Strokes.WHOLE]


@pytest.mark.parametrize(
    ("mode", "dpi", "strokes"),
    [
        ("1", (204, 98), Strokes.THIN_LOST),
        ("1", (204, 196), Strokes.HAIRLINES_LOST),
        ("1", (300, 300), Strokes.WHOLE),
        ("L", (204, 196), Strokes.WHOLE),
    ],
)
def test_of_a_picture_of_black_and_white_alone_the_thinnest_strokes_may_be_lost(
    mode: str, dpi: tuple[int, int], strokes: Strokes
) -> None:
    data = picture_files.pdf([Image.new(mode, (8 * dpi[0], 11 * dpi[1]), 1)], dpi, 90)["report.pdf"]
    assert [page.strokes for page in page_images(data, Limits(), dpi=72)] == [strokes]


@pytest.mark.parametrize(("user", "reason"), [("secret", "encrypted"), ("", None)])
def test_a_password_to_open_is_told_and_one_to_change_is_not_asked_for(user: str, reason: str | None) -> None:
    data = pdf(first, encrypt=StandardEncryption(user, ownerPassword="owner"))
    if reason is None:
        assert texts(data) == ROWS
        return
    with pytest.raises(ReadError, match=reason):
        read(data)


def test_files_without_text_are_empty() -> None:
    for draw in (lambda _: None, lambda canvas: table(canvas, [["", ""]])):
        with pytest.raises(ReadError, match="empty"):
            read(pdf(draw))
    with pytest.raises(ReadError, match="unreadable_content"):
        read(pdf(lambda canvas: unseen(canvas, "123", 100, 100)))


def test_a_font_whose_characters_have_no_name_is_refused() -> None:
    glyph = b"1000 0 0 0 800 800 d1 0 0 800 800 re f"
    encoding = b"/Encoding<</Type/Encoding/Differences[49/one/two]>>/FirstChar 49/LastChar 50/Widths[1000 1000]"
    shapes = b"/CharProcs<</one 7 0 R/two 7 0 R>>"
    font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 800 800]/FontMatrix[.001 0 0 .001 0 0]%b%b>>" % (encoding, shapes)
    with pytest.raises(ReadError, match="unreadable_text"):
        read(one_page(b"BT /F1 10 Tf 110 705 Td (12) Tj ET", more={4: font, 7: stream(glyph)}))
