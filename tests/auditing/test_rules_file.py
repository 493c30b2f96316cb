"""The rule files: every rule that an expert checks is there, and what names nothing is refused by file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import auditing
from pipelines.auditing import RULES
from pipelines.auditing.rule_kinds import RelationRule
from pipelines.auditing.rules_file import load_rules, rules_of
from pipelines.declarations import DeclarationError

EXAMPLES = "examples: {pass: {}, fail: {report: {year: 0}}}"
SOURCE = "source: [{documents: [regulation_2019], zh: 第五十条, en: article 50}]"
GOOD = f"- {{rule: a.b, severity: info, kind: report, zh: 甲, en: a, fails_when: year_key = 0, {SOURCE}, {EXAMPLES}}}\n"
RELATION = """- {rule: a.c, severity: info, kind: relation, zh: 甲, en: a, scope: [applicant],
   source: [{documents: [regulation_2019], zh: 第五十条, en: article 50}],
   left: ["applications.received.{applicant}"], right: ["applications.outcome_total.{applicant}"],
   examples: {pass: {}, fail: {scope: total, cells: {applications.received.total: 1}}}}
"""
EQUAL = f"""- {{rule: a.f, severity: info, kind: relation, zh: 甲, en: a, equality: applications.row_total, {SOURCE},
   examples: {{pass: {{}}, fail: {{scope: received, cells: {{applications.received.total: 1}}}}}}}}
"""
CELLS = f"""- {{rule: a.d, severity: info, kind: cells, zh: 甲, en: a, by: row, {SOURCE},
   where: "table_id = 'fees' AND column_id IN ('amount_collected', 'items_change') AND status = 'value'",
   fails_when: "MAX(CASE agency_level WHEN 'county' THEN 1 ELSE 0 END) = 1", {EXAMPLES}}}
"""
HINTED = CELLS.replace(
    "fails_when:",
    "hint: \"CASE WHEN COUNT(*) > 2 THEN 'many' ELSE 'few' END\", "
    "hints: {many: {zh: 多, en: many}, few: {zh: 少, en: few}}, fails_when:",
)
# No form states both what is public in total and what is in force.
NO_FORM = f"""- {{rule: a.e, severity: info, kind: relation, zh: 甲, en: a, left: [documents.rules.in_force],
   right: [documents.rules.total_published], {SOURCE}, {EXAMPLES}}}
"""
# The rules of an expert and their severities.
SEVERITIES = {
    "error": """applications.balance applications.outcome_sum applications.row_total applications.count_valid
        applications.subtotal reviews.channel_sum items.not_negative report.tables_missing extraction.values_missing""",
    "warning": """reviews.without_applications documents.published_total documents.in_force
        documents.in_force_continuity documents.rulemaking_authority items.column_misuse items.decisions_without_items
        items.change_unreadable items.continuity procurement.count_and_amount money.unit_missing money.unit_outlier
        money.fee_unit narrative.applications narrative.applicants narrative.decisions
        narrative.documents narrative.procurement narrative.none_claimed
        years.carry_over years.copied levels.summary_covers report.form_year report.year_conflict report.agency_unclear
        report.year_unknown extraction.short_row extraction.long_row extraction.position""",
    "info": """applications.parts_blank reviews.litigation_after_exceeds documents.published_made items.no_decisions
        items.large_change money.decimals narrative.sum narrative.share narrative.balance years.jump report.late
        report.period report.stale_year report.duplicate report.section_missing report.forms_mixed
        report.fee_statement_missing report.supervision_missing money.processing_fee_step extraction.label_variant
        extraction.unmapped_row""",
}


def refused(folder: Path, text: str) -> str:
    """Return what is said of a file that is no file of rules."""
    (folder / "own.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        load_rules(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("rule", "severity"), [(rule, severity) for severity, rules in SEVERITIES.items() for rule in rules.split()]
)
def test_every_rule_is_there_with_its_severity(rule: str, severity: str) -> None:
    assert {r.rule: r.severity for r in RULES}[rule] == severity


def test_carry_over_is_an_error_for_the_total_only() -> None:
    special = {r.rule: r.severity_of for r in rules_of(RelationRule) if r.severity_of}
    assert special == {"years.carry_over": {"total": "error"}}


@pytest.mark.parametrize(
    ("good", "right", "wrong", "message"),
    [
        (GOOD, GOOD, GOOD + GOOD, "own.yml:2: [1].rule: a.b stands twice"),
        (GOOD, "info", "infos", "own.yml:1: [0].severity: no severity 'infos'; did you mean 'info'?"),
        (GOOD, "kind: report", "kind: reports", "[0].kind: no kind 'reports'; did you mean 'report'?"),
        (GOOD, "en: a,", "en: a, scoop: [],", "[0].scoop: no key 'scoop'"),
        (GOOD, "en: a,", "en: a, layouts: [table],", "[0].layouts[0]: no value 'table'; did you mean 'tables'?"),
        (GOOD, "en: a, ", "", "[0].en: this key is missing"),
        (GOOD, f" {SOURCE},", "", "own.yml:1: [0].source: this key is missing"),
        (GOOD, "regulation_2019", "regulation_2018", "no document 'regulation_2018'; did you mean 'regulation_2019'?"),
        (GOOD, ", zh: 第五十条", "", "[0].source[0].zh: this key is missing"),
        (GOOD, ", en: article 50", "", "[0].source[0].en: this key is missing"),
        (GOOD, "[regulation_2019]", "[]", "[0].source[0].documents: "),
        (GOOD, f", {EXAMPLES}", "", "[0].examples: this key is missing"),
        (GOOD, ", fail: {report: {year: 0}}", "", "[0].examples.fail: this key is missing"),
        (GOOD, "year_key = 0", "SELECT (", "[0].fails_when: expected an SQL expression"),
        (GOOD, "year_key = 0", "year_kex = 0", "no attribute 'year_kex'; did you mean 'year_key'?"),
        (GOOD, "year_key = 0", "agency_status = 'exakt'", "no agency_status 'exakt'; did you mean 'exact'?"),
        (GOOD, "en: a,", "en: a, detail: period,", "[0].detail: no attribute 'period'"),
        (GOOD, "en: a,", "en: a, detail_en: period,", "[0].detail_en: no attribute 'period'"),
        (GOOD, "{year: 0}", "{agency_level: contry}", "no level 'contry'; did you mean 'county'?"),
        (GOOD, "report: {year: 0}", "form: '2020'", "[0].examples.fail.form: no form '2020'"),
        (GOOD, "report: {year: 0}", "form: '2014'", "[0].examples.fail.form: no form of the rule '2014'"),
        (GOOD, "report: {year: 0}", "tables_of: {fee: '2019'}", "no table 'fee'; did you mean 'fees'?"),
        (GOOD, "report: {year: 0}", "cells: {fees: {note: short_rows}}", "no note 'short_rows'; did you mean"),
        (RELATION, "received.{", "recieved.{", "[0].left[0]: no row 'recieved'; did you mean 'received'?"),
        (RELATION, '["applications.rec', '["aplications.rec', "no table 'aplications'; did you mean 'applications'?"),
        (RELATION, "total.{applicant}", "total.{aplicant}", "no set 'aplicant'; did you mean 'applicant'?"),
        (RELATION, "total.{applicant}", "total.totl", "[0].right[0]: no cell 'applications.outcome_total.totl'"),
        (RELATION, "received.{applicant}", "{outcome}.totl", "no column 'totl'; did you mean 'total'?"),
        (RELATION, "received.{applicant}", "received.{stock}", "[0].left[0]: no set 'stock'"),
        (RELATION, "scope: [applicant]", "scope: [line]", "[0].scope[0]: no set that a pattern"),
        (RELATION, "scope: total", "scope: totl", "examples.fail.scope: no scope of the rule 'totl'"),
        (RELATION, "received.total: 1", "recieved.total: 1", "no cell, row or table 'applications.recieved.total'"),
        (RELATION, "en: a,", "en: a, severity_of: {totl: info},", "severity_of.totl: no scope of the rule 'totl'"),
        (RELATION, "en: a,", "en: a, fails_when: left > 0,", "no side of a relation 'left'"),
        (
            RELATION,
            'left: ["applications.received.{applicant}"], ',
            "",
            "a relation has left and right, or names an equality",
        ),
        (EQUAL, "applications.row_total", "applications.row_totals", "did you mean 'applications.row_total'?"),
        (EQUAL, "en: a,", "en: a, scope: [line], left: [reviews.reconsideration.total],", "stands for left, scope"),
        (EQUAL, "scope: received", "scope: recieved", "examples.fail.scope: no scope of the rule 'recieved'"),
        (NO_FORM, NO_FORM, NO_FORM, "own.yml:1: [0]: it applies to no form"),
        (CELLS, "'fees'", "'fee'", "[0].where: no table_id 'fee'; did you mean 'fees'?"),
        (CELLS, "'items_change'", "'item_change'", "no column_id 'item_change'; did you mean 'items_change'?"),
        (CELLS, "'value'", "'values'", "no status 'values'; did you mean 'value'?"),
        (CELLS, "'county'", "'countty'", "[0].fails_when: no agency_level 'countty'; did you mean 'county'?"),
        (CELLS, "by: row", "by: rows", "[0].by: no by 'rows'; did you mean 'row'?"),
        (CELLS, "status = 'value'", "agency_level = 'county'", "[0].where: no column of cell 'agency_level'"),
        (CELLS, "status = 'value'", "raw_text ~ '('", "expected a regular expression, but '(' does not compile"),
        (
            CELLS,
            "report: {year: 0}",
            "scope: fees.fines",
            "[0].examples.fail.scope: no cell, row or table 'fees.fines'",
        ),
        (HINTED, "'many'", "'manny'", "[0].hint: no hint 'manny'; did you mean 'many'?"),
        (
            HINTED,
            "few: {zh: 少, en: few}",
            "fewer: {zh: 少, en: few}",
            "[0].hint: no hint 'few'; did you mean 'fewer'?",
        ),
        (
            HINTED,
            "few: {zh",
            "other: {zh: 它, en: it}, few: {zh",
            "[0].hints.other: no THEN or ELSE of `hint` names it",
        ),
        (HINTED, "few: {zh: 少, en: few}", "few: {zh: 少}", "[0].hints.few.en: this key is missing"),
        (CELLS, "status = 'value'", "'value' = status", "expected a column on the left of 'value'"),
        (GOOD, GOOD, "- just text\n", "own.yml:1: [0]: "),
        (GOOD, GOOD, "rule: a.b\n", "own.yml:1: expected a list"),
        (GOOD, GOOD, "", "own.yml:1: expected a list"),
    ],
)
def test_bad_entries_are_refused_by_line_and_place(
    tmp_path: Path, good: str, right: str, wrong: str, message: str
) -> None:
    assert right in good
    assert message in refused(tmp_path, good.replace(right, wrong))


def test_a_rule_stands_in_one_file_only(tmp_path: Path) -> None:
    (tmp_path / "first.yml").write_text(GOOD, encoding="utf-8")
    assert "a.b" in refused(tmp_path, GOOD)


@pytest.mark.parametrize(
    "text", [GOOD, RELATION, EQUAL, CELLS, HINTED], ids=["report", "relation", "equality", "cells", "hint"]
)
def test_a_good_entry_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "own.yml").write_text(text, encoding="utf-8")
    assert len(load_rules(tmp_path)) == 1


def test_a_rule_that_names_an_equality_has_its_sides(tmp_path: Path) -> None:
    (tmp_path / "own.yml").write_text(EQUAL, encoding="utf-8")
    (rule,) = load_rules(tmp_path)
    assert isinstance(rule, RelationRule)
    assert rule.formula == "applications.{line}.{part} = applications.{line}.total"
    assert (rule.scope, rule.only_if_printed) == (("line",), False)


FOLDER = Path(auditing.__file__).parent / "rules"
_CONDITIONS = re.compile(r"  (where|fails_when|unknown_when|marks|hint): ")


def named_in_conditions() -> Iterator[tuple[str, int, str]]:
    """Yield (file, place of a letter in it, word): what SQL conditions name; other words of rules are references."""
    for path in sorted(FOLDER.glob("*.yml")):
        place, is_condition = 0, False
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            is_condition = bool(_CONDITIONS.match(line)) or (is_condition and line.startswith("    "))
            start = found.end() if (found := _CONDITIONS.match(line)) else 0
            for word in re.finditer(r"[a-z][a-z_0-9]{3,}", line[start:] if is_condition else ""):
                yield path.name, place + start + word.start() + 1, word[0]
            place += len(line)


@pytest.mark.parametrize(
    ("file", "place", "word"), [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in named_in_conditions()]
)
def test_one_wrong_letter_in_a_condition_is_refused(tmp_path: Path, file: str, place: int, word: str) -> None:
    text = (FOLDER / file).read_text(encoding="utf-8")
    told = refused(tmp_path, f"{text[:place]}{'q' if text[place] != 'q' else 'x'}{text[place + 1 :]}")
    key = max(found.start() for found in re.finditer(_CONDITIONS, text) if found.start() < place)
    # A text that is folded over several lines stands where its key does.
    lines = {int(line) for line in re.findall(r"own\.yml:(\d+): ", told)}
    assert lines & {text.count("\n", 0, key) + 1, text.count("\n", 0, place) + 1}, word
