from __future__ import annotations

from unittest import mock

import pytest

from pipelines.collecting.fetching.robots import RobotsCache, RobotsRules, parse_rules
from pipelines.collecting.records import Failed, Outcome, Received, Refused, Request
from tests.collecting.fetching.fetchers import fetcher, test_settings
from tests.collecting.fetching.server import Answer, Seen, Server, page, redirect

TEXT = page("一、总体情况 " * 400)
PLAIN = ["Content-Type: text/plain"]


def fetch(robots: bytes | Answer | None, path: str = "/x", **values: object) -> tuple[Outcome, list[str]]:
    with (
        Server({"/x": TEXT, "/y": TEXT, "/deep/r.txt": page(b"User-agent: *\nDisallow: /x")}, robots) as server,
        fetcher(server, settings=test_settings(**{"tries": 1, **values})) as client,
    ):
        return client.fetch(Request(server.url(path))), server.paths()


def rules(text: str | bytes) -> bytes:
    return page(text, headers=PLAIN)


@pytest.mark.parametrize(
    "robots",
    [
        rules("User-agent: *\nDisallow: /\n"),
        rules(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n"),
        rules("User-Agent: gongkai\nDisallow: /x\n\nUser-agent: *\nAllow: /\n"),
        rules("user-agent: *\ndisallow: /*x$\n"),
        rules("User-agent: *\nDisallow: /x\n" + "#" * 600_000 + "\nAllow: /x\n"),
        redirect("/deep/r.txt"),
    ],
    ids=["all", "bom", "by name", "pattern", "long", "redirected"],
)
def test_what_is_disallowed_is_never_asked_for(robots: bytes) -> None:
    outcome, paths = fetch(robots)
    assert isinstance(outcome, Refused), outcome
    assert outcome.reason == "robots_disallowed"
    assert "/x" not in paths


@pytest.mark.parametrize(
    "robots",
    [
        None,
        page("<p>no</p>", status="403 Forbidden"),
        page("", status="410 Gone"),
        rules(""),
        rules("User-agent: *\nDisallow:\n"),
        rules("User-agent: baiduspider\nDisallow: /\n"),
        rules("User-agent: *\nDisallow: /\n\nUser-agent: gongkai\nAllow: /\n"),
        rules(b"\xff\xfe\x00garbage\x00\n"),
        page("<html><head><title>首页</title></head><body>" + "新闻 " * 300 + "</body></html>"),
    ],
    ids=["none", "forbidden", "gone", "empty", "nothing", "others", "by name", "garbage", "a page"],
)
def test_what_is_not_disallowed_is_allowed(robots: bytes | None) -> None:
    outcome, paths = fetch(robots)
    assert isinstance(outcome, Received), outcome
    assert paths == ["/robots.txt", "/x"]


@pytest.mark.parametrize(
    "robots",
    [
        page("", status="500 Error"),
        page("", status="429 Too Many"),
        page("User-agent: *", length=5_000),
        lambda _: [1.0, b""],
        lambda _: ["reset"],
        redirect("/robots.txt"),
        redirect("http://127.0.0.3:1/robots.txt"),
        page("", status="206 Partial"),
    ],
    ids=["500", "429", "truncated", "timeout", "reset", "circle", "elsewhere", "206"],
)
def test_without_knowing_the_rules_nothing_is_fetched(robots: bytes | Answer) -> None:
    outcome, paths = fetch(robots, read_timeout=0.15)
    assert isinstance(outcome, Failed), outcome
    assert outcome.reason == "robots_unreachable"
    assert "/x" not in paths


def test_unknown_rules_are_not_asked_for_again_in_the_run() -> None:
    with Server({"/x": TEXT}, page("", status="503 U")) as server, fetcher(server) as client:
        outcomes = [client.fetch(Request(server.url("/x"))) for _ in range(3)]
    assert [outcome.reason for outcome in outcomes if isinstance(outcome, Failed)] == ["robots_unreachable"] * 3
    assert server.paths() == ["/robots.txt"] * 3


def test_a_robots_file_that_is_asked_for_in_vain_twice_is_had_the_third_time() -> None:
    def answer(seen: Seen) -> list[bytes]:
        return [page("", status="503 U") if seen.nth < 3 else rules("User-agent: *\nDisallow: /x")]

    outcome, paths = fetch(answer, "/y", tries=3)
    assert isinstance(outcome, Received)
    assert paths == ["/robots.txt"] * 3 + ["/y"]


def test_a_challenge_in_place_of_the_rules_refuses_the_host() -> None:
    script = "<script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script>"
    outcome, paths = fetch(page(script, status="521 "))
    assert isinstance(outcome, Refused), outcome
    assert outcome.reason == "challenge"
    assert paths == ["/robots.txt"]


def test_the_rules_are_asked_for_once_and_again_after_a_day() -> None:
    asked: list[str] = []
    clock = mock.Mock(monotonic=mock.Mock(return_value=0.0))

    def ask(url: str) -> RobotsRules:
        asked.append(url)
        return parse_rules(b"User-agent: *\nDisallow: /x")

    cache = RobotsCache(ask, clock, 86_400)
    for moment in (0.0, 10.0, 86_400.0, 86_401.0, 86_500.0):
        clock.monotonic.return_value = moment
        assert not cache.rules("http://a").allows("http://a/x")
    cache.rules("https://a")
    assert asked == ["http://a/robots.txt"] * 2 + ["https://a/robots.txt"]
