"""Rows cut by a page break become one again, and no two rows that are two."""

from __future__ import annotations

import pytest

from pipelines.extracting.tables.page_breaks import joined_rows
from pipelines.extracting.tables.rows import LogicalRow, Slot
from pipelines.reading import Place


def row(page: int, *texts: str) -> LogicalRow:
    slots = tuple(Slot(text, 0, page, col, col + 1, 0, Place(page)) for col, text in enumerate(texts))
    return LogicalRow(slots, marked=True, assembled=False, spanned=True)


def texts(rows: list[LogicalRow]) -> list[list[str]]:
    return [[slot.text for slot in row.slots] for row in joined_rows(rows)]


@pytest.mark.parametrize("values_on", [1, 2])
def test_a_label_cut_by_the_page_is_one_row(values_on: int) -> None:
    values = [["1", "2"], ["", ""]] if values_on == 1 else [["", ""], ["1", "2"]]
    cut = [row(1, "", "5.要求行政机关确认或重", *values[0]), row(2, "", "新出具已获取信息", *values[1])]
    assert texts(cut) == [["", "5.要求行政机关确认或重新出具已获取信息", "1", "2"]]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (row(1, "1.属于国家秘密", "1"), row(2, "2.其他法律行政法规禁止公开", "")),
        (row(1, "要求行政机关确认或重", "1"), row(2, "新出具已获取信息", "2")),
        (row(1, "要求行政机关确认或重", "1"), row(1, "新出具已获取信息", "")),
        (row(1, "要求行政机关", "1"), row(2, "提供说明", "")),
    ],
)
def test_two_rows_stay_two(upper: LogicalRow, lower: LogicalRow) -> None:
    assert len(texts([upper, lower])) == 2
