"""Answers of interfaces: the text in them, its title and its date, in whatever shape."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from pipelines.reading import Grid, Limits, Paragraph, ReadError, read
from pipelines.reading.json.document import json_blocks

TITLE = "某镇2020年政府信息公开工作年度报告"
CONTENT = "<p>一、总体情况</p>\n<table><tr><td>规章</td><td>3</td></tr></table>"
ARTICLE = {"title": TITLE, "pubDate": "2021-01-29 10:20", "content": CONTENT}
LONG = "一、总体情况，" + "某" * 80


def cells(text: str) -> list[list[str]]:
    blocks = read(text.encode()).blocks
    return [[cell.text for cell in row] for block in blocks if isinstance(block, Grid) for row in block.rows]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ARTICLE),
        json.dumps(ARTICLE, ensure_ascii=False, indent=2),
        json.dumps({"code": 200, "data": {"info": ARTICLE}}),
        json.dumps([{"title": "另一条", "content": None}, ARTICLE]),
        json.dumps({**ARTICLE, "content": html.escape(CONTENT)}),
        json.dumps({**ARTICLE, "contentText": LONG, "summary": "<p>概要</p>", "contentMobile": CONTENT}),
        json.dumps({"data": json.dumps(ARTICLE)}),
        f"jQuery112_1({json.dumps(ARTICLE)});",
        f"/**/ callback({json.dumps(ARTICLE)})",
        f"var detail = {json.dumps(ARTICLE)};",
        f'{{"id": 1}}\n{json.dumps(ARTICLE)}\n',
    ],
)
def test_an_article_is_found_in_any_shape(text: str) -> None:
    document = read(text.encode())
    assert document.blocks[:2] == (Paragraph(TITLE, 0, is_heading=True), Paragraph("一、总体情况", 0))
    assert cells(text) == [["规章", "3"]]
    assert document.metadata == {"title": TITLE, "published": ARTICLE["pubDate"]}


def test_an_object_of_a_script_is_read_by_its_literals() -> None:
    assert cells("callback({title:'x', content:'" + CONTENT.replace("\n", "\\n") + "'})") == [["规章", "3"]]


def test_several_articles_stand_under_their_titles_with_grids_numbered_through() -> None:
    other = {"title": TITLE.replace("2020", "2021"), "content": CONTENT}
    blocks, metadata = json_blocks(json.dumps([ARTICLE, other]), limits=Limits()) or ((), {})
    assert [b.text for b in blocks if isinstance(b, Paragraph) and b.is_heading] == [TITLE, other["title"]]
    assert [b.index for b in blocks if isinstance(b, Grid)] == [0, 1]
    assert metadata == {"published": ARTICLE["pubDate"]}


@pytest.mark.parametrize("given", [1611900000000, 1611900000, "1611900000000"])
def test_a_date_may_be_a_number_of_seconds(given: Any) -> None:
    answer = json.dumps({"title": TITLE, "publishTime": given, "content": CONTENT})
    assert read(answer.encode()).metadata["published"] == "2021-01-29"


def test_plain_text_and_rows_of_values_are_read() -> None:
    assert Paragraph("规章", 2) in read(json.dumps({"title": TITLE, "text": f"{LONG}\n规章"}).encode()).blocks
    assert cells(json.dumps({"title": TITLE, "rows": [["规章", 3], ["规范性文件", None]]})) == [
        ["规章", "3"],
        ["规范性文件", ""],
    ]


def test_an_answer_without_a_text_gives_its_strings() -> None:
    assert read(json.dumps({"rows": [{"name": "某县", "id": 3}]}).encode()).blocks == (Paragraph("某县", 1),)


@pytest.mark.parametrize(
    "text", ["[bookmark: _GoBack]某镇", "{某镇}", "[字体：大 中 小]\n规章\n", "", "规章 | 3", "[2021]某号"]
)
def test_a_text_in_brackets_is_no_answer(text: str) -> None:
    assert json_blocks(text, limits=Limits()) is None


@pytest.mark.parametrize("end", range(40, len(json.dumps(ARTICLE)), 29))
def test_an_answer_that_breaks_off_is_truncated(end: int) -> None:
    with pytest.raises(ReadError) as caught:
        json_blocks(json.dumps(ARTICLE)[:end], limits=Limits())
    assert caught.value.reason == "truncated"


def test_markup_that_breaks_off_in_a_whole_answer_is_truncated() -> None:
    with pytest.raises(ReadError) as caught:
        json_blocks(json.dumps({"title": TITLE, "content": CONTENT[:50]}), limits=Limits())
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[" * 900 + "]" * 900, '[[1], [2, "x"]]'])
def test_hostile_answers_end(text: str) -> None:
    try:
        found = json_blocks(text, limits=Limits())
    except ReadError as error:
        assert error.reason == "truncated"
    else:
        assert found is None or isinstance(found[0], tuple)


@pytest.mark.parametrize(
    ("rows", "reason"), [([["1"] * 300] * 2, "too_many_columns"), ([["1"] * 100] * 2001, "too_many_cells")]
)
def test_rows_beyond_the_budget_are_refused(rows: list[list[str]], reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        json_blocks(json.dumps({"rows": rows}), limits=Limits())
    assert caught.value.reason == reason
