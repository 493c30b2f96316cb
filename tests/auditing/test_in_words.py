"""What the audit finds is told in both languages: the same figures, and in English no Chinese but what is printed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipelines.auditing.evaluate import evaluate, findings
from pipelines.auditing.in_words import told
from pipelines.auditing.possible_causes import Cause, in_words
from pipelines.auditing.rule_cells import scope_labels
from pipelines.auditing.rule_kinds import AnyRule, CellsRule, FiguresRule
from pipelines.auditing.rules_file import RULES, rules_of
from tests.auditing.example_reports import audited
from tests.auditing.frames import BLANK, Changes, evaluated, number
from tests.auditing.test_examples import BY_SLUG, of_own
from tests.auditing.test_examples import evaluated as of_examples

RECEIVED, PROJECTS = "applications.received", "procurement.centralized_procurement"
CHANNEL = "reviews.reconsideration"
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_FIGURES = re.compile(r"：([-\d.]+) 与 ([-\d.]+)，差 ([-\d.]+)")
_FIGURES_EN = re.compile(r": ([-\d.]+) and ([-\d.]+), difference ([-\d.]+)")
# Units, and marks of a change, stand in the words of rules as reports print them.
_PRINTED_UNITS = re.compile("[万元增减]")
_BY_RULE = {rule.rule: rule for rule in RULES}


def only(found: pl.DataFrame, rule: str, scope: str = "") -> dict[str, Any]:
    """Return the finding of a rule in a scope."""
    (row,) = findings(found).filter((pl.col("rule") == rule) & (pl.col("scope") == scope)).to_dicts()
    return row


def quoted(rule: AnyRule, row: dict[str, Any]) -> str:
    """Return what of a detail is printed: all that has no English, a sentence that is stated, names of agencies."""
    if row["detail_en"] is None:
        return row["detail"] or ""
    after = ": " if isinstance(rule, FiguresRule) else "not counted: "
    return str(row["detail_en"]).partition(after)[2]


@pytest.mark.parametrize("rule", BY_SLUG)
def test_a_finding_of_every_rule_is_told_in_english(rule: AnyRule) -> None:
    evaluations = of_own(rule, "failing")
    told_of = findings(evaluations).join(evaluations.select("scope", "detail", "detail_en"), on="scope").to_dicts()
    assert told_of
    for row in told_of:
        message = row["message_en"]
        assert message.startswith(f"{rule.en} (") and row["message"].startswith(f"{rule.zh}（")
        place = message.removeprefix(rule.en).replace(quoted(rule, row), "")
        assert not _CHINESE.findall(place)
        assert not _CHINESE.findall(_PRINTED_UNITS.sub("", rule.en))
        assert not _CHINESE.findall(_PRINTED_UNITS.sub("", row["hint_en"] or ""))
        assert (row["hint"] is None) == (row["hint_en"] is None)


def test_both_languages_tell_the_same_figures() -> None:
    found = findings(of_examples("failing"))
    with_figures = 0
    for row in found.to_dicts():
        figures = _FIGURES.findall(row["message"])[-1:]
        assert figures == _FIGURES_EN.findall(row["message_en"])[-1:]
        assert bool(figures) == (row["difference"] is not None)
        with_figures += len(figures)
        if figures:
            assert [*map(Decimal, figures[0])] == [row["left_value"], row["right_value"], row["difference"]]
    assert with_figures > 30


@pytest.mark.parametrize(
    ("rule", "scope", "changes", "expected"),
    [
        (
            *("applications.balance", "natural_person", {f"{RECEIVED}.natural_person": number(3)}),
            "received + carried_in = outcome_total + carried_out, per applicant (Natural persons): "
            "3 and 0, difference 3",
        ),
        (
            *("applications.balance", "natural_person"),
            {f"{RECEIVED}.natural_person": number(3), "applications.carried_in.natural_person": BLANK},
            "received + carried_in = outcome_total + carried_out, per applicant (Natural persons): "
            "3 and 0, difference 3 (a blank is taken for 0)",
        ),
        (
            *("applications.parts_blank", "applications.received"),
            {
                f"{RECEIVED}.{part}": BLANK
                for part in (
                    *("natural_person", "commercial_enterprise", "research_institution", "public_interest_org"),
                    *("legal_service_org", "other_org"),
                )
            },
            "total filled, all parts blank, per line (Applications received and how they were handled / "
            "Received in the year)",
        ),
        (
            *("extraction.label_variant", PROJECTS, {}),
            "a label matched by similarity, not exactly (Article 20, item 9: centralised procurement / "
            "Centralised procurement)",
        ),
    ],
    ids=["relation", "a blank for 0", "row", "extraction"],
)
def test_a_finding_in_english(rule: str, scope: str, changes: Changes, expected: str) -> None:
    others = {f"{PROJECTS}.project_count": {"matched_by": "variant"}}
    assert only(evaluated(changes, others=others), rule, scope)["message_en"] == expected


def of_example(slug: str) -> dict[str, Any]:
    """Return the finding of the failing example of a rule."""
    (row,) = findings(of_own(_BY_RULE[slug], "failing")).to_dicts()
    return row


@pytest.mark.parametrize(
    ("slug", "place"),
    [
        ("report.year_unknown", "whole report"),
        ("years.jump", "Administrative licensing / Decisions of the year): 1001 and 100, difference 901"),
        ("years.carry_over", "Total): 2 and 3, difference -1"),
        ("levels.summary_covers", "agencies known below: 10, counted: 9, not counted: 财政局): 5 and 6, difference -1"),
        ("levels.summary_equals", "applications.received.total; agencies known below: 10, counted: 10): 10 and 5"),
        ("narrative.applications", "applications.received.total: 全年共收到政府信息公开申请5件。): 5 and 4"),
        ("narrative.sum", "其中当面申请25件，网络申请89件。): 114 and 113, difference 1"),
        ("narrative.balance", "结转下年度4件。): 14 and 15, difference -1"),
        ("narrative.share", "占33.6%。): 33.6 and 33.3333, difference 0.2667"),
        ("report.supervision_missing", "(public appraisal, accountability)"),
        ("report.forms_mixed", "Article 20, item 1: rules and normative documents, as in form 2019"),
        ("report.code_conflict", "(11341702003257004B: 341702 贵池区)"),
        ("report.stale_year", "(2021年，我局共收到政府信息公开申请5件)"),
        ("extraction.unmapped_row", "(行政检查 [])"),
    ],
)
def test_the_place_of_a_finding_in_english(slug: str, place: str) -> None:
    assert place in of_example(slug)["message_en"]


def test_who_is_not_in_a_sum_is_told_whether_or_not_the_scope_is_presumed() -> None:
    example = audited(_BY_RULE["levels.summary_covers"], _BY_RULE["levels.summary_covers"].examples.failing)
    assert example.subordinates is not None
    lacking = example.subordinates.with_columns(
        missing=pl.lit("甲局、乙局等"), missing_en=pl.lit("甲局, 乙局 and others"), scope_basis=pl.lit("by_law")
    )
    found = findings(evaluate(example.__class__(**{**vars(example), "subordinates": lacking})))
    (row,) = found.filter(pl.col("rule") == "levels.summary_covers").to_dicts()
    assert "未计入：甲局、乙局等）" in row["message"]
    assert "not counted: 甲局, 乙局 and others)" in row["message_en"]
    assert row["hint"] == "统计范围系依法推定，报告可能只含本机关数据"
    assert row["hint_en"] == "the scope is presumed by law; the report may hold the agency's own figures alone"


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (Cause("auditing.total_not_filled"), "the total is not filled in"),
        (Cause("auditing.right_not_filled"), "all terms on the right are 0, perhaps not filled in"),
        (Cause("auditing.left_not_filled"), "all terms on the left are 0, perhaps not filled in"),
        (Cause("auditing.digits_swapped", "a.b"), "a.b may have two digits swapped"),
        (Cause("auditing.copied_from_beside", "a.b", "a.c"), "a.b equals a.c and may hold the number of that column"),
        (
            Cause("auditing.copied_from_last_year", "a.b"),
            "a.b equals the same column of last year's report and may be copied from it",
        ),
    ],
)
def test_every_possible_cause_in_english(cause: Cause, expected: str) -> None:
    assert in_words(cause)[1] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({f"{CHANNEL}.upheld": number(3)}, "the total is not filled in"),
        (
            {f"{CHANNEL}.upheld": number(95), f"{CHANNEL}.pending": number(21), f"{CHANNEL}.total": number(107)},
            f"{CHANNEL}.pending may have two digits swapped",
        ),
        ({f"{CHANNEL}.upheld": number(3), f"{CHANNEL}.total": number(9)}, None),
    ],
)
def test_the_cause_of_a_relation_stands_in_its_finding(changes: Changes, expected: str | None) -> None:
    assert only(evaluated(changes), "reviews.channel_sum", "reconsideration")["hint_en"] == expected


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (236_000_000, "万元", "the unit may be 元 and not 万元; the number itself is like 元"),
        (50, "元", "the unit may be 万元 and not 元; the number is like 万元"),
    ],
)
def test_the_cause_that_a_rule_declares_is_told_in_english(amount: int, unit: str, expected: str) -> None:
    cell = {"yuan": Decimal(amount), "unit": unit, "unit_source": "cell"}
    changes = {f"{PROJECTS}.project_count": number(1), f"{PROJECTS}.total_amount": number(amount)}
    found = evaluated(changes, others={f"{PROJECTS}.total_amount": cell})
    assert only(found, "money.unit_outlier", "procurement")["hint_en"] == expected


def test_causes_of_rules_have_both_languages() -> None:
    hints = [hint for rule in rules_of(CellsRule) for hint in rule.hints.values()]
    assert len(hints) > 3
    assert not [hint.en for hint in hints if _CHINESE.findall(_PRINTED_UNITS.sub("", hint.en))]


def test_every_scope_has_an_english_label() -> None:
    labels = scope_labels()
    assert labels.height > 500
    assert labels.filter(pl.col("scope_label_en").str.contains(_CHINESE.pattern)).is_empty()
    named = dict(labels.select("scope", "scope_label_en").iter_rows())
    assert named["documents.rules"] == "Article 20, item 1: rules and normative documents / Rules"


def test_a_message_of_a_frame_has_a_value_from_each_row() -> None:
    frame = pl.DataFrame({"a": ["x", "y", None], "n": [1, 2, 3]})
    stated = told("en", "auditing.stated", measure="a", sentence=pl.col("n") * 2)
    assert frame.select(stated.alias("told"))["told"].to_list() == ["x: 2", "y: 4", None]
    assert frame.select(told("zh", "auditing.whole_report").alias("told"))["told"].to_list() == ["全表"]
    with pytest.raises(KeyError, match="sentence"):
        told("en", "auditing.stated", measure="a")
