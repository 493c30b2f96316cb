"""Seconds are counted on the processor; the clock ends only what does not use it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.engine.patience import Patience, Pulse, processor_seconds, stuck_detail, timeout_detail

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


def test_a_process_is_idle_below_a_hundredth_of_a_core() -> None:
    pulse = Pulse(100.0, 7.0)
    assert pulse.is_idle(200.0, 7.9)
    assert not pulse.is_idle(200.0, 8.1)


def test_the_processor_time_of_a_process_is_known_from_outside() -> None:
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    assert processor_seconds(os.getpid()) == pytest.approx(time.process_time(), abs=0.05)
    assert processor_seconds(2**22 + 1) == 0.0
