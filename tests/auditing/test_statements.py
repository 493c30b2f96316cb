"""What a report tells, and leaves out: the fee for processing information, and how the work was supervised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from pipelines.auditing.cells import report_rules
from pipelines.auditing.statements import statements
from tests.auditing.frames import outcome
from tests.auditing.test_attributes import attributed

FEE, SUPERVISION = "report.fee_statement_missing", "report.supervision_missing"
ALL_TOLD = "考核结果良好，开展社会评议，无责任追究。"


def told(texts: Mapping[int, str | None]) -> dict[str, Any]:
    """Return what is told in some sections."""
    frame = pl.DataFrame({"section": list(texts), "body": list(texts.values())}, schema_overrides={"body": pl.String})
    (row,) = statements(frame.with_columns(report_key=pl.lit(1))).iter_rows(named=True)
    return row


def judged(texts: dict[int, str], **known: Any) -> pl.DataFrame:
    """Return the evaluations of the rules over reports of form 2021 with some texts."""
    frame = attributed(form="2021", **known)
    own = pl.DataFrame({"section": list(texts), "body": list(texts.values())}).with_columns(report_key=pl.lit(1))
    found = statements(own.cast({"report_key": pl.Int64}))
    names = [name for name in found.columns if name != "report_key"]
    return pl.concat(report_rules(frame.drop(names).join(found, on="report_key", how="left")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本年度未收取信息处理费。", "pass"),
        ("2025年有1件政府信息公开申请案件收取信息处理费380元。", "pass"),
        ("本年度發出收費通知0件。", "pass"),
        ("我局未收取任何费用。", "pass"),
        ("无其他需要报告的事项。", "fail"),
        ("本年度建议提案办理结果已全部公开。", "fail"),
        (" \n", "not_assessable"),
    ],
)
def test_a_silent_part_six(text: str, expected: str) -> None:
    assert outcome(judged({1: ALL_TOLD, 6: text}), FEE) == expected


@pytest.mark.parametrize(
    ("texts", "year", "expected"),
    [
        ({1: "（五）政务信息公开的收费及减免情况。没有发生。", 6: "无。"}, 2023, "pass"),
        ({1: "行政事业性收费5万元。", 6: "无。"}, 2023, "fail"),
        ({1: "全年公开10条。"}, 2023, "not_assessable"),
        ({1: "全年公开10条。", 6: "无。"}, 2020, "not_assessable"),
        ({1: "全年公开10条。", 6: "无。"}, 2021, "fail"),
    ],
)
def test_the_fee_elsewhere_and_before_it_was_asked_for(texts: dict[int, str], year: int, expected: str) -> None:
    assert outcome(judged(texts, year_key=year), FEE) == expected


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        (ALL_TOLD, ""),
        ("纳入绩效考评，群众满意度调查，未发生被问责情形。", ""),
        ("納入績效，開展第三方評估，無追責。", ""),
        ("开展考核。", "社会评议、责任追究"),
        ("全年公开10条。", "工作考核、社会评议、责任追究"),
    ],
)
def test_what_supervision_lacks(text: str, lacking: str) -> None:
    assert told({1: text, 2: ""})["supervision_lacking"] == lacking


def test_of_a_part_one_that_is_not_all_there_nothing_is_said() -> None:
    for texts in ({1: "全年公开10条。"}, {1: "", 2: "正文"}, {2: "正文", 6: "无"}):
        assert told(texts)["supervision_lacking"] is None
    # In another part it is told as well.
    assert told({1: "全年公开10条。", 5: ALL_TOLD})["supervision_lacking"] == ""
    assert told({1: "全年公开10条。", 2: "", 7: ALL_TOLD})["supervision_lacking"] != ""


@pytest.mark.parametrize(
    ("kind", "year", "expected"),
    [
        ("government", 2019, "fail"),
        ("town", 2023, "fail"),
        ("government", 2018, "not_assessable"),
        ("department", 2023, "pass"),
        ("government_office", 2023, "pass"),
        ("subdistrict", 2023, "pass"),
        (None, 2023, "not_assessable"),
    ],
)
def test_only_governments_must_tell_of_supervision(kind: str | None, year: int, expected: str) -> None:
    found = judged({1: "全年公开10条。", 2: ""}, agency_type=kind, year_key=year)
    assert outcome(found, SUPERVISION) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [("exact", "fail"), ("inferred", "fail"), ("ambiguous", "not_assessable"), ("unresolved", "not_assessable")],
)
def test_the_type_of_an_agency_that_is_not_known_is_a_guess(status: str, expected: str) -> None:
    found = judged({1: "全年公开10条。", 2: ""}, agency_type="government", agency_status=status)
    assert outcome(found, SUPERVISION) == expected


def test_characters_are_counted_without_blanks() -> None:
    assert told({1: "全年 公开\n10　条。", 2: "另"})["overview_characters"] == 8
    assert told({2: "另"})["overview_characters"] is None
    assert told({1: None})["overview_characters"] == 0
