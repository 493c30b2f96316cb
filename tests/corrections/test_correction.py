"""What corrections of all kinds share: which file they are for, and when they have expired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.corrections.correction import Correction, Misfit


class OfTitle(Correction):
    title: str = "甲"

    @property
    def expected(self) -> Mapping[str, Any]:
        return {"title": self.title, "year": 2020}


def entry(**names: str) -> OfTitle:
    return OfTitle(reason="r", evidence="e", **names)


def test_by_content_it_is_for_that_file_wherever_it_lies() -> None:
    by_content = entry(sha256="a" * 64)
    assert by_content.is_for("a" * 64, [])
    assert not by_content.is_for("b" * 64, ["a" * 64])


@pytest.mark.parametrize(
    ("location", "there"),
    [
        ("2020/www.example.gov.cn/x/7.html", True),
        ("2020/www.example.gov.cn/x/y/7.html", True),
        ("2020/www.example.gov.cn/x/8.html", False),
        ("old/2020/www.example.gov.cn/x/7.html", False),
        ("2020/wwwXexample.gov.cn/x/7.html", False),
    ],
)
def test_by_place_a_star_stands_for_any_text_and_nothing_else_does(location: str, there: bool) -> None:
    assert entry(location="2020/www.example.gov.cn/*/7.html").is_for("b" * 64, ["elsewhere", location]) is there


def test_a_query_in_an_address_is_no_pattern() -> None:
    asked = entry(location="https://a.gov.cn/i.aspx?id=[1]")
    assert asked.is_for("b" * 64, ["https://a.gov.cn/i.aspx?id=[1]"])
    assert not asked.is_for("b" * 64, ["https://a.gov.cn/i.aspxXid=1"])


def test_it_expires_with_the_first_thing_that_differs() -> None:
    held = entry(sha256="a" * 64)
    assert held.misfit({"title": "甲", "year": 2020, "more": 1}) is None
    assert held.misfit({"title": "乙", "year": 2019}) == Misfit("title", "乙", "甲")
    assert held.misfit({"title": "甲"}) == Misfit("year", None, 2020)


@pytest.mark.parametrize("names", [{}, {"sha256": "a" * 64, "location": "x"}])
def test_it_names_its_file_once(names: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either sha256 or location"):
        entry(**names)
