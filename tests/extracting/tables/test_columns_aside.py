"""Columns that a form does not have: set aside where every other column is certain, so that these keep their cells."""

from __future__ import annotations

from pipelines.extracting.numbers import BLANK
from tests.extracting.tables.printed_rows import CAPTION, FORM, NORMATIVE, RULES, lines, piped, read, values

STRANGE = (CAPTION, ("信息内容", "今日天气", "本年废止件数", "现行有效件数"))


def test_beside_a_column_that_is_not_of_the_form_the_others_keep_their_cells() -> None:
    for reader in (read, piped):
        reading = reader(*STRANGE, ("规章", "1", "2", "3"), ("行政规范性文件", "4", "", "6"))
        assert values(reading, RULES) == ["ambiguous/header_unknown", "2", "3"]
        assert values(reading, NORMATIVE) == ["ambiguous/header_unknown", BLANK, "6"]
        assert [(row.label, row.values) for row in reading.unmapped] == [("今日天气", ("1", "4"))]


def test_beside_such_a_column_a_row_has_a_cell_under_every_header_or_none_is_placed() -> None:
    short = (*STRANGE, ("规章", "1", "2"), ("行政规范性文件", "4", "5", "6", "7"))
    assert values(read(*short), RULES) == values(read(*short), NORMATIVE) == ["ambiguous/header_unknown"] * 3
    assert read(*short).unmapped == []
    assert values(lines(*STRANGE, ("规章", "1", "2", "3")), RULES) == ["ambiguous/header_unknown"] * 3


def test_a_surplus_column_of_a_table_on_two_levels_is_set_aside() -> None:
    upper, lower = (
        ("申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织"),
        ("法律服务机构", "其他", "群众自治组织", "总计"),
    )
    row = ("一、本年新收政府信息公开申请数量", *"12345678")
    reading = read((*upper, *lower), row)
    cells = [
        reading.cells["applications", "received", column.id] for column in FORM.table_by_id["applications"].columns
    ]
    assert [str(cell.value) for cell in cells] == [*"1234568"]
    assert [(row.label, row.values) for row in reading.unmapped] == [("群众自治组织", ("7",))]
