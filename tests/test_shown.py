"""Characters that act on a screen are spelt, and where it must be, so that they can be had back."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.shown import from_cell, in_cell, in_json, shown, shown_lines

ANY = st.text(st.characters(exclude_categories=[]), max_size=40)
_SEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("东昌区 A-1", "东昌区 A-1"),
        ("\u3000缩进\u00a0", "\u3000缩进\u00a0"),
        ("\x1b[2J\x1b[H", r"\x1b[2J\x1b[H"),
        ("\x9b31m", r"\x9b31m"),
        ("\x1b]52;c;YQ==\x07", r"\x1b]52;c;YQ==\x07"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\u202e反\u2066", r"\u202e反\u2066"),
        ("\u2028\u2029\ufeff\u200b\u00ad", r"\u2028\u2029\ufeff\u200b\xad"),
        ("\udce9\ud800", r"\udce9\ud800"),
        ("\U000e0041", r"\U000e0041"),
        (r"C:\x1b", r"C:\x1b"),
    ],
)
def test_what_acts_hides_or_reorders_is_spelt(text: str, seen: str) -> None:
    assert shown(text) == seen


@given(ANY)
@example("\u034f\u115f\u3164\uffa0\u180b\ufe0f\U000e01ef")
def test_nothing_harmful_is_left(text: str) -> None:
    for found in (shown(text), shown_lines(text).replace("\n", ""), in_json(text)):
        assert not [sign for sign in found if unicodedata.category(sign) in _SEEN]
    assert shown(shown(text)) == shown(text)


def test_every_format_character_is_among_them() -> None:
    missed = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) in _SEEN and shown(chr(n)) == chr(n)]
    assert missed == []


@given(ANY)
@example("\\n\n\\\\x1b\x1b\\")
def test_a_cell_of_csv_leads_back_to_its_text(text: str) -> None:
    written = in_cell(text)
    assert from_cell(written) == text
    assert not [sign for sign in written if unicodedata.category(sign) in {"Cc", "Zl", "Zp"}]


@given(st.recursive(st.none() | ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner), max_leaves=5))
def test_json_says_what_it_said_before(value: object) -> None:
    written = in_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(written) == value
