"""The work of another year told as this year's, and all that only looks like it."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.auditing.stale_years import stale_years


def stale(text: str, section: int = 1, heading: str | None = None) -> list[str]:
    """Return what is told of another year in a report of 2022."""
    types = {"report_key": pl.Int64, "section": pl.Int32, "heading": pl.String, "body": pl.String}
    sections = pl.DataFrame([(1, section, heading, text)], schema=types, orient="row")
    reports = pl.DataFrame(
        {"report_key": [1], "year_key": [2022]}, schema={"report_key": pl.Int64, "year_key": pl.Int32}
    )
    return stale_years(sections, reports)["stale_year"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        "2021年，我局共收到政府信息公开申请5件。",
        "（一）主动公开情况。2021年，通过政府网站公开信息120条。\n（二）依申请公开情况。2021年未收到政府信息公开申请。",
        "2021年度，我镇认真贯彻落实条例，扎实推进政务公开。\n一是加强领导。",
        "2022年，我局严格执行条例。\n（一）主动公开。2022年公开信息100条。\n（二）依申请公开。2021年，共受理政府信息公开申请3件，均已答复。",
        "区民政局2021年主动公开政府信息300条。",
        "1.主动公开情况：2021年共公开各类信息55条。",
        "2020年，街道坚持以人民为中心推进公开。",
        "2021年全年共收到依申请公开308件。",
    ],
)
def test_another_years_work_is_told(text: str) -> None:
    assert len(stale(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2022年，我局收到申请5件，比2021年增加2件。",
        "与2021年相比，申请量下降。2022年收到申请5件。",
        "2022年收到申请5件。2023年，我局将进一步加强公开。",
        "截至2022年12月31日，公开信息100条。",
        "截至2021年底，公开信息100条。",
        "2021年收到申请8件。2022年收到申请9件，同比增长12.5%。",
        "2021年结转申请2件，本年收到8件。",
        "根据《2021年政务公开工作要点》，我局公开信息100条。",
        "2021年以来，我局累计公开信息100条；今年公开50条。",
        "我局高度重视公开工作，全年公开100条。",
        "2022年，我局公开2021年度部门决算和2022年部门预算等信息12条。",
        "2021年印发的实施方案继续执行，2022年公开信息20条。",
        "自2019年条例施行以来，街道共收到申请30件。2022年收到3件。",
        "2021年，我局门户网站改版上线。2022年发布信息100条。",
        "2021年机构改革后，我局公开信息100条。",
        "2023年1月，我局编制本报告。2022年收到申请5件。",
        "2022年度，收到申请3件。2020年、2021年分别收到申请1件、2件。",
        "2021年收到的申请今年全部办结，本年收到4件。",
    ],
)
def test_what_only_names_another_year_is_not(text: str) -> None:
    assert stale(text) == []


def test_problems_and_plans_are_not_read() -> None:
    assert stale("2021年，我局共收到政府信息公开申请5件。", section=5) == []


@pytest.mark.parametrize(
    "heading",
    [
        "三、2021年度收到和处理政府信息公开申请情况", "三、上年收到和处理政府信息公开申请情况",
        "三、上半年收到和处理政府信息公开申请情况", "三、一季度收到和处理政府信息公开申请情况",
    ],
)  # fmt: skip
def test_a_heading_of_tables_that_names_another_time_is_told(heading: str) -> None:
    assert stale("", 3, heading) == [heading]
    assert stale("2021年，我局共收到政府信息公开申请5件。", 3, heading) == [heading]


@pytest.mark.parametrize(
    ("section", "heading"),
    [
        (3, "三、收到和处理政府信息公开申请情况"),
        (3, "三、2022年度收到和处理政府信息公开申请情况"),
        (3, "三、2022年度（2021年结转的除外）收到和处理政府信息公开申请情况"),
        (2, None),
        (5, "五、2021年存在的主要问题及改进情况"),
    ],
)
def test_other_headings_are_not(section: int, heading: str | None) -> None:
    assert stale("", section, heading) == []
