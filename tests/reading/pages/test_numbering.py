"""Which pictures are pages of one report, by their names."""

from __future__ import annotations

import random

import pytest

from pipelines.reading.pages.numbering import PageRun, missing_of, page_runs


def runs(*names: str) -> list[tuple[str, ...]]:
    return [run.names for run in page_runs(names)]


@pytest.mark.parametrize(
    "names",
    [
        [f"{n}.jpg" for n in range(1, 13)],
        [f"第{n}页.jpg" for n in range(1, 13)],
        [f"第{n}页.jpg" for n in ("一", "二", "三", "九", "十", "十一", "二十")][:6],
        [f"page_{n:02}.png" for n in range(1, 13)],
        [f"IMG_{n}.jpg" for n in range(2031, 2036)],
        [f"scan{n:04}.tif" for n in range(1, 6)],
        [f"2020年年报_{n}.JPG" for n in range(1, 4)],
        [f"扫描/{n}.jpeg" for n in range(9, 12)],
        [f"{n}of12.png" for n in range(1, 13)],
        ["年报（1）.jpg", "年报（2）.jpg"],
        ["1.jpg", "2.png", "3.jpg"],
        ["0.jpg", "1.jpg"],
    ],
)
def test_numbered_pictures_follow_each_other_by_number_whatever_the_order_they_come_in(names: list[str]) -> None:
    if names[3:] and "九" in names[3]:
        names = [*names[:3], *(f"第{n}页.jpg" for n in ("四", "五"))]
    shuffled = list(names)
    random.Random(5).shuffle(shuffled)
    assert page_runs(shuffled) == [PageRun(tuple(names), ())]


@pytest.mark.parametrize(
    "names",
    [
        ["1.jpg"],
        ["logo.png", "活动.jpg"],
        ["甲局2019.jpg", "甲局2020.jpg", "甲局2021.jpg"],  # a whole report each, by year
        ["2019.jpg", "2020.jpg"],
        ["a/1.jpg", "b/2.jpg"],
        ["甲局1.jpg", "乙局2.jpg"],
        ["1.jpg", "40.jpg"],
        ["微信图片_20240115101010.jpg", "微信图片_20240115101522.jpg"],
        ["1.docx", "2.docx"],
    ],
)
def test_pictures_that_are_no_pages_of_one_report_stay_apart(names: list[str]) -> None:
    assert runs(*names) == []


def test_each_folder_and_each_name_before_the_number_is_a_report_of_its_own() -> None:
    names = ["甲局/1.jpg", "甲局/2.jpg", "乙局/1.jpg", "乙局/2.jpg", "丙_1.jpg", "丙_2.jpg", "丁_1.jpg", "丁_2.jpg"]
    assert {frozenset(found) for found in runs(*names, "logo.png", "乙局/二维码.png")} == {
        frozenset(names[at : at + 2]) for at in range(0, 8, 2)
    }


def test_the_same_pages_in_two_formats_are_two_runs() -> None:
    assert runs("1.jpg", "2.jpg", "1.png", "2.png") == [("1.jpg", "2.jpg"), ("1.png", "2.png")]


@pytest.mark.parametrize(
    ("names", "missing"),
    [(("1.jpg", "2.jpg", "4.jpg"), (3,)), (("2.jpg", "3.jpg"), (1,)), (("IMG_40.jpg", "IMG_42.jpg"), (41,))],
)
def test_numbers_that_are_not_there_are_told(names: tuple[str, ...], missing: tuple[int, ...]) -> None:
    assert page_runs(names) == [PageRun(names, missing)]
    assert missing_of(names) == missing
