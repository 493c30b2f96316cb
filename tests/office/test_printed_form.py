"""The printed form is the official one: words, order and spans, and every cell in its place."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipelines.forms import ALL_FORMS, FORMS
from pipelines.forms.catalogue import read_form
from pipelines.office.form_file import FORMATS, written_form
from pipelines.office.printed_form import PrintedTable, printed_form, printed_value, stands_in_pairs
from pipelines.reading import Grid, read
from tests.office.filled import CELLS, YEARS, document_of, printed
from tests.projects import ROOT

Row = list[str | tuple[str, int, int]]
HEADINGS = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]
# A text alone is one cell; (text, rows, columns) one that spans some. The cells to be filled are "".
NATURAL: list[Row] = [
    [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), ("申请人情况", 1, 7)],
    [("自然人", 2, 1), ("法人或其他组织", 1, 5), ("总计", 2, 1)],
    ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"],
]
REVIEWS: list[Row] = [
    [("行政复议", 1, 5), ("行政诉讼", 1, 10)],
    [
        *((label, 2, 1) for label in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")),
        ("未经复议直接起诉", 1, 5),
        ("复议后起诉", 1, 5),
    ],
    ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 2,
    [""] * 15,
]
ITEMS_2021: list[Row] = [
    [("第二十条第（一）项", 1, 4)],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "", "", ""],
    ["行政规范性文件", "", "", ""],
    [("第二十条第（五）项", 1, 4)],
    ["信息内容", ("本年处理决定数量", 1, 3)],
    ["行政许可", ("", 1, 3)],
    [("第二十条第（六）项", 1, 4)],
    ["信息内容", ("本年处理决定数量", 1, 3)],
    ["行政处罚", ("", 1, 3)],
    ["行政强制", ("", 1, 3)],
    [("第二十条第（八）项", 1, 4)],
    ["信息内容", ("本年收费金额（单位：万元）", 1, 3)],
    ["行政事业性收费", ("", 1, 3)],
]
ITEMS_2019: list[Row] = [
    [("第二十条第（一）项", 1, 4)],
    ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"],
    ["规章", "", "", ""],
    ["规范性文件", "", "", ""],
    [("第二十条第（五）项", 1, 4)],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
    ["行政许可", "", "", ""],
    ["其他对外管理服务事项", "", "", ""],
    [("第二十条第（六）项", 1, 4)],
    ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
    ["行政处罚", "", "", ""],
    ["行政强制", "", "", ""],
    [("第二十条第（八）项", 1, 4)],
    ["信息内容", "上一年项目数量", ("本年增/减", 1, 2)],
    ["行政事业性收费", "", ("", 1, 2)],
    [("第二十条第（九）项", 1, 4)],
    ["信息内容", "采购项目数量", ("采购总金额", 1, 2)],
    ["政府集中采购", "", ("", 1, 2)],
]
REASONS = [
    ("（三）不予公开", [
        "1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益",
        "5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项",
    ]),
    ("（四）无法提供", ["1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确"]),
    ("（五）不予处理", [
        "1.信访举报投诉类申请", "2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请",
        "5.要求行政机关确认或重新出具已获取信息",
    ]),
]  # fmt: skip
OTHERWISE = ("（六）其他处理", [
    "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "3.其他",
])  # fmt: skip


def applications(form: str) -> list[Row]:
    reasons = [*REASONS, OTHERWISE] if form == "2021" else REASONS
    outcomes = {"2019": 20, "2021": 22}[form]
    blank = [""] * 7
    rows: list[Row] = [
        *NATURAL,
        [("一、本年新收政府信息公开申请数量", 1, 3), *blank],
        [("二、上年结转政府信息公开申请数量", 1, 3), *blank],
        [("三、本年度办理结果", outcomes, 1), ("（一）予以公开", 1, 2), *blank],
        [("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", 1, 2), *blank],
    ]
    for group, labels in reasons:
        rows.append([(group, len(labels), 1), labels[0], *blank])
        rows.extend([label, *blank] for label in labels[1:])
    if form == "2019":
        rows.append([("（六）其他处理", 1, 2), *blank])
    return [*rows, [("（七）总计", 1, 2), *blank], [("四、结转下年度继续办理", 1, 3), *blank]]


def shape(table: PrintedTable) -> list[Row]:
    return [
        [
            cell.text if (cell.rowspan, cell.colspan) == (1, 1) else (cell.text, cell.rowspan, cell.colspan)
            for cell in row
        ]
        for row in table.rows
    ]


@pytest.mark.parametrize("form", YEARS)
def test_the_form_has_the_official_words_order_and_spans(form: str) -> None:
    own = printed(form)
    assert own.title == f"测试市东山区人民政府{YEARS[form]}年政府信息公开工作年度报告"
    assert [section.heading for section in own.sections] == HEADINGS
    tables = {section.number: section.table for section in own.sections if section.table is not None}
    assert [*tables] == [2, 3, 4]
    assert shape(tables[2]) == {"2019": ITEMS_2019, "2021": ITEMS_2021}[form]
    assert shape(tables[3]) == applications(form)
    assert shape(tables[4]) == REVIEWS


@pytest.mark.parametrize("form", YEARS)
def test_every_cell_of_the_form_is_there_once_and_in_order(form: str) -> None:
    own = printed(form)
    assert tuple(own.cells) == own.form.cell_paths and len(own.cells) == CELLS[form]
    for section in own.sections:
        for row in section.table.rows if section.table else ():
            assert all((cell.kind == "value") == (cell.path is not None) for cell in row)


@pytest.mark.parametrize("form", YEARS)
@pytest.mark.parametrize("file_format", ["docx", "html"])
def test_files_have_the_same_words_and_spans(form: str, file_format: str) -> None:
    grids = [block for block in document_of(form, file_format, {}).blocks if isinstance(block, Grid)]
    tables = [section.table for section in printed(form).sections if section.table is not None]
    for grid, table in zip(grids, tables, strict=True):
        found = [(c.text, c.row, c.col, c.rowspan, c.colspan) for row in grid.rows for c in row]
        assert found == [(c.text, c.row, c.column, c.rowspan, c.colspan) for row in table.rows for c in row]


@pytest.mark.parametrize("form", YEARS)
def test_a_workbook_has_the_same_words_row_by_row(form: str) -> None:
    read = [row for block in document_of(form, "xlsx", {}).blocks if isinstance(block, Grid) for row in block.rows]
    found = [[(cell.text, cell.rowspan) for cell in row] for row in read]
    for section in printed(form).sections:
        rows = [[(cell.text, cell.rowspan) for cell in row] for row in section.table.rows] if section.table else []
        assert all(row in found for row in rows)


def test_a_form_told_in_words_or_as_one_list_is_not_printed() -> None:
    for form in (ALL_FORMS[name] for name in ALL_FORMS.keys() - FORMS.keys()):
        with pytest.raises(ValueError, match="has no tables that stand in the report"):
            printed_form(form, unit="", year=2018)


def test_a_form_that_comes_later_is_printed_from_its_file() -> None:
    later = read_form(ROOT / "tests" / "forms" / "toy" / "form_2026.yml")["2026"]
    own = printed_form(later, unit="甲局", year=2026)
    assert tuple(own.cells) == later.cell_paths and len(own.cells) > CELLS["2021"]
    for file_format in FORMATS:
        values = dict.fromkeys(later.cell_paths, 7)
        assert read(written_form(later, unit="甲局", year=2026, file_format=file_format, values=values)).blocks


def test_a_table_whose_labels_do_not_fit_is_refused() -> None:
    form = FORMS["2021"]
    table = form.table_by_id["applications"]
    rows = (*table.rows[:3], table.rows[-1], *table.rows[3:-1])
    broken = replace(form, tables=tuple(replace(t, rows=rows) if t is table else t for t in form.tables))
    with pytest.raises(ValueError, match=r"has no place|do not cover"):
        printed_form(broken, unit="", year=2024)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((None, ""), (0, "0"), (-3, "-3"), (Decimal("38.441094"), "38.441094"), (Decimal("1E+3"), "1000")),
        *((Decimal("2.50"), "2.5"), (Decimal("0.000001"), "0.000001"), (Decimal("7.000"), "7")),
    ],
)
def test_numbers_are_written_as_people_type_them(value: Decimal | int | None, text: str) -> None:
    assert printed_value(value) == text


def test_heads_too_narrow_for_their_words_stand_two_characters_a_line() -> None:
    """As 国办公开办函〔2021〕30号 prints them: 社会/公益/组织, 结果/维持."""
    tables = [section.table for section in printed("2021").sections if section.table]
    found = [{cell.text for row in table.rows for cell in row if stands_in_pairs(cell, table, 182)} for table in tables]
    applicants = {"商业企业", "科研机构", "社会公益组织", "法律服务机构"}
    assert found == [set(), applicants, {"结果维持", "结果纠正", "其他结果", "尚未审结"}]
    assert not any(stands_in_pairs(cell, table, 2000) for table in tables for row in table.rows for cell in row)
