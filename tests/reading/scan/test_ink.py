"""Ink beside a rule: cut where it runs into the rule, whole where paper parts them, however near they stand."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

import cv2
import numpy as np

from pipelines.reading.scan.ink import Inked, Paper, inside
from pipelines.reading.scan.rules import find_rules

PAPER = Paper(em=30.0, noise=0.0, grain=0.0)
# A cell between two level rules, three pixels thick.
TOP, BOTTOM, LEFT, RIGHT = 100, 160, 100, 300


def cell(top: int, bottom: int, *, left: int = 190, blur: bool = False) -> Inked:
    """Return the ink of a cell with an upright stroke that begins and ends at these rows."""
    page = np.full((300, 400), 255, np.uint8)
    for y in (TOP, BOTTOM):
        page[y : y + 3, LEFT : RIGHT + 3] = 0
    for x in (LEFT, RIGHT):
        page[TOP : BOTTOM + 3, x : x + 3] = 0
    page[top:bottom, left : left + 5] = 0
    if blur:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), 1.5), np.uint8)
    rules = find_rules(page, PAPER.em)
    return inside(page, rules.across | rules.down, (LEFT + 1, TOP + 1, RIGHT + 1, BOTTOM + 1), PAPER)


@pytest.mark.parametrize("away", [3, 4, 5, 8])
def test_ink_that_paper_parts_from_a_rule_is_whole(away: int) -> None:
    assert not cell(TOP + 3 + away, TOP + 33).cut
    assert not cell(BOTTOM - 30, BOTTOM - away).cut


@pytest.mark.parametrize("away", [0, 1])
def test_ink_that_runs_into_a_rule_is_cut(away: int) -> None:
    assert cell(TOP + 3 + away, TOP + 33).cut
    assert cell(BOTTOM - 30, BOTTOM - away).cut


def test_ink_beside_an_upright_rule_is_cut_where_it_touches() -> None:
    assert cell(TOP + 15, TOP + 40, left=LEFT + 3).cut
    assert not cell(TOP + 15, TOP + 40, left=LEFT + 8).cut


def test_where_blur_fills_the_paper_between_them_ink_is_cut() -> None:
    assert cell(TOP + 5, TOP + 33, blur=True).cut
    assert not cell(TOP + 15, TOP + 40, blur=True).cut
