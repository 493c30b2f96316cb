"""Reports that print tables as two forms have them: each is held against the rules of the form it is printed as."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from pipelines.auditing.evaluate import Audited, evaluate
from pipelines.auditing.mixed_forms import composed, other_tables, tables_in_words
from pipelines.auditing.rule_examples import Example
from pipelines.auditing.rules_file import RULES
from pipelines.forms import ALL_FORMS, path_name
from tests.auditing.example_reports import audited
from tests.auditing.frames import cells, outcome, reports

MIXED = next(rule for rule in RULES if rule.rule == "report.forms_mixed")


def mixed(form: str, tables: Mapping[str, str], printed: Mapping[str, int]) -> Audited:
    """Return a report of a form with tables of others."""
    example = Example(form=form, tables_of=dict(tables), cells=dict(printed), last={}, last_form=form)
    return audited(MIXED, example)


def test_tables_of_form_2019_in_a_report_of_form_2021() -> None:
    printed = {
        "documents.rules.total_published": 1,
        "documents.rules.newly_published": 2,
        "licensing.other_public_services.items_change": -1,
        "licensing.administrative_licensing.decisions": 4,
        "procurement.centralized_procurement.project_count": 3,
    }
    report = mixed("2021", dict.fromkeys(("documents", "licensing", "procurement"), "2019"), printed)
    assert report.reports["other_tables"].to_list() == ["documents=2019,licensing=2019,procurement=2019"]
    found = evaluate(report)
    assert outcome(found, "documents.published_total", "rules") == "fail"
    assert outcome(found, "items.not_negative", "licensing.other_public_services") == "fail"
    assert outcome(found, "items.decisions_without_items", "licensing.administrative_licensing") == "fail"
    assert outcome(found, "procurement.count_and_amount") == "fail"
    # What the report prints as its own form has it is still held against that.
    assert outcome(found, "applications.balance", "total") == "pass"
    assert outcome(found, "items.not_negative", "enforcement.administrative_penalty") is None


def test_tables_of_form_2021_in_a_report_of_form_2019() -> None:
    printed = {
        "documents.rules.issued": 2,
        "documents.rules.in_force": 1,
        "fees.administrative_fees.amount_collected": 1,
    }
    report = mixed("2019", {"documents": "2021", "fees": "2021"}, printed)
    assert report.reports["other_tables"].to_list() == ["documents=2021,fees=2021"]
    found = evaluate(report)
    assert outcome(found, "documents.in_force", "rules") == "fail"
    assert outcome(found, "documents.published_total", "rules") is None
    assert outcome(found, "items.not_negative", "licensing.administrative_licensing") == "pass"


def test_lines_that_a_form_has_taken_apart_are_counted_as_they_are_printed() -> None:
    printed = {"applications.other_processing.total": 2, "applications.outcome_total.total": 2}
    found = evaluate(mixed("2021", {"applications": "2019"}, printed))
    assert outcome(found, "applications.outcome_sum", "total") == "pass"
    apart = {"applications.other_processing.other.total": 2, "applications.outcome_total.total": 2}
    assert (
        outcome(evaluate(mixed("2019", {"applications": "2021"}, apart)), "applications.outcome_sum", "total") == "pass"
    )


@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_a_report_of_one_form_is_not_mixed(form: str) -> None:
    assert other_tables(cells({}, form), reports(form)).is_empty()
    assert composed(form, "") is ALL_FORMS[form]


def test_cells_that_are_not_printed_are_of_no_other_form() -> None:
    gone = {path_name(path): ("absent", None) for path in ALL_FORMS["2019"].cell_paths}
    strange = {path: {"is_statutory": True} for path in gone}
    assert other_tables(cells(gone, "2021", others=strange), reports("2021")).is_empty()


def test_the_finding_names_tables_and_forms() -> None:
    mixed = "documents=2019,fees=2019"
    assert tables_in_words(mixed, "zh") == "第二十条第（一）项为2019年格式，第二十条第（八）项为2019年格式"
    assert tables_in_words(mixed, "en") == (
        "Article 20, item 1: rules and normative documents, as in form 2019; "
        "Article 20, item 8: administrative fees, as in form 2019"
    )


def test_rules_are_evaluated_once_for_each_report_of_several() -> None:
    one = mixed("2021", {"documents": "2019"}, {})
    two = cells({}, "2021", key=2)
    both = Audited(
        pl.concat([one.cells, two.with_columns(year_key=pl.lit(2023, pl.Int32))]),
        pl.concat([one.reports, one.reports.with_columns(report_key=pl.lit(2, pl.Int64), other_tables=pl.lit(None))]),
        one.unmapped,
    )
    found = evaluate(both)
    assert found.select("report_key", "rule", "scope").is_unique().all()
    counts = found.filter(pl.col("rule").str.starts_with("documents.")).group_by("report_key", "rule").len()
    assert {(key, rule) for key, rule, _ in counts.iter_rows()} >= {
        (1, "documents.published_total"),
        (2, "documents.in_force"),
    }
    assert (2, "documents.published_total") not in {(key, rule) for key, rule, _ in counts.iter_rows()}
