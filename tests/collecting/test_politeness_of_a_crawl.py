"""Manners over whole crawls of several sites at once, judged from the server's own log alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from protego import Protego

from pipelines.collecting.crawler import run_source
from pipelines.collecting.fetching.settings import Settings
from pipelines.collecting.source import Source
from pipelines.collecting.summary import RunSummary
from tests.collecting.portal import Built, Hit, Portal, Shelf, Site, faults
from tests.collecting.portal.answers import kept, reply
from tests.collecting.portal.lists import gkmlpt, hanweb_jpage, trs_static
from tests.collecting.portal.server import Reply

SCALE = 0.01
TOLERANCE = 0.98
DELAY = 9


def crawl_all(sources: list[Built], root: Path, settings: Settings) -> list[RunSummary]:
    with ThreadPoolExecutor(len(sources)) as pool:
        parsed = [Source.model_validate(values) for values in sources]
        return list(pool.map(lambda source: run_source(source, root, settings, lambda _: None), parsed))


def check_one_connection(site: Site) -> None:
    for before, after in pairwise(sorted(site.connections, key=lambda each: each.opened)):
        assert before.closed is not None and before.closed <= after.opened, f"{site.host}: two connections at once"
    assert len(site.hits) == len({hit.connection.number for hit in site.hits})


def check_gaps(site: Site, *, crawl_delay: float = 0.0) -> list[float]:
    """Check every gap from the end of an answer to the next connection; return them in seconds of the clock."""
    found = []
    for before, after in pairwise(site.hits):
        took = 5 * (before.end - before.start) / SCALE
        due = max(3.0, crawl_delay if before.path != "/robots.txt" else 3.0, min(took, 4.0))
        gap = (after.connection.opened - before.end) / SCALE
        assert gap >= TOLERANCE * due, f"{site.host}: {after.path} came {gap:.2f} after {before.path}, due {due:.2f}"
        found.append(gap)
    return found


def check_robots(site: Site, text: bytes) -> None:
    assert site.paths().count("/robots.txt") >= 1
    rules = Protego.parse(text.decode())
    asked = [hit.target for hit in site.hits if hit.path != "/robots.txt"]
    assert [target for target in asked if not rules.can_fetch(site.url(target), "gongkai")] == []


def check_retry_after(site: Site, seconds: float) -> int:
    """Check that nothing came before the moment each 429 or 503 asked for; return how many there were."""
    busy = 0
    for before, after in pairwise(site.hits):
        if before.status in (429, 503):
            busy += 1
            assert (after.connection.opened - before.end) / SCALE >= TOLERANCE * seconds
    return busy


def test_a_crawl_of_several_sites_keeps_to_every_rule(tmp_path: Path) -> None:
    plain = b"User-agent: *\nDisallow: /nb/202601/\n"
    slow = f"User-agent: *\nCrawl-delay: {DELAY}\n".encode()
    with Portal() as portal:
        sites = [portal.site(robots=plain), portal.site(robots=slow), portal.site(), portal.site(robots=plain)]
        shelf = Shelf(12)
        sources: list[Built] = [
            trs_static(sites[0], shelf),
            hanweb_jpage(sites[1], Shelf(8)),
            gkmlpt(sites[2], shelf),
            trs_static(sites[3], shelf) | {"id": "test-shared-a"},
        ]
        # Two sources of one host: two crawlers, and still one client to the portal.
        sources.append(sources[3] | {"id": "test-shared-b"})
        busy_path = f"/zwgk/xxgkndbg/content/post_{4_000_003}.html"
        sites[2].add(busy_path, faults.busy(503, 20, times=2, then=b"<html>at last</html>"))
        summaries = crawl_all(sources, tmp_path, portal.settings(tmp_path, clock_scale=SCALE))
        assert [summary.state for summary in summaries] == ["done"] * len(sources)
        refused = sum(report.day.startswith("2026-01") for report in shelf)
        assert [summary.refused for summary in summaries] == [refused, 0, 0, refused, refused]
        for site in sites:
            check_one_connection(site)
        for site, text in ((sites[0], plain), (sites[1], slow), (sites[3], plain)):
            check_robots(site, text)
        gaps = check_gaps(sites[0]) + check_gaps(sites[2]) + check_gaps(sites[3])
        assert min(check_gaps(sites[1], crawl_delay=DELAY)[1:]) >= TOLERANCE * DELAY
        assert check_retry_after(sites[2], 20) == 2
        assert len(gaps) > 40


def test_gaps_grow_with_the_time_an_answer_takes(tmp_path: Path) -> None:
    """A portal that needs 0.8 s of the clock for a page is left alone for five times as long."""
    with Portal() as portal:
        site = portal.site()
        values = trs_static(site, Shelf(4))
        served = site.pages["/*"]
        assert not isinstance(served, bytes)

        def slowly(hit: Hit) -> Reply:
            return (b"", 0.8 * SCALE, *served(hit))

        site.add("/*", slowly)
        settings = portal.settings(tmp_path, clock_scale=SCALE, latency_gap_cap=30.0)
        (summary,) = crawl_all([values], tmp_path, settings)
    assert summary.created == 4
    for before, after in pairwise(site.hits):
        took = (before.end - before.start) / SCALE
        due = max(3.0, min(5 * took, 30.0))
        assert (after.connection.opened - before.end) / SCALE >= TOLERANCE * due


@pytest.mark.parametrize("said", [15, "date:15"])
def test_retry_after_holds_for_the_whole_host_and_for_the_next_run(said: float | str, tmp_path: Path) -> None:
    with Portal() as portal:
        site = portal.site()
        values = trs_static(site, Shelf(4))
        site.add("/nb/202602/t20260202_1.html", faults.busy(429, said, times=99, then=b""))
        settings = portal.settings(tmp_path, clock_scale=SCALE, tries=2)
        first, second = (crawl_all([values], tmp_path, settings)[0] for _ in range(2))
        assert (first.created, first.failed, second.failed) == (3, 1, 1)
        assert check_retry_after(site, 15) >= 3
        check_one_connection(site)
        check_gaps(site)


@pytest.mark.parametrize("variant", faults.robots_variants("/nb/2"))
def test_no_robots_file_is_misread_into_permission(variant: str, tmp_path: Path) -> None:
    text = faults.robots_variants("/nb/2")[variant]
    with Portal() as portal:
        site = portal.site(robots=faults.robots(text))
        values = trs_static(site, Shelf(4))
        (summary,) = crawl_all([values], tmp_path, portal.settings(tmp_path))
    assert set(site.paths()) == {"/robots.txt", "/nb/"}
    assert (summary.refused, summary.created) == (4, 0)


@pytest.mark.parametrize(
    ("robots", "asked", "reason"),
    [
        (b"User-agent: *\nDisallow: /\n", {"/robots.txt"}, "robots_disallowed"),
        (faults.robots("down", status=500), {"/robots.txt"}, "robots_unreachable"),
        (faults.RESET, {"/robots.txt"}, "robots_unreachable"),
        (faults.length(b"User-agent: *\nDisallow: /nb/\n", stated=100), {"/robots.txt"}, "robots_unreachable"),
        (faults.CHALLENGES["521"], {"/robots.txt"}, "challenge"),
    ],
    ids=["disallow all", "500", "reset", "truncated", "challenge"],
)
def test_nothing_is_asked_while_the_rules_forbid_it_or_are_unknown(
    robots: Any, asked: set[str], reason: str, tmp_path: Path
) -> None:
    with Portal() as portal:
        site = portal.site(robots=robots)
        (summary,) = crawl_all([trs_static(site, Shelf(3))], tmp_path, portal.settings(tmp_path))
    assert set(site.paths()) == asked
    assert (summary.list_state, summary.state) == ("failed", "red")
    assert any(reason in problem for problem in summary.problems)


def test_a_robots_file_is_followed_through_a_redirect_and_missing_means_allowed(tmp_path: Path) -> None:
    with Portal() as portal:
        moved, missing = portal.site(robots=lambda _: reply("", "Location: /rules.txt", status=301)), portal.site()
        moved.add("/rules.txt", kept(b"User-agent: *\nDisallow: /nb/2\n"))
        sources = [trs_static(moved, Shelf(3)) | {"id": "moved"}, trs_static(missing, Shelf(3))]
        first, second = crawl_all(sources, tmp_path, portal.settings(tmp_path))
    assert (first.refused, first.created, second.created) == (3, 0, 3)
    assert not any(path.startswith("/nb/2") for path in moved.paths())
