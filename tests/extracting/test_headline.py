"""Title, agency, year and date of publication."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extracting.headline import Headline, read_headline, text_lines
from pipelines.reading import read


def headline(text: str, last_year: int = 2026) -> Headline:
    document = read(text.encode())
    return read_headline(document, text_lines(document), last_year)


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("博山镇2020年度政府信息公开工作年度报告", "博山镇", 2020),
        ("2020年通化市东昌区人民政府政府信息公开工作年度报告", "通化市东昌区人民政府", 2020),
        ("东山区2020年政府信息公开年报", "东山区", 2020),
        ("臨夏州交通運輸局2019年政府信息公開工作年度報告", "臨夏州交通運輸局", 2019),
        ("某县二〇二一年政府信息公开工作年度报告", "某县", 2021),
    ],
)
def test_a_title_states_agency_and_year(title: str, agency: str, year: int) -> None:
    found = headline(f"{title}\n一、总体情况\n正文\n")
    assert (found.title, found.agency, found.year, found.year_source) == (title, agency, year, "title")


def test_the_period_gives_the_year_where_the_title_has_none() -> None:
    found = headline("某局政府信息公开工作年度报告\n统计期限自2020年1月1日起至2020年12月31日止。\n一、总体情况\n")
    assert (found.year, found.year_source) == (2020, "period")


def test_the_date_of_publication_is_the_last_resort() -> None:
    found = headline("某局政府信息公开工作年度报告\n发布日期：2021-01-30\n一、总体情况\n")
    assert (found.year, found.year_source, found.published_on) == (2020, "date", date(2021, 1, 30))


@pytest.mark.parametrize("year", ["2007", "2030"])
def test_a_year_beyond_the_bounds_is_not_believed(year: str) -> None:
    assert headline(f"某局{year}年政府信息公开工作年度报告\n一、总体情况\n").year == 0


def test_a_signature_extends_the_name_of_the_title() -> None:
    found = headline("东昌区2020年政府信息公开工作年度报告\n一、总体情况\n正文\n通化市东昌区人民政府\n2021年1月31日\n")
    assert found.agency == "通化市东昌区人民政府"
    assert found.published_on == date(2021, 1, 31)


def test_a_page_without_title_has_none() -> None:
    found = headline("首页\n一、总体情况\n")
    assert (found.title, found.agency, found.year, found.year_source) == (None, None, 0, "none")
