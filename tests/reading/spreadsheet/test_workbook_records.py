"""Workbooks of records (.xls, .xlsb): formats, formulas, strings and borders, record by record."""

from __future__ import annotations

import io
import struct

import pytest
import xlwt
from python_calamine import CalamineWorkbook

from pipelines.reading import read
from pipelines.reading.sniffing import XLS, XLSB
from tests.reading.spreadsheet.workbook_files import (
    as_xls,
    biff,
    binary_cell,
    binary_row,
    cells,
    formula_record,
    grids,
    number_record,
    record,
    text_record,
    texts,
    wide,
    xls_of,
    xlsb,
)


def test_records_state_formats_formulas_borders_and_what_is_hidden() -> None:
    def fill(book: xlwt.Workbook) -> None:
        page = book.add_sheet("表一")
        for column, (value, code) in enumerate(
            ((1234.5, "#,##0.00"), (3.6, "0"), (5, "yyyy-mm-dd"), (0, "0;-0;;@"), (True, "General"), (1.25, "0.00"))
        ):
            page.write(0, column, value, xlwt.easyxf(num_format_str=code))
        page.write(1, 0, xlwt.Formula("SUM(A1:B1)"))
        page.write(1, 1, 9)
        page.write(2, 0, "隐")
        page.row(2).hidden = True
        page.write(3, 6, 7)
        page.col(6).hidden = True

    data = as_xls(fill)
    found = cells(data)
    assert {name: (each.text, each.doubt) for name, each in found.items() if each.text} == {
        "A1": ("1,234.50", None), "B1": ("4", "number_format"), "C1": ("1900-01-05", "date_format"),
        "D1": ("0", "number_format"), "E1": ("TRUE", None), "F1": ("1.25", None),
        "A2": ("=", "formula_without_value"), "B2": ("9", None),
    }  # fmt: skip
    assert (read(data).media_type, found["A1"].place and found["A1"].place.reference) == (XLS, "表一!A1")


TEXT_RESULT, BLANK_RESULT = b"\0\0\0\0\0\0\xff\xff", b"\3\0\0\0\0\0\xff\xff"


def test_formulas_of_records_have_the_value_that_follows_them() -> None:
    shared = biff(0x4BC, bytes(10))
    records = (
        formula_record(0, 0, TEXT_RESULT) + shared + text_record("5件")
        + formula_record(0, 1, struct.pack("<d", 2.5))
        + formula_record(0, 2, TEXT_RESULT) + formula_record(0, 3, BLANK_RESULT)
        + formula_record(0, 4, b"\1\0\1\0\0\0\xff\xff") + formula_record(0, 5, b"\2\0\x07\0\0\0\xff\xff")
        + formula_record(0, 6, TEXT_RESULT)
    )  # fmt: skip
    found = cells(xls_of(records))
    assert {name: (each.text, each.doubt) for name, each in found.items()} == {
        "A1": ("5件", None), "B1": ("2.5", None), "E1": ("TRUE", None), "F1": ("#DIV/0!", None),
        **dict.fromkeys(("C1", "D1", "G1"), ("=", "formula_without_value")),
    }  # fmt: skip


def test_the_text_of_a_formula_may_go_on_in_the_next_record() -> None:
    long = biff(0x207, struct.pack("<HB", 4, 0) + b"ab") + biff(0x3C, b"\1" + "规章".encode("utf-16-le"))
    records = formula_record(0, 0, TEXT_RESULT) + long + number_record(0, 1, 1)
    assert texts(read(xls_of(records))) == [[["ab规章", "1"]]]


def test_records_say_that_formulas_wait_and_zeros_are_not_printed() -> None:
    records = biff(0x5E, b"\0\0") + biff(0x23E, struct.pack("<H16x", 0x6A6)) + number_record(0, 0, 0)
    records += formula_record(0, 1, struct.pack("<d", 2.5)) + number_record(0, 2, 1)
    found = cells(xls_of(records))
    assert [found[name].doubt for name in ("A1", "B1", "C1")] == ["number_format", "formula_not_calculated", None]


@pytest.mark.parametrize(
    ("packed_value", "text"), [(7 << 2 | 2, "7"), (-7 << 2 | 2, "-7"), (1234 << 2 | 3, "12.34"), (0x3FF80000, "1.5")]
)
def test_numbers_packed_into_30_bits(packed_value: int, text: str) -> None:
    one = biff(0x27E, struct.pack("<HHHi", 0, 0, 0, packed_value))
    many = biff(0xBD, struct.pack("<HHHiHiH", 0, 1, 0, packed_value, 0, packed_value, 2))
    assert texts(read(xls_of(one + many))) == [[[text] * 3]]


def test_borders_of_records_tell_blank_cells_from_none() -> None:
    rows = [(1, 2, 3), (4, 5), (6, 7)]
    records = b"".join(number_record(r, c, v, 1) for r, row in enumerate(rows) for c, v in enumerate(row))
    records += biff(0x201, struct.pack("<HHH", 1, 2, 1)) + biff(0xBE, struct.pack("<HHHHH", 2, 2, 0, 0, 3))
    assert texts(read(xls_of(records, styles=2))) == [[["1", "2", "3"], ["4", "5", ""], ["6", "7"]]]


def test_cells_of_a_chart_in_a_sheet_are_none_of_it() -> None:
    chart = biff(0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0)) + number_record(0, 5, 99) + biff(0x0A)
    assert texts(read(xls_of(number_record(0, 0, 1) + chart + number_record(0, 1, 2)))) == [[["1", "2"]]]


def test_strings_that_go_on_in_the_next_record_are_whole() -> None:
    words = [f"{'规' if n % 3 else 'x'}{'章a'[n % 2] * (n % 90)}{n}" for n in range(3000)]

    def fill(book: xlwt.Workbook) -> None:
        page = book.add_sheet("a")
        for row, word in enumerate(words):
            page.write(row, 0, word)
            page.write(row, 1, row)

    (grid,) = grids(as_xls(fill))
    assert [row[0].text for row in grid.rows] == words


def test_binary_workbooks_are_read_like_the_others() -> None:
    rows = binary_row(0) + binary_cell(7, 0, struct.pack("<I", 0)) + binary_cell(5, 1, struct.pack("<d", 3.5), 1)
    rows += binary_cell(1, 3, b"") + binary_row(1) + binary_cell(6, 0, wide("增"))
    rows += binary_cell(2, 1, struct.pack("<i", 5 << 2 | 2)) + binary_cell(9, 2, struct.pack("<d", 7.0) + bytes(10))
    rows += binary_cell(3, 3, b"\x17") + binary_row(2, hidden=True) + binary_cell(5, 0, struct.pack("<d", 9.0))
    merge = record(176, struct.pack("<IIII", 0, 0, 1, 2))
    data = xlsb(rows, after=merge, strings=["规章"], codes=["0.00"])
    assert read(data).media_type == XLSB
    assert texts(read(data)) == [[["规章", "3.50", ""], ["增", "5", "7", "#REF!"]]]
    assert cells(data)["B1"].colspan == 2
    values = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert values[0][:2] == ["规章", 3.5] and values[1][:3] == ["增", 5, 7]
