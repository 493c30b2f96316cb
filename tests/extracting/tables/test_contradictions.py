"""A subtotal beside a missing row of its group may be that row: neither is read."""

from __future__ import annotations

import pytest

from pipelines.extracting.numbers import ABSENT
from pipelines.extracting.tables.cells import FormReading
from pipelines.extracting.tables.contradictions import doubtful_subtotals
from tests.extracting.tables.printed_rows import FORM, OF_2019, Texts, read, values

DOUBT = ["ambiguous/subtotal_or_row"] * 7
UNABLE = ("unable.not_held", "unable.needs_creation", "unable.still_unclear")
HEADER = ("申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
FIRST = ("1.本机关不掌握相关政府信息", *"1234567")
SECOND = ("2.没有现成信息需要另行制作", *"2345678")
THIRD = ("3.补正后申请内容仍不明确", *"3456789")
SUBTOTAL = ("（四）无法提供", *"4567890")


def of(reading: FormReading, row: str) -> list[str | None]:
    return values(reading, ("applications", row))


def test_a_subtotal_beside_all_rows_of_its_group_is_one() -> None:
    reading = read(HEADER, SUBTOTAL, FIRST, SECOND, THIRD)
    assert [of(reading, row)[0] for row in ("unable.subtotal", *UNABLE)] == ["4", "1", "2", "3"]


def test_a_subtotal_without_any_row_of_its_group_is_one() -> None:
    reading = read(HEADER, SUBTOTAL)
    assert (of(reading, "unable.subtotal")[0], of(reading, UNABLE[0])[0]) == ("4", ABSENT)


@pytest.mark.parametrize("rows", [(FIRST, SUBTOTAL, THIRD), (SUBTOTAL, FIRST, THIRD), (FIRST, SECOND, SUBTOTAL)])
def test_beside_some_rows_of_its_group_it_may_be_one_of_those_that_are_missing(rows: tuple[Texts, ...]) -> None:
    reading = read(HEADER, *rows)
    missing = [row for row, texts in zip(UNABLE, (FIRST, SECOND, THIRD), strict=True) if texts not in rows]
    assert all(of(reading, row) == DOUBT for row in ("unable.subtotal", *missing))
    assert all(of(reading, row)[0] in tuple("123") for row in UNABLE if row not in missing)
    assert reading.cells["applications", missing[0], "total"].raw == "0"


def test_with_the_number_of_a_row_it_is_one_even_where_all_are_missing() -> None:
    reading = read(HEADER, ("2.无法提供", *"4567890"))
    assert of(reading, "unable.subtotal") == of(reading, UNABLE[1]) == DOUBT


def test_other_groups_keep_their_cells() -> None:
    reading = read(HEADER, ("（三）不予公开", *"5555555"), FIRST, SUBTOTAL, THIRD)
    assert of(reading, "denied.subtotal") == ["5"] * 7


def test_only_subtotals_of_groups_are_looked_at() -> None:
    assert doubtful_subtotals(FORM.table_by_id["documents"], {"rules": "规章", "other_documents": "其他"}) == {}
    labels = {"other_processing": "（六）其他处理"}
    assert doubtful_subtotals(OF_2019.table_by_id["applications"], labels) == {}
