"""Crawlers of two machines: two processes, two working folders, one PostgreSQL. Judged from the portal's own log."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.postgres_server import Server
from pipelines.collecting.crawler import LEDGER, run_source
from pipelines.collecting.database import DATABASE_SWITCH
from pipelines.collecting.ledger import open_ledger
from pipelines.collecting.source import Source
from pipelines.collecting.summary import RunSummary
from pipelines.locking import LocksLost
from pipelines.raw.raw_store import RawStore
from tests.collecting.portal import Hit, Portal, Shelf, Site
from tests.collecting.portal.lists import trs_static
from tests.collecting.portal.server import Reply
from tests.collecting.test_politeness_of_a_crawl import SCALE, TOLERANCE, check_gaps, check_one_connection
from tests.collecting.test_postgres_ledger import ask

KILLS = 5
FAST = 0.003
NAMES = ("machine-a", "machine-b")


class Machine:
    """A working folder with a source of its own, whose host is the one that the other machine's source has too."""

    def __init__(self, folder: Path, name: str, values: dict[str, Any], configuration: Path, address: str) -> None:
        self.name, self.root = name, folder / name / "raw"
        (folder / name).mkdir()
        text = yaml.safe_dump(values | {"id": name}, allow_unicode=True)
        (folder / name / f"{name}.yml").write_text(text, encoding="utf-8")
        self._command = [sys.executable, "-m", "pipelines.collecting.crawler", name, "--json", "--root", str(self.root)]
        self._command += ["--sources", str(folder / name), "--test-configuration", str(configuration)]
        self._environment = os.environ | {DATABASE_SWITCH: address}

    def start(self) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(self._command, stdout=pipe, stderr=pipe, text=True, env=self._environment)


def wait_for(happened: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.001)


def machines(portal: Portal, folder: Path, address: str, shelf: Shelf) -> tuple[Site, dict[str, Any], list[Machine]]:
    site = portal.site()
    values = trs_static(site, shelf)
    configuration = portal.configuration(folder, clock_scale=FAST)
    return site, values, [Machine(folder, name, values, configuration, address) for name in NAMES]


def finished(child: subprocess.Popen[str]) -> RunSummary:
    said, told = child.communicate(timeout=60)
    assert child.returncode == 0, told
    return RunSummary.from_json(said.splitlines()[-1])


def known(source_id: str) -> dict[str, tuple[Any, ...]]:
    """Return what the ledger knows of a source's URLs, without when and by whom; checks the identity.

    Its crawler may add URLs between two questions, and takes none away.
    """
    with open_ledger(Path("nothing") / "ledger.sqlite") as ledger:
        before, rows, after = ledger.states(source_id), ledger.urls(source_id), ledger.states(source_id)
    assert sum(before.values()) <= len(rows) <= sum(after.values())
    return {row.url: (row.state, row.kind, row.title, row.published_on, row.file_sha256, row.gone_at) for row in rows}


def check_gaps_over_kills(site: Site) -> None:
    """Check the least gap from any answer, or from the death of who asked, to the next connection."""
    for before, after in pairwise(site.hits):
        assert (after.connection.opened - before.end) / FAST >= TOLERANCE * 3.0, f"{after.path} after {before.path}"


def alone(values: dict[str, Any], root: Path, portal: Portal, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what one crawler, with a ledger in a file, comes to know of the portal."""
    with monkeypatch.context() as patch:
        patch.delenv(DATABASE_SWITCH)
        source = Source.model_validate(values)
        run_source(source, root, portal.settings(folder, clock_scale=FAST), lambda _: None)
        with open_ledger(root / LEDGER) as ledger:
            rows = ledger.urls(source.id)
    return {row.url: (row.state, row.kind, row.title, row.published_on, row.file_sha256, row.gone_at) for row in rows}


def test_two_machines_killed_and_started_again_never_ask_a_host_at_once(
    tmp_path: Path, in_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(20261130)
    with Portal() as portal:
        shelf = Shelf(24, files_every=4)
        site, values, both = machines(portal, tmp_path, in_postgres, shelf)
        running = [machine.start() for machine in both]
        for kill in range(KILLS):
            wanted = len(site.hits) + rng.choice((2, 4, 6, 8))
            wait_for(lambda: len(site.hits) >= wanted)  # noqa: B023  # waited for before it changes
            time.sleep(rng.uniform(0, 4 * FAST))
            at = kill % 2 if kill else rng.randrange(2)
            os.kill(running[at].pid, signal.SIGKILL)
            running[at].communicate(timeout=10)
            for machine in both:
                known(machine.name)
            running[at] = both[at].start()
        summaries = [finished(child) for child in running]
        check_one_connection(site)
        check_gaps_over_kills(site)
        asked = Counter(hit.target for hit in site.hits if hit.path != "/robots.txt")
        expected = alone(values, tmp_path / "alone", portal, tmp_path, monkeypatch)
    assert [(summary.state, summary.pending) for summary in summaries] == [("done", 0)] * 2
    # Each source asks for each page once; a kill costs the one request that was under way.
    assert sum(asked.values()) <= 2 * len(asked) + KILLS
    bodies = {sha256(report.page()).hexdigest() for report in shelf}
    bodies |= {sha256(body).hexdigest() for report in shelf for _, body in report.files}
    for machine in both:
        assert known(machine.name) == expected != {}
        assert RawStore(machine.root).verify_all() == []
        assert set(RawStore(machine.root).hashes()) == bodies


def test_a_server_that_restarts_stops_all_crawlers_and_both_go_on_afterwards(
    tmp_path: Path, own_postgres: Server
) -> None:
    own = own_postgres
    with Portal() as portal:
        site, _, both = machines(portal, tmp_path, own.address("postgres"), Shelf(24))
        running = [machine.start() for machine in both]
        wait_for(lambda: len(site.hits) >= 8)
        theirs = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'gongkai locks'"
        wait_for(lambda: len(ask(own.address("postgres"), theirs)) == len(both))
        own.stop()
        told = [child.communicate(timeout=20)[1] for child in running]
        asked = len(site.hits)
        assert [child.returncode for child in running] == [1, 1]
        assert all("start again, it goes on" in text for text in told), told
        time.sleep(20 * FAST)
        assert len(site.hits) == asked
        own.start()
        for machine in both:
            known(machine.name)
        summaries = [finished(child) for child in [machine.start() for machine in both]]
        assert [(summary.state, summary.pending) for summary in summaries] == [("done", 0)] * 2
        check_one_connection(site)
        check_gaps_over_kills(site)
        assert known(NAMES[0]) == known(NAMES[1])


@pytest.mark.usefixtures("in_postgres")
def test_the_gap_that_a_host_asked_for_is_kept_from_machine_to_machine(tmp_path: Path) -> None:
    with Portal() as portal:
        site = portal.site(robots=b"User-agent: *\nCrawl-delay: 9\n")
        values = trs_static(site, Shelf(3))
        settings = portal.settings(tmp_path, clock_scale=SCALE)

        def crawl(number: int) -> RunSummary:
            source = Source.model_validate(values | {"id": f"test-{number}"})
            return run_source(source, tmp_path / f"machine-{number}", settings, lambda _: None)

        with ThreadPoolExecutor(3) as pool:
            assert [summary.created for summary in pool.map(crawl, range(3))] == [3, 3, 3]
        check_one_connection(site)
        check_gaps(site)
        turns = [gap for gap, hit in zip(check_gaps(site), site.hits[1:], strict=True) if hit.path == "/robots.txt"]
        assert len(turns) == 2 and min(turns) >= TOLERANCE * 9


def test_a_request_under_way_ends_with_the_locks_and_the_next_machine_comes_after_it(
    tmp_path: Path, in_postgres: str
) -> None:
    with Portal() as portal:
        site, _, (first, second) = machines(portal, tmp_path, in_postgres, Shelf(4))
        listed = site.pages["/nb/"]
        assert not isinstance(listed, bytes)
        slow = iter([(8.0,)])  # the first to ask for the list waits; real seconds
        site.add("/nb/", lambda hit: (*next(slow, ()), *listed(hit)))
        with first.start() as asking:
            wait_for(lambda: "/nb/" in site.paths())
            with second.start() as waiting:
                theirs = (
                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'gongkai locks' ORDER BY backend_start"
                )
                wait_for(lambda: len(ask(in_postgres, theirs)) == 2)
                cut = time.monotonic()
                ask(in_postgres, f"SELECT pg_terminate_backend({ask(in_postgres, theirs)[0][0]})")
                _, told = asking.communicate(timeout=20)
                assert time.monotonic() - cut < 4.0, "it waited for its answer"
                assert (asking.returncode, "so that no host is asked by two at once" in told) == (1, True)
                assert finished(waiting).state == "done"
        check_one_connection(site)


def test_a_crawler_that_lost_its_locks_asks_and_notes_nothing_more(tmp_path: Path, in_postgres: str) -> None:
    with Portal() as portal:
        site = portal.site()
        values = trs_static(site, Shelf(4)) | {"id": NAMES[0]}
        settings = portal.settings(tmp_path, clock_scale=FAST)
        listed = site.pages["/nb/"]
        assert not isinstance(listed, bytes)
        theirs = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gongkai locks'"

        def cutting(hit: Hit) -> Reply:
            if hit.nth == 1:
                ask(in_postgres, theirs)
            return listed(hit)

        site.add("/nb/", cutting)
        source = Source.model_validate(values)
        with pytest.raises(LocksLost):
            run_source(source, tmp_path, settings, lambda _: None)
        assert site.paths() == ["/robots.txt", "/nb/"]
        assert ask(in_postgres, "SELECT state FROM gongkai.run") == [("running",)]
        assert run_source(source, tmp_path, settings, lambda _: None).state == "done"
        assert ask(in_postgres, "SELECT state FROM gongkai.run ORDER BY rowid") == [("killed",), ("done",)]
