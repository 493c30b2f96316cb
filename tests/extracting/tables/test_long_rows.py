"""A row with more cells than its table has columns stands under the header, or none of its cells is believed."""

from __future__ import annotations

from pipelines.extracting.tables.placing import LONG_ROW, place
from tests.extracting.tables.test_placing import columns, raw, spans


def test_a_row_that_a_stray_rule_made_longer_is_not_counted_from_its_second_cell() -> None:
    """A stroke of a pen over the last column parts it in two: counted from the next cell on, all would be one off."""
    row = raw(spans(("", 0, 1), ("2", 1, 2), ("1", 2, 3), ("3", 3, 4)), label=None, spanned=True)
    assert place(row, columns((0, 1), (1, 2), (2, 4)), None, frozenset({4})).problem == LONG_ROW


def test_a_row_whose_first_cell_is_that_of_a_label_is_counted_from_the_next() -> None:
    row = raw(spans(("", 0, 1), ("2", 1, 2), ("1", 2, 3), ("3", 3, 4)), label=None, spanned=True)
    found = place(row, columns((1, 2), (2, 3), (3, 4)), None, frozenset({4}))
    assert [slot and slot.text for slot in found.slots] == ["2", "1", "3"]
