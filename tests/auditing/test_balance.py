"""The numbers of a text among themselves."""

from __future__ import annotations

import pytest

from pipelines.auditing import RULES
from pipelines.auditing.evaluate import evaluate
from pipelines.auditing.rule_examples import Cells, Example
from tests.auditing.example_reports import audited

_RULE = next(rule for rule in RULES if rule.rule == "narrative.balance")
_CARRIED = "applications.carried_in.total"


def balance(text: str, cells: Cells | None = None) -> list[str]:
    """Return the outcomes of the rule on a text."""
    found = evaluate(audited(_RULE, Example(form="2021", text=text, cells=cells or {})))
    return [outcome for rule, outcome in found.select("rule", "outcome").rows() if rule == _RULE.rule]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("收到政府信息公开申请10件，上年结转2件，答复11件，结转下年度1件。", "pass"),
        ("收到政府信息公开申请10件，上年结转2件，答复9件，结转下年度1件。", "fail"),
        ("办理政府信息公开申请12件（含上年结转2件），答复11件，结转下年度1件。", "pass"),
        ("办理政府信息公开申请12件（含上年结转2件），答复11件，结转下年度3件。", "fail"),
        # Which of them 办理 counts is open: one reading adds up.
        ("收到政府信息公开申请10件，上年结转2件，办理12件，结转下年度1件。", "pass"),
        ("收到政府信息公开申请10件，其中办结9件，结转下年度1件。", "pass"),
        ("收到政府信息公开申请10件，其中办结9件，结转下年度3件。", "fail"),
    ],
)
def test_what_was_received_is_answered_or_carried_over(text: str, expected: str) -> None:
    assert balance(text) == [expected]


def test_what_is_left_unsaid_is_that_of_the_table() -> None:
    text = "收到政府信息公开申请10件，答复11件，结转下年度1件。"
    assert balance(text, {_CARRIED: 2}) == ["pass"]
    assert balance(text, {_CARRIED: 0}) == ["fail"]
    assert balance(text, {_CARRIED: {"status": "ambiguous"}}) == []  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "text",
    [
        "收到政府信息公开申请10件，答复8件。",
        "县局收到政府信息公开申请10件，上年结转2件，答复11件，结转下年度1件。镇里收到政府信息公开申请4件。",
    ],
)
def test_too_little_or_two_numbers_for_one_matter_say_nothing(text: str) -> None:
    assert balance(text) == []
