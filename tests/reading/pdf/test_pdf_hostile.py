"""PDF files that are cut, damaged or made to cost: refused with a reason, in little time, never read in part."""

from __future__ import annotations

import random
import zlib

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipelines.messages import LANGUAGES, retold
from pipelines.reading import Grid, Limits, ReadError
from pipelines.reading.pdf.walk import Budget
from tests.cpu import at_most
from tests.reading.pdf.pdf_files import (
    FONT,
    GREETING,
    assembled,
    form,
    one_page,
    paragraphs,
    pdf,
    read,
    stream,
    table,
    texts,
)

ROWS = [["规章", "11", "12"], ["行政许可", "21", "22"]]
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
ROOT = b"<</Type/Catalog/Pages 2 0 R>>"


def plain() -> bytes:
    def draw(canvas: Canvas) -> None:
        table(canvas, ROWS)

    return pdf(draw, draw)


def reason(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        read(data, limits)
    assert caught.value.detail
    # One that is told by its code lacks a value.
    assert not any(retold(caught.value.detail, each).startswith("reading_") for each in LANGUAGES)
    return caught.value.reason


@pytest.mark.parametrize("tenth", range(1, 11))
def test_a_cut_file_is_never_read_in_part(tenth: int) -> None:
    data = plain()
    assert reason(data[: len(data) * tenth // 11]) == "truncated"


@pytest.mark.parametrize("lost", [1, 3, 6, 9, 20])
def test_a_file_that_lost_its_last_bytes_is_cut(lost: int) -> None:
    assert reason(plain().rstrip()[:-lost]) == "truncated"


@pytest.mark.parametrize("ending", [b"", b"\r\n", b"\0" * 500, b"\n<!-- served in 3 ms -->\n"])
def test_what_servers_append_does_no_harm(ending: bytes) -> None:
    assert paragraphs(one_page(GREETING) + ending) == ["hello world"]


def test_what_servers_put_before_the_file_does_no_harm() -> None:
    assert paragraphs(b"\r\n\r\n" + one_page(GREETING)) == ["hello world"]


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_file_is_refused_or_read_as_it_was(seed: int) -> None:
    rng, data = random.Random(seed), bytearray(plain())
    start, length = rng.randrange(len(data)), rng.choice((1, 20, 500))
    if seed % 3 == 0:
        data[start : start + length] = bytes(len(data[start : start + length]))
    elif seed % 3 == 1:
        del data[start : start + length]
    else:
        data[start] ^= 1 << rng.randrange(8)
    try:
        document = read(bytes(data))
    except ReadError:
        return
    assert [cell.text for block in document.blocks for row in block.rows for cell in row] == [  # type: ignore[union-attr]
        text for _ in range(2) for row in ROWS for text in row
    ]


def test_a_damaged_stream_is_told() -> None:
    data = bytearray(one_page(GREETING * 20, packed=True))
    data[data.index(b"stream\n") + 30] ^= 0xFF
    assert reason(bytes(data)) == "damaged"
    assert reason(one_page(GREETING, more={5: stream(b"no deflate", b"/Filter/FlateDecode")})) == "damaged"
    assert reason(one_page(GREETING, more={5: stream(b"!!~", b"/Filter[/ASCII85Decode/FlateDecode]")})) == "damaged"


def test_a_file_whose_end_points_elsewhere_is_damaged() -> None:
    data = one_page(GREETING)
    start = data.rindex(b"startxref")
    assert reason(data[:start] + b"%%EOF\n") == "damaged"
    assert reason(data.replace(b"0000000009 00000 n \n", b"", 1)) == "damaged"
    elsewhere = data[:start] + b"startxref\n7\n%%EOF\n"
    assert reason(elsewhere.replace(b"0000000009 00000 n \n", b"", 1)) == "damaged"
    assert reason(elsewhere.replace(b"xref\n0 6", b"xrex\n0 6", 1)) == "damaged"


@pytest.mark.parametrize("place", [b"0", b"7", b"%d", b"999999999"])
def test_a_wrong_place_of_the_table_does_no_harm_to_a_file_that_is_whole(place: bytes) -> None:
    drawn, written = plain(), one_page(GREETING)
    for moved in (-1, 1, 3):
        data, other = (
            each[: each.rindex(b"startxref")] + b"startxref\n%b\n%%%%EOF\n" % wrong
            for each in (drawn, written)
            for wrong in [place % (each.rindex(b"xref\n0") + moved) if b"%" in place else place]
        )
        assert len(read(data).blocks) == len(read(drawn).blocks)
        assert paragraphs(other) == ["hello world"]


@pytest.mark.parametrize("lost", [b"hello ", b"h", b" 4 0 R", b"/Contents 5 0 R", b"/Length", b"stream\n", b"endobj\n"])
def test_a_file_that_lost_some_bytes_is_damaged_wherever_its_end_points(lost: bytes) -> None:
    for place in (None, b"7", b"999999"):
        data = one_page(GREETING).replace(lost, b"", 1)
        if place is not None:
            data = data[: data.rindex(b"startxref")] + b"startxref\n%b\n%%%%EOF\n" % place
        assert reason(data) in ("damaged", "truncated")


@pytest.mark.parametrize("entry", [b"0000000000 65536 n ", b"0000000000 00000 n "])
def test_an_object_that_was_listed_and_never_written_is_missed_where_something_refers_to_it(entry: bytes) -> None:
    def listing(content: bytes) -> bytes:
        data = one_page(content, more={7: b"<<>>"})
        at = data.index(b"0000000000 00000 f ")
        return data[:at] + entry + data[at + len(entry) :]

    assert paragraphs(listing(GREETING)) == ["hello world"]
    assert paragraphs(listing(b"6 0 0 RG\n0 6 0 RG\n" + GREETING)) == ["hello world"]
    needed = listing(GREETING).replace(b"/Contents 5 0 R", b"/Contents 6 0 R")
    assert reason(needed) == "damaged"


def test_a_file_without_its_pages_is_damaged() -> None:
    for number in (1, 2, 3):
        assert reason(one_page(GREETING).replace(b"\n%d 0 obj" % number, b"\n%d 0 obx" % number)) == "damaged"


def test_pages_that_hold_themselves_are_refused() -> None:
    loop = b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>"
    assert reason(assembled({1: ROOT, 2: loop, 3: PAGE, 4: FONT, 5: stream(GREETING)})) == "damaged"


def test_too_many_pages_are_refused_before_they_are_opened() -> None:
    count = 10_000
    many = b"<</Type/Pages/Kids[%b]/Count %d>>" % (b"3 0 R " * count, count)
    with at_most(20):
        assert reason(assembled({1: ROOT, 2: many, 3: PAGE, 4: FONT, 5: stream(GREETING)})) == "too_many_pages"
    assert reason(plain(), Limits(pages=1)) == "too_many_pages"


@pytest.mark.parametrize("box", [b"[0 0 1000000000 1000000000]", b"[0 0 0 0]", b"[9 9 1 1]", b"[0 0]", b"[0 0 nan 9]"])
def test_pages_of_any_size_are_read(box: bytes) -> None:
    data = one_page(GREETING).replace(b"[0 0 595 842]", box)
    offset = data.index(b"xref")
    data = data[: data.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % offset
    try:
        found = paragraphs(data)
    except ReadError as error:
        assert error.reason in ("empty", "damaged")
    else:
        assert found == ["hello world"]


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    packed = zlib.compress(zlib.compress(b"\n" * 60_000_000))
    twice = stream(packed, b"/Filter[/FlateDecode/FlateDecode]")
    for data in (one_page(b"\n" * 60_000_000, packed=True), one_page(GREETING, more={5: twice})):
        assert reason(data) == "archive_bomb"


def test_drawings_inside_each_other_are_bounded() -> None:
    forms = {10 + n: form(b"/X Do", b"/XObject<</X %d 0 R>>" % (11 + n)) for n in range(60)}
    forms[70] = form(GREETING, b"/Font<</F1 4 0 R>>")
    assert reason(one_page(b"/X Do", resources=b"/XObject<</X 10 0 R>>", more=forms)) == "too_deep"
    own = form(b"/X Do", b"/XObject<</X 10 0 R>>")
    assert reason(one_page(GREETING + b"/X Do", resources=b"/XObject<</X 10 0 R>>", more={10: own})) == "too_deep"


def test_objects_beyond_the_budget_are_refused() -> None:
    budget = Budget(5)
    budget.spend(5)
    with pytest.raises(ReadError, match="too_many_objects"):
        budget.spend(1)
    paths = b"".join(b"%d %d m 300 400 l " % (n % 500, n % 700) for n in range(550_000)) + b"S"
    assert reason(one_page(GREETING + paths, packed=True)) == "too_many_objects"


def test_a_crowded_page_takes_little_time() -> None:
    letters = b"".join(b"1 0 0 1 %d %d Tm (0) Tj " % (n % 590, n % 840) for n in range(5_000))
    lines = b"".join(b"%d.%d 0 m %d.%d 842 l S 0 %d.%d m 595 %d.%d l S " % ((n // 3, n % 3) * 4) for n in range(1_000))
    page = one_page(lines + b"BT /F1 3 Tf " + letters + b"ET", packed=True)
    with at_most(30):
        document = read(page, Limits(grid_columns=5_000))
    assert isinstance(document.blocks[0], Grid)


def test_a_form_that_draws_itself_by_a_program_is_not_read_as_its_cover_page() -> None:
    more = {
        1: b"<</Type/Catalog/Pages 2 0 R/NeedsRendering true/AcroForm<</Fields[]/XFA 6 0 R>>>>",
        6: stream(b"<xdp/>"),
    }
    assert reason(one_page(GREETING, more=more)) == "unsupported_format"
    assert paragraphs(one_page(GREETING)) == ["hello world"]


def test_no_handle_is_left_open_after_an_error() -> None:
    for _ in range(50):
        assert reason(plain(), Limits(grid_columns=1)) == "too_many_columns"
    assert texts(pdf(lambda canvas: table(canvas, ROWS))) == ROWS


@pytest.mark.parametrize(
    ("sound", "damaged"),
    [
        (b"/Filter/FlateDecode", b"/F!lter/FlateDecode"),
        (b"/Length", b"/L!ngth"),
        (b">>\nstream", b">>\ns!ream"),
        (b">>\nstream", b">>0stream"),
        (b"5 0 obj\n<<", b"5 0 obj\n!<"),
        (b"\nendstream\nendobj\n", b"\nendstr!am\nendobj\n"),
        (b"/Contents 5 0 R", b"/Contents 5 0 !"),
    ],
)
def test_a_byte_that_takes_a_page_its_content_is_seen(sound: bytes, damaged: bytes) -> None:
    more = {6: stream(b"more", packed=True)}
    whole = one_page(GREETING, packed=True, more=more)
    assert paragraphs(whole) == ["hello world"]
    assert whole.count(sound) >= 1
    assert reason(whole.replace(sound, damaged, 1)) == "damaged"


def test_an_object_that_is_not_where_the_table_says_is_seen() -> None:
    whole = one_page(GREETING, packed=True)
    place = b"%010d" % whole.index(b"5 0 obj")
    assert reason(whole.replace(place, b"%010d" % (int(place) + 400))) == "damaged"
