"""Flip a bit of a file below data/warehouse, cut it or delete it, run with a new file, and see what was published.

python -m benchmarks.bit_rot [FLIPS [SEED]]: every file, so many bits of each; a line of JSON for each attempt.
Belongs here: damage to what lies still on a disk, and what came of it. Keep out: faults of calls (`fault_points`).
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.small_run import SECOND, copy_project, in_this_process, make_project, run_steps
from pipelines import Told
from pipelines.releases.layout import Layout, current_release
from pipelines.releases.manifest import PARQUET, read_manifest
from pipelines.releases.verified import faults
from pipelines.warehouse.run_causes import causes_of_run

FLIP, CUT, DELETE = "flip", "cut", "delete"
# Published as without the damage; told by the run, and published so by the next; published otherwise, and by whom.
EQUAL, HEALED, OTHER, STUCK = "equal", "told, then equal", "other", "stuck"
_RUNS = 3
_DIGITS = re.compile(r"[0-9a-f]{12,64}|\d{8}T\d{6}Z-|\d+")


class Attempt(NamedTuple):
    """Damage to a file (its name below data/warehouse) and what came of it; `told` is what the first run said."""

    file: str
    how: str
    place: int
    outcome: str
    told: str


def kind_of(name: str) -> str:
    """Return the kind of a file: its name without digests, moments and years."""
    return _DIGITS.sub("#", name)


def files_of(layout: Layout) -> list[str]:
    """Return the files below data/warehouse that hold something, by name; the lock is none of them."""
    found = (path for path in layout.warehouse.rglob("*") if path.is_file() and path.stat().st_size)
    return sorted({path.relative_to(layout.warehouse).as_posix() for path in found if not _is_beside(layout, path)})


def _is_beside(layout: Layout, path: Path) -> bool:
    # What the links lead to is there by its own name.
    return path == layout.lock or path == layout.database or layout.current in path.parents


def damage(path: Path, how: str, place: int) -> None:
    """Flip a bit (its place) of a file as a disk does, which changes neither inode nor times; or cut it, or delete it."""
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


def attempt(project: Layout, golden: tuple[str, dict[str, str]], name: str, how: str, place: int = 0) -> Attempt:
    """Damage a file of a copy of a project with a release and a new file, run, and run again where that tells a fault."""
    with tempfile.TemporaryDirectory() as folder:
        layout = copy_project(project, Path(folder) / "own")
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
                    return Attempt(name, how, place, OTHER, told)
            except Exception as error:  # noqa: BLE001  # whatever a library makes of a damaged file is a finding
                return Attempt(name, how, place, STUCK, f"{type(error).__name__}: {error}")
        else:
            return Attempt(name, how, place, STUCK, told)
        wrong = [str(fault) for fault in faults(current_release(layout))]
        if wrong or published(layout) != golden or causes_of_run(layout):
            told = "; ".join([*wrong, *causes_of_run(layout), told])
            return Attempt(name, how, place, OTHER, told)
        return Attempt(name, how, place, outcome, told)


def _current_id(layout: Layout) -> str | None:
    return os.readlink(layout.current) if layout.current.is_symlink() else None


def attempts(folder: Path, flips: int, seed: int, *, one_of_a_kind: bool = False) -> Iterator[Attempt]:
    """Yield attempts on every file, or one of each kind: so many bits, a cut, a deletion."""
    project = make_project(folder / "project", SECOND)
    undisturbed = copy_project(project, folder / "undisturbed")
    run_steps(undisturbed)
    golden = published(undisturbed)
    chance = random.Random(seed)
    seen: set[str] = set()
    for name in files_of(project):
        size = (project.warehouse / name).stat().st_size
        places = [chance.randrange(size * 8) for _ in range(flips)]
        if one_of_a_kind and kind_of(name) in seen:
            continue
        seen.add(kind_of(name))
        for place in places:
            yield attempt(project, golden, name, FLIP, place)
        for how in (CUT, DELETE):
            yield attempt(project, golden, name, how)


def main() -> None:
    """Try and print."""
    flips, seed = (*map(int, sys.argv[1:]), 1, 1)[:2] if len(sys.argv) > 2 else (int((sys.argv + ["1"])[1]), 1)
    in_this_process()
    folder = Path(tempfile.mkdtemp())
    outcomes: Counter[tuple[str, str]] = Counter()
    try:
        for each in attempts(folder, flips, seed):
            outcomes[each.how, each.outcome] += 1
            print(json.dumps(each._asdict(), ensure_ascii=False), flush=True)
    finally:
        shutil.rmtree(folder)
    print(json.dumps({f"{how}: {outcome}": count for (how, outcome), count in sorted(outcomes.items())}))


if __name__ == "__main__":
    main()
