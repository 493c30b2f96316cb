"""Codes as they are printed: with their label, and with what to do about them."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from pipelines.collecting.health import Health
from pipelines.collecting.summary import RunSummary
from pipelines.commands.coded import in_words, what_to_do
from pipelines.commands.sources import print_health, print_summaries, problem_in_words


def test_a_code_stands_before_its_label() -> None:
    assert in_words("outcome_reason", "truncated") == "truncated (cut short)"
    assert what_to_do("outcome_reason", "needs_ocr").endswith("get a version with text.")
    assert what_to_do("cell_status", "value") == ""


def test_a_code_is_told_in_the_language_that_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_LANG", "zh")
    assert in_words("outcome_reason", "truncated") == "truncated 文件不完整"
    assert what_to_do("outcome_reason", "needs_ocr").startswith("请运行 make install-ocr")


def test_a_code_of_another_version_stands_alone() -> None:
    assert in_words("cell_note", "struck_through") == "struck_through"
    assert what_to_do("cell_note", "struck_through") == ""


@pytest.mark.parametrize(
    ("problem", "shown"),
    [
        ("many_gone: x-y: 9 of 10", "many_gone (many reports are no longer listed): x-y: 9 of 10"),
        ("list page https://a/: not_found: b", "list page https://a/: not_found: b"),
        ("no colon", "no colon"),
    ],
)
def test_a_problem_that_begins_with_a_code_has_its_label(problem: str, shown: str) -> None:
    assert problem_in_words(problem) == shown


def test_sources_are_printed_with_labels_and_advice() -> None:
    printed = StringIO()
    console = Console(file=printed, width=240)
    assert print_health([Health("x-y", "challenge", "error", "marks of 瑞数")], console) == 3
    assert print_summaries([RunSummary("x-y", "r", "red", "empty", problems=("disk_full: 3",))], console) == 3
    text = printed.getvalue()
    for shown in (
        "challenge (",
        "No challenge is worked around",
        "red (",
        "empty (",
        "x-y: disk_full: 3",
    ):
        assert shown in text
