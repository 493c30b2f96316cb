"""One file stops every crawler within seconds, whatever it waits for; it says so, and the next crawl goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.collecting.crawler import LEDGER, run_crawler
from pipelines.collecting.database import DATABASE_SWITCH
from pipelines.collecting.ledger import open_ledger
from pipelines.collecting.locks import host_lock
from pipelines.collecting.stopping import STOP_FILE, CrawlStopped, refuse_stopped, resume, stop, stop_file
from pipelines.collecting.summary import RunSummary
from pipelines.locking import FileLocks
from pipelines.raw.raw_store import RawStore
from tests.collecting.fetching.server import Answer, Seen, Server, Step, page
from tests.collecting.web import list_page, portal

# Seconds from the switch to the end of the process; far below every wait of these tests.
SOON = 4.0
YEARS = (2025, 2024, 2023)
FIRST = "/nb/202601/t20260120_2025.html"


class Place:
    """A project's data, the source of a portal on loopback, crawlers started over it."""

    def __init__(self, folder: Path, server: Server, **settings: Any) -> None:
        self.root, self.server, self.sources = folder / "data" / "raw", server, folder / "sources"
        self.sources.mkdir()
        values = {"id": "test-a", "agency": {"name": "某市某局"}, "hosts": [server.host], "scheme_http_allowed": True}
        values["list"] = {"type": "trs_static", "url": server.url("/nb/")}
        (self.sources / "test-a.yml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        self.configuration = folder / "test.yml"
        self.configure(**settings)

    def configure(self, **settings: Any) -> None:
        values = {"test": True, "clock_scale": 0.001, "allowed_loopback": ["127.0.0.2"], "latency_gap_cap": 0.0}
        self.configuration.write_text(yaml.safe_dump(values | settings), encoding="utf-8")

    def start(self, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "pipelines.collecting.crawler", "test-a", "--json", "--root", str(self.root)]
        command += ["--sources", str(self.sources), "--test-configuration", str(self.configuration)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | environment)

    def crawl(self) -> RunSummary:
        options = {"root": self.root, "sources": self.sources, "test_configuration": self.configuration}
        return run_crawler("test-a", lambda _: None, **options)


def pages() -> dict[str, bytes | Answer]:
    web = portal(*YEARS)
    found: dict[str, bytes | Answer] = {
        url.removeprefix("http://www.a.gov.cn"): page(body) for url, body in web.pages.items()
    }
    return found | {"/nb/": page(list_page(*YEARS))}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(pages()) as started:
        yield started


def wait_for(happened: Callable[[], object], child: subprocess.Popen[str] | None = None) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert child is None or child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(child: subprocess.Popen[str], since: float) -> RunSummary:
    """Return the summary of a crawler that must end soon."""
    said, errors = child.communicate(timeout=30)
    assert time.monotonic() - since < SOON, errors
    assert child.returncode == 1
    return RunSummary.from_json(said.splitlines()[-1])


def once(steps: Sequence[Step], then: bytes) -> Answer:
    """Answer the first request by a script, later ones by a page."""
    return lambda seen: steps if seen.nth == 1 else [then]


def trickled(body: bytes) -> Sequence[Step]:
    return [step for start in range(0, len(body), 4) for step in (body[start : start + 4], 0.2)] + [b""]


WAITS: dict[str, tuple[dict[str, Any], Callable[[bytes], Sequence[Step]] | None]] = {
    "gap": ({"clock_scale": 1.0, "min_gap_seconds": 100.0}, None),
    "backoff": (
        {"clock_scale": 1.0, "min_gap_seconds": 0.0, "backoff_seconds": 100.0},
        lambda _: [page("busy", status="503 Busy")],
    ),
    "retry_after": (
        {"clock_scale": 1.0, "min_gap_seconds": 0.0},
        lambda _: [page("busy", status="503 Busy", headers=["Retry-After: 600"])],
    ),
    "slow_body": ({}, lambda body: trickled(body * 100)),
    "silence": ({}, lambda _: [60.0, b""]),
}


@pytest.mark.parametrize("wait", WAITS)
def test_a_crawler_stops_within_seconds_whatever_it_waits_for_and_loses_nothing(
    wait: str, tmp_path: Path, server: Server
) -> None:
    settings, script = WAITS[wait]
    served = dict(server.pages)
    if script is not None:
        whole = served[FIRST]
        assert isinstance(whole, bytes)
        served[FIRST] = once(script(whole), whole)
        server.pages = served
    place = Place(tmp_path, server, **settings)
    child = place.start()
    if wait == "gap":  # it waits before the first request, as another may just have ended
        wait_for((place.root / LEDGER).exists, child)
        time.sleep(0.5)
    else:
        wait_for(lambda: FIRST in server.paths(), child)
        time.sleep(0.3)
    began = time.monotonic()
    (tmp_path / "data" / STOP_FILE).write_text("电话投诉 complaint by phone\n", encoding="utf-8")
    summary = ended(child, began)
    assert (summary.state, summary.exit_code, summary.failed) == ("stopped", 1, 0)
    (problem,) = summary.problems
    assert problem.startswith("stopped: 电话投诉 complaint by phone: crawling is stopped by ")
    assert str(tmp_path / "data" / STOP_FILE) in problem and "gongkai source resume" in problem
    with open_ledger(place.root / LEDGER) as ledger:
        assert ledger.notes == [] and "leased" not in ledger.states("test-a")
        if wait == "retry_after":
            left = ledger.held_until(server.host)
            assert left is not None and left > datetime.now(UTC) + timedelta(seconds=500), "the server's wish is kept"
            ledger.hold(server.host, datetime.now(UTC))

    asked = len(server.seen)
    refused = place.crawl()
    assert (refused.state, refused.run_id, refused.problems) == ("stopped", "", summary.problems)
    assert len(server.seen) == asked

    (tmp_path / "data" / STOP_FILE).unlink()
    place.configure()
    done = place.crawl()
    assert (done.state, done.created + summary.created) == ("done", len(YEARS))
    assert done.states == {"stored": len(YEARS)}
    assert RawStore(place.root).verify_all() == []


def test_a_crawler_that_waits_for_its_host_stops(tmp_path: Path, server: Server) -> None:
    place = Place(tmp_path, server)
    with FileLocks(place.root / "objects" / "locks").hold(host_lock(server.host), "the host", "another"):
        child = place.start()
        assert child.stderr is not None
        assert "waiting for the host" in child.stderr.readline()
        began = time.monotonic()
        stop(place.root, "x")
        assert ended(child, began).state == "stopped"
    assert server.seen == []


def test_a_crawler_that_no_signal_reaches_is_ended(tmp_path: Path, server: Server) -> None:
    """What hangs in a library that no signal interrupts must not hold up the end."""
    place = Place(tmp_path, server)
    hanging = (
        "import ctypes, time, sys\n"
        "from pathlib import Path\n"
        "from pipelines.collecting.stopping import Switch\n"
        "from pipelines.collecting.crawler import _stop_now\n"
        f"with Switch(Path({str(place.root)!r})).watched(_stop_now):\n"
        "    print('here', flush=True)\n"
        "    end = time.monotonic() + 60\n"
        "    while time.monotonic() < end: time.sleep(0.01)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", hanging], stdout=-1, stderr=-1, text=True)
    assert child.stdout is not None and child.stdout.readline() == "here\n"
    began = time.monotonic()
    stop(place.root, "a complaint")
    _, errors = child.communicate(timeout=30)
    assert time.monotonic() - began < 5.0 + SOON
    assert child.returncode == 1 and "stopped: a complaint" in errors


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no reason is given"),
        ("领导要求".encode("gb18030"), "领导要求"),
        ("\ufeff领导要求\r\n立即".encode(), "领导要求 立即"),
        (b"\x1b[31mred\x07", "[31mred"),
        (b"a" * 100_000, "a" * 2000),
    ],
)
def test_the_reason_is_what_the_file_says(tmp_path: Path, content: bytes, said: str) -> None:
    root = tmp_path / "data" / "raw"
    root.parent.mkdir()
    stop_file(root).write_bytes(content)
    with pytest.raises(CrawlStopped) as stopped:
        refuse_stopped(root)
    assert str(stopped.value).startswith(f"{said}: crawling is stopped by")


@pytest.mark.parametrize("kind", ["folder", "dangling"])
def test_whatever_has_the_name_stops(tmp_path: Path, kind: str) -> None:
    root = tmp_path / "data" / "raw"
    root.mkdir(parents=True)
    if kind == "folder":
        stop_file(root).mkdir()
    else:
        stop_file(root).symlink_to("nowhere")
    with pytest.raises(CrawlStopped, match="no reason is given"):
        refuse_stopped(root)


def test_commands_set_and_take_back_the_switch_and_ask_no_portal_meanwhile(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, server)
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    options = ["--test-configuration", str(place.configuration)]
    run = CliRunner().invoke
    assert run(app, ["source", "stop", " "]).exit_code == 2
    told = run(app, ["source", "stop", "a complaint"])
    assert told.exit_code == 0 and "STOP-CRAWLING" in told.stdout
    text = stop_file(place.root).read_text(encoding="utf-8")
    assert text.startswith("a complaint (") and "UTC" in text
    commands = [
        ["collect", "test-a", "--sources", str(place.sources), *options],
        ["source", "health", "test-a", "--sources", str(place.sources), *options],
        ["source", "probe", server.url("/nb/"), *options],
    ]
    for command in commands:
        done = run(app, command)
        assert done.exit_code == 1 and "a complaint (" in done.output, command
    assert server.seen == []
    assert "STOP-CRAWLING" in run(app, ["source", "resume"]).stdout
    assert "nothing was stopped" in run(app, ["source", "resume"]).stdout
    assert run(app, commands[0]).exit_code == 0


def test_a_stop_in_the_server_stops_the_crawlers_of_other_machines(
    tmp_path: Path, server: Server, in_postgres: str
) -> None:
    whole = server.pages[FIRST]
    assert isinstance(whole, bytes)
    server.pages = dict(server.pages) | {FIRST: once([60.0, b""], whole)}
    place, elsewhere = Place(tmp_path, server), tmp_path / "another" / "raw"
    child = place.start(**{DATABASE_SWITCH: in_postgres})
    wait_for(lambda: FIRST in server.paths(), child)
    began = time.monotonic()
    assert len(stop(elsewhere, "a complaint")) == 2
    summary = ended(child, began)
    assert summary.state == "stopped" and "stopped by PostgreSQL" in summary.problems[0]
    assert not stop_file(place.root).exists()
    assert place.crawl().state == "stopped"
    assert len(resume(elsewhere)) == 2 and resume(elsewhere) == []
    done = place.crawl()
    assert (done.state, done.states) == ("done", {"stored": len(YEARS)})


def test_a_stopped_run_is_noted_with_its_reason(tmp_path: Path, server: Server) -> None:
    def stopping(_: Seen) -> list[Step]:
        stop(place.root, "mid-way")
        return [60.0, b""]

    served = dict(server.pages)
    server.pages = served | {FIRST: stopping}
    place = Place(tmp_path, server)
    child = place.start()
    summary = ended(child, time.monotonic())
    with open_ledger(place.root / LEDGER) as ledger:
        ((state, noted),) = ledger._database.execute("SELECT state, summary FROM run").fetchall()
    assert state == "unfinished" and json.loads(noted)["state"] == "stopped"
    assert json.loads(noted)["problems"] == list(summary.problems)
