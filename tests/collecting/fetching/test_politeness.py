from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipelines.collecting.fetching import DailyLimitReached, MemoryCounts
from pipelines.collecting.fetching.clock import SystemClock
from pipelines.collecting.fetching.politeness import retry_after_seconds
from pipelines.collecting.records import Failed, Outcome, Received, Refused, Request
from tests.collecting.fetching.fetchers import SCALE, fetcher, test_settings
from tests.collecting.fetching.server import Answer, Pages, Seen, Server, Step, page, redirect

TEXT = page("一、总体情况 " * 400)
RULE = 0.98
DATE = "Mon, 23 Nov 2026 00:00:00 GMT"


def failed(outcome: Outcome) -> str:
    assert isinstance(outcome, Failed), outcome
    return outcome.reason


def unwell(nth: int, status: str = "503 Unavailable", *headers: str) -> Answer:
    def answer(seen: Seen) -> list[Step]:
        return [page("", status=status, headers=headers)] if seen.nth <= nth else [TEXT]

    return answer


def test_every_request_keeps_the_gap_and_one_connection() -> None:
    pages: Pages = {"/a": TEXT, "/b": redirect("/c"), "/c": TEXT, "/d": page("", status="404 N")}
    with Server(pages) as server, fetcher(server) as client:
        for path in pages:
            client.fetch(Request(server.url(path)))
    assert server.paths() == ["/robots.txt", "/a", "/b", "/c", "/c", "/d"]
    assert min(server.gaps()) >= 3 * SCALE * RULE
    assert server.most_open == 1


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the waits that are asked of the clock, in its seconds, as they are asked."""
    asked: list[float] = []
    sleep = SystemClock.sleep

    def recorded(self: SystemClock, seconds: float) -> None:
        asked.append(seconds)
        sleep(self, seconds)

    monkeypatch.setattr(SystemClock, "sleep", recorded)
    return asked


def test_a_slow_host_is_given_five_times_its_latency_up_to_a_cap(waits: list[float]) -> None:
    settings = test_settings(clock_scale=0.02)
    pages: Pages = {
        "/slow": lambda _: [0.05, TEXT],
        "/slower": lambda _: [0.3, TEXT],
        "/x": TEXT,
    }
    with Server(pages) as server, fetcher(server, settings=settings) as client:
        for path in ("/slow", "/x", "/slower", "/x"):
            client.fetch(Request(server.url(path)))
    gaps = dict(zip(server.paths(), server.gaps(), strict=False))
    assert gaps["/slow"] >= 5 * 0.05 * RULE
    assert gaps["/slower"] >= 30 * 0.02 * RULE
    assert max(waits) <= 30


def test_two_hosts_have_a_gap_each(waits: list[float]) -> None:
    settings = test_settings(allowed_loopback=("127.0.0.2", "127.0.0.3"), min_gap_seconds=100.0)
    with (
        Server({"/x": TEXT}) as one,
        Server({"/x": TEXT}, address="127.0.0.3") as two,
        fetcher(one, two, settings=settings) as client,
    ):
        for server in (one, two, one, two):
            client.fetch(Request(server.url("/x")))
    for server in (one, two):
        assert min(server.gaps()) >= 100 * SCALE * RULE
    assert sum(waits) <= 4 * 100  # two gaps at each host, and none between the hosts


@pytest.mark.parametrize("asked", ["Crawl-delay: 25", "Request-rate: 1/25"])
def test_the_host_may_ask_for_a_wider_gap(asked: str) -> None:
    robots = page(f"User-agent: *\n{asked}\n".encode())
    with Server({"/a": TEXT, "/b": TEXT}, robots=robots) as server, fetcher(server) as client:
        client.fetch(Request(server.url("/a")))
        client.fetch(Request(server.url("/b")))
    assert min(server.gaps()) >= 25 * SCALE * RULE


def test_a_crawl_delay_is_capped_and_the_source_may_ask_for_more() -> None:
    robots = page(b"User-agent: *\nCrawl-delay: 86400\n")
    settings = test_settings(crawl_delay_cap=20.0)
    with Server({"/a": TEXT}, robots=robots) as server, fetcher(server, settings=settings, min_delay_s=30) as client:
        client.fetch(Request(server.url("/a")))  # the delay asked for would outlast the test's own time
    assert min(server.gaps()) >= 30 * SCALE * RULE


def test_nothing_is_sent_before_retry_after() -> None:
    for status in ("429 Too Many", "503 Unavailable"):
        pages: Pages = {"/x": unwell(1, status, "Retry-After: 60"), "/y": TEXT}
        with Server(pages) as server, fetcher(server) as client:
            assert isinstance(client.fetch(Request(server.url("/x"))), Received)
        assert server.paths() == ["/robots.txt", "/x", "/x"]
        assert server.gaps()[1] >= 60 * SCALE * RULE


def test_retry_after_of_the_last_try_holds_for_the_next_page() -> None:
    pages: Pages = {"/x": unwell(9, "429 Too Many", "Retry-After: 60"), "/y": TEXT}
    with Server(pages) as server, fetcher(server, settings=test_settings(tries=1)) as client:
        assert failed(client.fetch(Request(server.url("/x")))) == "too_many_requests"
        assert isinstance(client.fetch(Request(server.url("/y"))), Received)
    assert server.gaps()[1] >= 60 * SCALE * RULE


def test_retry_after_may_be_a_date() -> None:
    def answer(seen: Seen) -> list[Step]:
        until = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
        return [page("", status="503 U", headers=[f"Retry-After: {until}"])] if seen.nth == 1 else [TEXT]

    with Server({"/x": answer}) as server, fetcher(server) as client:
        assert isinstance(client.fetch(Request(server.url("/x"))), Received)
    assert server.gaps()[1] >= 88 * SCALE * RULE


def test_a_host_that_asks_for_more_than_the_cap_is_left_alone() -> None:
    pages: Pages = {"/x": unwell(9, "429 Too Many", "Retry-After: 86400"), "/y": TEXT}
    with Server(pages) as server, fetcher(server) as client:
        assert failed(client.fetch(Request(server.url("/x")))) == "too_many_requests"
        assert failed(client.fetch(Request(server.url("/y")))) == "circuit_open"
    assert server.paths() == ["/robots.txt", "/x"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Mon, 23 Nov 2026 00:02:00 GMT", 120.0),
        ("Sun, 22 Nov 2026 00:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, None, datetime(2026, 11, 23, tzinfo=UTC)) == seconds


def test_a_date_is_held_against_the_clock_of_the_server() -> None:
    now = datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert retry_after_seconds("Mon, 23 Nov 2026 00:02:00 GMT", DATE, now) == 120


@examples(deadline=None, max_examples=60)
@given(st.text(max_size=40))
def test_no_retry_after_header_breaks_the_reading(value: str) -> None:
    seconds = retry_after_seconds(value, value, datetime(2026, 11, 23, tzinfo=UTC))
    assert seconds is None or seconds >= 0


def test_three_tries_with_longer_and_longer_waits() -> None:
    with Server({"/x": unwell(2), "/y": unwell(9)}) as server, fetcher(server) as client:
        assert isinstance(client.fetch(Request(server.url("/x"))), Received)
        assert failed(client.fetch(Request(server.url("/y")))) == "server_error"
    assert server.paths() == ["/robots.txt", *["/x"] * 3, *["/y"] * 3]
    gaps = server.gaps()
    assert gaps[1] >= 5 * SCALE * RULE and gaps[2] >= 10 * SCALE * RULE


def test_what_is_refused_is_not_tried_again() -> None:
    with Server({"/x": page("", status="403 F")}) as server, fetcher(server) as client:
        assert isinstance(client.fetch(Request(server.url("/x"))), Refused)
    assert server.paths().count("/x") == 1


def test_the_circuit_opens_rests_and_is_tried_once() -> None:
    settings = test_settings(tries=2, breaker_failures=2, breaker_rest_seconds=100.0)
    pages: Pages = {"/bad": unwell(99), "/good": TEXT}
    with Server(pages) as server, fetcher(server, settings=settings) as client:
        reasons = [failed(client.fetch(Request(server.url("/bad")))) for _ in range(4)]
        assert reasons == ["server_error", "server_error", "circuit_open", "circuit_open"]
        assert server.paths().count("/bad") == 4
        time.sleep(100 * SCALE)
        assert failed(client.fetch(Request(server.url("/bad")))) == "server_error"
        assert server.paths().count("/bad") == 5
        assert failed(client.fetch(Request(server.url("/good")))) == "circuit_open"
        time.sleep(200 * SCALE)
        assert isinstance(client.fetch(Request(server.url("/good"))), Received)
        assert isinstance(client.fetch(Request(server.url("/good"))), Received)


def test_a_good_answer_between_failures_keeps_the_circuit_closed() -> None:
    settings = test_settings(tries=1, breaker_failures=2)
    with Server({"/bad": unwell(99), "/good": TEXT}) as server, fetcher(server, settings=settings) as client:
        for path in ("/bad", "/good", "/bad", "/good"):
            outcome = client.fetch(Request(server.url(path)))
            assert isinstance(outcome, Received) if path == "/good" else failed(outcome) == "server_error"


def test_the_daily_number_counts_robots_redirects_and_tries() -> None:
    counts = MemoryCounts()
    pages: Pages = {"/x": redirect("/y"), "/y": unwell(1), "/z": TEXT}
    settings = test_settings(requests_per_host_and_day=5)
    with Server(pages) as server, fetcher(server, settings=settings, counts=counts) as client:
        assert isinstance(client.fetch(Request(server.url("/x"))), Received)
        client.fetch(Request(server.url("/z")))
        with pytest.raises(DailyLimitReached, match=server.host) as reached:
            client.fetch(Request(server.url("/z")))
    assert reached.value.host == server.host
    assert server.paths() == ["/robots.txt", "/x", "/y", "/y", "/z"]
    assert counts.used(server.host, datetime.now(UTC).date().isoformat()) == 5


def test_a_restart_keeps_the_gap_and_the_word_of_the_server() -> None:
    counts = MemoryCounts()
    pages: Pages = {"/x": unwell(9, "429 Too Many", "Retry-After: 100"), "/y": TEXT}
    with Server(pages) as server:
        with fetcher(server, settings=test_settings(tries=1), counts=counts, holds=counts) as client:
            client.fetch(Request(server.url("/x")))
        with fetcher(server, counts=counts, holds=counts) as client:
            assert isinstance(client.fetch(Request(server.url("/y"))), Received)
        with fetcher(server) as client:
            client.fetch(Request(server.url("/y")))
    assert server.gaps()[1] >= 100 * SCALE * RULE
    assert min(server.gaps()) >= 3 * SCALE * RULE
