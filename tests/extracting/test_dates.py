"""Dates of publication as portals print them, and dates that are none."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.extracting.dates import parsed
from pipelines.extracting.headline import read_headline, text_lines
from pipelines.reading import read

TITLE = "某镇2020年政府信息公开工作年度报告"
HEAD, DAY, TODAY = f"<h1>{TITLE}</h1>", date(2021, 1, 29), "2024-05-03"
OTHERS = "".join(f"<p>链接{n}</p>" for n in range(40))


def published(head: str, *, tail: str = "", meta: str = "") -> date | None:
    """Return the date of a page: what it prints above the first section, below the last, and in its head."""
    body = f"{head}<h2>一、总体情况</h2><p>正文如下。</p><p>六、其他需要报告的事项</p><p>无。</p>{tail}"
    document = read(f"<html><head><title>{TITLE}</title>{meta}</head><body>{body}</body></html>".encode())
    return read_headline(document, text_lines(document), 2026).published_on


@pytest.mark.parametrize(
    "line",
    [
        "发布日期: 2021-01-29&nbsp; 来源:某镇 字体: 打印 分享至:",
        "作者:本站原创 | 来源:本站原创 | 时间:2021-01-29 点击数:- 分享到:",
        "来源：某局 | 发布时间：2021-01-29 10:20 | 浏览次数：12",
        "来源: 发布时间:2021-01-29 09:51:00 浏览次数:",
        "<span>发布时间：</span><span>2021-01-29</span>",
        "<div>发布时间</div><div>2021年1月29日 10:20</div>",
        "【发布日期：2021-01-29】【字体：大 中 小】",
        "发布于 2021/1/29",
        "撰写时间：2021.01.29",
        "發佈時間：2021-01-29",
        "日 期：２０２１年１月２９日",
        "发布时间：2021-01-2910:20",
        "发布时间：20210129",
        "发布时间：Fri Jan 29 10:20:00 CST 2021",
        "时间： [2021-01-29]",
        "更新时间：2021-01-29",
        "有效期：2026-01-29 发布日期：2021-01-29",
        "成文日期:2021-01-22发布日期:2021-01-29",
        "2021年01月29日来源:某区教育局",
        "某局 2021-01-29 10:20 阅读（33）",
        "(2021年1月29日)",
    ],
)
def test_a_line_below_the_title_states_the_date(line: str) -> None:
    assert published(f"{HEAD}<div>{line}</div>") == DAY


@pytest.mark.parametrize(
    "block",
    [
        "<p>索 引 号: 000550897/2020-00471 发布机构: 某街道</p><p>发文日期: 2021-01-29 文  号: 有 效 期:   有 效</p>",
        "<table><tr><td>文號:</td><td></td><td>公開日期:</td><td>2021-01-29 16:32</td></tr></table>",
        "<table><tr><td>索引号</td><td>发布日期</td></tr><tr><td>1/2021-1</td><td>2021-01-29</td></tr></table>",
        "<table><tr><td>生成日期：2021-01-29</td><td>有效期</td><td>2030-01-01</td></tr></table>",
        "<div>0141/2023-00003</div><div>教育局</div><div>2021-01-29</div><div>2021-01-29</div><div>有效</div>",
        f"<p>发文日期: 2021-02-02</p>{HEAD}<p>发布日期:2021-01-29</p>",
    ],
)
def test_an_index_block_states_the_date(block: str) -> None:
    assert published(f"{block}{HEAD}") == DAY


@pytest.mark.parametrize(
    "line",
    [
        f"今天是{TODAY} 星期五",
        "日期：2024年5月3日 星期五",
        f"当前时间：{TODAY} 10:22",
        TODAY,
        f"有效期：{TODAY}",
        f"有效期 {TODAY} 来源：某局",
        f"实施日期：{TODAY} 来源：某局",
        f"会议时间：{TODAY}",
        f"发布时间：{TODAY}至2024-06-03",
        f"本报告按发布时间{TODAY}编制。",
    ],
)
def test_other_dates_are_none_of_publication(line: str) -> None:
    assert published(f"<p>{line}</p>{HEAD}") is None


def test_the_date_beside_the_title_is_taken_before_one_far_from_it() -> None:
    far = "<p>发布时间：2023-03-03</p>" + "".join(f"<p>栏目{n}</p>" for n in range(9))
    assert published(f"{far}{HEAD}<p>发布时间：2021-01-29</p>") == DAY


@pytest.mark.parametrize(
    "tail",
    [
        f"<p>某镇人民政府</p><p>2021年1月29日</p>{OTHERS}",
        "<p>某镇人民政府</p><p>二〇二一年一月二十九日</p>",
        "<p>某镇人民政府 2021年1月29日</p>",
        "<p>责任编辑：张三 发布时间：2021-01-29</p>",
    ],
)
def test_below_the_report_its_signature_or_a_labelled_date_counts(tail: str) -> None:
    assert published(HEAD, tail=tail) == DAY


@pytest.mark.parametrize(
    "tail",
    [
        "".join(f"<p>关于某事的通知{n}</p><p>2021-02-0{n}</p>" for n in range(1, 7)),
        "<p>相关链接</p><p>关于某事的通知</p><p>2021-02-01</p><p>主办：某某</p>",
        f"<p>版权所有 2021-2024</p><p>下载时间：{TODAY}</p><p>打印时间：{TODAY}</p>",
    ],
)
def test_dates_of_other_texts_below_are_none_of_publication(tail: str) -> None:
    assert published(HEAD, tail=tail) is None


@pytest.mark.parametrize(
    "name",
    ['name="PubDate"', 'name="publishdate"', 'property="article:published_time"', 'itemprop="datePublished"'],
)
@pytest.mark.parametrize("value", ["2021-01-29 10:20", "2021-01-29T10:20:00+08:00", "2021年1月29日", "20210129102000"])
def test_the_head_of_a_page_states_the_date_under_the_names_of_many_portals(name: str, value: str) -> None:
    assert published(HEAD, meta=f'<meta {name} content="{value}">') == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二一年一月二十九日", DAY),
        ("二○二一年十月十日", date(2021, 10, 10)),
        ("二О二一年十二月三十一日", date(2021, 12, 31)),
        ("二零二一年二月三十日", None),
        ("2021年2月30日", None),
        ("12021-01-29", None),
        ("1.2021.1.29", None),
        ("2021 年 1 月 29 日", DAY),
    ],
)
def test_a_date_is_read_in_any_writing(text: str, day: date | None) -> None:
    assert parsed(text) == day
