"""The crawler as a process: killed at any moment, it loses nothing and asks for nothing twice."""

from __future__ import annotations

import functools
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from pipelines.collecting.crawler import LEDGER, CrawlerFailed, main, run_crawler, run_source
from pipelines.collecting.fetching.settings import Settings
from pipelines.collecting.ledger import open_ledger, rebuild
from pipelines.collecting.source import Source
from pipelines.collecting.stored_files import stored_files
from pipelines.locking import hold
from pipelines.raw.raw_store import RawStore
from tests.collecting.fetching.server import Answer, Seen, Server, page
from tests.collecting.test_ledger import rows
from tests.collecting.web import PDF, list_page, portal, source

KILLS = 20
SETTINGS = Settings(test=True, clock_scale=0.001, allowed_loopback=("127.0.0.2",), latency_gap_cap=4.0)
CONFIGURATION = {"test": True, "clock_scale": 0.001, "allowed_loopback": ["127.0.0.2"], "latency_gap_cap": 4.0}


def answer(body: bytes) -> Answer:
    tag = f'"{sha256(body).hexdigest()[:8]}"'
    kind = "Content-Type: application/pdf" if body.startswith(PDF) else "Content-Type: text/html; charset=utf-8"

    def answered(seen: Seen) -> Sequence[bytes]:
        if seen.headers.get("if-none-match") == tag:
            return [page(b"", status="304 Not Modified", headers=[f"ETag: {tag}"])]
        return [page(body, headers=[f"ETag: {tag}", kind])]

    return answered


def served(*years: int, more: int = 0) -> dict[str, bytes | Answer]:
    """Return a portal of several list pages, whose every second report has a file."""
    web = portal(*years, files={year: f"{year}.pdf" for year in years if year % 2})
    pages: dict[str, bytes | Answer] = {
        url.removeprefix("http://www.a.gov.cn"): answer(body) for url, body in web.pages.items()
    }
    parts = [years[start : start + 10] for start in range(0, len(years), 10)]
    for number, part in enumerate(parts):
        name = "/nb/" if number == 0 else f"/nb/index_{number}.html"
        pages[name] = answer(list_page(*part, pages=len(parts) + more))
    return pages


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(served(2025, 2024, 2023)) as started:
        yield started


def of(server: Server, **more: object) -> Source:
    return source(hosts=[server.host], list={"type": "trs_static", "url": server.url("/nb/")}, **more)


def files(folder: Path, server: Server) -> tuple[Path, Path]:
    """Write the source and the test configuration; return the folder of sources and the configuration."""
    (folder / "sources").mkdir()
    text = yaml.safe_dump(of(server).model_dump(mode="json", exclude_defaults=True), allow_unicode=True)
    (folder / "sources" / "test-a.yml").write_text(text, encoding="utf-8")
    (folder / "test.yml").write_text(yaml.safe_dump(CONFIGURATION), encoding="utf-8")
    return folder / "sources", folder / "test.yml"


def in_child(work: Callable[[], object]) -> int:
    """Run work in a forked child, which ends without any of the parent's cleaning up, and return its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def die_at(nth: int, before: bool) -> None:
    """Have this process kill itself at the nth time that it forces something to disk."""
    fsync, left = os.fsync, [nth]

    def counted(descriptor: int) -> None:
        left[0] -= 1
        if left[0] == 0 and before:
            os.kill(os.getpid(), signal.SIGKILL)
        fsync(descriptor)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    os.fsync = counted  # type: ignore[assignment]


def is_killed(pid: int) -> bool:
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def killed_once(work: Callable[[], object], rng: random.Random) -> bool:
    """Run work in a child that dies at a random moment, or at a random write; tell whether it did."""
    if rng.random() < 0.5:
        nth, before = rng.randint(1, 40), rng.random() < 0.5

        def dying() -> None:
            die_at(nth, before)
            work()

        return is_killed(in_child(dying))
    pid = in_child(work)
    time.sleep(rng.uniform(0.02, 0.2))
    os.kill(pid, signal.SIGKILL)
    return is_killed(pid)


def check_whole(root: Path) -> None:
    """Check what holds after any kill: states sum up, every stored hash verifies, the journal gives the same rows."""
    with open_ledger(root / LEDGER) as ledger:
        states = ledger.states("test-a")
        assert sum(states.values()) == len(ledger.urls("test-a"))
        assert set(states) <= {"discovered", "leased", "stored", "unchanged"}
        hashes = {row.file_sha256 for row in ledger.urls("test-a") if row.file_sha256}
    store = RawStore(root)
    assert store.verify_all() == []
    assert hashes <= set(store.hashes())


def test_killed_twenty_times_it_loses_nothing_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    rng, years = random.Random(20260501), range(2030, 1950, -1)
    with Server(served(*years)) as server:
        kills = 0

        def crawl() -> None:
            run_source(of(server), tmp_path, SETTINGS, lambda _: None)

        while kills < KILLS:
            assert killed_once(crawl, rng), f"the crawl ended after {kills} kills: make the portal larger"
            kills += 1
            check_whole(tmp_path)
        summary = run_source(of(server), tmp_path, SETTINGS, lambda _: None)
        assert (summary.state, summary.list_state, summary.pending) == ("done", "complete", 0)
        assert summary.states == {"stored": 120}
        asked = Counter(path for path in server.paths() if path != "/robots.txt")
        assert set(asked) == set(served(*years))
        assert sum(asked.values()) - len(asked) <= kills
    check_whole(tmp_path)
    assert not list(tmp_path.rglob("*.part"))
    before = rows(tmp_path / LEDGER)
    rebuild(tmp_path / LEDGER)
    assert rows(tmp_path / LEDGER) == before
    assert sum(run[5] == "killed" for run in rows(tmp_path / LEDGER)["run"]) >= kills - 3


def test_a_child_crawls_and_returns_its_summary(tmp_path: Path, server: Server) -> None:
    sources, configuration = files(tmp_path, server)
    told: list[str] = []
    first = run_crawler("test-a", told.append, root=tmp_path / "raw", sources=sources, test_configuration=configuration)
    assert (first.created, first.state, first.states) == (5, "done", {"stored": 5})
    assert sum("created" in line for line in told) == 5
    assert len(stored_files(tmp_path / "raw" / LEDGER)) == 5
    second = run_source(of(server), tmp_path / "raw", SETTINGS, told.append)
    assert (second.created, second.unchanged) == (0, 3)  # the report of 2023 is not asked for in every run
    statuses = [seen.headers.get("if-none-match") is not None for seen in server.seen if seen.path.endswith(".html")]
    assert statuses == [False, False, False, True, True]


def test_a_child_that_fails_says_why(tmp_path: Path, server: Server) -> None:
    sources, _ = files(tmp_path, server)
    with pytest.raises(CrawlerFailed, match=r"Available: test-a"):
        run_crawler("test-b", lambda _: None, root=tmp_path / "raw", sources=sources)
    assert not (tmp_path / "raw").exists()


def test_one_crawler_per_source(tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    sources, configuration = files(tmp_path, server)
    given = ["test-a", "--root", str(tmp_path), "--sources", str(sources), "--test-configuration", str(configuration)]
    with hold(tmp_path / "objects" / "locks" / "test-a.lock", "the source", "run 7"):
        assert main(given) == 1
    assert f"the source test-a is held by process {os.getpid()} (run 7, since " in capsys.readouterr().err
    assert server.seen == []
    assert main(given) == 0
    assert '"created": 5' in capsys.readouterr().out.splitlines()[-1]


def test_crawlers_that_share_a_host_take_turns(tmp_path: Path) -> None:
    with Server(served(2025, 2024, 2023)) as server:
        children = []
        for number in range(3):
            shared = of(server).model_copy(update={"id": f"test-{number}"})
            children.append(in_child(functools.partial(run_source, shared, tmp_path, SETTINGS, lambda _: None)))
        assert [is_killed(pid) for pid in children] == [False] * 3
        assert server.most_open == 1
        assert len(stored_files(tmp_path / LEDGER)) == 15
        assert min(server.gaps()) >= 0.98 * 3 * SETTINGS.clock_scale


def test_a_crawler_dies_with_its_parent(tmp_path: Path) -> None:
    slow: dict[str, bytes | Answer] = {"/nb/": lambda _: [20.0, page(list_page(2025))]}
    with Server(slow) as server:
        sources, configuration = files(tmp_path, server)
        script = (
            "import sys, time; from pathlib import Path\n"
            "from pipelines.collecting.crawler import start_crawler\n"
            "child = start_crawler('test-a', root=Path(sys.argv[1]), sources=Path(sys.argv[2]), "
            "test_configuration=Path(sys.argv[3]))\n"
            "print(child.pid, flush=True); time.sleep(60)\n"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "raw"), str(sources), str(configuration)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            wait_until(lambda: "/nb/" in server.paths())
            parent.kill()
        wait_until(lambda: not is_alive(child))


def test_a_caller_that_is_interrupted_stops_its_child(tmp_path: Path, server: Server) -> None:
    sources, configuration = files(tmp_path, server)

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt(line)

    with pytest.raises(KeyboardInterrupt):
        run_crawler("test-a", interrupt, root=tmp_path, sources=sources, test_configuration=configuration)
    with hold(tmp_path / "objects" / "locks" / "test-a.lock", "the source", "a test"):
        pass


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(happened: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
