"""Of two things that speak against a cell the graver is told, whichever was found first."""

from __future__ import annotations

import pytest

from pipelines.reading.document import Cell
from pipelines.reading.scan.doubts import SIGN_MAY_BE_LOST, doubted, graver


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (None, None, None),
        (None, "wrapped_figure", "wrapped_figure"),
        ("broken_rule", "wrapped_figure", "broken_rule"),
        ("broken_rule", None, "broken_rule"),
        (SIGN_MAY_BE_LOST, None, SIGN_MAY_BE_LOST),
        (SIGN_MAY_BE_LOST, "wrapped_figure", "wrapped_figure"),
        ("wrapped_figure", SIGN_MAY_BE_LOST, "wrapped_figure"),
    ],
)
def test_what_only_few_cells_mind_hides_nothing(first: str | None, second: str | None, told: str | None) -> None:
    assert graver(first, second) == told
    assert doubted(Cell("105", 0, 0, 1, 1, 0, None, first), second).doubt == told
