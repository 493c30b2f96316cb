"""Where a page prints its index number, in forms that portals have."""

from __future__ import annotations

import json

import pytest

from pipelines.extracting.index_number import code_of, index_numbers, printed_index_number
from pipelines.reading import read
from tests.codes import agency_code

CODE = "113703040042181387"
NUMBER = f"{CODE}/2021-00012"
REST = (
    "<h1>博山区教育局2020年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>本局2020年公开信息。</p>"
    "<p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"
)


def _of_page(head: str, meta: str = "", rest: str = REST) -> str | None:
    page = f"<html><head><meta charset=utf-8>{meta}</head><body>{head}{rest}</body></html>"
    return printed_index_number(read(page.encode()))


@pytest.mark.parametrize(
    "head",
    [
        f"<p>索引号：{NUMBER}</p>",
        f"<p>索 引 号：{NUMBER} 信息分类：年报</p>",
        f"<p>索引号</p><p>{NUMBER}</p>",
        f"<p>信息索引号：[{NUMBER}] 生成日期：2021-01-29</p>",
        f"<table><tr><td>索引号：</td><td>{NUMBER}</td><td>发布机构：</td><td>教育局</td></tr></table>",
        f"<table><tr><td>主题分类</td><td></td></tr><tr><td>索 引 号</td><td>{NUMBER}</td></tr></table>",
        "<table><tr><td>索引号</td><td>发布机构</td><td>发布日期</td></tr>"
        f"<tr><td>{NUMBER}</td><td>教育局</td><td>2021-01-29</td></tr></table>",
        f"<p>索引號： | {NUMBER} | 組配分類：</p>",
        f"<ul><li><b>索引号：</b><span>{NUMBER}</span></li></ul>",
        f"<p>{NUMBER}</p>",
        f"<p>统一社会信用代码：91370304MA3C000000 索引号：{NUMBER}</p>",
        f"<p>索引号：113703040042181380/2021-00011</p><p>索引号：{NUMBER}</p>",
        "<p>索引号：1137030400421813８７／２０２１－00012</p>",
    ],
)
def test_heads_of_pages(head: str) -> None:
    assert _of_page(head) == NUMBER


def test_metadata() -> None:
    assert _of_page("", f'<meta name="ContentIndex" content="{NUMBER}">') == NUMBER
    assert _of_page("", '<meta name="ContentIndex" content="GSD0122-2021-1">') is None


def test_the_code_alone() -> None:
    assert _of_page(f"<p>统一社会信用代码：{CODE}</p>") == CODE


def test_answers_in_json() -> None:
    answer = {"title": "博山区教育局2020年政府信息公开工作年度报告", "indexNo": NUMBER, "content": f"<div>{REST}</div>"}
    assert printed_index_number(read(json.dumps(answer).encode())) == NUMBER


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("索引号\n01527918X-2020-153077\n发文机构", "01527918X"),
        ("索 引 号 003110926/201510-00216 信息分类 信息公开制度", "003110926"),
        ("索 引 号 | 014416330/2018-04736 | 分 类 |", "014416330"),
        ("索引号：01527918-X/2010-00012", "01527918X"),
        ("索引号： | 113417030032499282/202011-00140 | 组配分类：", "113417030032499282"),
        ("索 引 号 | 11150000MB1604391C/2025-03582 |", "11150000MB1604391C"),
        ("公开索引号：11610800MB2964997P/2024-00022）", "11610800MB2964997P"),
        ("索引号：000014349/2021-00012", "000014349"),
    ],
)
def test_index_numbers_of_portals(head: str, code: str) -> None:
    (found,) = index_numbers(head)
    assert found.code is not None and found.code.text == code


@pytest.mark.parametrize(
    "head",
    [
        "索 引 号 20191202-189769 分类 其他",
        "索 引 号 主题分类 综合政务 \\ 其他",
        "索引号：GSD0122-2021-000001",
        "索引号：14416330/2018-04736",
        "索引号：014416330",
        "索引号：014416330/2018047360",
        "编号：014416330/2018-04736",
        f"编号：{NUMBER}",
        "索引号：20210129X/2021-00012",
    ],
)
def test_other_numbers_are_none(head: str) -> None:
    assert list(index_numbers(head)) == []
    assert _of_page(f"<p>{head}</p>".replace(NUMBER, f"第{NUMBER}号")) is None


def test_a_company_in_the_text_is_no_publisher() -> None:
    company = agency_code("370304", kind="91")
    for words in (f"统一社会信用代码：{company}", f"索引号：{company}"):
        assert _of_page(f"<p>{words}</p>") is None
    body = f"{REST}<p>其中向某学校（统一社会信用代码：{agency_code('370303', kind='12')}）公开信息。</p>"
    assert _of_page("", rest=body) is None


def test_a_wrong_check_digit_stays_visible_and_is_no_code() -> None:
    wrong = "113703040042181380/2021-00012"
    assert _of_page(f"<p>索引号：{wrong}</p>") == wrong
    assert code_of(wrong) is None
    assert code_of(NUMBER) is not None
    assert code_of(None) is None
