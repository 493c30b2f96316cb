"""Workbooks that are damaged, empty, or made to fill memory: refused with a reason before anything is spent on them."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial

import pytest
import xlwt

from benchmarks.corpus import workbook
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import Writer, report_blocks
from pipelines.messages import LANGUAGES, retold
from pipelines.reading import Limits, Paragraph, ReadError, read
from pipelines.reading.limits import DEFAULT_LIMITS
from tests.reading.spreadsheet.workbook_files import (
    binary_cell,
    binary_row,
    cell,
    grid_sheet,
    grids,
    packed,
    sheet,
    texts,
    xlsb,
    xlsx,
)

REASONS = {
    *("damaged", "truncated", "empty", "hidden_content", "encrypted", "unsupported_format", "archive", "binary"),
    *("needs_ocr", "too_large", "too_deep", "too_many_cells", "too_many_columns", "too_many_tables", "archive_bomb"),
}


def refused(data: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(ReadError) as caught:
        read(data, limits)
    # One that is told by its code lacks a value.
    assert not any(retold(caught.value.detail, each).startswith("reading_") for each in LANGUAGES)
    return caught.value.reason


def report(write: Writer, seed: int = 0) -> bytes:
    rng = random.Random(seed)
    return write(rng, report_blocks(rng, random_printout(rng, "2021")))


def xls(fill: Callable[[xlwt.Worksheet], object]) -> bytes:
    book, file = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    fill(book.add_sheet("表"))
    book.save(file)
    return file.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return packed(parts | {part: change(bytes(parts[part]))})  # type: ignore[arg-type]


def peak(work: Callable[[], object]) -> int:
    """Return the most memory that Python objects took at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_two_cells_at_the_ends_of_a_sheet_cost_nothing() -> None:
    rows = f'<row r="1">{cell("A1", "a")}</row><row r="1048576">{cell("XFD1048576", 1)}</row>'
    binary = binary_row(0) + binary_cell(5, 0, struct.pack("<d", 1.0))
    binary += binary_row(1_048_575) + binary_cell(5, 16_383, struct.pack("<d", 2.0))
    for data in (xlsx(sheet(rows)), xlsb(binary)):
        assert peak(partial(read, data)) < 2**21
        assert [type(block) for block in read(data).blocks] == [Paragraph, Paragraph]


def test_a_table_as_wide_as_a_sheet_is_refused() -> None:
    assert refused(xlsx(sheet(f'<row r="1">{cell("A1", 1)}{cell("XFD1", 2)}</row>'))) == "too_many_columns"
    assert refused(xls(lambda page: [page.write(0, column, 1) for column in range(256)])) == "too_many_columns"


def test_a_merged_range_over_the_whole_sheet_is_one_cell() -> None:
    data = xlsx(grid_sheet(("a", 1), ("b", 2), after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))
    assert peak(lambda: read(data)) < 2**20
    assert read(data).blocks == (Paragraph("a", 0),)


def test_merged_ranges_over_each_other_are_given_up() -> None:
    merges = "".join(f'<mergeCell ref="A{n}:B9000"/>' for n in range(1, 5000))
    rows = (f'<row r="{n}">{cell(f"A{n}", n)}{cell(f"B{n}", n)}</row>' for n in (1, 9000))
    assert refused(xlsx(sheet("".join(rows), after=f"<mergeCells>{merges}</mergeCells>"))) == "too_many_cells"


@pytest.mark.parametrize("write", [workbook.xlsx, workbook.xls])
def test_cells_are_counted_before_they_are_made(write: Writer) -> None:
    assert refused(report(write), Limits(grid_cells=100)) == "too_many_cells"


def test_cells_between_two_far_ones_are_counted_before_they_are_made() -> None:
    merges = '<mergeCells><mergeCell ref="A1:A90000"/></mergeCells>'
    rows = f'<row r="1">{cell("A1", "a")}{cell("B1", 1)}</row><row r="90000">{cell("E90000", 1)}</row>'
    assert refused(xlsx(sheet(rows, after=merges))) == "too_many_cells"


def test_rows_that_are_only_formatted_are_no_cells() -> None:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(3, 60_000))
    rows = f'<row r="1">{cell("A1", "a")}{cell("B1", 1)}</row><row r="2">{cell("A2", "b")}</row>'
    assert texts(read(xlsx(sheet(rows + blank)))) == [[["a", "1"], ["b", ""]]]


def test_more_tables_than_a_report_has_are_refused() -> None:
    rows = "".join(f'<row r="{n}">{cell(f"A{n}", "a")}{cell(f"B{n}", 1)}</row>' for n in range(1, 40, 2))
    assert refused(xlsx(sheet(rows)), Limits(grids=10)) == "too_many_tables"


def test_one_text_in_every_cell_is_refused() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1000))
    assert refused(xlsx(sheet(rows), strings=f"<si><t>{'长' * 30_000}</t></si>")) == "too_large"
    assert refused(xlsx(grid_sheet(("长" * 40_000, 1)))) == "too_large"


@pytest.mark.parametrize(
    ("rows", "chinese", "english"),
    [
        (
            "<row><c></row>",
            "工作表“Sheet1”：不是完好的 XML（mismatched tag: line ",
            "sheet Sheet1: mismatched tag: line ",
        ),
        ('<row><c s="7"><v>1</v></c></row>', "单元格所用的样式“7”在", "a cell has style '7', which "),
        ('<row><c t="s"><v>9</v></c></row>', "单元格的内容为编号“9”的文字", "a cell holds string '9', "),
        ('<row r="1"><c r="??"><v>1</v></c></row>', "“??”不是工作表中的单元格", "'??' names no cell of a sheet"),
    ],
)
def test_what_is_wrong_and_where_is_told_in_both_languages(rows: str, chinese: str, english: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(xlsx(sheet(rows)))
    assert retold(caught.value.detail, "zh").startswith(chinese)
    assert retold(caught.value.detail, "zh").endswith("：请用表格软件打开后另存。")
    assert retold(caught.value.detail, "en").startswith(english)


def test_a_part_that_unpacks_to_far_more_is_refused() -> None:
    assert refused(xlsx(sheet(" " * 20_000_000))) == "archive_bomb"


def test_more_tags_than_any_sheet_has_are_not_parsed() -> None:
    noise = "".join(f"<a n='{random.Random(1).random()}'/>" for _ in range(10)) * 250_000
    data = xlsx(sheet("<!-- -->" + noise))
    assert refused(data, Limits(ratio=10**6)) == "too_many_cells"


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"]
)
def test_a_document_type_is_refused(part: str) -> None:
    data = changed(xlsx(grid_sheet(("a", 1))), part, lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml)
    assert refused(data) == "damaged"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<sheets>", b"<sheet>"),
        ("xl/workbook.xml", b"sheets", b"shets"),
        ("xl/workbook.xml", b"rId1", b"rId9"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1", b"worksheets/sheet9"),
        ("xl/worksheets/sheet1.xml", b"sheetData", b"sheetDaten"),
        ("xl/worksheets/sheet1.xml", b's="0"', b's="99"'),
        ("xl/worksheets/sheet1.xml", b't="str"', b't="s"'),
        ("xl/worksheets/sheet1.xml", b'r="A1"', b'r="A0"'),
        ("xl/worksheets/sheet1.xml", b'r="A1"', b'r="AAAA1"'),
        ("xl/worksheets/sheet1.xml", b'r="A1"', b'r="A1048577"'),
        ("xl/worksheets/sheet1.xml", b"A1:A2", b"A1:A0"),
        ("xl/worksheets/sheet1.xml", b'min="1"', b'min="0"'),
        ("xl/worksheets/sheet1.xml", b"worksheet", b"work\xffsheet"),
    ],
)
def test_parts_that_contradict_each_other_are_damage(part: str, old: bytes, new: bytes) -> None:
    merges = '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'
    columns = '<cols><col min="1" max="1" hidden="1"/></cols>'
    data = xlsx(grid_sheet(("a", 1, 2), ("b", 2, 3), before=columns, after=merges))
    assert texts(read(data))
    assert refused(changed(data, part, lambda xml: xml.replace(old, new))) == "damaged"


def test_macros_are_never_looked_at() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(grid_sheet(("a", 1))))) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    data = packed(parts | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub Auto_Open()"})
    assert texts(read(data)) == [[["a", "1"]]]


def test_why_nothing_is_printed() -> None:
    blank = xlsx(grid_sheet(("", "")))
    with zipfile.ZipFile(io.BytesIO(blank)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    hidden = xlsx(grid_sheet(("a", 1)).replace("<row", '<row hidden="1"'))
    assert refused(blank) == "empty"
    assert refused(packed(parts | {"xl/media/image1.png": b"\x89PNG"})) == "needs_ocr"
    assert refused(hidden) == "hidden_content"
    assert refused(xlsx(grid_sheet(("a", 1)), states=(' state="veryHidden"',))) == "hidden_content"
    assert refused(xls(lambda _: None)) == "empty"


def test_a_password_and_an_old_version_are_told() -> None:
    data = xls(lambda page: page.write(0, 0, "a"))
    protection = b"\x19\x00\x02\x00"  # a record that stands in every file, made one of encryption
    assert refused(data.replace(protection, b"\x2f\x00\x02\x00")) == "encrypted"
    assert refused(data.replace(b"\x09\x08\x10\x00\x00\x06", b"\x09\x08\x10\x00\x00\x05")) == "unsupported_format"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\xfd\x00\x0a\x00", b"\xfd\x00\x04\x00"),  # a text cell that is too short
        (b"\xfd\x00\x0a\x00\x00\x00\x00\x00\x11\x00\x00\x00", b"\xfd\x00\x0a\x00\x00\x00\x00\x00\x11\x00\xff\x00"),
        (b"\xfd\x00\x0a\x00\x00\x00\x00\x00", b"\xfd\x00\x0a\x00\x00\x00\x00\x01"),  # column 257
        (b"\xfd\x00\x0a\x00\x00\x00\x00\x00\x11\x00", b"\xfd\x00\x0a\x00\x00\x00\x00\x00\x11\xff"),  # no such style
    ],
)
def test_records_that_contradict_each_other_are_damage(old: bytes, new: bytes) -> None:
    data = xls(lambda page: page.write(0, 0, "规章"))
    assert data.count(old) == 1
    assert refused(data.replace(old, new)) in ("damaged", "truncated")


@pytest.mark.parametrize("write", [workbook.xlsx, workbook.xls])
@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_workbook_cut_anywhere_is_refused(write: Writer, tenth: int) -> None:
    data = report(write)
    assert refused(data[: len(data) * tenth // 10]) in ("truncated", "damaged")


@pytest.mark.parametrize("write", [workbook.xlsx, workbook.xls])
@pytest.mark.parametrize("seed", range(60))
def test_random_damage_is_survived(write: Writer, seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(report(write, seed % 3))
    if write is workbook.xlsx and seed % 3:
        part = rng.choice(("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml"))
        data = bytearray(changed(bytes(data), part, lambda xml: _scratched(rng, bytearray(xml))))
    else:
        data = bytearray(_scratched(rng, data))
    try:
        assert read(bytes(data)).blocks
    except ReadError as error:
        assert error.reason in REASONS


def _scratched(rng: random.Random, data: bytearray) -> bytes:
    for _ in range(rng.choice((1, 3, 20))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def test_styles_that_are_not_named_are_found_and_those_that_are_gone_are_told() -> None:
    whole = xlsx(grid_sheet(("规章", 0.5)), codes=["0%"])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        texts_of = {name: archive.read(name).decode() for name in archive.namelist()}
    parts: dict[str, str | bytes] = {**texts_of}
    links = "xl/_rels/workbook.xml.rels"
    unnamed = {**parts, links: texts_of[links].replace("/styles", "/stylex")}
    assert grids(packed(unnamed))[0].rows[0][1].text == "50%"
    gone = {**parts, links: texts_of[links].replace("styles.xml", "stylex.xml")}
    assert refused(packed(gone)) == "damaged"
    odd = {**parts, "xl/styles.xml": '<?xml version="1.0" encoding="UTF-x"?>' + texts_of["xl/styles.xml"]}
    assert grids(packed(odd))[0].rows[0][1].text == "50%"
