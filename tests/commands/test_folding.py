"""Lines end between Chinese characters or at spaces, never within a number, and no sign stands alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pipelines.commands.folding import folded


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("共收到申请一百件", 8, ["共收到申", "请一百件"]),
        ("共收到 177 件", 8, ["共收到", "177 件"]),
        ("办理（第 177 行）、", 10, ["办理（第", "177 行）、"]),
        ("一共有（三件）", 8, ["一共有", "（三件）"]),
        ("what should agree", 11, ["what should", "agree"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("", 5, []),
    ],
)
def test_a_line_ends_where_one_may(text: str, width: int, lines: list[str]) -> None:
    assert list(folded(text, width)) == lines


@given(st.text("一二（）「」，。 abc12/", max_size=60), st.integers(2, 30))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    lines = list(folded(text, width))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)
