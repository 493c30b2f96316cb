"""Seconds are counted on the processor; the clock ends only what does not use it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.engine.patience import Patience, Pulse, pulse_of, queued_seconds, stuck_detail, timeout_detail

PROGRAM = """
import resource, sys, time
from pipelines.engine.patience import OutOfTime, Patience, in_time, listen
def busy():
    count = 0
    while True:
        count += 1
def waits():
    while True:
        time.sleep(0.01)
def slow():
    end = time.process_time() + 0.15
    while time.process_time() < end:
        time.sleep(0.004)
        count = sum(range(20_000))
    print("read")
def deaf():
    sum(range(10**12))
def limited():
    print(resource.getrlimit(resource.RLIMIT_CPU)[0] < 100)
listen()
try:
    with in_time(Patience(0.3, 0.3)):
        {name}()
except OutOfTime as error:
    print(error)
print(resource.getrlimit(resource.RLIMIT_CPU)[0])
"""
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("busy", [timeout_detail(0.3), "-1"]),
        ("waits", [stuck_detail(Patience(0.3, 0.3)), "-1"]),
        ("slow", ["read", "-1"]),
        ("limited", ["True", "-1"]),
    ],
)
def test_what_ends_a_document(name: str, printed: list[str]) -> None:
    program = PROGRAM.replace("{name}", name)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr) == (printed, "")


def test_code_outside_of_python_is_ended_by_the_kernel() -> None:
    program = PROGRAM.replace("{name}", "deaf")
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == -24


@pytest.mark.parametrize(
    ("used", "queued", "is_idle"),
    [
        (0.9, 90.0, True),  # of a hundred seconds: less than a worker gets beside whatever else
        (1.1, 90.0, False),  # kept waiting for the processor
        (1.1, 1.0, True),  # polls for something else, at what a poll costs on a slow machine
        (4.0, 0.9, True),
        (4.0, 1.1, False),
        (99.0, 0.0, False),
    ],
)
def test_who_neither_uses_the_processor_nor_queues_for_it_is_idle(used: float, queued: float, is_idle: bool) -> None:
    assert Pulse(100.0, 7.0, 3.0).is_idle(Pulse(200.0, 7.0 + used, 3.0 + queued)) is is_idle


def test_what_a_process_used_is_known_from_outside() -> None:
    before, begin = pulse_of(os.getpid()), time.process_time()
    while time.process_time() < begin + 0.1:
        pass
    after = pulse_of(os.getpid())
    assert after.used - before.used == pytest.approx(0.1, abs=0.05)
    assert after.queued >= before.queued


def test_a_process_that_does_not_tell_counts_as_kept_waiting() -> None:
    nobody = 2**22 + 1
    before = pulse_of(nobody)
    assert before.used == 0.0
    assert queued_seconds(str(nobody)) - before.queued == pytest.approx(time.monotonic() - before.at, abs=0.01)
