"""Upright strokes of characters set line on line are no rules; rules are, with figures beside them, too."""

from __future__ import annotations

from typing import Any

import pytest

numpy = pytest.importorskip("numpy", reason="the extra `ocr` is not installed: make install-ocr")
pytest.importorskip("cv2")

from pipelines.reading.limits import DEFAULT_LIMITS  # noqa: E402  # needs the extra
from pipelines.reading.scan.rules import find_rules, ruled_tables  # noqa: E402

EM = 30.0
XS, YS = (100, 300, 500), (100, 160, 220)


def page() -> Any:
    """Return a table of two rows and two columns."""
    page = numpy.full((320, 600), 255, numpy.uint8)
    for x in XS:
        page[YS[0] : YS[-1] + 3, x : x + 3] = 0
    for y in YS:
        page[y : y + 3, XS[0] : XS[-1] + 3] = 0
    return page


def columns(page: Any) -> list[int]:
    (table,) = ruled_tables(find_rules(page, EM), EM, DEFAULT_LIMITS)
    return [x for x in table.xs if all(abs(x - rule) > 3 for rule in XS)]


def stroke(page: Any, *, left: bool, right: bool) -> Any:
    """Draw the uprights of two characters one above the other, crossed on their left and right."""
    page[106:156, 200:203] = 20
    for y in (112, 122, 138, 148):
        page[y : y + 2, 200 - 8 * left : 203 + 8 * right] = 20
    return page


def test_uprights_that_are_crossed_on_both_sides_are_no_rule() -> None:
    assert columns(stroke(page(), left=True, right=True)) == []


@pytest.mark.parametrize(("left", "right"), [(False, False), (True, False), (False, True)])
def test_a_rule_between_two_rows_is_one_where_figures_touch_it_on_one_side(left: bool, right: bool) -> None:
    found = stroke(page(), left=left, right=right)
    found[100:163, 200:203] = 20
    assert len(columns(found)) == 1
