"""Literals of scripts, and markup behind escapes."""

from __future__ import annotations

import html
from time import process_time
from urllib.parse import quote

import pytest

from pipelines.reading.json.literals import literals, markup, unescaped

MARKUP = "<p>规章</p><table><tr><td>3</td></tr></table>"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("var a = \"x\", b = 'y', c = `z\nz`;", ["x", "y", "z\nz"]),
        ("'a' + 'b' +\n\"c\"; 'd'", ["abc", "d"]),
        ("'a' + n + 'b'", ["a", "b"]),
        ("// don't\n'a' /* it's */ 'b'", ["a", "b"]),
        ("'it\\'s' \"\"", ["it's"]),
        ("/'/.test(x)\n'a'", ["a"]),
        ("'http://a' // b", ["http://a"]),
        ("/* 'a'", []),
    ],
)
def test_the_literals_of_a_script_are_found(source: str, found: list[str]) -> None:
    assert list(literals(source)) == found


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"\x3ctd\x3e", "<td>"),
        (r"<td>\u89c4\u7ae0", "<td>规章"),
        (r"\u{20000}\ud840\udc00", "𠀀𠀀"),
        (r"a\n\t\/\"\q", 'a\n\t/"q'),
        ("a\\\nb", "ab"),
        (r"\ud840", "\ufffd"),
    ],
)
def test_escapes_of_scripts_are_resolved(written: str, text: str) -> None:
    assert unescaped(written) == text


@pytest.mark.parametrize(
    "text",
    [
        MARKUP,
        html.escape(MARKUP),
        html.escape(html.escape(MARKUP)),
        quote(MARKUP),
        "".join(f"%u{ord(c):04X}" if ord(c) > 255 else quote(c) for c in MARKUP),
        MARKUP.replace("<", "\\u003c"),
    ],
)
def test_markup_is_found_behind_its_escapes(text: str) -> None:
    assert markup(text) == MARKUP


@pytest.mark.parametrize("text", ["", "规章", "a < b &lt; c", "&lt;不是标签&gt;", "%3C"])
def test_text_is_no_markup(text: str) -> None:
    assert markup(text) is None


@pytest.mark.parametrize("piece", ["/*", "'", '"', "`", "\\", "'\n", "&lt;", "<td", "\\u003c"])
def test_hostile_scripts_take_time_in_proportion(piece: str) -> None:
    begin = process_time()
    found = list(literals(piece * 100_000))
    assert markup(piece * 100_000) is None or found is not None
    assert process_time() - begin < 5
