"""Ruling lines -> cells: spans, gaps, double lines, open sides, and lines that are no table."""

from __future__ import annotations

import random

import pytest

from pipelines.reading import ReadError
from pipelines.reading.lattice import Lattice, Line, lattice, merged

Box = tuple[int, int, int, int]
STEP = 40


def table(horizontal: list[Line], vertical: list[Line]) -> Lattice:
    (found,) = lattice(horizontal, vertical).tables
    return found


def ruled(rows: int, columns: int) -> tuple[list[Line], list[Line]]:
    width, height = float(columns * STEP), float(rows * STEP)
    across = [(float(y * STEP), 0.0, width) for y in range(rows + 1)]
    return across, [(float(x * STEP), 0.0, height) for x in range(columns + 1)]


def places(found: Lattice) -> set[Box]:
    return {(c.row, c.col, c.rowspan, c.colspan) for c in found.cells}


def test_lines_make_cells_by_row_and_column() -> None:
    found = table(*ruled(2, 3))
    assert [(c.row, c.col) for c in found.cells] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert found.cells[4][:4] == (40.0, 40.0, 80.0, 80.0)
    assert all(cell.whole for cell in found.cells)
    assert (found.find(41, 41), found.find(79, 79), found.find(200, 41), found.find(-1, 5)) == (4, 4, -1, -1)


def split(rng: random.Random, box: Box) -> list[Box]:
    """Cut a box at random; top, left, bottom, right."""
    top, left, bottom, right = box
    if rng.random() < 0.2 or (bottom - top < 2 and right - left < 2):
        return [box]
    if bottom - top > 1 and (right - left < 2 or rng.random() < 0.5):
        cut = rng.randrange(top + 1, bottom)
        return split(rng, (top, left, cut, right)) + split(rng, (cut, left, bottom, right))
    cut = rng.randrange(left + 1, right)
    return split(rng, (top, left, bottom, cut)) + split(rng, (top, cut, bottom, right))


@pytest.mark.parametrize("seed", range(40))
def test_any_spans_are_found_from_the_borders_of_the_cells(seed: int) -> None:
    rng = random.Random(seed)
    boxes = split(rng, (0, 0, rng.randint(1, 8), rng.randint(2, 8)))
    across: list[Line] = []
    upright: list[Line] = []
    for top, left, bottom, right in boxes:
        shake = [rng.uniform(-0.7, 0.7) for _ in range(4)]
        across += [
            (y * STEP + s, left * STEP + 0.5, right * STEP - 0.5) for y, s in ((top, shake[0]), (bottom, shake[1]))
        ]
        upright += [
            (x * STEP + s, top * STEP + 0.5, bottom * STEP - 0.5) for x, s in ((left, shake[2]), (right, shake[3]))
        ]
    rng.shuffle(across)
    found = lattice(across, upright).tables
    if len(boxes) == 1:
        assert [len(t.cells) for t in found] == [1]
        return
    (own,) = found
    rows, columns = sorted({b[0] for b in boxes}), sorted({b[1] for b in boxes})
    wanted = {
        (
            rows.index(top),
            columns.index(left),
            len([r for r in rows if top <= r < bottom]),
            len([c for c in columns if left <= c < right]),
        )
        for top, left, bottom, right in boxes
    }
    assert places(own) == wanted
    assert all(cell.whole for cell in own.cells)


def test_double_lines_are_one() -> None:
    across, upright = ruled(2, 2)
    doubled = table(
        [*across, *((y + 1.5, a, b) for y, a, b in across)], [*upright, *((x + 2, a, b) for x, a, b in upright)]
    )
    assert places(doubled) == places(table(across, upright))


def test_frames_that_stand_apart_are_cells_of_one_table() -> None:
    gap = 3.0
    across: list[Line] = []
    upright: list[Line] = []
    for row in range(2):
        for column in range(2):
            left, top = column * (STEP + gap), row * (STEP + gap)
            across += [(top, left, left + STEP), (top + STEP, left, left + STEP)]
            upright += [(left, top, top + STEP), (left + STEP, top, top + STEP)]
    wide = [cell for cell in table(across, upright).cells if cell.x1 - cell.x0 > gap and cell.y1 - cell.y0 > gap]
    assert len(wide) == 4


def test_pieces_and_dashes_are_one_line() -> None:
    assert merged([(5.0, 12.0, 20.0), (5.2, 0.0, 10.0), (5.1, 23.0, 30.0), (9.0, 0.0, 4.0)], 5.0) == [
        (5.2, 0.0, 30.0),
        (9.0, 0.0, 4.0),
    ]


@pytest.mark.parametrize("missing", ["left", "right", "both"])
def test_a_table_open_to_its_sides_has_all_columns(missing: str) -> None:
    across, upright = ruled(3, 4)
    inner = upright[missing in ("left", "both") : None if missing == "left" else -1]
    assert places(table(across, inner)) == places(table(across, upright))


def test_a_table_cut_at_the_end_of_a_page_is_open_there() -> None:
    across, upright = ruled(3, 3)
    cut = table(across[:-1], upright)
    assert (cut.open_top, cut.open_bottom) == (False, True)
    assert places(cut) == places(table(across, upright))
    assert table(across[1:], upright).open_top


def test_one_cell_open_below_stays_a_cell_beside_closed_ones() -> None:
    across, upright = ruled(2, 2)
    across[-1] = (across[-1][0], float(STEP), across[-1][2])
    found = table(across, upright)
    assert len(found.cells) == 4
    assert not found.open_bottom


def test_what_is_open_round_a_corner_lies_outside() -> None:
    across, upright = ruled(2, 3)
    across[0] = (0.0, 0.0, 2.0 * STEP)
    upright[-1] = (upright[-1][0], float(STEP), 2.0 * STEP)
    found = table(across, upright)
    assert found.find(2.5 * STEP, 0.5 * STEP) == -1
    assert len(found.cells) == 5


def test_a_cell_as_high_as_the_page_belongs_to_the_table_beside_it() -> None:
    across, upright = ruled(3, 3)
    found = table([(y, float(STEP), end) for y, _, end in across[1:-1]], upright)
    assert (0, 0, 3, 1) in places(found)
    assert (found.open_top, found.open_bottom, len(found.cells)) == (True, True, 7)


def test_a_missing_piece_of_line_makes_cells_that_are_not_whole() -> None:
    across, upright = ruled(2, 2)
    upright[1] = (upright[1][0], 0.0, float(STEP))
    across[1] = (across[1][0], 0.0, float(STEP))
    found = table(across, upright)
    assert {(c.row, c.col): c.whole for c in found.cells} == {(0, 0): True, (0, 1): False, (1, 0): False}


def test_tables_apart_stay_apart_and_lone_lines_are_free() -> None:
    across, upright = ruled(1, 2)
    second = [(y + 100, a, b) for y, a, b in across], [(x, a + 100, b + 100) for x, a, b in upright]
    found = lattice([*across, *second[0], (70.0, 0.0, 500.0)], [*upright, *second[1], (300.0, 0.0, 9.0)])
    assert [t.ys[0] for t in found.tables] == [0.0, 100.0]
    assert found.free == ((70.0, 0.0, 500.0),)


def test_no_lines_are_no_table() -> None:
    assert lattice([], []) == ((), ())
    assert lattice([(1.0, 0.0, 9.0)], []).tables == ()


def test_a_drawing_is_refused_before_its_cells_are_built() -> None:
    with pytest.raises(ReadError, match="too_many_lines"):
        lattice([(i * 6.0, 0.0, 9e9) for i in range(1100)], [(i * 6.0, 0.0, 9e9) for i in range(1100)])
    with pytest.raises(ReadError, match="too_many_cells"):
        lattice([(i * 6.0, 0.0, 6000.0) for i in range(800)], [(i * 6.0, 0.0, 6000.0) for i in range(800)])


def test_many_loose_lines_take_little_time() -> None:
    lone = [(i * 6.0, float(i % 97), float(i % 97) + 20) for i in range(5_000)]
    assert lattice([], lone).tables == ()
