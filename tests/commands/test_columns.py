"""Tables in which every number stands whole on one line, however narrow the terminal is."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.table import Table
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.commands.columns import folded, is_number
from pipelines.commands.terminal import console_on, line, say_folded, show_table
from pipelines.releases.layout import Layout
from pipelines.releases.open_release import connect

_NUMBERS = st.one_of(st.integers(-(10**17), 10**17), st.decimals(-(10**9), 10**9, places=2), st.dates())
_TEXTS = st.one_of(st.text("年报公开办理 ab", max_size=60), st.none())


def shown(names: list[str], rows: list[tuple[object, ...]], width: int) -> str:
    screen = io.StringIO()
    show_table(None, names, rows, console_on(screen, width=width))
    return screen.getvalue()


def test_no_cell_of_many_columns_is_lost_in_a_pipe(seed_layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(seed_layout.root))
    result = CliRunner().invoke(app, ["sql", "SELECT * FROM fact_report_figures"])
    assert result.exit_code == 0
    with connect(seed_layout.current.resolve()) as connection:
        found = connection.execute("SELECT * FROM fact_report_figures")
        names = [name for name, *_ in found.description]
        rows = found.fetchall()
    assert len(names) > 50 and f"{len(names)} columns" in result.stdout
    records = re.split(r"^-\[ \d+ \]-$", result.stdout, flags=re.MULTILINE)[1:]
    assert len(records) == len(rows)
    for record, row in zip(records, rows, strict=True):
        lines = dict(each.split(":", 1) for each in record.strip().splitlines())
        assert list(lines) == names
        assert [bool(text.strip()) for text in lines.values()] == [value is not None for value in row]
        numbers = {name: value for name, value in zip(names, row, strict=True) if isinstance(value, int)}
        assert {name: lines[name].strip() for name in numbers} == {name: str(each) for name, each in numbers.items()}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(_NUMBERS, _TEXTS, _NUMBERS, _TEXTS, _NUMBERS), max_size=4),
    st.integers(20, 160),
    st.integers(1, 4),
)
def test_every_number_stands_whole_on_a_line(rows: list[tuple[object, ...]], width: int, times: int) -> None:
    wide = [row * times for row in rows]
    printed = shown([f"column_{place}" for place in range(5 * times)], wide, width)
    words = re.split(r"[\s│]+", printed)
    for row in wide:
        for value in row:
            if value is not None and not isinstance(value, str):
                assert str(value) in words
    if "┃" in printed:
        assert all(len(line) <= width for line in printed.splitlines())


def test_a_table_that_fits_is_as_it_always_was() -> None:
    names = ["rule", "机关", "n"]
    rows: list[tuple[object, ...]] = [("sum_of_outcomes", "莒县公安局", 1234), ("x", "", 5)]
    expected = Table()
    for name in names:
        expected.add_column(name, overflow="fold")
    for row in rows:
        expected.add_row(*map(str, row))
    screen = io.StringIO()
    console_on(screen, width=80).print(expected)
    assert shown(names, rows, 80) == screen.getvalue()


def test_texts_give_way_and_numbers_do_not() -> None:
    printed = shown(["key", "text", "n"], [(123456789012345678, "公开" * 60, 987654)], 60)
    assert "│ 123456789012345678 │" in printed and "│ 987654 │" in printed
    assert printed.count("公") == 60 and all(len(line) <= 60 for line in printed.splitlines())


def test_a_number_within_a_text_is_not_parted() -> None:
    for begin in range(12):
        printed = shown(["finding", "n"], [("总计" * 8 + "差" * begin + "1234567元与89,012元" + "不" * 20, 1)], 40)
        assert "1234567" in printed and "89,012" in printed


STUCK = (
    "[1234567",
    "$1,234,567.89",
    "12345678-",
    "1.2345e-10",
    "(9876543)",
    "¥99,999,999",
    "-0.000123",
    "[12,34]",
    "98%",
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(st.one_of(st.sampled_from(STUCK), st.text("公开ab ", max_size=14)), max_size=5), max_size=3),
    st.integers(20, 60),
    st.booleans(),
)
def test_what_sticks_to_a_number_is_not_parted_from_it(texts: list[list[str]], width: int, is_spaced: bool) -> None:
    values = [(" " if is_spaced else "共").join(parts) for parts in texts]
    printed = shown(["what", "n", "2020_1234567"], [(value, 1, 2) for value in values], width)
    printed_lines = [re.sub(r"\s", "", line) for line in printed.splitlines()]
    wanted = [part for parts in texts for part in parts if part in STUCK]
    for part in {*wanted, "2020_1234567"}:
        assert sum(line.count(part) for line in printed_lines) >= wanted.count(part)
    if "┃" in printed:
        assert all(cell_len(line) <= width for line in printed.splitlines())


def test_a_title_has_its_numbers_whole() -> None:
    screen = io.StringIO()
    show_table("有冲突的报告：1234567份", ["a", "n"], [("公开", 1)], console_on(screen, width=60))
    assert "1234567" in screen.getvalue()


@pytest.mark.parametrize("width", range(12, 60))
def test_a_sentence_has_its_numbers_whole_and_its_indent_on_every_line(width: int) -> None:
    screen = io.StringIO()
    say_folded(
        line("  ", ("合计", "bold"), "各项之和为1234567，表中为89,012；见 data/raw/2024/年报.html。"),
        console_on(screen, width=width),
    )
    lines = screen.getvalue().splitlines()
    assert any("1234567" in each for each in lines) and any("89,012" in each for each in lines)
    assert all(each.startswith("  ") and cell_len(each) <= width for each in lines)


def test_upright_a_number_has_a_line_that_holds_it() -> None:
    printed = shown(["a_column_with_a_long_name", "b"], [(123456789012345678, "x" * 40)], 30)
    assert "a_column_with_a_long_name:\n  123456789012345678\n" in printed and "b: " + "x" * 40 in printed


def test_without_rows_the_columns_are_named() -> None:
    assert [f"column_{place}:" in shown([f"column_{place}" for place in range(60)], [], 80) for place in range(60)]


@pytest.mark.parametrize(
    "text", ["12", "-1.5", "1,234", "2020-01-02", "2020-01-02 03:04:05.12+00", "1e-07", "+3", "12%", "inf", "nan"]
)
def test_numbers_dates_and_times_are_told_from_texts(text: str) -> None:
    assert is_number(text) and not is_number(f"{text} x") and not is_number(f"x{text}")


def test_a_release_on_a_narrow_terminal_keeps_every_key(seed_release: Path) -> None:
    with connect(seed_release) as connection:
        found = connection.execute("SELECT report_key, title, year_key, report_key, form, scope FROM dim_report")
        names, rows = [name for name, *_ in found.description], found.fetchall()
    printed = shown(names, rows, 80)
    assert all(printed.count(str(key)) >= 2 for key, *_ in rows)


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
