"""The five outcomes of the identity rules on one report whose cells are changed, and what becomes a finding."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from benchmarks.mutations import caught, false_alarms
from pipelines.auditing import RULES, rule_cells_frame, rules_frame
from pipelines.auditing.evaluate import findings
from pipelines.contracts import contract
from pipelines.forms import FORMS
from tests.auditing.frames import Changes as Change
from tests.auditing.frames import evaluated as outcomes
from tests.auditing.frames import outcome as outcome_of

BALANCE = ("applications.balance", "natural_person")
ROW = ("applications.row_total", "received")
RECEIVED = "applications.received"


def outcome(changes: Change, rule: tuple[str, str]) -> str | None:
    return outcome_of(outcomes(changes), *rule)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "pass"),
        ({f"{RECEIVED}.natural_person": ("value", 3)}, "fail"),
        ({f"{RECEIVED}.natural_person": ("blank", None)}, "assumed_zero_pass"),
        (
            {f"{RECEIVED}.natural_person": ("value", 3), "applications.carried_in.natural_person": ("nil_mark", None)},
            "assumed_zero_fail",
        ),
        (
            {
                "applications.outcome_total.natural_person": ("blank", None),
                "applications.carried_out.natural_person": ("blank", None),
            },
            "not_assessable",
        ),
        ({f"{RECEIVED}.natural_person": ("ambiguous", None)}, "not_assessable"),
    ],
)
def test_balance_outcomes(changes: Change, expected: str) -> None:
    assert outcome(changes, BALANCE) == expected


def test_blank_total_column_is_not_accused() -> None:
    assert outcome({f"{RECEIVED}.total": ("blank", None), f"{RECEIVED}.natural_person": ("value", 5)}, ROW) == (
        "not_assessable"
    )


def test_blank_parts_are_information_only() -> None:
    parts = ("natural_person", "commercial_enterprise", "research_institution", "public_interest_org")
    blank: Change = {f"{RECEIVED}.{p}": ("blank", None) for p in (*parts, "legal_service_org", "other_org")}
    found = outcomes({**blank, f"{RECEIVED}.total": ("value", 0)})
    failed = found.filter(pl.col("outcome") == "fail")["rule"].to_list()
    assert failed == ["applications.parts_blank"]


def test_assumed_zero_fail_is_at_most_a_warning() -> None:
    changes: Change = {
        f"{RECEIVED}.natural_person": ("value", 3),
        "applications.carried_in.natural_person": ("blank", None),
    }
    found = findings(outcomes(changes))
    by_rule = {(rule, scope): severity for rule, scope, severity in found.select("rule", "scope", "severity").rows()}
    assert by_rule[BALANCE] == "warning"
    assert by_rule[ROW] == "error"
    assert contract("audit_finding").validate(found).height == 2


def test_negative_and_text_counts_are_invalid() -> None:
    for change in (("value", -1), ("text", None)):
        found = outcomes({f"{RECEIVED}.total": change})
        failed = found.filter((pl.col("rule") == "applications.count_valid") & (pl.col("outcome") == "fail"))
        assert failed["cell_path"].to_list() == [f"{RECEIVED}.total"]


def test_review_channels_add_up() -> None:
    found = outcomes({"reviews.reconsideration.other_result": ("value", 1)})
    failed = found.filter(pl.col("outcome") == "fail").select("rule", "scope", "difference").rows()
    assert failed == [("reviews.channel_sum", "reconsideration", Decimal(1))]


def test_sound_report_has_no_findings() -> None:
    for form in FORMS:
        assert findings(outcomes({}, form)).is_empty()


def test_both_forms_sum_their_own_outcomes() -> None:
    used = rule_cells_frame().filter((pl.col("rule") == "applications.outcome_sum") & (pl.col("scope") == "total"))
    left = used.filter(pl.col("side") == "left").group_by("form").len().sort("form").rows()
    assert left == [("2019", 19), ("2021", 21)]


def test_rule_tables_keep_their_contracts() -> None:
    assert contract("audit_rule").validate(rules_frame()).height == len(RULES)
    assert contract("audit_rule_cell").validate(rule_cells_frame()).height > 0


def test_a_message_tells_the_figures_in_chinese() -> None:
    found = findings(outcomes({f"{RECEIVED}.natural_person": ("value", 3)}))
    (message,) = found.filter((pl.col("rule") == BALANCE[0]) & (pl.col("scope") == BALANCE[1]))["message"]
    assert message == "本年新收 + 上年结转 = 办理结果总计 + 结转下年度（自然人）：3 与 0，差 3"
    blank: Change = {
        f"{RECEIVED}.natural_person": ("value", 3),
        "applications.carried_in.natural_person": ("blank", None),
    }
    assumed = findings(outcomes(blank)).filter(pl.col("outcome") == "assumed_zero_fail")
    assert assumed["message"].to_list() == [f"{message}（空白按 0 计）"]


def test_only_failures_become_findings_at_the_severity_of_their_rule() -> None:
    found = outcomes({f"{RECEIVED}.total": ("ambiguous", None)})
    assert set(findings(found)["rule"]) == {"extraction.doubtful"}
    severities = {rule.rule: rule.severity for rule in RULES}
    told = findings(outcomes({f"{RECEIVED}.total": ("value", 3)}))
    assert told.height > 1
    assert all(severities[rule] == severity for rule, severity in told.select("rule", "severity").iter_rows())


@pytest.mark.parametrize("kind", ["digit changed", "sign"])
def test_wrong_application_figures_are_caught(kind: str) -> None:
    made, hit = caught(kind, 60, 1)
    assert made["applications"] > 10
    assert hit["applications"] == made["applications"]


def test_correct_reports_are_not_accused() -> None:
    assert {severity for severity, _ in false_alarms(200, 2)} == {"info"}


SEED_FINDINGS = {
    ("东山区", "warning"): ["money.unit_missing", "report.agency_unclear"],
    ("博山镇", "warning"): ["report.agency_unclear"],
    ("通化市东昌区人民政府", "error"): [
        *["applications.balance"] * 2,
        *["applications.outcome_sum"] * 2,
        "reviews.channel_sum",
    ],
}


def of_seeds(release: Path) -> pl.DataFrame:
    found = pl.read_parquet(release / "parquet" / "audit_finding" / "*" / "*.parquet", hive_partitioning=False)
    names = pl.read_parquet(release / "parquet" / "dim_report.parquet", hive_partitioning=False)
    known = found.join(names.select("report_key", "agency_printed"), on="report_key")
    return known.filter(pl.col("severity") != "info").sort("agency_printed", "severity", "rule")


def test_findings_of_the_seeds(seed_release: Path) -> None:
    found: dict[tuple[str, str], list[str]] = {}
    rows = of_seeds(seed_release).filter(~pl.col("rule").str.starts_with("narrative."))
    for agency, severity, rule in rows.select("agency_printed", "severity", "rule").iter_rows():
        found.setdefault((agency, severity), []).append(rule)
    assert found == SEED_FINDINGS


def test_narrative_findings_of_the_seeds(seed_release: Path) -> None:
    found = of_seeds(seed_release).filter(pl.col("rule").str.starts_with("narrative."))
    assert found.select("agency_printed", "rule").rows() == [("鹤岗市南山区大陆街道办事处", "narrative.documents")]
