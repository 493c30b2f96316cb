"""Tables of binary Word: edges in twips become columns, merged cells spans, and what does not fit is doubted."""

from __future__ import annotations

import random
import struct

import pytest

from benchmarks.corpus.spans import SpannedCell, TableBlock
from benchmarks.corpus.word import Habits, row_definition, table_paragraphs
from benchmarks.corpus.word_file import WordParagraph, WordRun, sprm
from pipelines.reading import Limits, ReadError
from pipelines.reading.doc import read_document
from tests.reading.doc.word_files import (
    DELETED,
    HIDDEN,
    STRUCK,
    cell,
    document,
    doubts,
    file_of,
    grids,
    inner,
    line,
    only_cell,
    paragraphs,
    places,
    row,
    row_of,
    texts,
)

FIRST, NEXT = 1, 2  # as Word 97 describes cells merged sideways
TOP, BELOW = 3 << 5, 1 << 5


def test_edges_of_all_rows_are_columns() -> None:
    (grid,) = grids(document(row("甲", "乙", bounds=[0, 500, 3000]), row("丙", "丁", bounds=[0, 2000, 3000])))
    assert grid.spanned
    assert places(grid) == {"甲": (0, 0, 1, 1), "乙": (0, 1, 1, 2), "丙": (1, 0, 1, 2), "丁": (1, 2, 1, 1)}


def test_edges_a_millimetre_apart_are_one() -> None:
    (grid,) = grids(document(row("甲", "乙", bounds=[0, 1000, 2000]), row("丙", "丁", bounds=[40, 1050, 1990])))
    assert [each.colspan for cells in grid.rows for each in cells] == [1, 1, 1, 1]


def test_a_sliver_of_a_cell_keeps_its_column() -> None:
    (grid,) = grids(
        document(row("甲", "", "乙", bounds=[0, 1000, 1020, 2000]), row("丙", "丁", bounds=[0, 1000, 2000]))
    )
    assert places(grid)["丁"] == (1, 1, 1, 2)


def test_a_row_that_begins_further_right_leaves_its_first_columns_empty() -> None:
    (grid,) = grids(document(row("甲", "乙"), row("丙", bounds=[1000, 2000], flags=[0])))
    assert places(grid)["丙"] == (1, 1, 1, 1)


@pytest.mark.parametrize("habits", [Habits(), Habits(flags=True), Habits(huge=True), Habits(breaks=True, jitter=20)])
def test_spans_come_back_from_all_ways_to_store_them(habits: Habits) -> None:
    table = TableBlock((
        (SpannedCell("角", 2, 2), SpannedCell("宽", 3)),
        (SpannedCell("甲"), SpannedCell("乙"), SpannedCell("丙")),
        (SpannedCell("高", 1, 2), SpannedCell("a\nb"), SpannedCell("1"), SpannedCell("2"), SpannedCell("3")),
        (SpannedCell("c"), SpannedCell("", 2), SpannedCell("4")),
    ))  # fmt: skip
    data = bytearray(b"\0" * 4)
    body = table_paragraphs(random.Random(1), table, habits, data)
    (grid,) = grids(document(body, data=bytes(data)))
    found = places(grid)
    assert (found["角"], found["宽"], found["高"]) == ((0, 0, 2, 2), (0, 2, 1, 3), (2, 0, 2, 1))
    assert (found["甲"], found["a\nb"], found["c"], found["4"]) == (
        (1, 2, 1, 1),
        (2, 1, 1, 1),
        (3, 1, 1, 1),
        (3, 4, 1, 1),
    )
    assert [len(cells) for cells in grid.rows] == [2, 3, 5, 3]


@pytest.mark.parametrize("flags", [[FIRST, NEXT, 0], [2, 1, 0], [3, 1, 0], [3, 2, 0]])
def test_cells_merged_sideways_are_one_by_either_description(flags: list[int]) -> None:
    (grid,) = grids(document(row("甲", "", "乙", flags=flags), row("1", "2", "3")))
    assert places(grid) == {
        "甲": (0, 0, 1, 2),
        "乙": (0, 2, 1, 1),
        "1": (1, 0, 1, 1),
        "2": (1, 1, 1, 1),
        "3": (1, 2, 1, 1),
    }


def test_two_pairs_of_merged_cells_side_by_side() -> None:
    (grid,) = grids(document(row("甲", "", "乙", "", flags=[FIRST, NEXT, FIRST, NEXT])))
    assert places(grid) == {"甲": (0, 0, 1, 2), "乙": (0, 2, 1, 2)}


def test_text_in_a_part_of_a_merged_cell_makes_it_doubtful() -> None:
    (sideways,) = grids(document(row("1", "2", flags=[FIRST, NEXT])))
    (downwards,) = grids(document(row("1", "a", flags=[TOP, 0]), row("2", "b", flags=[BELOW, 0])))
    assert sideways.rows[0][0][:1] + sideways.rows[0][0][7:] == ("1\n2", "merged_text")
    assert doubts(downwards) == {"1": "merged_text", "a": None, "b": None}


def test_a_merge_without_a_cell_above_is_doubtful() -> None:
    rows = row("甲", "a", flags=[TOP, 0]), row("", "b", bounds=[0, 1500, 2500], flags=[BELOW, 0])
    (grid,) = grids(document(*rows))
    assert grid.rows[1][0].doubt == "merge_broken"
    assert places(grid)["甲"][2] == 1


def test_a_row_between_ends_a_merge() -> None:
    (grid,) = grids(document(row("甲", flags=[TOP]), row("乙"), row("", "丙", bounds=[0, 500, 1000], flags=[BELOW, 0])))
    assert places(grid)["甲"][2] == 1


def _elsewhere(code: int, data: bytes) -> bytes:
    return sprm(code, struct.pack("<I", len(data)))


def _stored(properties: bytes) -> bytes:
    return struct.pack("<H", len(properties)) + properties


CHANGES = [
    (sprm(0x5624, b"\0\2"), [("甲", 0, 2), ("丙", 2, 1)]),
    (sprm(0x5624, b"\0\2") + sprm(0x5625, b"\0\2"), [("甲", 0, 1), ("乙", 1, 1), ("丙", 2, 1)]),
    (sprm(0x7623, struct.pack("<BBH", 1, 2, 500)), [("甲", 0, 1), ("乙", 1, 1), ("丙", 2, 1)]),
    (sprm(0x9602, b"\0\0") + sprm(0x9601, struct.pack("<h", 0)), [("甲", 0, 1), ("乙", 1, 1), ("丙", 2, 1)]),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_modifiers_behind_a_definition_change_it(change: bytes, expected: list[tuple[str, int, int]]) -> None:
    definition = row_definition([0, 1000, 2000, 3000], [0, 0, 0]) + change
    second = "" if expected[0][2] == 2 else "乙"
    (grid,) = grids(document(row_of(definition, "甲", second, "丙")))
    assert [(each.text, each.col, each.colspan) for each in grid.rows[0]] == expected


def test_cells_can_be_taken_out_of_a_definition() -> None:
    definition = row_definition([0, 1000, 2000, 3000], [0, 0, 0]) + sprm(0x5622, b"\1\2")
    (grid,) = grids(document(row_of(definition, "甲", "丙"), row("1", "2", "3")))
    assert places(grid)["丙"] == (0, 2, 1, 1)


def test_cells_can_be_merged_downwards_by_a_modifier() -> None:
    rows = [row_of(row_definition([0, 1000, 2000], [0, 0]) + sprm(0xD62B, b"\2\0" + flag), text, each)
            for flag, text, each in ((b"\3", "甲", "1"), (b"\1", "", "2"))]  # fmt: skip
    (grid,) = grids(document(*rows))
    assert places(grid) == {"甲": (0, 0, 2, 1), "1": (0, 1, 1, 1), "2": (1, 1, 1, 1)}


def test_a_row_can_be_defined_by_inserted_cells_in_the_data_stream() -> None:
    data = b"\0\0"
    newer = sprm(0x7621, struct.pack("<BBH", 0, 2, 1000)) + sprm(0x7623, struct.pack("<BBH", 1, 2, 2000))
    before = sprm(0xF617, struct.pack("<BH", 3, 1000)) + newer
    rows = [row_of(_elsewhere(0x646B, data), "甲", "乙"), row_of(_elsewhere(0x646B, data + _stored(newer)), "丙", "丁")]
    (grid,) = grids(document(*rows, data=data + _stored(newer) + _stored(before)))
    assert grid.spanned
    assert places(grid) == {"甲": (0, 0, 1, 1), "乙": (0, 1, 1, 2), "丙": (1, 1, 1, 1), "丁": (1, 2, 1, 2)}


def test_the_definition_that_has_as_many_cells_as_the_row_is_taken() -> None:
    data = b"\0\0"
    newer = sprm(0x7621, struct.pack("<BBH", 0, 2, 1000))
    older = row_definition([0, 1000, 2000, 3000], [0, 0, 0])
    (grid,) = grids(document(row_of(_elsewhere(0x646B, data) + older, "甲", "乙"), data=data + _stored(newer)))
    assert places(grid) == {"甲": (0, 0, 1, 1), "乙": (0, 1, 1, 1)}


@pytest.mark.parametrize(
    "definition",
    [
        b"",
        row_definition([0, 1000], [0]),
        row_definition([0, 1000, 2000, 3000], [0, 0, 0]),
        row_definition([0, 1000, 900], [0, 0]),
        row_definition([0, 0, 900], [0, 0]),
        row_definition([0, 1000, 2000], [0, 0])[:-42],
        sprm(0xD608, struct.pack("<HB", 2, 255)),
    ],
)
def test_columns_of_a_table_are_not_known_where_a_definition_does_not_fit(definition: bytes) -> None:
    (grid,) = grids(document(row("甲", "1"), row_of(definition, "乙", "2"), row("丙", "3")))
    assert not grid.spanned
    assert [[each.doubt for each in cells] for cells in grid.rows] == [[None, None], ["row_shape"] * 2, [None, None]]
    assert [each.col for each in grid.rows[1]] == [0, 1]


def test_cells_behind_the_last_end_of_a_row_are_kept_and_doubted() -> None:
    (grid,) = grids(document(row("甲", "1"), cell("乙"), cell("2"), line("文")))
    assert texts(grid) == [["甲", "1"], ["乙", "2"]]
    assert {each.doubt for each in grid.rows[1]} == {"row_shape"}


def test_a_deleted_row_is_not_printed() -> None:
    gone = WordRun("9", DELETED)
    deleted = row(cell(gone, mark=DELETED), cell(gone, mark=DELETED), mark=DELETED)
    (grid,) = grids(document(row("甲", "1"), deleted, row("乙", "2")))
    assert texts(grid) == [["甲", "1"], ["乙", "2"]]


def test_a_deleted_row_in_which_text_is_left_is_doubted() -> None:
    (grid,) = grids(document(row("甲", "1", mark=DELETED), row(cell("乙", mark=HIDDEN), "2")))
    assert doubts(grid) == {"甲": "deleted_row", "1": "deleted_row", "乙": "deleted_cell", "2": None}


def test_a_table_in_a_table_is_kept_and_the_outer_one_is_layout() -> None:
    nested = [inner("甲"), inner("1"), inner(row_ends=True, bounds=[0, 500, 1000]), inner("乙"), inner("2"),
              inner(row_ends=True, bounds=[0, 500, 1000])]  # fmt: skip
    before = cell("外上")._replace(mark="\r")
    found = document(row("零", "外"), [before, *nested, *row("外下", "右")])
    assert [texts(grid) for grid in grids(found)] == [[["甲", "1"], ["乙", "2"]]]
    assert paragraphs(found) == ["零", "外", "外上", "外下", "右"]


def test_a_page_of_text_in_a_cell_is_layout() -> None:
    found = document(row(cell("\x0b".join(f"第{n}段" for n in range(20))), "右"))
    assert not grids(found)
    assert len(paragraphs(found)) == 21


def test_paragraphs_of_a_cell_are_lines() -> None:
    first = cell("本年新")._replace(mark="\r")
    found = only_cell(document([first, first._replace(runs=(WordRun(" \t"),)), *row("制作\x0b数量 ")]))
    assert found.text == "本年新\n制作\n数量"


def test_tables_without_a_paragraph_between_are_one_and_empty_ones_none() -> None:
    found = document(row("甲"), row("乙", "丙"), line("文"), row("", ""), line("尾"))
    assert [texts(grid) for grid in grids(found)] == [[["甲"], ["乙", "丙"]]]


def test_budgets_hold() -> None:
    many = file_of(*[part for n in range(12) for part in (line("文"), row(f"{n}", "1"))])
    wide = file_of(*[row("甲", "乙", bounds=[0, 100 * n, 9000]) for n in range(1, 80)])
    for data, limits, reason in (
        (many, Limits(grids=11), "too_many_tables"),
        (many, Limits(grid_cells=1), "too_many_cells"),
        (wide, Limits(grid_columns=50), "too_many_columns"),
    ):
        with pytest.raises(ReadError) as refused:
            read_document(data, limits)
        assert refused.value.reason == reason


def framed(text: str) -> list[WordParagraph]:
    """Return a cell that holds a table of one cell."""
    return [inner(text), inner(row_ends=True, bounds=(0, 900)), cell("")]


def test_a_table_of_one_cell_frames_the_text_of_the_cell_around_it() -> None:
    rows = [row(*framed(label), *framed(number)) for label, number in (("规章", "5"), ("文件", ""))]
    (grid,) = grids(document(*rows))
    assert texts(grid) == [["规章", "5"], ["文件", ""]]
    struck = row("规章", *framed("5")[1:])
    assert [texts(each) for each in grids(document(*struck))] == [[["规章", ""]]]


def test_the_doubt_on_a_framed_text_is_that_of_the_cell() -> None:
    inside = inner("5")._replace(runs=(WordRun("5", STRUCK),))
    (grid,) = grids(document(row("规章", inside, *framed("")[1:])))
    assert [(each.text, each.doubt) for each in grid.rows[0]] == [("规章", None), ("5", "struck_text")]
