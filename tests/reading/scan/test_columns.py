"""A sheet is parted where two pages or two columns of text stand side by side, and nowhere else."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

from pipelines.reading.scan.columns import parted  # needs the extra
from pipelines.reading.scan.masks import Box

_EM = 30.0
_SIZE = (2000, 1400)


def lines(left: int, right: int, top: int = 100, count: int = 10) -> list[Box]:
    return [(left, top + 60 * n, right, top + 60 * n + 30) for n in range(count)]


def test_two_pages_side_by_side_are_read_one_after_the_other() -> None:
    parts = parted(_SIZE, [*lines(100, 900), *lines(1100, 1900)], [], _EM)
    assert [box[0] for box in parts if box[3] - box[1] > 600] == [0, parts[-1][0]] or len(parts) >= 2
    left, right = [box for box in parts if box[3] - box[1] >= 550]
    assert left[0] == 0 and right[2] == _SIZE[0] and left[2] == right[0] and 900 < left[2] < 1100


def test_a_head_over_two_columns_comes_first_and_a_foot_last() -> None:
    wide = [(100, 20, 1900, 60), (100, 1300, 1900, 1340)]
    parts = parted(_SIZE, [*wide, *lines(100, 900), *lines(1100, 1900)], [], _EM)
    assert len(parts) == 4
    assert parts[0][2] == parts[3][2] == _SIZE[0] and parts[1][2] == parts[2][0]
    assert parts[0][3] == parts[1][1] == parts[2][1] and parts[1][3] == parts[3][1]


def test_a_table_beside_text_is_parted_from_it() -> None:
    parts = parted(_SIZE, lines(100, 900), [(1100, 100, 1900, 900)], _EM)
    assert len([box for box in parts if box[2] - box[0] < 1200]) == 2


def test_an_open_sheet_with_little_on_one_page_is_parted_at_its_fold() -> None:
    """The last page of a report may hold three lines."""
    parts = parted(
        _SIZE,
        [*lines(100, 900), *lines(1100, 1400, count=1), *lines(1100, 1140, top=160, count=1)],
        [(100, 900, 900, 1300)],
        _EM,
    )
    assert [(box[1], box[3]) for box in parts] == [(0, _SIZE[1])] * 2 and 900 < parts[0][2] == parts[1][0] < 1100
    # So is no page of its own that is higher than wide, nor one whose middle something crosses.
    upright = (_SIZE[1], _SIZE[0])
    beside = [*lines(100, 600), *lines(800, 1100, count=1)]
    assert parted(upright, beside, [], _EM) == [(0, 0, *upright)]
    crossed = [
        *lines(100, 900),
        *lines(1100, 1400, count=1),
        *lines(1100, 1140, top=160, count=1),
        (100, 1000, 1900, 1040),
    ]
    assert parted(_SIZE, crossed, [], _EM) == [(0, 0, *_SIZE)]


@pytest.mark.parametrize(
    ("texts", "tables"),
    [
        (lines(100, 1900), []),
        (lines(100, 1900), [(100, 800, 1900, 1300)]),
        # Figures in columns without rules are no columns of text.
        ([*lines(100, 900), *lines(1500, 1560)], []),
        # Lines that do not reach the middle, and nothing beside them.
        (lines(100, 700), []),
        # A page on the left and a number of it at the foot.
        ([*lines(100, 900), (1450, 1300, 1550, 1330)], []),
        ([], []),
    ],
)
def test_other_pages_are_one(texts: list[Box], tables: list[Box]) -> None:
    assert parted(_SIZE, texts, tables, _EM) == [(0, 0, *_SIZE)]
