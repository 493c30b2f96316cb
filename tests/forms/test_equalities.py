"""Equalities: what a form says must add up, as cells with signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.declarations import DeclarationError
from pipelines.forms import FORMS
from pipelines.forms.equalities import EQUALITIES, equalities_of, read_equalities


@pytest.mark.parametrize(("form", "lines"), [("2019", 23), ("2021", 25)])
def test_a_form_with_tables_has_a_relation_for_each_row_and_column(form: str, lines: int) -> None:
    found = [equality.id for equality in equalities_of(form)]
    assert {name: found.count(name) for name in EQUALITIES} == {
        "applications.balance": 7,
        "applications.outcome_sum": 7,
        "applications.row_total": lines,
        "applications.subtotal": 7 * (3 if form == "2019" else 4),
        "reviews.channel_sum": 3,
    }


def test_the_sum_of_the_signed_cells_is_zero() -> None:
    balance = next(equality for equality in equalities_of("2021") if equality.scope == "total")
    assert dict(balance.cells) == {
        "applications.received.total": 1,
        "applications.carried_in.total": 1,
        "applications.outcome_total.total": -1,
        "applications.carried_out.total": -1,
    }


@pytest.mark.parametrize("form", FORMS)
def test_each_is_about_counts_of_one_table(form: str) -> None:
    for equality in equalities_of(form):
        (table,) = {name.split(".")[0] for name, _ in equality.cells}
        columns = FORMS[form].table_by_id[table].column_by_id
        assert {columns[name.rsplit(".", 1)[1]].kind for name, _ in equality.cells} == {"count"}


def test_a_form_of_indicators_has_none() -> None:
    assert equalities_of("2014") == ()


_GOOD = "- {id: a.b, scope: [line], left: ['applications.{line}.{part}'], right: ['applications.{line}.total']}\n"


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("{line}.total", "{lines}.total", "[0].right[0]: no set 'lines'; did you mean 'line'?"),
        ("scope: [line]", "scope: [channel]", "[0].scope[0]: no set that a pattern names 'channel'"),
        ("'applications.{line}.total'", "'last:applications.{line}.total'", "last year's cells are no part of a form"),
        (_GOOD, _GOOD + _GOOD, "[1].id: 'a.b'"),
        ("id: a.b", "id: ab", "[0].id: "),
    ],
)
def test_a_wrong_file_is_refused_by_place(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    assert right in _GOOD
    path = tmp_path / "equalities.yml"
    path.write_text(_GOOD.replace(right, wrong), encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        read_equalities(path)
    assert message in str(caught.value)
