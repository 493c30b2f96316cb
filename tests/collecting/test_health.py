"""One look at the first list page of a source, and the verdict."""

from __future__ import annotations

import pytest

from pipelines.collecting.health import health
from pipelines.collecting.records import Failed, Outcome, Refused, Unchanged
from tests.collecting.web import LIST, Web, list_page, source


def test_a_list_that_names_reports_is_healthy_after_one_request() -> None:
    web = Web({LIST: list_page(2024, 2025, pages=3)})
    verdict = health(source(), web.fetch)
    assert (verdict.name, verdict.state, verdict.is_healthy) == ("test-a", "ok", True)
    assert web.asked == [LIST]


@pytest.mark.parametrize(
    ("years", "least", "state"), [((), 1, "list_empty"), ((2025,), 2, "list_empty"), ((2025,), 1, "ok")]
)
def test_a_list_that_names_too_few_is_an_error(years: tuple[int, ...], least: int, state: str) -> None:
    verdict = health(source(), Web({LIST: list_page(*years)}).fetch, least_items=least)
    assert (verdict.state, verdict.severity) == (state, "ok" if state == "ok" else "error")


@pytest.mark.parametrize(
    ("outcome", "severity"),
    [
        (Failed("timeout", "no answer"), "warning"),
        (Refused("challenge", "a cookie"), "error"),
        (Refused("not_found", "status 404"), "error"),
        (Unchanged(LIST), "error"),
    ],
)
def test_a_list_that_cannot_be_had_says_why(outcome: Outcome, severity: str) -> None:
    verdict = health(source(), Web(outcomes={LIST: outcome}).fetch)
    assert (verdict.severity, verdict.is_healthy) == (severity, False)
    assert verdict.detail


def test_a_page_that_is_no_list_is_an_error() -> None:
    verdict = health(source(), Web({LIST: b"  "}).fetch)
    assert (verdict.state, verdict.severity) == ("empty_page", "error")


def test_a_list_for_a_browser_is_named_so() -> None:
    only = source(list={"type": "browser", "url": LIST, "why": "a list drawn by a script from encrypted data"})
    web = Web()
    verdict = health(only, web.fetch)
    assert (verdict.state, verdict.severity, web.asked) == ("needs_browser", "error", [])


def test_the_column_of_a_year_that_is_not_there_yet_is_passed_over() -> None:
    tree = source(list={"type": "year_tree", "url": f"{LIST}{{Y}}/", "years": [2024, 2026]})
    web = Web({f"{LIST}2025/": list_page(2025).replace(b"./2026", f"{LIST}2025/2026".encode())})
    verdict = health(tree, web.fetch)
    assert (verdict.state, web.asked) == ("ok", [f"{LIST}2026/", f"{LIST}2025/"])
    assert health(tree, Web().fetch).state == "not_found"


def test_a_list_in_a_frame_is_followed_but_not_for_ever() -> None:
    frame = f'<html><body><iframe src="{LIST}frame.html"></iframe></body></html>'.encode()
    web = Web({LIST: frame, f"{LIST}frame.html": list_page(2025)})
    assert health(source(), web.fetch).is_healthy
    endless = Web({LIST: frame} | {f"{LIST}frame.html": frame.replace(b"frame.html", b"frame.html?1")})
    assert not health(source(), endless.fetch).is_healthy
    assert len(endless.asked) <= 3
