"""Title, agency, year and date of publication."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extracting.headline import (
    Headline,
    heading_end,
    names_annual_report,
    read_headline,
    text_lines,
    title_agency,
)
from pipelines.reading import Document, Grid, Paragraph, Piece, Run, read
from pipelines.reading.document import Cell

TITLE = "某局2020年政府信息公开工作年度报告"
UNDATED = "某局政府信息公开工作年度报告"
SECTION = "一、总体情况"


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


def of(*lines: str, headings: tuple[str, ...] = (), last_year: int = 2026, **metadata: str) -> Headline:
    """Return the headline of a document of these lines, with headings and what its format states beside the text."""
    blocks = (*(Paragraph(text, 0, is_heading=True) for text in headings), *(Paragraph(text, 0) for text in lines))
    return read_headline(Document("text/html", None, blocks, metadata), list(lines), last_year)


# --- the lines of a document


def test_the_lines_are_paragraphs_lone_pieces_and_rows_of_one_cell() -> None:
    def row(number: int, *texts: str) -> tuple[Cell, ...]:
        return tuple(Cell(text, number, col, 1, 1, 0) for col, text in enumerate(texts))

    rows = (
        row(0, "规章", "1"),
        row(1, "", "甲\n 乙 \n\n", ""),
        row(2, "丙"),
        row(3, "", "规章", "1", ""),
        row(4, "1", "", "2"),
        row(5, "", "戊"),
        row(6, "己", ""),
        row(7, "", ""),
        row(8, "1", "2", ""),
        row(9),
    )
    run = Run((*(Piece(t, line, 0, 0, False) for t, line in (("子", 1), ("", 1), ("规章", 2), ("1", 2), ("", 3))),))
    blocks = (Paragraph(" 标 题 \n\n二行", 1), Grid(0, rows, spanned=True), run, Paragraph("末", 9))
    lines = text_lines(Document("text/html", None, blocks))
    assert lines == ["标 题", "二行", "甲", "乙", "丙", "戊", "己", "子", "末"]


def test_the_title_page_ends_at_the_first_section_heading() -> None:
    assert heading_end(["标题", SECTION, "二、主动公开政府信息情况"]) == 1
    assert heading_end(["标题", "正文"]) == 2


# --- which line is a title


@pytest.mark.parametrize(
    "line",
    [
        TITLE,
        UNDATED,
        "某县2021年政府信息公开年报",
        "政府信息公开情况统计表",
        "2018年政府信息公开工作情况统计表（某局）",
        "某县2020年政府信息公开工作年度报告公布",
        "某" * 75 + "政府信息公开工作年度报告",
        "2020年某" + "局" * 20 + "政府信息公开工作年度报告公布",
    ],
)
def test_a_line_that_names_an_annual_report_is_a_title(line: str) -> None:
    assert names_annual_report(line)


@pytest.mark.parametrize(
    "line",
    [
        "某县人民政府",
        "2020年工作安排",
        f"{TITLE}。现予公布",
        f"现予公布；{TITLE}",
        f"本报告为{TITLE}",
        f"根据要求编制{TITLE}",
        f"附件：{TITLE}",
        f"您的位置 {TITLE}",
        f"当前位置 {TITLE}",
        f"首页 > 政务公开 > 2021 > {TITLE}",
        "某" * 79 + "政府信息公开工作年度报告",
        "某县政府信息公开工作年度报告公布",  # goes on after the title, and states no year
        "2020年某" + "局" * 21 + "政府信息公开工作年度报告公布",
        f"发布日期：2021年 {TITLE}",
        f"索引号:1 名称:{TITLE}",
    ],
)
def test_prose_paths_and_fields_are_no_title(line: str) -> None:
    assert not names_annual_report(line)


# --- which title a document has


def test_the_title_that_names_an_agency_and_a_year_is_taken_before_others() -> None:
    bare, dated = "政府信息公开工作年度报告", "2020年政府信息公开工作年度报告"
    assert of(bare, dated, TITLE).title == TITLE
    assert of(bare, dated).title == dated
    assert of(UNDATED, bare).title == UNDATED
    assert of("首页", UNDATED, dated).title == dated  # an undated title gives no year


def test_what_the_format_calls_the_title_comes_before_headings_and_these_before_lines() -> None:
    other, third = TITLE.replace("某局", "甲局"), TITLE.replace("某局", "乙局")
    assert of(TITLE, headings=(other,), title=third).title == third
    assert of(TITLE, headings=(other,), title="首页").title == other
    assert of(TITLE, headings=("首页",)).title == TITLE


def test_the_title_of_the_page_is_the_last_resort_and_loses_the_name_of_the_site() -> None:
    assert of("首页", page_title=f"{TITLE}_某县人民政府").title == TITLE
    assert of("首页", page_title="某县人民政府").title is None
    assert of(TITLE, page_title=TITLE.replace("某局", "甲局")).title == TITLE


@pytest.mark.parametrize("sign", [">", "＞", "»", "›"])
def test_the_way_to_a_page_ends_in_its_title_where_nothing_else_states_one(sign: str) -> None:
    way = f"首页 {sign} 政府信息公开年报 {sign} {TITLE}"
    other = TITLE.replace("某局", "甲局")
    assert of(way, "正文").title == TITLE
    assert of(way, other).title == other


def test_a_text_on_one_line_begins_with_its_title() -> None:
    assert of(f"{UNDATED} 本报告由某局编制 正文正文").title == UNDATED
    assert of(f"{TITLE} 本报告由某局编制。正文正文", UNDATED).title == UNDATED


def test_a_title_broken_after_the_agency_is_joined() -> None:
    rest = "2020年政府信息公开工作年度报告"
    assert of("某县财政局", rest).title == f"某县财政局{rest}"
    assert of("某县财政局", "政府信息公开工作2020年度报告").title == "某县财政局政府信息公开工作2020年度报告"
    assert of("首页", rest).title == rest
    assert of("某县财政局", TITLE).title == TITLE
    assert of("某县财政局政府信息公开年报", rest).title == rest
    assert of(f"{'某' * 29}局", rest).title == f"{'某' * 29}局{rest}"
    assert of(f"{'某' * 30}局", rest).title == rest
    assert of(rest, "正文", "某县财政局").title == rest


def test_a_title_stands_above_the_first_section_and_near_the_top() -> None:
    assert of(SECTION, TITLE).title is None
    assert of(*["正文"] * 59, TITLE).title == TITLE
    assert of(*["正文"] * 60, TITLE).title is None
    assert of("某" * 62 + TITLE[1:], "x").title == "某" * 62 + TITLE[1:]
    assert of("某" * 63 + TITLE[1:], "x").title is None  # longer than any title printed on a line of its own


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        (TITLE, "某局"),
        (UNDATED, "某局"),
        ("关于某局2020年政府信息公开工作年度报告", "某局"),
        ("[年报]某局2020年政府信息公开工作年度报告", "某局"),
        ("某 局 2020年 政府信息公开工作年度报告", "某局"),
        ("《某局》2020年度政府信息公开年报", "某局"),
        ("某局：2020年政府信息公开年报", "某局"),
        ("某局二〇二〇年度政府信息公开年报", "某局"),
        ("某局工作报告", "某局"),
        ("某局", "某局"),
        ("2020年政府信息公开工作年度报告", ""),
    ],
)
def test_the_agency_is_the_title_without_year_and_kind(title: str, agency: str) -> None:
    assert title_agency(title) == agency


# --- which year a report is for


@pytest.mark.parametrize(("year", "believed"), [(2007, 0), (2008, 2008), (2026, 2026), (2027, 0)])
def test_a_year_is_believed_from_the_regulation_to_the_last_one(year: int, believed: int) -> None:
    assert of(f"某局{year}年政府信息公开工作年度报告").year == believed


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("自2020年1月1日起至2020年12月31日止", 2020),
        ("自2020年1月1日起至12月31日止", 2020),
        ("自2020年1月1日至2021年12月31日", 0),
        ("自2007年1月1日至2007年12月31日", 0),
        ("自2020年1月1日至6月30日", 0),
        ("2020年1月1日至12月31日", 2020),
    ],
)
def test_the_period_states_the_year_if_it_is_one_whole_year(period: str, year: int) -> None:
    found = of(UNDATED, period)
    assert (found.year, found.year_source) == (year, "period" if year else "none")


def test_a_period_broken_over_lines_is_one() -> None:
    found = of(UNDATED, "统计期限自2020年1月", "1日起至2020年12月31日止。")
    assert (found.year, found.year_source) == (2020, "period")


@pytest.mark.parametrize(
    ("years", "year"),
    [
        ((2020,), 2020),
        ((2020, 2020, 2019), 2020),
        ((2020, 2019), 0),
        ((2019, 2020, 2020), 0),  # the first named is not that of most
        ((2020, 2019, 2018), 0),
        ((2020, 2020, 2019, 2019), 0),
        ((2020, 2020, 2019, 2020, 2019, 2019), 2020),  # only the first five count
        ((2020, 2019, 2020, 2019, 2019, 2020, 2020), 0),
        ((2005, 2020), 2020),  # years before the regulation are no report years
    ],
)
def test_in_the_text_the_first_year_counts_where_most_of_the_first_years_agree(
    years: tuple[int, ...], year: int
) -> None:
    found = of(UNDATED, *(f"在{own}年内" for own in years))
    assert (found.year, found.year_source) == ((year, "text") if year else (0, "none"))


def test_the_title_states_the_year_whatever_the_text_says() -> None:
    assert of(TITLE, "在2018年内", "在2018年内").year == 2020


def test_years_below_the_second_section_are_those_of_headers() -> None:
    assert of(UNDATED, SECTION, "在2020年内", "二、主动公开政府信息情况", "2019年事项数").year == 2020
    assert of(UNDATED, SECTION, "正文", "二、主动公开政府信息情况", "2019年事项数").year == 0


# --- when it was published


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("发布日期：2021-01-30", date(2021, 1, 30)),
        ("公开日期:2021年1月5日", date(2021, 1, 5)),
        ("时间：2021/1/5 10:21", date(2021, 1, 5)),
        ("2021-01-30 来源：某局", date(2021, 1, 30)),
        ("2021-01-30", date(2021, 1, 30)),
        ("有效期：2021-01-30", None),
        ("发布日期：2021-13-40", None),
        ("发布日期：", None),
    ],
)
def test_a_date_above_the_text_is_one_of_publication_by_its_words_or_its_line(
    line: str, published: date | None
) -> None:
    assert of(TITLE, line, SECTION, "正文", "某局").published_on == published


def test_what_is_printed_as_the_date_of_publication_comes_before_what_the_format_states() -> None:
    assert of(TITLE, "发布日期：2021-01-30", published="2021-02-01 08:00").published_on == date(2021, 1, 30)
    assert of(TITLE, "成文日期：2021-01-30", published="2021-02-01 08:00").published_on == date(2021, 2, 1)
    assert of(TITLE, "发布日期：2021-01-30", published="昨天").published_on == date(2021, 1, 30)
    assert of(TITLE, "发布日期：2021-01-30").published_on == date(2021, 1, 30)


def test_a_labelled_date_counts_on_the_title_page_only() -> None:
    assert of(TITLE, SECTION, "发布日期：2021-01-30", "正文").published_on is None
    assert of(TITLE, *["正文"] * 58, "发布日期：2021-01-30", *["正文"] * 15).published_on == date(2021, 1, 30)
    assert of(TITLE, SECTION, *["正文"] * 9, "2021-01-30 来源：某局", *["正文"] * 15).published_on is None


def test_the_year_before_the_publication_is_reported_where_nothing_states_it() -> None:
    assert (of(UNDATED, published="2009-01-02").year, of(UNDATED, published="2008-01-02").year) == (2008, 0)
    assert of(UNDATED, published="2027-01-02").year == 2026


# --- the signature at the end


def test_the_signature_is_the_agency_above_the_closing_date() -> None:
    found = of(TITLE, SECTION, "正文", "某县某局", "2021年1月31日")
    assert (found.signature_line, found.agency, found.published_on) == (3, "某县某局", date(2021, 1, 31))
    assert of(TITLE, "某县某局", "2021年1月31日", "打印", "关闭", "返回").signature_line == 1
    assert of(TITLE, "正文", "2021年1月31日", "打印", "教育委员会").signature_line == 2  # a link below the date


def test_a_closing_date_alone_ends_the_text() -> None:
    found = of(TITLE, SECTION, "正文", "2021年1月31日", "打印")
    assert (found.signature_line, found.agency) == (3, "某局")
    assert of(TITLE, SECTION, "正文").signature_line is None


@pytest.mark.parametrize("closing", ["2021年1月31日", "2021-01-31", "2021.1.31", "二〇二一年一月三十一日"])
def test_a_closing_date_stands_alone_in_any_writing(closing: str) -> None:
    assert of(TITLE, "正文", "正文", closing).signature_line == 3


@pytest.mark.parametrize(
    ("line", "is_date"),
    [
        ("2021年1月31日星期日一", True),
        ("2021年1月31日星期日一二", False),
        ("于2021年1月31日", False),
        ("正文", False),
    ],
)
def test_a_line_with_more_than_a_date_is_no_closing_date(line: str, is_date: bool) -> None:
    assert (of(TITLE, "正文", "正文", line).signature_line == 3) is is_date


def test_a_closing_date_is_sought_in_the_last_lines_only() -> None:
    long = "某" * 40  # prose: it is not looked at, and ends nothing
    assert of(TITLE, long, "2021年1月31日", *["正文"] * 8, long, long).signature_line == 2
    assert of(TITLE, long, "2021年1月31日", *["正文"] * 9, long, long).signature_line is None
    assert of("2021年1月31日", "正文").signature_line == 0


def test_without_a_date_an_agency_in_the_last_two_lines_signs() -> None:
    assert of(TITLE, "正文", "正文", "某县某局").signature_line == 3
    assert of(TITLE, "正文", "某县某局", "打印").signature_line == 2
    assert of(TITLE, "某县某局", "打印", "关闭").signature_line is None
    assert of("某县某局", "打印").signature_line is None  # the first line is a title's, not a signature's
    assert of(TITLE, "某县某局").signature_line == 1
    assert of(TITLE, "甲县某局", "乙县某局").signature_line == 2


@pytest.mark.parametrize(
    ("line", "signs"),
    [
        ("财政局", True),
        ("某局", False),
        ("某" * 39 + "局", True),
        ("某" * 40 + "局", False),
        ("特此报告", False),
        ("正文如上，某局", False),
        ("来源：某局", False),
    ],
)
def test_a_signature_is_the_name_of_an_agency_and_no_more(line: str, signs: bool) -> None:
    assert (of(TITLE, "正文", line, "2021年1月31日").signature_line == 2) is signs


def test_only_a_signature_that_contains_the_name_of_the_title_takes_its_place() -> None:
    assert of(TITLE, "正文", "某 县 某 局", "2021年1月31日").agency == "某县某局"
    assert of(TITLE, "正文", "教育委员会", "2021年1月31日").agency == "某局"
    assert of("2020年政府信息公开工作年度报告", "正文", "教育委员会", "2021年1月31日").agency == "教育委员会"
    assert of("首页", "正文", "教育委员会", "2021年1月31日").agency == "教育委员会"
    assert of("某某局2020年政府信息公开工作年度报告", "正文", "某某局", "2021年1月31日").agency == "某某局"
    assert of("東山區2020年政府信息公开工作年度报告", "正文", "东山区委员会", "2021年1月31日").agency == "东山区委员会"
    assert of("東山街道辦事處2020年政府信息公开工作年度报告", "正文", "东山街道办事处").agency == "東山街道辦事處"
