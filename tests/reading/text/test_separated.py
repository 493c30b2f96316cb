"""Comma-separated exports are read as their tab-separated twins; commas of prose and of thousands part nothing."""

from __future__ import annotations

import csv
import io

import pytest

from pipelines.reading import Grid, Paragraph, read
from pipelines.reading.document import Block
from tests.cpu import at_most

_ROWS = [
    ["二、主动公开政府信息情况"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "1,101", "102", "103"],
    ["行政规范性\n文件", "104", "", "106"],
    ["行政许可", "107", "0", "8"],
]


def _written(rows: list[list[str]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return file.getvalue()


def _blocks(text: str, encoding: str = "utf-8") -> tuple[Block, ...]:
    return read(text.encode(encoding)).blocks


def _padded(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("rows", [_ROWS, _padded(_ROWS)])
def test_an_export_becomes_a_grid(rows: list[list[str]], quoting: int, encoding: str, delimiter: str) -> None:
    heading, table = _blocks(_written(rows, delimiter, quoting), encoding)
    assert isinstance(heading, Paragraph) and heading.text == "二、主动公开政府信息情况"
    assert isinstance(table, Grid)
    assert [[cell.text for cell in row] for row in table.rows] == _ROWS[1:]


def test_blank_lines_and_spaces_between_rows_part_no_table() -> None:
    (table,) = _blocks("规章, 101, 102\n\n规范性文件, 103, 104\n\n行政许可, 105, 106\n")
    assert isinstance(table, Grid)
    assert [[cell.text for cell in row] for row in table.rows][1] == ["规范性文件", "103", "104"]


def test_a_paragraph_between_the_tables_is_text() -> None:
    prose = "本年度,我局收到申请1,234件,办结10件。共公开信息1,234条。"
    for written in (prose, f'"{prose}"', f'"{prose}",,,'):
        blocks = _blocks(_written(_ROWS) + written + "\n" + _written(_ROWS[2:]))
        assert [b.text for b in blocks if isinstance(b, Paragraph)] == ["二、主动公开政府信息情况", prose]
        assert sum(isinstance(b, Grid) for b in blocks) == 2


@pytest.mark.parametrize(
    "text",
    [
        "1,113\n2,224\n3,335\n4,446\n",
        "规章 1,113\n规范性文件 2,224\n行政许可 3,335\n行政处罚 4,446\n",
        "其他5,1470163,898000\n重复申请90000097,917\n内部事务信息876,9160\n过程性信息76,9165,1470\n",
        "共1,234件\n共2,345件\n共3,456件\n",
        "今年,我局收到申请,办结,10\n其中,不予公开,3\n",
        "第一,加强领导\n第二,完善制度\n第三,抓好落实\n第四,强化监督\n",
        '"一\n"二,三\n四,1\n五,2\n',
    ],
)
def test_commas_of_prose_and_thousands_part_no_cells(text: str) -> None:
    blocks = _blocks(text)
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == text.strip().split("\n")


def test_pipes_and_tabs_part_cells_before_commas_do() -> None:
    (table,) = _blocks("规章\t1,101\t0\n规范性文件\t1,102\t0\n行政许可\t1,103\t0\n")
    assert isinstance(table, Grid)
    assert [cell.text for cell in table.rows[0]] == ["规章", "1,101", "0"]


@pytest.mark.parametrize("filler", ["1,", '"a",', '"', ",", ";", "[bookmark: ", "1,123"])
def test_a_long_line_costs_its_length(filler: str) -> None:
    line = filler * (100_000 // len(filler)) + "国\n"
    with at_most(8):
        _blocks(line * 5)
