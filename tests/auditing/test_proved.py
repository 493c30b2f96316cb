"""Cells that sums proved: the audit lists them, and holds nothing of it for checked."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.auditing.evaluate import findings
from tests.auditing.frames import AMBIGUOUS, BLANK, Changes, evaluated, number, outcome

PROVED = {"note": "proved_by_sum"}
GRANTED = "applications.granted.natural_person"
ROWS = ("received", "granted", "outcome_total")
THREE = {f"applications.{row}.{column}": number(3) for row in ROWS for column in ("natural_person", "total")}


def audited(changes: Changes, *proved: str) -> pl.DataFrame:
    return evaluated({**THREE, **changes}, "2021", others=dict.fromkeys(proved, PROVED))


def listed(found: pl.DataFrame) -> list[tuple[str, str, str]]:
    chosen = findings(found).filter(pl.col("rule") == "extraction.proved_by_sum")
    return [*chosen.select("severity", "message", "message_en").iter_rows()]


def test_a_relation_that_proved_a_cell_counts_as_not_checked() -> None:
    found = audited({}, GRANTED)
    unchecked = found.filter(pl.col("rule").str.starts_with("applications."), pl.col("outcome") == "not_assessable")
    assert [*unchecked.select("rule", "scope").iter_rows()] == [
        ("applications.outcome_sum", "natural_person"),
        ("applications.row_total", "granted"),
    ]
    assert outcome(audited({}), "applications.row_total", "granted") == "pass"


def test_what_no_sum_of_the_form_is_stays_checked() -> None:
    found = audited({}, "applications.received.total")
    assert outcome(found, "applications.count_valid") == "pass"
    assert outcome(found, "reviews.without_applications") in ("pass", None)


@pytest.mark.parametrize(
    ("changes", "expected"), [({GRANTED: number(4)}, "fail"), ({GRANTED: BLANK}, "assumed_zero_fail")]
)
def test_a_contradiction_is_told_whatever_was_proved(changes: Changes, expected: str) -> None:
    found = audited(changes, "applications.granted.total")
    assert outcome(found, "applications.row_total", "granted") == expected


def test_a_relation_with_a_blank_proved_nothing_and_is_checked() -> None:
    found = audited({"applications.granted.other_org": BLANK}, GRANTED)
    assert outcome(found, "applications.row_total", "granted") == "assumed_zero_pass"


def test_the_cells_are_listed_by_their_labels_with_what_proved_them() -> None:
    ((severity, chinese, english),) = listed(audited({}, GRANTED, "applications.denied.state_secret.total"))
    assert severity == "info"
    assert "予以公开 自然人；属于国家秘密 总计；依据：" in chinese
    assert "各项办理结果之和 = 办理结果总计；自然人 + 五类组织 = 总计" in chinese
    assert "Granted / Natural persons; State secrets / Total; proved by: " in english
    assert "applications." not in chinese + english


def test_a_relation_that_proved_nothing_is_not_named() -> None:
    ((_, chinese, _),) = listed(audited({"applications.granted.other_org": BLANK}, GRANTED))
    assert chinese.count("自然人 + 五类组织") == 0
    assert "各项办理结果之和" in chinese


def test_a_relation_that_left_nothing_for_cells_in_doubt_is_named() -> None:
    cell, beside = "applications.denied.state_secret.total", "applications.denied.state_secret.other_org"
    ((_, chinese, _),) = listed(audited({beside: AMBIGUOUS}, cell))
    assert "自然人 + 五类组织 = 总计" in chinese


def test_a_report_without_such_cells_has_no_finding() -> None:
    assert listed(audited({GRANTED: AMBIGUOUS})) == []
