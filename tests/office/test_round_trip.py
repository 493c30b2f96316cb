"""A form that is filled is read back cell by cell, and a blank one states nothing, in every format."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.splitting import extract_all
from pipelines.forms import FORMS
from pipelines.office.form_file import FORMATS
from tests.office.filled import (
    CELLS,
    EVERY,
    LAST_YEAR,
    adding_up,
    differences,
    distinct,
    document_of,
    file_of,
    printed,
    reading_of,
)


@pytest.mark.parametrize(("form", "file_format"), EVERY)
def test_every_cell_is_read_as_it_was_filled(form: str, file_format: str) -> None:
    values = distinct(FORMS[form])
    reading = reading_of(form, file_format, values)
    assert reading.form.id == form and len(reading.cells) == CELLS[form]
    assert differences(reading, values) == []
    assert reading.unmapped == []


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize(
    "amount", ["12345.678901", "98765432.000007", "0.000001", "1234567890.5", "999999999999", "38.44", "0.1"]
)
def test_an_amount_is_shown_with_all_its_digits(file_format: str, amount: str) -> None:
    path = ("fees", "administrative_fees", "amount_collected")
    reading = reading_of("2021", file_format, {path: Decimal(amount)})
    assert differences(reading, {path: Decimal(amount)}) == []


@pytest.mark.parametrize(("form", "file_format"), EVERY)
@pytest.mark.parametrize("every", [2, 3])
def test_cells_left_out_stay_blank_and_move_no_other(form: str, file_format: str, every: int) -> None:
    values = {path: value for n, (path, value) in enumerate(distinct(FORMS[form]).items()) if n % every}
    assert differences(reading_of(form, file_format, values), values) == []


@pytest.mark.parametrize(("form", "file_format"), EVERY)
@pytest.mark.parametrize("table", ["documents", "applications", "reviews"])
def test_a_table_left_out_stays_blank(form: str, file_format: str, table: str) -> None:
    values = {path: value for path, value in distinct(FORMS[form]).items() if path[0] != table}
    assert differences(reading_of(form, file_format, values), values) == []


@pytest.mark.parametrize(("form", "file_format"), EVERY)
def test_a_blank_form_holds_no_number(form: str, file_format: str) -> None:
    reading = reading_of(form, file_format, {})
    assert len(reading.cells) == CELLS[form] and differences(reading, {}) == []
    with pytest.raises(NotAReport) as refused:
        extract_all(document_of(form, file_format, {}, unit=""), LAST_YEAR)
    assert refused.value.reason == "blank_template"


@pytest.mark.parametrize(("form", "file_format"), EVERY)
def test_the_same_form_is_the_same_file(form: str, file_format: str) -> None:
    values = adding_up(FORMS[form])
    assert file_of(form, file_format, values) == file_of(form, file_format, values)


@pytest.mark.parametrize(("form", "file_format"), EVERY)
def test_a_value_of_no_cell_is_refused(form: str, file_format: str) -> None:
    with pytest.raises(KeyError, match=r"has no cells documents\.rules\.nothing"):
        file_of(form, file_format, {("documents", "rules", "nothing"): 1})


@pytest.mark.parametrize(("form", "file_format"), EVERY)
@pytest.mark.parametrize(
    "unit", ["=HYPERLINK(1)", "甲<b>&amp;乙</b>", '"丙"\'丁', "\x07\x1b[2J戊\u202e\ud800", "+1@己\n庚"]
)
def test_the_name_of_a_unit_stays_text(form: str, file_format: str, unit: str) -> None:
    title = printed(form, unit).title
    assert title.isprintable() and title.startswith(unit[:1] if unit[:1].isprintable() else "\\x07")
    texts = [getattr(block, "text", "") for block in document_of(form, file_format, {}, unit).blocks]
    assert title in texts
    cells = [
        cell
        for block in document_of(form, file_format, {}, unit).blocks
        for row in getattr(block, "rows", ())
        for cell in row
    ]
    assert not any(unit[:8] in cell.text for cell in cells)
