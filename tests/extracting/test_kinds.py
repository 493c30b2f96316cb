"""What looks like an annual report and is none, and reports told in words alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.report import extract
from pipelines.reading import ReadError, read

CHAPTERS = "一、概述\n全年公开信息203条。\n二、主动公开情况\n乙\n三、依申请公开情况\n丙\n四、收费及减免情况\n无。\n"


def reason_of(text: str) -> str:
    with pytest.raises((NotAReport, ReadError)) as caught:
        extract(read(text.encode()), 2026)
    assert isinstance(caught.value, NotAReport | ReadError)
    return caught.value.reason


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("《东山区2021年政府信息公开工作年度报告》文字解读", "interpretation"),
        ("一图读懂：东山区2021年政府信息公开工作年度报告", "interpretation"),
        ("東山區2021年政府信息公開年度報告圖解", "interpretation"),
        ("东山区2022年上半年政府信息公开数据统计", "part_year"),
        ("东山区2020年第三季度政府信息公开情况统计表", "part_year"),
        ("东山区政府网站工作年度报表（2021年度）", "website_report"),
        ("东山区财政局2021年部门预算公开说明", "budget"),
        ("东山区政府信息公开情况统计报表", "local_statistics"),
        ("今日天气", "no_statutory_table"),
    ],
)
def test_the_title_tells_what_it_is(title: str, reason: str) -> None:
    assert reason_of(f"{title}\n2022年7月25日 来源：本站\n") == reason


def test_a_report_stays_one_whose_menu_names_other_things() -> None:
    text = f"政策解读\n网站工作年度报表\n东山区2012年政府信息公开工作年度报告\n{CHAPTERS}"
    assert extract(read(text.encode()), 2026).headline.year == 2012


def test_a_narrative_without_title_is_known_by_its_law_and_period() -> None:
    head = "本报告根据《中华人民共和国政府信息公开条例》编制，统计期限自2011年1月1日至2011年12月31日。\n"
    found = extract(read((head + CHAPTERS).encode()), 2026)
    assert (found.reading, found.headline.year) == (None, 2011)


def test_chapters_of_the_old_reports_need_not_be_the_six_of_today() -> None:
    found = extract(read(f"东山区2009年政府信息公开工作年度报告\n{CHAPTERS}".encode()), 2026)
    assert found.reading is None
    assert found.sections


def test_a_page_of_links_is_no_report() -> None:
    titles = "\n".join(f"东山区{year}年政府信息公开工作年度报告" for year in range(2015, 2023))
    assert reason_of(titles) == "list_of_reports"


def test_tables_that_are_pictures_are_not_silently_missing() -> None:
    headings = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况")
    others = ("四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项")
    blocks = "\n甲。\n".join(("东山区财政局2021年政府信息公开工作年度报告", *headings, *others))
    document = read(blocks.encode())
    assert extract(document, 2026).reading is None
    with pytest.raises(ReadError, match="needs_ocr"):
        extract(replace(document, metadata={"pictures": "3"}), 2026)
