"""Flip a bit of a file below data/warehouse, cut it or delete it, run with a new file, and see what was published.

python -m benchmarks.bit_rot [--every] [--flips N] [--seed N]: a file of each kind, or every one, so many bits of each;
a line of JSON for each attempt, and last how many of them ended how. Exit code 1 where damage was published, or stayed.
Belongs here: damage to what lies still on a disk, and what came of it. Keep out: faults of calls (`fault_points`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.small_run import SECOND, begun, copy_project, in_this_process, run_steps
from pipelines import Told
from pipelines.releases.layout import Layout, current_release
from pipelines.releases.manifest import PARQUET, read_manifest
from pipelines.releases.verified import faults
from pipelines.warehouse.run_causes import causes_of_run

FLIP, CUT, DELETE = "flip", "cut", "delete"
# Published as without the damage; told by the run, and published so by the next; published otherwise, and by whom.
EQUAL, HEALED, OTHER, STUCK = "equal", "told, then equal", "other", "stuck"
_RUNS = 3
_TABLES = re.compile(r"\b(parquet|star|sums|extracted/\w+/\w+)/(\.?)[a-z][a-z0-9_]+(?!.*manifest)")
_DIGITS = re.compile(r"[0-9a-f]{12,64}|\d{8}T\d{6}Z-|\d+")


class Attempt(NamedTuple):
    """Damage to files (names below data/warehouse) and what came of it; `told` is what the first run said."""

    files: tuple[str, ...]
    how: str
    places: tuple[int, ...]
    outcome: str
    told: str


def kind_of(name: str) -> str:
    """Return the kind of a file: its name without digests, moments, years and the names of tables."""
    return _DIGITS.sub("#", _TABLES.sub(r"\1/\2*", name))


def files_of(layout: Layout) -> list[str]:
    """Return the files below data/warehouse that hold something, by name; the lock is none of them."""
    found = (path for path in layout.warehouse.rglob("*") if path.is_file() and path.stat().st_size)
    return sorted({path.relative_to(layout.warehouse).as_posix() for path in found if not _is_beside(layout, path)})


def _is_beside(layout: Layout, path: Path) -> bool:
    # What the links lead to is there by its own name.
    return path in (layout.lock, layout.database) or layout.current in path.parents


def damage(path: Path, how: str, place: int) -> None:
    """Flip a bit (its place) of a file as a disk does, which changes neither inode nor times; cut it, or delete it."""
    if how == DELETE:
        path.parent.chmod(0o755)
        path.unlink()
        return
    was = path.stat()
    path.chmod(0o644)
    with path.open("r+b") as file:
        if how == CUT:
            file.truncate(was.st_size // 2)
        else:
            file.seek(place // 8)
            byte = file.read(1)[0]
            file.seek(place // 8)
            file.write(bytes([byte ^ 1 << place % 8]))
    path.chmod(was.st_mode & 0o777)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def published(layout: Layout) -> tuple[str, dict[str, str]]:
    """Return the hash of what the current release holds, and the digests of its tables as its manifest states them."""
    manifest = read_manifest(current_release(layout))
    files = {name: about["sha256"] for name, about in manifest["files"].items() if name.startswith(f"{PARQUET}/")}
    return str(manifest["content_hash"]), files


def attempt(project: Layout, golden: tuple[str, dict[str, str]], how: str, places: Mapping[str, int]) -> Attempt:
    """Damage files of a copy of a project with a release and a new file; run, and again where that tells a fault."""
    tried = tuple(places), how, tuple(places.values())
    with tempfile.TemporaryDirectory() as folder:
        layout = copy_project(project, Path(folder) / "own")
        for name, place in places.items():
            damage(layout.warehouse / name, how, place)
        outcome, told = EQUAL, ""
        for _ in range(_RUNS):
            before = _current_id(layout)
            try:
                run_steps(layout)
                break
            except (Told, OSError, ValueError, AssertionError) as error:
                told, outcome = told or f"{type(error).__name__}: {error}", HEALED
                if _current_id(layout) != before:
                    return Attempt(*tried, OTHER, told)
            except Exception as error:  # whatever a library makes of a damaged file is a finding
                return Attempt(*tried, STUCK, f"{type(error).__name__}: {error}")
        else:
            return Attempt(*tried, STUCK, told)
        wrong = [str(fault) for fault in faults(current_release(layout))]
        if wrong or published(layout) != golden or causes_of_run(layout):
            told = "; ".join([*wrong, *causes_of_run(layout), told])
            return Attempt(*tried, OTHER, told)
        return Attempt(*tried, outcome, told)


def _current_id(layout: Layout) -> str | None:
    return str(layout.current.readlink()) if layout.current.is_symlink() else None


def chosen(names: Sequence[str], chance: random.Random) -> list[str]:
    """Return one file of each kind."""
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(kind_of(name), []).append(name)
    return [chance.choice(found) for found in kinds.values()]


class Trial:
    """A project with a release and a new file, and what a run of it publishes that nothing disturbs."""

    def __init__(self, made: Path, seed: int) -> None:
        self.project, self.undisturbed = begun(made, SECOND)
        self.golden = published(self.undisturbed)
        self.chance = random.Random(seed)

    def names(self, *, every: bool = False) -> list[str]:
        """Return one file of each kind, or every one."""
        found = files_of(self.project)
        return found if every else chosen(found, self.chance)

    def one_by_one(self, names: Sequence[str], how: str) -> Iterator[Attempt]:
        """Yield an attempt on each file by itself."""
        for name in names:
            yield attempt(self.project, self.golden, how, {name: self._bit(name)})

    def at_once(self, names: Sequence[str], how: str) -> Attempt:
        """Return the attempt on all of some files."""
        return attempt(self.project, self.golden, how, {name: self._bit(name) for name in names})

    def _bit(self, name: str) -> int:
        return self.chance.randrange((self.project.warehouse / name).stat().st_size * 8)


def sampled(trial: Trial, third: int) -> Iterator[Attempt]:
    """Yield few attempts: a bit of a file of a third of the kinds that hold values, then all kinds in every way."""
    names = trial.names()
    yield from trial.one_by_one([name for name in names if name.endswith((".parquet", ".duckdb"))][third::3], FLIP)
    yield from (trial.at_once(names, how) for how in (FLIP, CUT, DELETE))


def main() -> int:
    """Try and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bit_rot")
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--flips", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    in_this_process()
    folder = Path(tempfile.mkdtemp())
    outcomes: Counter[tuple[str, str]] = Counter()
    try:
        trial = Trial(folder, given.seed)
        names = trial.names(every=given.every)
        for each in (each for how in (*[FLIP] * given.flips, CUT, DELETE) for each in trial.one_by_one(names, how)):
            outcomes[each.how, each.outcome] += 1
            print(json.dumps(each._asdict(), ensure_ascii=False), flush=True)
    finally:
        shutil.rmtree(folder)
    print(json.dumps({f"{how}: {outcome}": count for (how, outcome), count in sorted(outcomes.items())}))
    return int(any(outcome in (OTHER, STUCK) for _, outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
