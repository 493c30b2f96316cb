"""Binary Word that is foreign, locked, cut short or made to harm: each ends in a ReadError, and soon."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

import pytest

from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import report_blocks
from benchmarks.corpus.word import IN_TABLE, ROW_END, write_word
from benchmarks.corpus.word_file import CELL, WordParagraph, WordParts, WordRun, compound_bytes, sprm, word_bytes
from pipelines.reading import ReadError
from pipelines.reading.compound import check_compound
from pipelines.reading.doc import read_document
from tests.cpu import at_most
from tests.reading.doc.word_files import DELETED, HIDDEN, SPECIAL, cell, document, file_of, line, row

# Places in the header of a Word file: identity, version, flags, its numbers, and pairs (offset, length) of parts.
IDENT, VERSION, FLAGS, BODY_LENGTH, PAIRS = 0, 2, 10, 0x4C, 0x9A
CHARACTER_PAGES, PARAGRAPH_PAGES, PIECES = 12, 13, 33
SOON = 20.0  # CPU seconds
HUGE = struct.pack("<I", 0x7FFFFFFF)


def reason(data: bytes) -> str:
    """Return why a file is refused."""
    with at_most(SOON), pytest.raises(ReadError) as refused:
        read_document(data)
    return refused.value.reason


def with_header(place: int, content: bytes) -> bytes:
    """Return a file whose header holds something else."""
    return file_of(line("甲"), row("规章", "1"), header={place: content})


def a_report(seed: int = 1) -> bytes:
    """Return a whole report."""
    rng = random.Random(seed)
    return write_word(rng, report_blocks(rng, random_printout(rng, "2021")))


def pair(number: int, which: int = 0) -> int:
    """Return where the header tells the offset (0) or length (1) of a part."""
    return PAIRS + 8 * number + 4 * which


@pytest.mark.parametrize(
    ("place", "content", "expected"),
    [
        (IDENT, b"\xdc\xa5", "unsupported_format"),
        (IDENT, b"\x97\xa6", "unsupported_format"),
        (VERSION, struct.pack("<H", 101), "unsupported_format"),
        (VERSION, struct.pack("<H", 104), "unsupported_format"),
        (IDENT, b"PK", "damaged"),
        (FLAGS, struct.pack("<H", 0x1300), "encrypted"),
        (FLAGS, struct.pack("<H", 0x9300), "encrypted"),
        (FLAGS, struct.pack("<H", 0x1000), "damaged"),
        (BODY_LENGTH, HUGE, "truncated"),
        (32, b"\xff\xff", "truncated"),
        (152, b"\x0a\0", "damaged"),
        (pair(PIECES), HUGE, "damaged"),
        (pair(PIECES, 1), HUGE, "damaged"),
        (pair(PIECES, 1), b"\0\0\0\0", "damaged"),
        (pair(PIECES, 1), struct.pack("<I", 7), "damaged"),
        (pair(PARAGRAPH_PAGES), HUGE, "damaged"),
        (pair(CHARACTER_PAGES, 1), HUGE, "damaged"),
        (pair(PARAGRAPH_PAGES, 1), b"\0\0\0\0", "damaged"),
    ],
)
def test_a_header_that_cannot_be_followed_refuses_the_file(place: int, content: bytes, expected: str) -> None:
    assert reason(with_header(place, content)) == expected


def test_word_95_is_named() -> None:
    with pytest.raises(ReadError, match=r"Word 6/95 .*\.docx"):
        read_document(with_header(VERSION, struct.pack("<H", 104)))


def test_pictures_alone_need_recognition_and_nothing_is_empty() -> None:
    assert reason(file_of(line(WordRun("\x01", SPECIAL)))) == "needs_ocr"
    assert reason(file_of(line(WordRun("\x08", SPECIAL), WordRun("密", HIDDEN)))) == "needs_ocr"
    assert reason(file_of(line(""), data=b"\0" * 5000)) == "needs_ocr"
    assert reason(file_of(line(" \u3000"), row("", ""))) == "empty"
    assert reason(file_of(line(WordRun("密", HIDDEN)))) == "empty"


@pytest.mark.parametrize("tenths", range(10))
def test_a_report_cut_short_is_refused(tenths: int) -> None:
    data = a_report()
    assert reason(data[: len(data) * tenths // 10]) in ("truncated", "damaged")


def test_the_wrong_table_stream_is_refused() -> None:
    other = file_of(line("甲"), streams={"0Table": b"\x05" * 5000}, header={FLAGS: struct.pack("<H", 0x1000)})
    assert reason(other) == "damaged"


def test_a_compound_file_without_text_is_refused() -> None:
    assert reason(compound_bytes({"1Table": b""})) == "truncated"
    assert reason(compound_bytes({"WordDocument": b"\xec\xa5\xc1\0"})) == "damaged"


@pytest.mark.parametrize("place", [0x2C, 0x40])
def test_more_tables_of_sectors_than_the_file_has_are_refused(place: int) -> None:
    data = bytearray(file_of(line("甲")))
    data[place : place + 4] = struct.pack("<I", 1 << 30)
    assert reason(bytes(data)) == "truncated"
    with pytest.raises(ReadError):
        check_compound(bytes(data))


@pytest.mark.parametrize(("place", "content"), [(0x1E, b"\x02\0"), (0x1E, b"\x1f\0"), (0x20, b"\0\0")])
def test_odd_sectors_are_refused(place: int, content: bytes) -> None:
    data = bytearray(file_of(line("甲")))
    data[place : place + 2] = content
    assert reason(bytes(data)) == "damaged"


def _entry(data: bytes | bytearray, name: str) -> int:
    return data.index(name.encode("utf-16-le").ljust(64, b"\0"))


def test_a_stream_longer_than_the_file_is_refused_though_its_sectors_go_round() -> None:
    data = bytearray(file_of(line("甲")))
    entry = _entry(data, "WordDocument")
    (start,) = struct.unpack_from("<I", data, entry + 116)
    tables = struct.unpack_from("<I", data, 0x4C)[0]
    struct.pack_into("<I", data, 512 * (tables + 1) + 4 * start, start)
    struct.pack_into("<Q", data, entry + 120, 0xFFFFFFFF)
    assert reason(bytes(data)) == "truncated"


def test_sectors_that_go_round_end_soon() -> None:
    data = bytearray(a_report())
    tables = struct.unpack_from("<I", data, 0x4C)[0]
    for sector in range(20):
        struct.pack_into("<I", data, 512 * (tables + 1) + 4 * sector, 0)
    assert reason(bytes(data)) in ("truncated", "damaged")


def _changed(change: Callable[[bytearray, int], None], number: int) -> bytes:
    """Return a file in which a part of the table stream is changed in place."""
    data = bytearray(file_of(*[line(f"第{n}段") for n in range(40)], row("规章", "1")))
    table = _stream_place(data, "1Table")
    document_place = _stream_place(data, "WordDocument")
    (offset,) = struct.unpack_from("<I", data, document_place + pair(number))
    change(data, table + offset)
    return bytes(data)


def _stream_place(data: bytes | bytearray, name: str) -> int:
    (start,) = struct.unpack_from("<I", data, _entry(data, name) + 116)
    return 512 * (int(start) + 1)


def test_a_page_of_properties_outside_of_the_file_is_refused() -> None:
    def change(data: bytearray, place: int) -> None:
        pages = (
            struct.unpack_from("<I", data, _stream_place(data, "WordDocument") + pair(PARAGRAPH_PAGES, 1))[0] - 4
        ) // 8
        struct.pack_into("<I", data, place + 4 * (pages + 1), 0x3FFFFF)

    assert reason(_changed(change, PARAGRAPH_PAGES)) == "truncated"


def test_a_page_of_properties_named_twice_is_refused() -> None:
    def change(data: bytearray, place: int) -> None:
        pages = (
            struct.unpack_from("<I", data, _stream_place(data, "WordDocument") + pair(PARAGRAPH_PAGES, 1))[0] - 4
        ) // 8
        assert pages > 1
        first = data[place + 4 * (pages + 1) : place + 4 * (pages + 2)]
        data[place + 4 * (pages + 2) : place + 4 * (pages + 3)] = first

    assert reason(_changed(change, PARAGRAPH_PAGES)) == "damaged"


def test_a_page_of_properties_with_too_many_runs_is_refused() -> None:
    data = bytearray(file_of(line("甲")))
    place = _stream_place(data, "WordDocument")
    (offset,) = struct.unpack_from("<I", data, place + pair(PARAGRAPH_PAGES))
    page = struct.unpack_from("<I", data, _stream_place(data, "1Table") + offset + 8)[0]
    data[place + 512 * page + 511] = 255
    assert reason(bytes(data)) == "damaged"


@pytest.mark.parametrize("content", [HUGE, struct.pack("<I", 0xFFFFFFFF), b"\x01\0\0\0"])
def test_pieces_of_text_outside_of_the_file_are_refused(content: bytes) -> None:
    def change(data: bytearray, place: int) -> None:
        data[place + 9 : place + 13] = content  # where the only piece ends

    assert reason(_changed(change, PIECES)) == "truncated"


def test_a_piece_of_text_that_begins_behind_the_file_is_refused() -> None:
    def change(data: bytearray, place: int) -> None:
        data[place + 15 : place + 19] = struct.pack("<I", 0x3FFFFFFF)

    assert reason(_changed(change, PIECES)) == "truncated"


def test_millions_of_pieces_are_refused() -> None:
    def change(data: bytearray, place: int) -> None:
        data[place + 1 : place + 5] = struct.pack("<I", 3_000_004)

    assert reason(_changed(change, PIECES)) == "too_large"


@pytest.mark.parametrize("depth", [0x7FFFFFFF, -1, -0x80000000, 21])
def test_a_depth_no_table_has_is_refused(depth: int) -> None:
    deep = line("甲", properties=sprm(0x6649, struct.pack("<i", depth)))
    assert reason(file_of(deep)) == "too_deep"


def test_tables_inside_each_other_end_soon() -> None:
    depths = [1 + n % 20 for n in range(3000)]
    body = [line("甲", properties=IN_TABLE + sprm(0x6649, struct.pack("<i", depth))) for depth in depths]
    assert len(document(body).blocks) == len(depths)


def test_a_cell_outside_of_any_table_is_refused() -> None:
    assert reason(file_of(WordParagraph((WordRun("甲"),), CELL))) == "damaged"


@pytest.mark.parametrize("data", [b"\0\0", b"\0\0\xff\xff", b"\0\0\x10\0\x46\x66", b""])
def test_properties_that_lie_nowhere_are_refused(data: bytes) -> None:
    elsewhere = sprm(0x6646, struct.pack("<I", 2))
    assert (
        reason(file_of(cell("甲", properties=elsewhere), data=data.ljust(5000, b"\xff") if data else b"")) == "damaged"
    )


def test_properties_that_refer_to_themselves_end() -> None:
    loop = sprm(0x6646, struct.pack("<I", 2))
    data = b"\0\0" + struct.pack("<H", len(loop)) + loop
    found = document(cell("甲", properties=loop), line("文"), data=data.ljust(5000, b"\0"))
    assert [type(block).__name__ for block in found.blocks] == ["Grid", "Paragraph"]


def test_properties_that_refer_to_ever_others_are_refused() -> None:
    chain = b"\0\0"
    for _ in range(20):
        chain += struct.pack("<H", 6) + sprm(0x6646, struct.pack("<I", len(chain) + 8))
    first = sprm(0x6646, struct.pack("<I", 2))
    assert reason(file_of(cell("甲", properties=first), data=chain.ljust(5000, b"\0"))) == "damaged"


def test_a_row_of_255_cells_without_room_for_them_allocates_nothing() -> None:
    definition = sprm(0xD608, struct.pack("<HB", 0xFFFF, 255))
    end = WordParagraph((WordRun(""),), CELL, IN_TABLE + ROW_END + definition)
    found = document([cell("甲"), end], line("文"))
    assert [type(block).__name__ for block in found.blocks] == ["Grid", "Paragraph"]


def test_more_paragraphs_than_a_report_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.reading.doc.text._MAX_PARAGRAPHS", 100)
    assert reason(file_of(*[line("") for _ in range(200)])) == "too_large"


@pytest.mark.parametrize(
    "paragraph",
    [
        line("\x13" * 300_000),
        line(WordRun("<" * 300_000, SPECIAL)),
    ],
    ids=["fields", "control marks"],
)
def test_more_marks_than_a_report_has_are_refused(paragraph: WordParagraph) -> None:
    assert reason(file_of(paragraph)) == "too_large"


def test_fields_inside_each_other_end_soon() -> None:
    found = document(line("\x13" * 100_000 + "\x15" * 100_000 + "甲"))
    assert [block.text for block in found.blocks] == ["甲"]  # type: ignore[union-attr]


def test_paragraphs_whose_marks_are_all_deleted_end_soon() -> None:
    gone = WordRun("一二三四五六七八九十\r" * 100_000, b"")
    text = word_bytes(WordParts([WordParagraph((gone,))]))
    assert len(read_document(text).blocks) == 100_000
    marks = [run for _ in range(20_000) for run in (WordRun("一二三四五"), WordRun("\r", DELETED))]
    assert len(document(WordParagraph(tuple(marks))).blocks) == 1


def test_a_file_of_nothing_but_paragraphs_ends_soon() -> None:
    data = word_bytes(WordParts([WordParagraph((WordRun("\r" * 190_000),))]))
    assert reason(data) == "empty"


def test_random_damage_ends_in_a_document_or_a_read_error() -> None:
    rng = random.Random(7)
    whole = [a_report(seed) for seed in range(3)]
    outcomes = set()
    for _ in range(250):
        data = bytearray(rng.choice(whole))
        for _ in range(rng.choice((1, 10, 200))):
            place = rng.randrange(len(data) - 4)
            data[place : place + 4] = rng.choice((HUGE, b"\xff\xff\xff\xff", b"\0\0\0\0", rng.randbytes(4)))
        try:
            with at_most(SOON):
                outcomes.add(type(read_document(bytes(data))).__name__)
        except ReadError as error:
            outcomes.add(error.reason)
    assert {"Document", "damaged"} <= outcomes
