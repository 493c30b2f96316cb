"""Rows of extracted cells: where they stand, by column."""

from __future__ import annotations

import pytest

from pipelines.engine.extracted_tables import _place, _place_columns
from pipelines.extracting.tables.rows import Slot
from pipelines.reading import Place

PLAIN = Slot("5", 2, 7, 3, 4, 0)
ON_A_LINE = Slot("6", 2, 8, 3, 4, 31)
ON_A_PAGE = Slot("7", 2, 9, 3, 4, 0, Place(3, (1.04, 2.0, 30.96, 4.25)))
IN_A_SHEET = Slot("8", 0, 1, 1, 2, 0, Place(reference="Sheet1!B2", confidence=0.5))


@pytest.mark.parametrize(
    "slots", [(PLAIN,), (PLAIN, None, ON_A_LINE), (None, None), (PLAIN, None, ON_A_PAGE, IN_A_SHEET)]
)
def test_the_columns_of_places_are_those_of_each(slots: tuple[Slot | None, ...]) -> None:
    assert [*zip(*_place_columns(slots), strict=True)] == [*map(_place, slots)]


def test_a_box_is_stated_to_a_tenth_of_a_point() -> None:
    assert _place(ON_A_PAGE) == (3, None, 2, 9, 3, "1.0 2.0 31.0 4.2", None, None)
