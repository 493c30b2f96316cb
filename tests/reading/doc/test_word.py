"""Binary Word: text without what is not printed, numbers of lists, stories, fields, and the second opinion."""

from __future__ import annotations

import json
import random
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import office_oxide
import pytest

from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import report_blocks
from benchmarks.corpus.word import IN_TABLE, write_word
from benchmarks.corpus.word_file import CELL, WordParagraph, WordRun, sprm, style
from pipelines.extracting.report import extract
from pipelines.reading import Paragraph, ReadError, Run, read
from pipelines.reading.doc import read_document
from tests.reading.doc.word_files import (
    DELETED,
    HIDDEN,
    INSERTED,
    OFF,
    ON,
    RAISED,
    SPECIAL,
    STRUCK,
    cell,
    document,
    doubts,
    file_of,
    grids,
    line,
    only_cell,
    paragraphs,
    places,
    row,
    texts,
)

FIXTURES = Path(__file__).parent


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(5))
def test_every_cell_of_a_report_is_read_right(seed: int, form: str) -> None:
    rng = random.Random(f"word {seed}")
    printout = random_printout(rng, form, blanks=0.2)
    report = extract(read(write_word(rng, report_blocks(rng, printout))), 2026)
    assert report.reading is not None
    found = {path: report.reading.cells[path].value for path in printout.truth}
    assert found == {path: truth.value for path, truth in printout.truth.items()}


@pytest.mark.parametrize("name", ["report_2019", "report_2021"])
def test_every_cell_of_a_report_that_libreoffice_wrote_is_read_right(name: str) -> None:
    report = extract(read((FIXTURES / f"{name}.doc").read_bytes()), 2026)
    assert report.reading is not None
    expected: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    found = {".".join(path): cell.value for path, cell in report.reading.cells.items()}
    assert found == {path: None if value is None else Decimal(value) for path, value in expected.items()}


def test_a_file_that_libreoffice_wrote_is_read_as_it_prints() -> None:
    found = read((FIXTURES / "features.doc").read_bytes())
    assert paragraphs(found)[:10] == [
        "某区2020年政府信息公开工作年度报告", "前后新增尾", "可见可见", "脚注之后", "一、总体情况", "二、主动公开",
        "1.属于国家秘密", "2.重复申请", "三、收到和处理", "链接文字😀之后",
    ]  # fmt: skip
    outer, nested, boxed = grids(found)
    assert places(outer)["跨两行"] == (0, 0, 2, 1)
    assert places(outer)["大格"] == (3, 0, 2, 2)
    assert doubts(outer)["82"] == "raised_text"
    assert doubts(outer)["910"] == "struck_text"
    assert doubts(outer)["12"] is None
    assert doubts(outer)["①12"] == "automatic_number"
    assert texts(nested) == [["内a", "内b"], ["内c"]]
    assert texts(boxed) == [["框表", "7"]]
    assert paragraphs(found)[10:] == ["两表之间", "外一", "外一尾", "外二", "文本框后", "框内文字"]


@pytest.mark.parametrize("properties", [DELETED, HIDDEN, sprm(0x0818, b"\x01")])
def test_deleted_and_hidden_text_is_not_printed(properties: bytes) -> None:
    gone = WordRun("99", properties)
    found = document(line("前", gone, "后"), row(cell("1", gone, "2"), cell(gone)), line("尾"))
    assert paragraphs(found) == ["前后", "尾"]
    assert texts(grids(found)[0]) == [["12", ""]]


@pytest.mark.parametrize(
    ("properties", "doubt"),
    [
        (sprm(0x2A42, b"\x08"), "hidden_text"),
        (sprm(0x2A42, b"\x02"), None),
        (sprm(0x6870, b"\xff\xff\xff\x00"), "hidden_text"),
        (sprm(0x6870, b"\xff\xff\xff\xff"), None),  # chosen by the program
        (sprm(0x6870, b"\xff\x00\x00\x00"), None),
        (sprm(0x2A42, b"\x08") + sprm(0x4866, b"\x00\x20"), None),  # upon a colour
        (sprm(0x4A43, b"\x02\x00"), "hidden_text"),
        (sprm(0x4A43, b"\x15\x00"), None),
        (sprm(0x4845, b"\x0c\x00"), "raised_text"),
        (sprm(0x4845, b"\xf4\xff"), "raised_text"),
        (sprm(0x4845, b"\xfe\xff"), None),
    ],
)
def test_digits_that_are_raised_or_hardly_seen_are_doubted(properties: bytes, doubt: str | None) -> None:
    found = only_cell(document(row(cell("101", WordRun("2", properties)))))
    assert (found.text, found.doubt) == ("1012", doubt)


def test_inserted_text_is_printed() -> None:
    assert paragraphs(document(line("前", WordRun("新", INSERTED), "后"))) == ["前新后"]


def test_text_that_is_said_not_to_be_hidden_is_printed() -> None:
    assert paragraphs(document(line("前", WordRun("新", HIDDEN + sprm(0x083C, OFF)), "后"))) == ["前新后"]


def test_paragraphs_whose_mark_is_deleted_are_one() -> None:
    found = document(line("前", mark=DELETED), line("后"), row(cell("1")), line("甲", mark=HIDDEN), row(cell("2")))
    assert paragraphs(found) == ["前后", "甲"]
    split = WordParagraph((WordRun("12"),), "\r", cell("").properties, mark_properties=DELETED)
    assert only_cell(document([split, *row(cell("34"))])).text == "1234"


def test_text_in_a_hidden_style_is_not_printed() -> None:
    hidden = style("hidden", 0xFFE, character=HIDDEN)
    spoken = style("spoken", 0xFFE, kind=2, character=HIDDEN)
    by_run = WordRun("密", sprm(0x4A30, struct.pack("<H", 2)))
    shown = WordRun("明", sprm(0x4A30, struct.pack("<H", 2)) + sprm(0x083C, b"\x81"))
    found = document(line("甲"), line("乙", style=1), line("丙", by_run, shown), styles=[hidden, spoken])
    assert paragraphs(found) == ["甲", "丙明"]


def test_a_piece_of_text_can_be_deleted_as_a_whole() -> None:
    deletion = struct.pack("<H", 0x41 << 1 | 1 << 8)
    data = file_of(line("一二三"), line("四五六"), pieces=2)
    table = bytearray(data)
    place = data.index(struct.pack("<IIII", 0, 4, 9, 0)[:12]) + 12  # the ends of the pieces, then their entries
    table[place + 14 : place + 16] = deletion
    assert paragraphs(read_document(bytes(table))) == ["一二三"]


def test_the_code_of_a_field_is_no_text_and_its_result_is() -> None:
    field = "\x13 DATE \x13 NESTED \x14深\x15 \x142020年\x15"
    assert paragraphs(document(line("于", field, "止"))) == ["于2020年止"]


def test_marks_of_fields_without_a_partner_hide_nothing() -> None:
    assert paragraphs(document(line("丙\x15丁\x14"), line("甲\x13乙"))) == ["丙丁", "甲乙"]


def test_a_field_without_result_makes_its_cell_doubtful() -> None:
    found = only_cell(document(row(cell("1\x13 FORMDROPDOWN \x14\x15"))))
    assert (found.text, found.doubt) == ("1", "empty_field")


def test_a_field_code_that_holds_cells_is_damage() -> None:
    with pytest.raises(ReadError, match="damaged"):
        document(row(cell("\x13 IF "), cell("1\x14")), line("\x15"))


def test_symbols_and_marks_of_content_controls() -> None:
    symbol = WordRun("(", SPECIAL + sprm(0x6A09, struct.pack("<HH", 0, 0xF0FC)))
    found = document(line(symbol, WordRun("<", SPECIAL), "甲", WordRun(">", SPECIAL), "(", "<"))
    assert paragraphs(found) == ["\uf0fc甲(<"]


def test_a_cell_with_a_picture_alone_is_doubtful() -> None:
    picture = WordRun("\x01", SPECIAL)
    assert only_cell(document(row(cell(picture), "甲"))).doubt == "picture"
    assert only_cell(document(row(cell("5", picture), "甲")))[0] == "5"


@pytest.mark.parametrize(("properties", "doubt"), [(RAISED, "raised_text"), (STRUCK, "struck_text")])
def test_digits_that_are_raised_or_struck_out_make_a_cell_doubtful(properties: bytes, doubt: str) -> None:
    odd = WordRun("2", properties)
    (grid,) = grids(document(row(cell("1", odd), cell(odd), cell(WordRun("注", properties)), "3")))
    assert doubts(grid) == {"12": doubt, "2": doubt, "注": None, "3": None}


def test_a_run_over_several_cells_is_told_in_each() -> None:
    whole = WordParagraph((WordRun(f"1{CELL}2", STRUCK),), CELL, IN_TABLE)
    (grid,) = grids(document([whole, *row(bounds=[0, 1000, 2000], flags=[0, 0])]))
    assert doubts(grid) == {"1": "struck_text", "2": "struck_text"}


def test_page_headers_are_no_text_and_text_boxes_come_last() -> None:
    found = document(line("正文"), headers=[line("页眉")], boxes=[line("框"), *row("规章", "1"), line("框尾")])
    assert paragraphs(found) == ["正文", "框", "框尾"]
    assert texts(grids(found)[0]) == [["规章", "1"]]


def test_breaks_hyphens_and_narrow_text() -> None:
    found = document(line("a\x0bb\x0cc\x1ed\x1fe\xa0\x93f\x94".encode("latin-1").decode("cp1252")), narrow=True)
    assert paragraphs(found) == ["a", "b", "c-de\xa0“f”"]


def test_pairs_of_surrogates_keep_their_place() -> None:
    found = document(line("😀甲"), row("😀", "1"), line("乙\ud83d"))
    assert paragraphs(found) == ["😀甲", "乙\ufffd"]
    assert texts(grids(found)[0]) == [["😀", "1"]]


def test_text_in_pieces_out_of_order_is_put_in_order() -> None:
    body = [line(f"第{n}段落") for n in range(20)]
    assert paragraphs(document(body, pieces=7)) == [f"第{n}段落" for n in range(20)]


def test_headings_are_told_by_style_or_level() -> None:
    heading, title = style("heading 1", 1), style("Title", 62)
    found = document(line("甲", style=1), line("乙", style=2), line("丙", properties=sprm(0x2640, OFF)), line("丁"),
                     styles=[heading, title])  # fmt: skip
    assert [block.is_heading for block in found.blocks if isinstance(block, Paragraph)] == [True, True, True, False]


def test_pipes_in_a_paragraph_part_cells() -> None:
    assert [type(block) for block in document(line("规章\t|1|2")).blocks] == [Run]


def _numbering(form: int, text: str, start: int = 1) -> dict[str, bytes]:
    """Return one list of one level, and its use."""
    head = struct.pack("<ii18sBB", 7, 0, b"", 1, 0)
    level = struct.pack("<iBB9sBiiBBBB", start, form, 0, b"\x01", 2, 0, 0, 0, 0, 0, 0)
    level += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    use = struct.pack("<Iiiibbbb", 1, 7, 0, 0, 0, 0, 0, 0) + struct.pack("<I", 0xFFFFFFFF)
    return {"lists": struct.pack("<H", 1) + head + level, "overrides": use}


NUMBERED = sprm(0x460B, struct.pack("<H", 1)) + sprm(0x260A, OFF)


@pytest.mark.parametrize(
    ("form", "text", "start", "expected"),
    [
        (37, "\0、", 1, ["一、甲", "二、乙"]),
        (11, "（\0）", 10, ["（十）甲", "（十一）乙"]),
        (39, "\0", 20, ["二十甲", "二十一乙"]),
        (10, "\0", 10, ["一〇甲", "一一乙"]),
        (0, "\0.", 9, ["9.甲", "10.乙"]),
        (22, "\0", 9, ["09甲", "10乙"]),
        (18, "\0", 1, ["①甲", "②乙"]),
        (1, "\0.", 4, ["IV.甲", "V.乙"]),
        (4, "\0)", 26, ["z)甲", "aa)乙"]),
        (23, "\uf0b7", 1, ["甲", "乙"]),
        (60, "\0.", 1, ["甲", "乙"]),
    ],
)
def test_the_numbers_of_lists_are_printed(form: int, text: str, start: int, expected: list[str]) -> None:
    gone = line(WordRun("弃", DELETED), properties=NUMBERED, mark=DELETED)
    body = [line("甲", properties=NUMBERED), gone, line("乙", properties=NUMBERED)]
    assert paragraphs(document(body, **_numbering(form, text, start))) == expected


def test_a_number_beside_digits_or_of_an_unknown_kind_makes_a_cell_doubtful() -> None:
    cells = [cell("12", properties=NUMBERED), cell("", properties=NUMBERED), cell("规章", properties=NUMBERED)]
    (grid,) = grids(document(row(*cells), **_numbering(0, "\0.")))
    assert doubts(grid) == {"1.12": "automatic_number", "2.": "automatic_number", "3.规章": None}
    assert only_cell(document(row(cell("规章", properties=NUMBERED)), **_numbering(60, "\0"))).doubt is not None


def test_a_list_that_is_not_there_makes_a_cell_doubtful() -> None:
    assert only_cell(document(row(cell("规章", properties=NUMBERED)))).doubt == "automatic_number"


def test_a_style_can_number_paragraphs() -> None:
    numbered = style("numbered", 0xFFE, paragraph=NUMBERED)
    found = document(line("甲", style=1), line("乙", style=1), styles=[numbered], **_numbering(37, "\0、"))
    assert paragraphs(found) == ["一、甲", "二、乙"]


class _Other:
    """A second reader with an opinion of its own."""

    def __init__(self, opinion: str | BaseException) -> None:
        self._opinion = opinion

    def from_bytes(self, _data: bytes, _kind: str) -> _Other:
        return self

    def plain_text(self) -> str:
        if isinstance(self._opinion, BaseException):
            raise self._opinion
        return self._opinion


def test_rows_that_a_second_reader_does_not_know_are_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_oxide, "Document", _Other("文 甲 1 丙\t3"))
    (grid,) = grids(document(line("文"), row("甲", "1"), row("乙", "2"), row("丙", "3")))
    assert [each[1].doubt for each in grid.rows] == [None, "unconfirmed_text", None]


@pytest.mark.parametrize(
    ("other", "doubt"),
    [("甲 12", None), ("甲1992", None), ("甲1212", None), ("甲1812", "unconfirmed_text"), ("甲", "unconfirmed_text")],
)
def test_a_second_reader_may_print_what_is_deleted(
    other: str, doubt: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_oxide, "Document", _Other(other))
    found = document(row("甲", cell("1", WordRun("99", DELETED), "2", WordRun("12", HIDDEN))))
    assert grids(found)[0].rows[0][1].doubt == doubt


def test_cells_of_a_file_that_a_second_reader_cannot_read_are_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_oxide, "Document", _Other(office_oxide.OfficeOxideError("no")))
    assert only_cell(document(row("甲", "1"))).doubt == "unconfirmed_text"


def test_a_second_reader_that_breaks_down_refuses_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        pass

    monkeypatch.setattr(office_oxide, "Document", _Other(Panic("index out of bounds")))
    with pytest.raises(ReadError, match="unreadable_content"):
        document(row("甲", "1"))
    monkeypatch.setattr(office_oxide, "Document", _Other(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        document(row("甲", "1"))


@pytest.mark.parametrize("code", [0x083D, 0x083E, 0x0834, 0x283C, 0x0838, 0x0804, 0x0837 ^ 0x40, 0x2A49, 0x4A31])
def test_a_property_that_a_single_bit_made_of_a_hiding_one_leaves_doubt(code: int) -> None:
    operand = b"\x01\x00" if code >> 13 == 2 else ON
    assert only_cell(document(row(cell("5", WordRun("9", sprm(code, operand)))))).doubt == "damaged_looks"
    assert only_cell(document(row(cell("5", WordRun("件", sprm(code, operand)))))).doubt is None


def test_properties_that_do_not_end_where_they_should_leave_doubt() -> None:
    for properties in (
        sprm(0x4A43, b"\x15"),
        sprm(0xCA71, b"\x0a\x00"),
        HIDDEN + b"\x3c\x08",
    ):
        found = only_cell(document(row(cell("5", WordRun("9", properties)))))
        assert found.doubt == "damaged_looks", properties
    bold = (
        sprm(0x0835, ON)
        + sprm(0x4A43, b"\x15\x00")
        + sprm(0x6870, b"\0\0\0\0")
        + sprm(0x0801, ON)
        + sprm(0x4804, b"\0\0")
    )
    assert only_cell(document(row(cell("5", WordRun("9", bold))))).doubt is None


def test_a_style_of_characters_that_is_not_there_leaves_doubt() -> None:
    hidden = style("hidden", 0xFFE, kind=2, character=HIDDEN)
    for number, shown, doubt in ((1, "5", None), (0, "59", None), (9, "59", "damaged_looks")):
        run = WordRun("9", sprm(0x4A30, struct.pack("<H", number)))
        found = only_cell(document(row(cell("5", run)), styles=[hidden]))
        assert (found.text, found.doubt) == (shown, doubt)
