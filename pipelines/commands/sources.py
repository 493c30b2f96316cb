"""Sources for people: what `gongkai collect` and `gongkai source` do and print, and what the assets call.

Belongs here: several sources at once, tables of what came of them. Keep out: how one is crawled (`collecting`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines import Told
from pipelines.collecting.crawler import CrawlerFailed, run_crawler
from pipelines.collecting.fetching.client import Fetcher
from pipelines.collecting.fetching.clock import SystemClock
from pipelines.collecting.fetching.politeness import MemoryCounts
from pipelines.collecting.fetching.settings import Settings, load_settings
from pipelines.collecting.health import Health, health
from pipelines.collecting.probe import Probe, probe
from pipelines.collecting.source import SOURCES, Source, load_sources
from pipelines.collecting.source_checks import lint
from pipelines.collecting.stopping import refuse_stopped
from pipelines.collecting.summary import RunSummary
from pipelines.commands.coded import in_words, what_to_do
from pipelines.commands.terminal import line, say_folded, show_table
from pipelines.declarations import unknown

if TYPE_CHECKING:
    from rich.console import Console
# Crawlers wait nearly all their time, and no two of them ask the same host.
JOBS = 16


class NoListPage(Told, ValueError):
    """What was given is no address; the message says what is expected."""


@dataclass(frozen=True)
class CollectingSetup:
    """Where sources are declared, where files go, and the test configuration, if it is a test."""

    root: Path
    sources: Path = SOURCES
    test_configuration: Path | None = None

    def declared(self) -> dict[str, Source]:
        """Return the declared sources by id. Raises DeclarationError naming every file that is wrong."""
        return load_sources(self.sources)

    def settings(self) -> Settings:
        """Return the settings of fetching. Raises ValueError without a contact, saying how to give one."""
        return load_settings(self.test_configuration)


def collect(
    setup: CollectingSetup, ids: Sequence[str], log: Callable[[str], None], *, jobs: int = JOBS
) -> Iterator[RunSummary | CrawlerFailed]:
    """Crawl sources, each in a process of its own, several at once; yield what came of each, in order.

    A crawler that ended without a summary is yielded as its error: the others go on.
    """

    def one(source_id: str) -> RunSummary | CrawlerFailed:
        try:
            return run_crawler(
                source_id,
                lambda line: log(f"{source_id}: {line.removeprefix(f'{source_id}: ')}"),
                root=setup.root,
                sources=setup.sources,
                test_configuration=setup.test_configuration,
            )
        except CrawlerFailed as error:
            return error

    with ThreadPoolExecutor(max_workers=max(1, min(jobs, len(ids)))) as pool:
        yield from pool.map(one, ids)


def check_health(setup: CollectingSetup, ids: Iterable[str], *, jobs: int = JOBS) -> list[Health]:
    """Look at the first list page of sources, several at once. Raises CrawlStopped while all crawling is stopped."""
    settings, declared = setup.settings(), setup.declared()
    refuse_stopped(setup.root)

    def one(source: Source) -> Health:
        with fetcher_of(settings, source) as fetcher:
            return health(source, fetcher.fetch)

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        return list(pool.map(one, [declared[source_id] for source_id in ids]))


def fetcher_of(settings: Settings, source: Source) -> Fetcher:
    """Return a fetcher for a source alone, which counts requests for itself."""
    return Fetcher(
        settings,
        frozenset(source.hosts) | frozenset(source.attachments.cross_hosts),
        counts=MemoryCounts(),
        tls_exceptions=source.tls_exceptions,
        clock=SystemClock(settings.clock_scale),
        http_allowed=source.scheme_http_allowed,
        min_delay_s=source.politeness.min_delay_s,
    )


def probe_address(setup: CollectingSetup, url: str) -> Probe:
    """Look at an address in at most five requests. Raises NoListPage for what is no http(s) address, CrawlStopped."""
    try:
        parts = urlsplit(url)
    except ValueError as error:  # brackets of an address of IPv6 that is none
        raise NoListPage.of("collecting.no_list_page", url=url) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoListPage.of("collecting.no_list_page", url=url)
    settings = setup.settings()
    refuse_stopped(setup.root)
    clock = SystemClock(settings.clock_scale)
    with Fetcher(
        settings, frozenset({parts.netloc}), counts=MemoryCounts(), clock=clock, http_allowed=parts.scheme == "http"
    ) as fetcher:
        return probe(url, fetcher.fetch, date.today())


def faults(setup: CollectingSetup) -> list[str]:
    """Return what is wrong with sources that load, each with its file. Raises DeclarationError where one does not."""
    declared = setup.declared()
    return [*lint(declared, date.today()), *_unknown_regions(declared.values())]


def _unknown_regions(sources: Iterable[Source]) -> Iterator[str]:
    from pipelines.agencies.gazetteer import load_gazetteer
    from pipelines.agencies.identity import NATION_CODE

    codes = {NATION_CODE, *load_gazetteer().by_code}
    for source in sources:
        if source.agency.region is not None and source.agency.region not in codes:
            yield f"{source.id}: agency.region: {unknown('division', source.agency.region, codes)}"


def print_summaries(found: Sequence[RunSummary | CrawlerFailed], console: Console) -> int:
    """Print what came of the sources; return the exit code: 0 done, 1 one failed, 3 one is red or some URL failed."""
    rows: list[tuple[object, ...]] = []
    for summary in found:
        if isinstance(summary, RunSummary):
            figures = (summary.created, summary.updated, summary.unchanged, summary.gone, summary.refused)
            states = (in_words("run_state", summary.state), in_words("list_state", summary.list_state))
            rows.append((summary.source_id, *states, *figures, summary.failed, summary.pending))
    names = ["来源 source", "状态 state", "列表 list", "新增 created", "更新 updated", "未变 unchanged"]
    names += ["消失 gone", "拒绝 refused", "失败 failed", "待取 pending"]
    if rows:
        show_table(None, names, rows, console)
    for summary in found:
        if isinstance(summary, CrawlerFailed):
            say_folded(line(("failed", "bold red"), f" {summary}"), console)
        else:
            for problem in summary.problems:
                say_folded(line(f"{summary.source_id}: {problem_in_words(problem)}"), console)
    codes = [1 if isinstance(summary, CrawlerFailed) else summary.exit_code for summary in found]
    return 1 if 1 in codes else max(codes, default=0)


def problem_in_words(problem: str) -> str:
    """Return a problem of a run with the Chinese label of the code it begins with, if it begins with one."""
    code, colon, rest = problem.partition(":")
    return f"{in_words('source_state', code)}{colon}{rest}"


def print_health(found: Sequence[Health], console: Console) -> int:
    """Print the verdicts on sources; return the exit code: 3 where one is not healthy."""
    rows: list[tuple[object, ...]] = [
        (
            each.name,
            each.severity,
            in_words("source_state", each.state),
            each.detail,
            what_to_do("source_state", each.state),
        )
        for each in found
    ]
    names = ["来源 source", "程度 severity", "状态 state", "详情 detail", "处理建议 what to do"]
    show_table(None, names, rows, console)
    return 0 if all(each.is_healthy for each in found) else 3
