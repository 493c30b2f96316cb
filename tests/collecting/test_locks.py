"""Locks of one machine and of a server behave alike; those of a server can be lost, and that is noticed at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from benchmarks.postgres_server import Server
from pipelines.collecting.database_locks import DatabaseLocks, database_locks, lock_key, named_holder
from pipelines.collecting.fetching.politeness import MemoryCounts
from pipelines.collecting.locks import CountedWhileLocked, host_lock, open_locks
from pipelines.locking import Locked, LocksLost

HOLDING = """
import sys
from pathlib import Path
from pipelines.collecting.locks import open_locks
with open_locks(Path(sys.argv[1])) as locks, locks.hold(sys.argv[2], "it", "a child"):
    print("held", flush=True)
    input()
"""


def holding(folder: Path, name: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(folder), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None and child.stdout.readline() == "held\n"
    return child


def terminate(address: str, purpose: str) -> None:
    with contextlib.closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
            (f"gongkai {purpose}",),
        )


def wait_for(happened: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


@pytest.mark.usefixtures("either")
def test_one_holds_a_lock_and_the_other_is_told_who(tmp_path: Path) -> None:
    with open_locks(tmp_path) as one, open_locks(tmp_path) as two:
        with one.hold("a", "the source a", "run 7"):
            with pytest.raises(Locked, match=rf"the source a is held by process {os.getpid()}.*run 7, since 20"):
                two.hold("a", "the source a", "run 8").__enter__()
            with two.hold("b", "the source b", "run 8"):
                two.check()
        with two.hold("a", "the source a", "run 8"):
            one.check()


@pytest.mark.usefixtures("either")
def test_shared_holders_keep_out_only_who_wants_it_alone(tmp_path: Path) -> None:
    with open_locks(tmp_path) as one, open_locks(tmp_path) as two, open_locks(tmp_path) as three:
        with (
            one.hold("l", "it", "one", shared=True),
            two.hold("l", "it", "two", shared=True),
            pytest.raises(Locked, match="two"),
        ):
            three.hold("l", "it", "three").__enter__()
        with three.hold("l", "it", "three"), pytest.raises(Locked, match="three"):
            one.hold("l", "it", "one", shared=True).__enter__()


@pytest.mark.usefixtures("either")
def test_a_lock_is_waited_for_and_told_of_once_and_freed_by_a_kill(tmp_path: Path) -> None:
    told: list[str] = []
    with holding(tmp_path, "h") as child, open_locks(tmp_path) as locks:
        killing = threading.Timer(0.8, os.kill, (child.pid, signal.SIGKILL))
        killing.start()
        with locks.hold("h", "the host h", "me", wait_seconds=20.0, waiting=told.append):
            killing.join()
        (line,) = told
        assert line.startswith(f"waiting for the host h, held by process {child.pid}") and "a child" in line


@pytest.mark.usefixtures("in_postgres")
def test_an_earlier_holder_is_not_named_for_a_later_one(tmp_path: Path) -> None:
    with open_locks(tmp_path) as one, one.hold("a", "it", "the first"):
        pass
    with open_locks(tmp_path) as two, open_locks(tmp_path) as three:
        assert isinstance(two, DatabaseLocks)
        two._ask("SELECT pg_advisory_lock(%s)", lock_key("a"))
        with pytest.raises(Locked, match="held by another process"):
            three.hold("a", "it", "the third").__enter__()


def test_hosts_have_names_that_no_source_has() -> None:
    assert host_lock("www.a.gov.cn:8080") == "host_www.a.gov.cn_8080"
    assert -(2**63) <= lock_key("a") < 2**63
    assert lock_key("a") != lock_key("b")


def test_locks_whose_connection_is_cut_are_lost_at_once_and_nothing_is_counted(
    in_postgres: str, tmp_path: Path
) -> None:
    lost: list[tuple[str, float]] = []
    counts = MemoryCounts()
    with open_locks(tmp_path, lambda error: lost.append((str(error), time.monotonic()))) as locks:
        guarded = CountedWhileLocked(counts, locks)
        with locks.hold("h", "the host h", "me"):
            guarded.add("h", "2026-02-01", 1)
            cut = time.monotonic()
            terminate(in_postgres, "locks")
            wait_for(lambda: lost)
            assert lost[0][1] - cut < 2.0
            assert "so that no host is asked by two at once" in lost[0][0]
            with pytest.raises(LocksLost):
                guarded.add("h", "2026-02-01", 1)
            with pytest.raises(LocksLost):
                locks.hold("i", "the host i", "me").__enter__()
            # Another has it now: it must be possible, and this one lets go of nothing of it.
            with open_locks(tmp_path) as other, other.hold("h", "the host h", "another"):
                pass
    assert (guarded.used("h", "2026-02-01"), len(lost)) == (1, 1)


def test_the_check_alone_notices_too(postgres: Server, postgres_database: str) -> None:  # noqa: ARG001
    with database_locks(postgres_database, lambda _: None) as locks, locks.hold("h", "it", "me"):
        locks.check()
        terminate(postgres_database, "locks")
        with pytest.raises(LocksLost):
            locks.check()


def test_a_server_that_stops_ends_the_locks_of_all(tmp_path: Path, own_postgres: Server) -> None:
    lost: list[str] = []
    with open_locks(tmp_path, lambda error: lost.append(str(error))) as locks, locks.hold("h", "it", "me"):
        own_postgres.stop("fast")
        wait_for(lambda: lost)
        own_postgres.start()
        with pytest.raises(LocksLost):
            locks.check()


def test_checks_and_the_watcher_do_not_disturb_one_another(in_postgres: str, tmp_path: Path) -> None:  # noqa: ARG001
    lost: list[LocksLost] = []
    with open_locks(tmp_path, lost.append) as locks, locks.hold("h", "it", "me"):
        for _ in range(500):
            locks.check()
    assert lost == []


def test_a_pooler_that_mixes_sessions_is_noticed(in_postgres: str) -> None:
    with database_locks(in_postgres, lambda _: None) as locks:
        locks._backend += 1
        with pytest.raises(LocksLost, match="pooler"):
            locks.check()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_holder_elsewhere_is_told_in_the_language_of_its_reader(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("GONGKAI_LANG", language)
    held = '{"pid" : 7, "host" : "b", "by" : "run 1", "since" : "2026-01-01T00:00:00+00:00"}'
    told = {"en": "process 7 on b (run 1, since 2026", "zh": "b 上的进程 7（run 1，始于 2026"}
    assert named_holder(held).startswith(told[language])
    # One that an older version wrote is a sentence.
    assert named_holder("process 7 on b (run 1, since 2026)") == "process 7 on b (run 1, since 2026)"
    assert named_holder(None) == {"en": "another process", "zh": "另一进程"}[language]
