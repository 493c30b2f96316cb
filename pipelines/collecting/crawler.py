"""The crawler of one source as a process of its own: `python -m pipelines.collecting.crawler SOURCE_ID`.

It dies with whoever started it, and every other crawler lives on. Progress goes to stderr, the summary as JSON to the
last line of stdout; exit 0 done, 1 failed or stopped, 3 done but red or with URLs that failed.
Belongs here: processes and locks. Keep out: what a crawl does (`crawl_run`).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import math
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines import Told, said
from pipelines.collecting.crawl_run import crawl
from pipelines.collecting.fetching.client import Fetcher
from pipelines.collecting.fetching.settings import Settings, load_settings
from pipelines.collecting.journal import JournalDamaged
from pipelines.collecting.ledger import open_ledger
from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
from pipelines.collecting.locks import CountedWhileLocked, host_lock, open_locks
from pipelines.collecting.source import SOURCES, Source, load_source
from pipelines.collecting.stopping import CrawlStopped, StoppableClock, Switch, refuse_stopped
from pipelines.collecting.summary import RunSummary
from pipelines.locking import Locked, LocksLost
from pipelines.raw.raw_store import RawStore
from pipelines.releases.stored import storage_named
from pipelines.storing import StorageError

ROOT = Path("data/raw")
LEDGER = Path("objects") / "ledger.sqlite"
_PR_SET_PDEATHSIG = 1
# How often a crawler looks whether its parent still lives, where the kernel does not tell it.
_PARENT_POLL_SECONDS = 0.5
# How long a crawler that was told to stop may take before it is killed; it loses nothing either way.
_STOP_SECONDS = 5.0
_TAIL = 20


class CrawlerFailed(Told):
    """A crawler ended without a summary; the message holds the last lines it printed."""


class NoSuchSource(Told, ValueError):
    """There is no file of a source; the message names those that there are."""


def run_source(
    source: Source,
    root: Path,
    settings: Settings,
    progress: Callable[[str], None],
    *,
    lost: Callable[[LocksLost], object] = lambda _: None,
    switch: Switch | None = None,
) -> RunSummary:
    """Crawl a source in this process, holding its lock and those of its hosts.

    No request follows once the locks are lost; `lost` is called at that moment, in another thread. `switch` is watched
    by the caller. Raises Locked (and LocksLost), LedgerError, JournalDamaged, CrawlStopped (before it began).
    """
    switch = Switch(root) if switch is None else switch
    refuse_stopped(root)
    clock = StoppableClock(settings.clock_scale, switch)
    hosts = frozenset(source.hosts) | frozenset(source.attachments.cross_hosts)
    run_id = f"{clock.now():%Y%m%dT%H%M%S}-{source.id}-{secrets.token_hex(3)}"
    with contextlib.ExitStack() as held:
        locks = held.enter_context(open_locks(root / "objects" / "locks", lost))
        held.enter_context(locks.hold(source.id, said("locks.source", source=source.id), run_id))
        for host in sorted(hosts):  # sorted, so that crawlers which share hosts never wait for one another in a ring
            name, what = host_lock(host), said("locks.host", host=host)
            with switch.waiting():
                held.enter_context(locks.hold(name, what, run_id, wait_seconds=math.inf, waiting=progress))
        ledger = held.enter_context(open_ledger(root / LEDGER))
        fetcher = held.enter_context(
            Fetcher(
                settings,
                hosts,
                counts=CountedWhileLocked(ledger, locks),
                holds=ledger,
                tls_exceptions=source.tls_exceptions,
                clock=clock,
                http_allowed=source.scheme_http_allowed,
                min_delay_s=source.politeness.min_delay_s,
                waiting=switch.waiting,
            )
        )
        store = RawStore(root, owner=source.id, shared=storage_named())
        return crawl(source, store, ledger, fetcher, run_id, progress, clock=clock)


def start_crawler(
    source_id: str, *, root: Path = ROOT, sources: Path = SOURCES, test_configuration: Path | None = None
) -> subprocess.Popen[str]:
    """Start the crawler of a source as a child that dies with the calling thread."""
    command = [sys.executable, "-m", "pipelines.collecting.crawler", source_id, "--json", "--parent", str(os.getpid())]
    command += ["--root", str(root), "--sources", str(sources)]
    if test_configuration is not None:
        command += ["--test-configuration", str(test_configuration)]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def run_crawler(
    source_id: str,
    log: Callable[[str], None],
    *,
    root: Path = ROOT,
    sources: Path = SOURCES,
    test_configuration: Path | None = None,
) -> RunSummary:
    """Run the crawler of a source as a child and return its summary; each line of progress goes to `log`.

    The child is stopped if the caller is interrupted. Raises CrawlerFailed if it ended without a summary.
    """
    with start_crawler(source_id, root=root, sources=sources, test_configuration=test_configuration) as child:
        assert child.stdout is not None and child.stderr is not None
        lines: list[str] = []
        reader = threading.Thread(target=lines.extend, args=(child.stdout,))
        reader.start()
        tail: list[str] = []
        try:
            for line in child.stderr:
                tail = [*tail[1 - _TAIL :], line.rstrip("\n")]
                log(tail[-1])
            child.wait()
        finally:
            _stop(child)
            reader.join()
    try:
        return RunSummary.from_json(lines[-1])
    except (IndexError, ValueError, TypeError, KeyError) as error:
        about = {"source": source_id, "code": child.returncode, "last": "\n".join(tail)}
        raise CrawlerFailed.of("collecting.crawler_failed", **about) from error


def _stop(child: subprocess.Popen[str]) -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _die_with(parent: int) -> None:
    """Have this process killed when its parent ends, whatever that ends of."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_POLL_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def _stop_at_once(error: LocksLost) -> None:
    """End this process, and with it a request that may be under way: another crawler may have the hosts now."""
    _log(str(error))
    os._exit(1)


def _stop_now(told: str) -> None:
    """End this process, whose main thread waits for what no signal ends: its run then counts as one that was killed."""
    _log(f"stopped: {told}")
    os._exit(1)


def _log(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="crawler", description="抓取一个来源。Crawl one source.")
    parser.add_argument("source_id")
    parser.add_argument("--root", type=Path, default=ROOT, help="the raw data, by default data/raw")
    parser.add_argument("--sources", type=Path, default=SOURCES, help="the folder of the source files")
    parser.add_argument("--test-configuration", type=Path, help="settings of a test, which reaches loopback only")
    parser.add_argument("--json", action="store_true", help="the summary as JSON only, else a line before it too")
    parser.add_argument("--parent", type=int, default=os.getppid(), help="the process to die with")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Crawl the source that the command line names and return the exit code."""
    given = _arguments(arguments)
    _die_with(given.parent)
    try:
        source = load_source(_source_file(given.sources, given.source_id))
        settings = load_settings(given.test_configuration)
        switch = Switch(given.root)
        with switch.watched(_stop_now):
            summary = run_source(source, given.root, settings, _log, lost=_stop_at_once, switch=switch)
    except CrawlStopped as error:
        summary = RunSummary(given.source_id, "", "stopped", "list_incomplete", problems=(f"stopped: {error}",))
    except (ValueError, Locked, LedgerError, LedgerFailed, JournalDamaged, StorageError, OSError) as error:
        _log(f"{given.source_id}: {error}")
        return 1
    except KeyboardInterrupt:
        _log(said("collecting.interrupted", source=given.source_id))
        return 1
    for problem in summary.problems:
        _log(problem)
    if not given.json:
        figures = {"created": summary.created, "updated": summary.updated}
        _log(said("collecting.crawled", source=summary.source_id, state=summary.state, **figures))
    sys.stdout.write(f"{summary.to_json()}\n")
    sys.stdout.flush()
    return summary.exit_code


def _source_file(folder: Path, source_id: str) -> Path:
    available = sorted(path.stem for path in folder.glob("*.yml"))
    if source_id not in available:
        known = ", ".join(available) or said("collecting.none")
        raise NoSuchSource.of("collecting.no_such_source", folder=folder, known=known)
    return folder / f"{source_id}.yml"


if __name__ == "__main__":
    sys.exit(main())
