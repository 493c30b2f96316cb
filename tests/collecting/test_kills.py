"""The real crawler process, killed at random moments: what holds after each kill, and what was asked for twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path

import yaml

from pipelines.collecting.crawler import LEDGER
from pipelines.collecting.ledger import open_ledger
from pipelines.collecting.summary import RunSummary
from pipelines.raw.raw_store import RawStore
from tests.collecting.portal import Portal, Shelf, Site
from tests.collecting.portal.lists import trs_static

# Each kill costs the start of an interpreter; a forked crawler is killed twenty times in `test_crawler`.
KILLS = 5


def start(folder: Path, configuration: Path, source_id: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipelines.collecting.crawler", source_id, "--json", "--root", str(folder / "raw")]
    command += ["--sources", str(folder), "--test-configuration", str(configuration)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def check_whole(root: Path, source_id: str, bodies: set[str]) -> int:
    """Check the identity and every hash; return how many URLs are stored."""
    if not (root / LEDGER).exists():
        return 0
    with open_ledger(root / LEDGER) as ledger:
        states, rows = ledger.states(source_id), list(ledger.urls(source_id))
    assert sum(states.values()) == len(rows)
    assert set(states) <= {"discovered", "leased", "stored", "unchanged", "refused", "failed"}
    store = RawStore(root)
    assert store.verify_all() == []
    assert {row.file_sha256 for row in rows if row.file_sha256} <= set(store.hashes()) <= bodies
    return sum(row.file_sha256 is not None for row in rows)


def killed_after_some(child: subprocess.Popen[str], site: Site, rng: random.Random) -> None:
    """Kill a crawler after a random number of its requests, at a random moment of the last one's time."""
    wanted, deadline = len(site.hits) + rng.choice((2, 4, 6, 8, 10)), time.monotonic() + 30
    while len(site.hits) < wanted:
        assert child.poll() is None, "the crawl ended before it was killed: make the portal larger"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    time.sleep(rng.uniform(0, 0.012))
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait(10) == -signal.SIGKILL


def test_the_process_killed_again_and_again_loses_nothing_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    rng = random.Random(20260502)
    with Portal() as portal:
        site, shelf = portal.site(), Shelf(36, files_every=3)
        values = trs_static(site, shelf)
        name = str(values["id"])
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        configuration = portal.configuration(tmp_path, clock_scale=0.003)
        whole = [report.page() for report in shelf] + [body for report in shelf for _, body in report.files]
        bodies = {sha256(body).hexdigest() for body in whole}
        stored = 0
        for _ in range(KILLS):
            with start(tmp_path, configuration, name) as child:
                killed_after_some(child, site, rng)
            now = check_whole(tmp_path / "raw", name, bodies)
            assert now >= stored, "what was stored is no longer known"
            stored = now
        assert 0 < stored < len(bodies)
        with start(tmp_path, configuration, name) as last:
            said, _ = last.communicate(timeout=60)
        summary = RunSummary.from_json(said.splitlines()[-1])
        assert (last.returncode, summary.state, summary.pending) == (0, "done", 0)
        assert check_whole(tmp_path / "raw", name, bodies) == len(bodies)
        asked = Counter(hit.target for hit in site.hits if hit.path != "/robots.txt")
    # One request is in flight at a time, so each kill costs one page at most.
    assert sum(asked.values()) - len(asked) <= KILLS
