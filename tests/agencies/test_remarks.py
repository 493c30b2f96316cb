"""Words around a name that are none of it."""

from __future__ import annotations

import pytest

from pipelines.agencies.remarks import no_one_office, without_prefix, without_remarks


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("2022年莒县气象局", "莒县气象局"),
        ("附件2:03.莒县气象局", "莒县气象局"),
        ("关于重新更正莒县气象局", "莒县气象局"),
        ("公示】莒县气象局", "莒县气象局"),
        ("12团", "12团"),
        ("110指挥中心", "110指挥中心"),
        ("★莒县气象局", "莒县气象局"),
        ("、利辛县教育局", "、利辛县教育局"),
        ("?江镇政府", "?江镇政府"),
        ("更新乡人民政府", "更新乡人民政府"),
        ("2022年", ""),
    ],
)
def test_what_stands_before_a_name(printed: str, name: str) -> None:
    assert without_prefix(printed) == name


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("司法局(定稿,已盖章)", "司法局"),
        ("司法局(2)更正", "司法局"),
        ("司法局(", "司法局"),
        ("公安局机关", "公安局"),
        ("机关事务管理局", "机关事务管理局"),
        ("直属机关", "直属机关"),
        ("教育局(体育局)", "教育局(体育局)"),
        ("市本级", "市本级"),
        ("海关系统", "海关系统"),
    ],
)
def test_what_stands_behind_a_name(printed: str, name: str) -> None:
    assert without_remarks(printed) == name


def test_why_words_are_no_office() -> None:
    assert no_one_office("财政局", has_type=True) is None
    assert no_one_office("", has_type=True) is None
    words = ("各部门", "财政局和税务局", "教育局(体育局)", "财政局国库科", "高度重视")
    told = [no_one_office(word, has_type=False) for word in words]
    assert len({(why or "").replace(word, "") for why, word in zip(told, words, strict=True)}) == len(words)
