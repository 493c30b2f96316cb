"""The normal form of printed labels and captions."""

from __future__ import annotations

import pytest

from pipelines.forms.labels import caption_item, clean, parse_label


@pytest.mark.parametrize(
    "caption",
    [
        "第二十条第（一）项",
        "第二十条第(一)项",
        "第二十条 第(一)项",
        "第二十条(一)项",
        "《中华人民共和国政府信息公开条例》第二十条第（一）项",
        "中华人民共和国政府信息公开条例 第二十条第(一)项",
        "第二十條第(一)項",
        "　第二十条第（一）项　",
    ],
)
def test_a_caption_names_its_item(caption: str) -> None:
    assert caption_item(caption) == "一"


@pytest.mark.parametrize("caption", ["第二十条第()", "第二十条第", "第二十条第（）项"])
def test_a_caption_without_its_item_is_still_a_caption(caption: str) -> None:
    assert caption_item(caption) == ""


@pytest.mark.parametrize("text", ["", "二十", "根据第二十条第（一）项公开", "第二十一条第（一）项", "规章", "0"])
def test_other_text_is_no_caption(text: str) -> None:
    assert caption_item(text) is None


@pytest.mark.parametrize(
    ("text", "number", "body"),
    [
        ("1.属于国家秘密", "1", "属于国家秘密"),
        ("1、属于国家秘密", "1", "属于国家秘密"),
        ("（三） 不予公开", "三", "不予公开"),
        ("三、本年度办理结果", "三", "本年度办理结果"),
        ("3.危及“三安全一稳定”", "3", "危及三安全一稳定"),
        ("规章（设区的市、自治州人民政府应提供相关数据）", None, "规章"),
        ("规章：地方行政规章指各省、自治区制定的规范性文件", None, "规章"),
        ("上一年项目数量 2019年", None, "上一年项目数量"),
        ("上一年项目数量(指2019年事项数)", None, "上一年项目数量"),
        ("本年收费金额单位：万元", None, "本年收费金额"),
        ("本年收费金额（单位：万元）", None, "本年收费金额"),
        ("规(guī)章", None, "规章"),
        ("屬於三類內部事務資訊", None, "属于三类内部事务信息"),
        ("上一年專案數量", None, "上一年项目数量"),
        ("規範性檔案", None, "规范性文件"),
    ],
)
def test_a_label_is_taken_apart(text: str, number: str | None, body: str) -> None:
    assert parse_label(text)[:2] == (number, body)


def test_phrases_are_undone_in_labels_only_never_in_names() -> None:
    assert clean("東山區檔案局") == "东山区档案局"
