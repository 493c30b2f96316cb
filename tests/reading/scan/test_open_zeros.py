"""A 0 of a coarse fax, whose thin strokes were not sent, is one by its form; no other digit that is broken is."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

import cv2
import numpy as np

from pipelines.reading.scan.digit_verification import verify_digits  # needs the extra
from pipelines.reading.scan.ink import Ink
from pipelines.reading.scan.recognition import Character, Line

SCALE = 6
OPEN = """
..##....##..
.##......##.
.##......##.
##........##
##........##
##........##
##........##
.##......##.
.##......##.
..##....##..
"""
BELOW = OPEN.rstrip()[: -len("..##....##..")] + "..########..\n"
ABOVE = "\n..########..\n" + OPEN.strip()[len("..##....##..\n") :]
ZEROS = {"both ends": OPEN, "upper end": BELOW, "lower end": ABOVE}
OTHERS = {
    "six": """
..##........
.##.........
.##.........
##..........
##..####....
###.....##..
##.......##.
##.......##.
.##......##.
..##....##..
""",
    "nine": """
..##....##..
.##......##.
##.......##.
##.......##.
.##.....###.
....####.##.
.........##.
........##..
........##..
......##....
""",
    "eight without its waist": """
..##....##..
##........##
##........##
.##......##.
...##..##...
...##..##...
.##......##.
##........##
##........##
..##....##..
""",
    "eight of which a line is lost": """
..##....##..
##........##
##........##
##........##
............
............
##........##
##........##
##........##
..##....##..
""",
    "two ones": """
.##......##.
.##......##.
.##......##.
.##......##.
.##......##.
.##......##.
.##......##.
.##......##.
.##......##.
.##......##.
""",
    "leaning strokes": """
...##....##.
...##....##.
..##....##..
..##....##..
..##....##..
.##....##...
.##....##...
.##....##...
##....##....
##....##....
""",
    "bent inwards": """
##........##
.##......##.
.##......##.
..##....##..
..##....##..
..##....##..
..##....##..
.##......##.
.##......##.
##........##
""",
}


def ink(drawn: str) -> Ink:
    """Return a drawing as a fax would have it: a line of it is two pixels high and one wide."""
    rows = [[0 if pixel == "#" else 255 for pixel in line] for line in drawn.split()]
    paper = np.pad(np.array(rows, np.uint8), 2, constant_values=255)
    size = (paper.shape[1] * SCALE, paper.shape[0] * SCALE * 3 // 2)
    return Ink(np.asarray(cv2.resize(paper, size, interpolation=cv2.INTER_CUBIC), np.uint8), 30.0)


def line(text: str, confidence: float) -> Line:
    return tuple(Character(c, confidence, (n + 0.5) / len(text)) for n, c in enumerate(text))


def doubt(drawn: str, confidence: float = 0.97) -> str | None:
    read = line("0", confidence)
    return verify_digits(read, read, ink(drawn)).doubt


@pytest.mark.parametrize("kind", ZEROS)
def test_a_zero_that_is_open_at_its_ends_is_believed(kind: str) -> None:
    assert doubt(ZEROS[kind]) is None


@pytest.mark.parametrize("kind", OTHERS)
def test_another_digit_that_is_broken_is_no_zero_however_surely_it_is_read(kind: str) -> None:
    assert doubt(OTHERS[kind], 1.0) == "ink_differs"


def test_an_open_zero_that_is_read_less_surely_stays_in_doubt() -> None:
    assert doubt(OPEN, 0.8) == "ink_differs"


def test_an_open_zero_is_no_other_digit() -> None:
    for digit in "123456789":
        read = line(digit, 1.0)
        assert verify_digits(read, read, ink(OPEN)).doubt == "ink_differs"


def test_open_zeros_of_a_number_are_counted_with_its_other_digits() -> None:
    one = "\n".join(f"..####....{row}..{row}" for row in OPEN.split())
    for text, expected in (("100", None), ("10", "ink_differs"), ("1000", "ink_differs"), ("108", "ink_differs")):
        read = line(text, 0.97)
        assert verify_digits(read, read, ink(one)).doubt == expected, text
