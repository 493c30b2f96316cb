"""Nothing that a report holds becomes markup."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

from pipelines.exploring import display
from pipelines.exploring.addresses import address
from pipelines.exploring.csv_files import csv_bytes
from pipelines.exploring.display import Cell
from tests.exploring.hostile import hostile_strings

_OURS = {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "a", "br", "p", "h1"}
_ATTRIBUTES = {"class", "title", "rowspan", "colspan", "href", "target", "rel", "dir"}


class _Seen(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def _seen(markup: str) -> _Seen:
    seen = _Seen()
    seen.feed(markup)
    seen.close()
    return seen


def _everything(text: str) -> str:
    link = address("source", report=1, cell=text)
    cells = [Cell(text, link, "num", text), Cell(text, text), Cell(text)]
    return "".join(
        [
            display.table([text, Cell(text, header=True)], [cells], caption=text),
            display.facts([(text, text), (text, Cell(text, text))]),
            display.cards([(text, text, text)]),
            display.paragraph(text),
            display.heading(text, text),
        ]
    )


def test_hostile_strings_stay_text() -> None:
    for text in hostile_strings(1_000):
        seen = _seen(_everything(text))
        assert seen.tags <= _OURS, text
        assert {name for name, _ in seen.attributes} <= _ATTRIBUTES, text
        links = [value or "" for name, value in seen.attributes if name == "href"]
        assert all(link.startswith(("/?page=", "http://", "https://")) for link in links), text
        assert display.clean(text).replace("\n", "").replace("\r", "") in seen.text.replace("\n", "").replace("\r", "")


def test_texts_are_cut_and_lose_controls() -> None:
    assert len(display.clean("政" * 100_000)) == 2_001
    assert "\u202e" not in display.clean("a\u202eb")
    assert "\x00" not in display.clean("a\x00b")


def test_markdown_shows_nothing_but_text() -> None:
    for text in hostile_strings(300):
        shown = display.markdown(text)
        assert "\n" not in shown
        for place, sign in enumerate(shown):
            if sign in "*[]`<$:#_~!":
                assert shown[place - 1] == "\\", text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (0, "0"),
        (401263, "401,263"),
        (Decimal("28204.000000"), "28,204"),
        (Decimal("-5.000000"), "-5"),
        (Decimal("3.500000"), "3.5"),
        (1234.567, "1,234.57"),
    ],
)
def test_numbers(value: Any, shown: str) -> None:
    assert display.number(value) == shown


def test_rates_and_amounts() -> None:
    assert display.ratio(1, 3) == "33.3%"
    assert display.ratio(1, 0) == "—"
    assert display.ratio(None, 3) == "—"
    assert display.wan(Decimal("341246033.29")) == "34,124.60"


def test_links_lead_only_to_pages_and_the_web() -> None:
    assert "href" not in display.anchor("x", "javascript:alert(1)")
    assert "href" not in display.anchor("x", "//evil.example")
    assert "href" not in display.anchor("x", "data:text/html,x")
    assert 'rel="noopener noreferrer"' in display.anchor("x", "https://example.org/a")


def test_csv_has_a_mark_and_no_formula() -> None:
    written = csv_bytes(pl.DataFrame({"=name": ["=1+1", "东昌"], "n": [-1, None]}))
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig").splitlines() == ["'=name,n", "'=1+1,-1", "东昌,"]


def test_csv_tells_null_from_an_empty_text() -> None:
    frame = pl.DataFrame({"a": [None, "", " x", 'a"b', "-5"], "n": [None, 1.5, -1e-07, 2.0, 3.0]})
    lines = csv_bytes(frame).decode("utf-8-sig").split("\r\n")
    assert lines == ["a,n", ",", '"",1.5', '" x",-1e-07', '"a""b",2.0', "-5,3.0", ""]


def test_a_grid_is_given_decimals_as_they_are() -> None:
    rows = pl.DataFrame(
        {"a": [Decimal("12345678901.123456"), None], "b": [99.99996, 0.00001234], "n": [2, None], "t": ["x", "y"]},
        schema_overrides={"a": pl.Decimal(38, 6)},
    )
    assert display.with_whole_numbers(rows).rows() == [
        ("12345678901.123456", "99.99996", 2, "x"),
        (None, "0.00001234", None, "y"),
    ]
