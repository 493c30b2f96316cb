"""Plain text: tab-led cells, tab-separated rows, pipes, lines."""

from __future__ import annotations

import pytest

from pipelines.reading import Grid, Limits, Paragraph, ReadError, Run, read
from pipelines.reading.text.document import numbered_lines, text_blocks


def grid(text: str) -> list[list[str]]:
    (found,) = [block for block in read(text.encode()).blocks if isinstance(block, Grid)]
    return [[cell.text for cell in row] for row in found.rows]


def pieces(text: str) -> list[tuple[str, int, int, bool]]:
    (found,) = [block for block in read(text.encode()).blocks if isinstance(block, Run)]
    return [(piece.text, piece.marks, piece.lead, piece.tight) for piece in found.pieces]


def test_tab_led_cells_are_rows_between_blank_lines() -> None:
    assert grid("\t规章\n\t0\n\t1\n\n\t规范性文件\n\t\n\t2\n") == [["规章", "0", "1"], ["规范性文件", "", "2"]]


def test_a_line_without_tab_continues_the_cell_above() -> None:
    assert grid("\t本年新\n制作数量\n\t3\n") == [["本年新\n制作数量", "3"]]


def test_tab_separated_lines_are_rows() -> None:
    assert grid("规章\t0\t\t2\n规范性文件\t1\t2\t3\n") == [["规章", "0", "", "2"], ["规范性文件", "1", "2", "3"]]


def test_text_around_a_grid_stays_text_in_order() -> None:
    blocks = read("二、主动公开\n\t规章\n\t0\n\n三、收到和处理\n".encode()).blocks
    assert [type(block) for block in blocks] == [Paragraph, Grid, Paragraph]


def test_a_cell_knows_its_line() -> None:
    (block,) = read("\t规章\n\t0\n".encode()).blocks
    assert isinstance(block, Grid)
    assert [(cell.text, cell.line, cell.col) for cell in block.rows[0]] == [("规章", 1, 0), ("0", 2, 1)]


def test_pipes_count_the_marks_between_cells() -> None:
    assert pieces("规章 | 0 |  | 2") == [
        ("规章", 0, 0, False),
        ("0", 1, 0, False),
        ("2", 2, 0, False),
        ("", 0, 0, False),
    ]


def test_touching_pipes_are_padding() -> None:
    assert pieces("| 规章 | 0 |||")[-1] == ("", 3, 0, True)


def test_pipes_on_their_own_lines_are_marks() -> None:
    found = [(text, marks) for text, marks, _, _ in pieces("|规章 |\n|\n｜\n1 ｜\n|")]
    assert found == [("规章", 1), ("1", 3), ("", 2)]


def test_an_indented_line_is_no_cell() -> None:
    blocks = read("　　一、总体情况\n\t\n".encode()).blocks
    assert blocks == (Paragraph("一、总体情况", 1, False),)


def test_bookmarks_of_converters_are_no_text() -> None:
    assert numbered_lines("[bookmark: _GoBack]0") == [(1, "0")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028"])
def test_lines_end_in_many_ways(end: str) -> None:
    assert [text for _, text in numbered_lines(f"一{end}二")] == ["一", "二"]


@pytest.mark.parametrize(
    ("text", "limits", "reason"),
    [
        ("a" + "\tb" * 10, Limits(grid_columns=10), "too_many_columns"),
        ("a\tb\n" * 6, Limits(grid_cells=11), "too_many_cells"),
    ],
)
def test_a_table_beyond_its_budget_is_refused(text: str, limits: Limits, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        list(text_blocks(numbered_lines(text), limits=limits))
    assert caught.value.reason == reason


def test_a_file_beyond_its_budget_is_refused() -> None:
    with pytest.raises(ReadError, match="the limit is 3"):
        read(b"1234", Limits(input_bytes=3))


def test_a_tab_inside_a_line_above_tab_led_cells_ends_the_reading() -> None:
    text = "信息内容\t本年制发件数\n" + "\t规章\n\n" * 50
    document = read(text.encode())
    assert document.blocks
