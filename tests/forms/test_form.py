"""The forms as data: how many cells they have, and that labels lead back to them."""

from __future__ import annotations

import pytest

from pipelines.forms import FORMS
from pipelines.forms.catalogue import form


@pytest.mark.parametrize(("form_id", "cells"), [("2019", 198), ("2021", 200)])
def test_a_form_has_all_its_cells_once(form_id: str, cells: int) -> None:
    assert len(form(form_id).cell_paths) == cells == len(set(form(form_id).cell_paths))


@pytest.mark.parametrize(
    ("form_id", "table", "rows", "columns"),
    [
        ("2019", "documents", 2, 3),
        ("2019", "licensing", 2, 3),
        ("2019", "enforcement", 2, 3),
        ("2019", "fees", 1, 2),
        ("2019", "procurement", 1, 2),
        ("2019", "applications", 23, 7),
        ("2019", "reviews", 3, 5),
        ("2021", "documents", 2, 3),
        ("2021", "licensing", 1, 1),
        ("2021", "enforcement", 2, 1),
        ("2021", "fees", 1, 1),
        ("2021", "applications", 25, 7),
        ("2021", "reviews", 3, 5),
    ],
)
def test_a_table_has_its_rows_and_columns(form_id: str, table: str, rows: int, columns: int) -> None:
    found = form(form_id).table_by_id[table]
    assert (len(found.rows), len(found.columns)) == (rows, columns)


def test_form_2021_has_no_procurement_and_three_rows_of_other_processing() -> None:
    assert "procurement" not in form("2021").table_by_id
    rows = form("2021").table_by_id["applications"].row_by_id
    assert {r for r in rows if r.startswith("other_processing.")} == {
        "other_processing.overdue_correction",
        "other_processing.overdue_fee",
        "other_processing.other",
        "other_processing.subtotal",
    }


def test_extra_rows_are_outside_the_cells_of_the_form() -> None:
    for each in FORMS.values():
        paths = {(table, row) for table, row, _ in each.cell_paths}
        extra = {(table.id, row.id) for table in each.tables for row in table.extra_rows}
        assert extra and not extra & paths


def test_a_row_knows_its_group() -> None:
    rows = form("2019").table_by_id["applications"].row_by_id
    assert rows["denied.state_secret"].group == "denied"
    assert rows["received"].group is None


def test_an_unknown_form_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="2019, 2021"):
        form("2014x")
