"""Names: a resolver that hangs, that says not now, that says never; the crawl goes on, and the process ends at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from pipelines.collecting.fetching.resolving import Resolver
from pipelines.collecting.ledger import open_ledger
from pipelines.collecting.records import Failed, Received, Request
from pipelines.raw.raw_store import RawStore
from tests.collecting.fetching.fetchers import fetcher, test_settings
from tests.collecting.fetching.server import Server, page
from tests.collecting.web import FakeClock, list_page, report_url, source
from tests.collecting.web import page as report
from tests.projects import ROOT

PAGE = page("一、总体情况 " * 400)
AGAIN, NO_NAME = (socket.gaierror(getattr(socket, name), name) for name in ("EAI_AGAIN", "EAI_NONAME"))


class Names:
    """A resolver of two names: the ill one hangs or raises so many times, then all lead to the server."""

    def __init__(self, error: Exception | None = None, *, times: int = 10**6) -> None:
        self.error, self.times, self.go_on = error, times, threading.Event()
        self.asked: Counter[str] = Counter()

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked[host] += 1
        if host.startswith("ill") and self.asked[host] <= self.times:
            if self.error is not None:
                raise self.error
            self.go_on.wait(60)
        return ["127.0.0.2"]


def url(server: Server, name: str) -> str:
    return f"http://{name}.example:{server.port}/x"


def both(server: Server) -> frozenset[str]:
    return frozenset(f"{name}.example:{server.port}" for name in ("ill", "well"))


def test_a_resolver_that_hangs_is_left_in_time_and_other_hosts_are_asked() -> None:
    names = Names()
    with (
        Server({"/x": PAGE}) as server,
        fetcher(hosts=both(server), resolve=names, settings=test_settings(connect_timeout=0.3)) as client,
    ):
        began = time.monotonic()
        outcome = client.fetch(Request(url(server, "ill")))
        assert time.monotonic() - began < 5
        assert isinstance(outcome, Failed)
        assert outcome.reason == "name_unresolved" and "no answer within" in outcome.detail
        assert names.asked["ill.example"] == 1, "a question that hangs is not asked again: threads would pile up"
        assert isinstance(client.fetch(Request(url(server, "well"))), Received)
        names.go_on.set()
        time.sleep(0.1)
        assert isinstance(client.fetch(Request(url(server, "ill"))), Received)


def test_a_temporary_failure_is_tried_again_politely() -> None:
    names = Names(AGAIN, times=2)
    with Server({"/x": PAGE}) as server, fetcher(hosts=both(server), resolve=names) as client:
        assert isinstance(client.fetch(Request(url(server, "ill"))), Received)
    assert names.asked["ill.example"] == 2 + 2  # two tries, then robots.txt and the page


@pytest.mark.parametrize(("error", "reason", "tries"), [(AGAIN, "name_unresolved", 3), (NO_NAME, "name_unknown", 1)])
def test_what_stays_is_told_as_what_it_is_and_by_the_breaker_in_the_end(
    error: Exception, reason: str, tries: int
) -> None:
    names = Names(error)
    with Server({"/x": PAGE}) as server, fetcher(hosts=both(server), resolve=names) as client:
        reasons = [client.fetch(Request(url(server, "ill"))) for _ in range(7)]
        assert [outcome.reason for outcome in reasons if isinstance(outcome, Failed)] == [reason] * 5 + [
            "circuit_open"
        ] * 2
        assert names.asked["ill.example"] == tries * 5
        assert isinstance(client.fetch(Request(url(server, "well"))), Received)
        assert server.seen[-1].path == "/x"


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example"])
def test_a_name_that_is_none_is_unknown(name: str) -> None:
    with fetcher(hosts=frozenset({name}), resolve=lambda host, _: [host.encode("idna").decode()]) as client:
        outcome = client.fetch(Request(f"http://{name}/x"))
    assert isinstance(outcome, Failed) and outcome.reason == "name_unknown", outcome


def test_an_error_of_the_program_is_no_fault_of_the_name() -> None:
    def broken(_host: str, _port: int) -> list[str]:
        raise KeyError("a defect")

    with pytest.raises(KeyError, match="a defect"):
        Resolver(broken).addresses("a.example", 80, 5)


def test_a_crawl_goes_on_with_other_hosts_while_one_hangs(tmp_path: Path) -> None:
    """The attachments of the pages are on a host whose name hangs; pages and lists are all had."""
    from pipelines.collecting.crawl_run import crawl  # noqa: PLC0415  # as the crawler does, over a real fetcher

    names = Names()
    with Server() as server:
        ill, well = (f"{name}.example:{server.port}" for name in ("ill", "well"))
        years = (2025, 2024, 2023)
        pages = {report_url(year): report(f"某局{year}年年度报告", f"http://{ill}/{year}.pdf") for year in years}
        pages["http://www.a.gov.cn/nb/"] = list_page(*years)
        server.pages = {address.removeprefix("http://www.a.gov.cn"): page(body) for address, body in pages.items()}
        of = source(
            hosts=[well], list={"type": "trs_static", "url": f"http://{well}/nb/"}, attachments={"cross_hosts": [ill]}
        )
        settings = test_settings(connect_timeout=0.2, tries=2)
        with (
            open_ledger(tmp_path / "objects" / "ledger.sqlite") as ledger,
            fetcher(hosts=frozenset({ill, well}), resolve=names, settings=settings, http_allowed=True) as client,
        ):
            summary = crawl(of, RawStore(tmp_path), ledger, client, "r1", lambda _: None, clock=FakeClock())
            rows = {row.url: row for row in ledger.urls("test-a", kind="attachment")}
    assert (summary.created, summary.failed) == (3, 3)
    assert {row.reason for row in rows.values()} == {"name_unresolved"}
    assert names.asked["ill.example"] == 1


def test_a_process_ends_at_once_though_a_lookup_hangs() -> None:
    hanging = (
        "import time\n"
        "from pipelines.collecting.fetching.faults import Failure\n"
        "from pipelines.collecting.fetching.resolving import Resolver\n"
        "try: Resolver(lambda h, p: time.sleep(600)).addresses('a.example', 80, 0.1)\n"
        "except Failure as failure: print(failure.reason)\n"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", hanging], check=True, capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.stdout == "name_unresolved\n" and time.monotonic() - began < 20


def test_a_signal_ends_the_wait_for_a_resolver() -> None:
    class Told(Exception):
        pass

    def tell(_number: int, _frame: object) -> None:
        raise Told

    before = signal.signal(signal.SIGUSR2, tell)
    try:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR2)).start()
        with pytest.raises(Told):
            Resolver(Names()).addresses("ill.example", 80, 30)
    finally:
        signal.signal(signal.SIGUSR2, before)
