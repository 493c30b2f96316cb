"""The rule files: every rule that an expert checks is there, and an entry that is no rule is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.auditing import RULES
from pipelines.auditing.rules_file import load_rules

GOOD = "- {rule: a.b, severity: info, kind: report, zh: 甲, en: a}\n"
# The rules of an expert and their severities.
SEVERITIES = {
    "error": """applications.balance applications.outcome_sum applications.row_total applications.count_valid
        applications.subtotal reviews.channel_sum items.not_negative report.tables_missing extraction.values_missing""",
    "warning": """reviews.without_applications documents.published_total documents.in_force
        documents.in_force_continuity documents.rulemaking_authority items.column_misuse items.decisions_without_items
        items.change_unreadable items.continuity procurement.count_and_amount money.unit_missing money.unit_outlier
        money.fee_unit narrative.applications narrative.documents narrative.procurement narrative.none_claimed
        years.carry_over years.copied levels.summary_covers report.form_year report.year_conflict report.agency_unclear
        report.year_unknown extraction.short_row extraction.long_row extraction.position""",
    "info": """applications.parts_blank reviews.litigation_after_exceeds documents.published_made items.no_decisions
        items.large_change money.decimals narrative.sum narrative.share years.jump report.late report.period
        report.duplicate report.section_missing extraction.label_variant extraction.unmapped_row""",
}


@pytest.mark.parametrize(
    ("rule", "severity"), [(rule, severity) for severity, rules in SEVERITIES.items() for rule in rules.split()]
)
def test_every_rule_is_there_with_its_severity(rule: str, severity: str) -> None:
    assert {r.rule: r.severity for r in RULES}[rule] == severity


def test_carry_over_is_an_error_for_the_total_only() -> None:
    special = {r.rule: r.severity_of for r in RULES if r.severity_of}
    assert special == {"years.carry_over": (("total", "error"),)}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD + GOOD, "a.b stands twice"),
        (GOOD.replace("info", "fatal"), "a.b"),
        (GOOD.replace("kind: report", "kind: magic"), "a.b"),
        (GOOD.replace("en: a", "en: a, by: planet"), "a.b"),
        (GOOD.replace("en: a", "en: a, scoop: []"), "scoop"),
        (GOOD.replace(", en: a", ""), "en"),
        (GOOD.replace("en: a", "en: a, severity_of: {total: fatal}"), "a.b"),
        (GOOD.replace("en: a", "en: a, fails_when: 'SELECT ('"), "a.b"),
        ("- just text\n", "1"),
        ("rule: a.b\n", "list"),
        ("", "list"),
    ],
)
def test_bad_entries_are_refused_by_file_and_rule(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.yml") as caught:
        load_rules(tmp_path)
    assert named in str(caught.value)


def test_a_good_entry_is_read(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(GOOD, encoding="utf-8")
    assert [rule.rule for rule in load_rules(tmp_path)] == ["a.b"]
