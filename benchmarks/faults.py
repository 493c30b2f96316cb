"""Every fault at every call of a small run that changes files: `make faults` (`python -m benchmarks.faults`).

Takes the better part of an hour on two cores; shows how far it is, and ends with what was tried and what of it led to
another release than a run without a fault. Exit code 1 where anything did.
Belongs here: sharing the points out to processes, and adding up. Keep out: trying one (`fault_points`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any

from benchmarks.fault_points import FAULTS

_SHOWN = 40
Row = dict[str, Any]


def _of_a_process(slice_: str, rows: SimpleQueue[Row | None]) -> None:
    words = [sys.executable, "-m", "benchmarks.fault_points", "--once", "--slice", slice_]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            rows.put(json.loads(line))
    rows.put(None)
    if process.returncode:
        raise SystemExit(f"the process of the points {slice_} ended with {process.returncode}")


def tried_points(processes: int) -> Iterator[Row]:
    """Yield what each process begins with, and every point that any of them tried."""
    rows: SimpleQueue[Row | None] = SimpleQueue()
    with ThreadPoolExecutor(processes) as pool:
        work = [pool.submit(_of_a_process, f"{own}/{processes}", rows) for own in range(processes)]
        for _ in work:
            yield from iter(rows.get, None)
        for each in work:
            each.result()


def main() -> int:
    """Try all points, print the figures; return the exit code."""
    calls, tried, known, wrong = 0, Counter[str](), 0, []
    for row in tried_points(os.cpu_count() or 1):
        if "fault" not in row:
            calls = row["calls"]
            continue
        tried[f"{row['state']:6} {row['step']:9} {row['fault']}"] += 1
        known += row["is_known"]
        if row["wrong"]:
            wrong.append(row)
        if sys.stderr.isatty():
            print(f"\r{tried.total()} of {calls * len(FAULTS)}, {len(wrong)} wrong", end="", file=sys.stderr)
    print(f"{calls} calls, {tried.total()} points tried ({known} of them left what another did)")
    for name, count in sorted(tried.items()):
        print(f"  {name:24} {count:5}")
    for row in wrong[:_SHOWN]:
        place = f"{row['state']} {row['step']} {row['place']} {row['event']} {row['path']} ({row['site']})"
        print(f"wrong: {place} {row['fault']}: {'; '.join(row['wrong'])}")
    print(f"{tried.total() - len(wrong)} of {tried.total()} equal to golden")
    return 1 if wrong or tried.total() != calls * len(FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
