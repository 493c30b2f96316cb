"""Rules bind to what a form declares: a form that no rule has heard of gets every rule whose roles and cells it has."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.auditing import RULES
from pipelines.auditing.binding import applies_to, compared_paths, forms_of, relation_sides
from pipelines.auditing.evaluate import Audited, evaluate
from pipelines.auditing.rule_kinds import AnyRule, JumpRule, RelationRule
from pipelines.auditing.rules_file import rules_of
from pipelines.contracts import contract
from pipelines.forms import ALL_FORMS, Form
from pipelines.forms.catalogue import read_form
from pipelines.forms.patterns import FORM_CELLS, FormCells
from tests.auditing.frames import Changes, cells, number, outcome

# Form 2021 with a column more in documents, a row more in two tables, and a table more that counts matters.
NEXT = """
id: next
label: {zh: 下一格式, en: the next form}
source: 待定
years: {since: 2026}
decisive: [本年修订件数]
tables:
  - id: documents
    same_as: "2021"
    columns_after:
      issued: [{id: revised, label: 本年修订件数, en: Revised in the year, unit: 件}]
  - {id: licensing, same_as: "2021"}
  - id: enforcement
    same_as: "2021"
    rows_after:
      administrative_penalty: [{id: administrative_inspection, label: 行政检查, en: Inspections}]
  - id: services
    label: {zh: 第二十条第（七）项, en: "Article 20, item 7: services"}
    item: 七
    section: 2
    fact:
      name: fact_item_7_services
      zh: 第二十条第（七）项：公共服务
      en: One row per report and service.
      rows: {id: matter, zh: 事项, en: Kind of service.}
    columns:
      - {id: prior_year_items, label: 上一年项目数量, en: Items of the previous year, unit: 项, role: stock}
      - {id: items_change, label: 本年增/减, en: Items added or removed, unit: 项, kind: change, role: change}
      - {id: decisions, label: 处理决定数量, en: Decisions, unit: 件}
    rows:
      - {id: public_service, label: 公共服务, en: Public services}
  - {id: fees, same_as: "2021"}
  - id: applications
    same_as: "2021"
    rows_after:
      granted: [{id: granted_on_the_spot, label: 当场公开, en: Granted on the spot, role: outcome}]
  - {id: reviews, same_as: "2021"}
"""
SERVED = "services.public_service.decisions"
# What asks for columns and tables that form 2021 no longer has; services have those of matters again.
OF_MATTERS = {
    *("items.not_negative", "items.column_misuse", "items.decisions_without_items", "items.no_decisions"),
    *("items.large_change", "items.continuity", "items.change_unreadable"),
}


@pytest.fixture(scope="module")
def next_form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    path = tmp_path_factory.mktemp("forms") / "form_next.yml"
    path.write_text(NEXT, encoding="utf-8")
    return read_form(path)["next"]


def scopes(rule: str, form: Form) -> dict[str, tuple[set[str], set[str]]]:
    """Return the cells of both sides of a relation by scope."""
    (found,) = (r for r in rules_of(RelationRule) if r.rule == rule)
    sides = relation_sides(found, FormCells(form))
    return {s.scope: ({term.name for term in s.left}, {term.name for term in s.right}) for s in sides}


def bound(form: Form) -> set[str]:
    return {rule.rule for rule in RULES if applies_to(rule, FormCells(form))}


def test_an_unknown_form_gets_the_rules_of_the_last_one_and_those_of_what_it_adds(next_form: Form) -> None:
    assert bound(next_form) == bound(ALL_FORMS["2021"]) | OF_MATTERS
    assert not bound(ALL_FORMS["2021"]) & OF_MATTERS


def test_rows_and_columns_that_a_form_adds_are_cells_of_its_rules(next_form: Form) -> None:
    assert set(scopes("items.not_negative", next_form)) == {"services.public_service"}
    outcomes, _ = scopes("applications.outcome_sum", next_form)["total"]
    assert "applications.granted_on_the_spot.total" in outcomes
    assert "granted_on_the_spot" in scopes("applications.row_total", next_form)
    assert scopes("documents.in_force", next_form)["rules"] == (
        {"documents.rules.in_force"},
        {"documents.rules.issued", "documents.rules.repealed"},
    )
    (jump,) = rules_of(JumpRule)
    added = compared_paths(jump, FormCells(next_form)) - compared_paths(jump, FORM_CELLS["2021"])
    assert {path for path in added if not path.startswith("applications.")} == {
        "enforcement.administrative_inspection.decisions",
        SERVED,
    }


@pytest.mark.parametrize(
    ("changes", "rule", "scope", "expected"),
    [
        ({"services.public_service.items_change": number(-1)}, "items.not_negative", "services.public_service", "fail"),
        ({"documents.rules.issued": number(1)}, "documents.in_force", "rules", "fail"),
        ({"documents.rules.revised": number(1)}, "documents.in_force", "rules", "pass"),
        ({"applications.granted_on_the_spot.total": number(1)}, "applications.outcome_sum", "total", "fail"),
        ({SERVED: number(-1)}, "report.negative_number", SERVED, "fail"),
    ],
)  # fmt: skip
def test_reports_on_an_unknown_form_are_audited(
    next_form: Form, changes: Changes, rule: str, scope: str, expected: str
) -> None:
    known = pl.DataFrame(
        {"report_key": [1], "year_key": [2026], "form": ["next"]}, schema_overrides={"year_key": pl.Int32}
    )
    audited = Audited(cells(changes, next_form), known, contract("unmapped_row").empty())
    assert outcome(evaluate(audited, forms={**ALL_FORMS, "next": next_form}), rule, scope) == expected


# The rules that ask for what one form only has; every other relation is of both forms with tables, or of form 2014.
OF_2019 = {"documents.published_total", "documents.published_made", "procurement.count_and_amount"}


@pytest.mark.parametrize("rule", rules_of(RelationRule), ids=lambda rule: rule.rule)
def test_the_forms_of_relations_follow_from_their_cells(rule: AnyRule) -> None:
    expected: tuple[str, ...] = ("2019", "2021")
    if rule.rule in OF_2019 | OF_MATTERS:
        expected = ("2019",)
    elif rule.rule.startswith("documents."):
        expected = ("2021",)
    elif rule.rule.startswith("statistics."):
        expected = ("2014",)
    assert forms_of(rule) == expected


def test_the_forms_of_other_rules_follow_from_layouts_and_from_the_cells_they_choose() -> None:
    forms = {rule.rule: forms_of(rule) for rule in RULES}
    assert forms["report.late"] == ("2014", "2019", "2021", "narrative")
    assert forms["report.tables_missing"] == ("2019", "2021", "narrative")
    assert forms["report.form_year"] == ("2019", "2021")
    assert forms["items.change_unreadable"] == forms["money.unit_outlier"] == ("2019",)
    assert forms["money.fee_unit"] == ("2021",)
    # What a rule leaves out (`<>`) is no demand.
    assert forms["report.negative_number"] == ("2019", "2021")


def test_a_name_stands_for_what_its_table_declares() -> None:
    form = FORM_CELLS["2021"]
    assert [cell for _, cell in form.written_out("reviews.reconsideration.{part}")] == [
        f"reviews.reconsideration.{result}" for result in ("upheld", "corrected", "other_result", "pending")
    ]
    assert {cell for _, cell in form.written_out("{matter}.decisions")} == {
        "licensing.administrative_licensing.decisions",
        "enforcement.administrative_penalty.decisions",
        "enforcement.administrative_coercion.decisions",
    }
    members = [cell for names, cell in form.written_out("applications.{member}.total") if names["group"] == "unable"]
    assert members == [f"applications.unable.{row}.total" for row in ("not_held", "needs_creation", "still_unclear")]
    assert form.written_out("procurement.{stock}.total") == []
