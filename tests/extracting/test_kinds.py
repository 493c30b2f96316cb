"""What looks like an annual report and is none, and reports told in words alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.report import extract
from pipelines.messages import retold
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


PROSE = "为贯彻落实《中华人民共和国政府信息公开条例》，各级各部门要提高认识，加强领导。" * 20
PLAN = f"一、总体情况\n{PROSE}\n二、主要做法\n加强公开。\n三、存在的问题\n不足。\n四、下一步打算\n改进。\n"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("某市2023年政务公开工作方案", "no_statutory_table"),
        ("某市2019年政务公开工作总结", "no_statutory_table"),
        ("某市2023年政府工作报告", "no_statutory_table"),
        ("某局2022年法治政府建设年度报告", "no_statutory_table"),
        ("国家统计局某县调查队：关于群众对政府信息公开满意度的调查", "no_statutory_table"),
        ("据某市政府信息公开工作年度报告显示，2022年收到申请203件，群众满意。", "no_statutory_table"),
        ("某市2022年政府信息公开工作年度报告编制工作方案", "about_reports"),
        ("某市2022年政府信息公开工作年度报告第三方评估报告", "about_reports"),
        ("某市2022年政府信息公开工作年度报告目录", "about_reports"),
        ("我市发布2022年政府信息公开工作年度报告", "about_reports"),
        ("某区召开2022年政府信息公开工作年度报告编制培训会", "about_reports"),
        ("关于2022年政府信息公开工作年度报告编制发布情况的通报", "about_reports"),
    ],
)
def test_prose_that_quotes_a_title_or_the_law_is_no_report(title: str, reason: str) -> None:
    assert reason_of(f"{title}\n{PLAN}") == reason


def test_a_report_by_the_law_of_another_place_is_none() -> None:
    text = "依政府資訊公開法辦理，中華民國112年。" * 40
    assert reason_of(f"某市政府資訊公開年度報告\n{text}") == "no_statutory_table"


@pytest.mark.parametrize(
    "head",
    [
        "2018年国家统计局某调查队政府信息公开工作报告",
        "政府信息公开指南\n政府信息公开制度\n政府信息公开年报\n某局2018年政府信息公开工作年度报告",
        "某局2018年政府信息公开工作年度报告\n根据《关于做好2018年政府信息公开工作年度报告的通知》要求，",
        "某市新闻发布中心2018年政府信息公开工作年度报告",
        "某局2018年政务公开工作年度报告",
        "关于2018年政府信息公开工作情况的报告\n根据《政府信息公开条例》，",
    ],
)
def test_a_report_in_words_is_known_by_its_title_or_by_what_its_chapters_are_about(head: str) -> None:
    found = extract(read(f"{head}\n{CHAPTERS}{'公开信息。' * 100}\n".encode()), 2026)
    assert (found.reading, found.headline.year) == (None, 2018)


def test_a_page_whose_script_loads_the_text_says_so() -> None:
    script = "<script src=a.js></script>"
    page = f"<html><head><title>某局2018年政府信息公开工作年度报告</title></head><body>{script}</body></html>"
    assert reason_of(page) == "shown_by_script"
    assert reason_of(page.replace(script, "")) == "truncated"


PICTURES = '<p><img src="./W1.jpg"></p><p><img src="./W2.jpg"></p><p><img src="./W3.jpg"></p>'
SHOWN = f"<html><head><title>某局2021年政府信息公开工作年度报告</title></head><body>{PICTURES}</body></html>"


def test_a_report_in_pictures_that_are_not_there_says_so_and_what_to_do() -> None:
    with pytest.raises(ReadError) as caught:
        extract(read(SHOWN.encode()), 2026)
    assert caught.value.reason == "pictures_missing"
    told = "the report is in 3 pictures that are not beside the page: put them beside the page as it names them"
    assert retold(caught.value.detail, "en").startswith(told)
    menu = "<p>首页政务公开互动交流办事服务</p>" * 50
    assert reason_of(SHOWN.replace("<body>", f"<body>{menu}")) == "pictures_missing"


def test_tables_in_pictures_that_are_not_there_are_missed_by_the_form_that_demands_them() -> None:
    told = "".join(
        f"<p>{heading}</p><p>{'全年工作情况良好。' * 20}</p>"
        for heading in (
            "一、总体情况",
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况",
            "五、存在的主要问题及改进情况",
        )
    )
    assert reason_of(SHOWN.replace("<body>", f"<body>{told}")) == "pictures_missing"
    photographs = SHOWN.replace("2021", "2016").replace("<body>", f"<body>{told}")
    assert extract(read(photographs.encode()), 2026).reading is None


def test_a_report_in_a_few_sentences_stays_one_beside_a_picture_that_is_not_there() -> None:
    told = f"<p>{'某局依据政府信息公开条例编制本报告，' * 30}</p>"
    page = SHOWN.replace("2021", "2010").replace("<body>", f"<body>{told}")
    assert extract(read(page.encode()), 2026).reading is None


def test_news_with_pictures_are_no_report_with_pictures_missing() -> None:
    news = (
        f"<html><head><title>今日要闻</title></head><body><p>{'市领导调研防汛工作。' * 60}</p>{PICTURES}</body></html>"
    )
    assert reason_of(news) == "no_statutory_table"


def test_a_page_parts_of_which_are_garbled_says_so() -> None:
    garbled = PLAN.encode().decode("latin-1")
    assert reason_of(f"某局2018年政府信息公开工作年度报告\n{garbled}") == "garbled"
