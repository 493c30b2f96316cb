"""What must add up in a form: the equalities of the audit, as far as the form prints all their cells."""

from __future__ import annotations

from collections import Counter

import pytest

from pipelines.auditing.rule_kinds import RelationRule
from pipelines.auditing.rules_file import rules_of
from pipelines.forms import FORMS
from pipelines.office.identities import identities
from tests.office.filled import YEARS


@pytest.mark.parametrize("form", YEARS)
def test_they_are_those_of_the_audit_within_one_report(form: str) -> None:
    found = identities(FORMS[form])
    rows = len(FORMS[form].table_by_id["applications"].rows)
    assert Counter(identity.rule for identity in found) == {
        "applications.balance": 7,
        "applications.outcome_sum": 7,
        "applications.row_total": rows,
        "reviews.channel_sum": 3,
    }
    words = {rule.rule: rule.zh for rule in rules_of(RelationRule)}
    assert all(identity.words == words[identity.rule] for identity in found)
    assert all(each.path in FORMS[form].cells for i in found for each in (*i.left, *i.right))


def test_they_say_what_they_are_held_for_as_the_form_prints_it() -> None:
    scopes = [identity.scope for identity in identities(FORMS["2021"])]
    assert {
        "列：自然人",
        "列：总计",
        "行：不予公开、属于国家秘密",
        "行：其他处理、其他",
        "行：总计",
        "列：复议后起诉",
    } < {*scopes}


def test_a_total_is_held_against_its_parts() -> None:
    (outcomes,) = [
        i for i in identities(FORMS["2021"]) if (i.rule, i.scope) == ("applications.outcome_sum", "列：自然人")
    ]
    assert len(outcomes.left) == 21 and all(each.sign == 1 for each in outcomes.left)
    assert [each.path for each in outcomes.right] == [("applications", "outcome_total", "natural_person")]
