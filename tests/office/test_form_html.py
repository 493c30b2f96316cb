"""The page: alone in its file, for a screen and for paper."""

from __future__ import annotations

import re

import pytest

from tests.office.filled import YEARS, file_of


@pytest.mark.parametrize("form", YEARS)
def test_it_stands_alone_and_prints_on_a4(form: str) -> None:
    page = file_of(form, "html", {}).decode()
    assert page.startswith("<!DOCTYPE html>") and '<html lang="zh-CN">' in page
    assert not re.findall(r"<script|<link|src=|href=|url\(|@import", page)
    assert "@page { size: A4 portrait;" in page and "@media screen" in page and "@media print" in page
    assert re.findall(r'<h2 class="new-page">(.)', page) == ["三"]
    assert "仿宋" in page and "黑体" in page


def test_the_name_of_a_unit_is_no_markup() -> None:
    page = file_of("2021", "html", {}, unit='<script>alert("1")</script>&').decode()
    assert "<script" not in page
    assert "<h1>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;2024年" in page


def test_narrow_heads_stand_two_characters_a_line() -> None:
    page = file_of("2021", "html", {}).decode()
    assert '<td class="head"><span>社会公益组织</span></td>' in page
    assert '<td class="head">其他</td>' in page and page.count("<span>") == 16
