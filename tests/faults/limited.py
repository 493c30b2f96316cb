"""Small runs in a process that is denied something, for a while: `python -m tests.faults.limited FOLDER MADE KIND ...`.

Prints a line of JSON for each limit: the step that met it, what it ended with, and what was wrong afterwards. The next
run, without the limit, must leave what an undisturbed run leaves. The projects that runs begin with stand in the folder
MADE, or are made there for all processes to come. What needs a file system of its own is run in a
namespace of mounts (`in_own_mounts`), which ends with the process.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.fault_points import Left, left_in
from benchmarks.small_run import (
    FIRST,
    SECOND,
    STEPS,
    begun,
    copy_project,
    golden_of,
    in_this_process,
    run_steps,
    wrong_after,
    wrong_before,
)
from pipelines.releases.layout import Layout
from pipelines.releases.read_only import remove

NOBODY = 65_534
KIB = 1024
# From which step on the disk is full but for so many KiB, of the 40,000 that a first run writes: each step meets it.
FREE_KIB = (
    *(("look", free) for free in (0, 40, 400, 14_000)),
    ("publish", 0),  # which takes none: the next step meets it
)
# From less than a note to less than the database; all that is larger breaks off there.
FILE_BYTES = (100, 9_000, 20_000, 100_000, 9_000_000)
# Beyond what is open already: what a library keeps open differs between machines, and on some of them four are enough.
DESCRIPTORS = (0, 1, 2)
# What of a project may not be written to.
DENIED = ("data/warehouse", "data/warehouse/work", "data/warehouse/releases")


class Tries:
    """A project in a state, copied for each try, and what must come of it."""

    def __init__(self, folder: Path, made: Path, state: str, kind: str) -> None:
        self.kind, self._folder = kind, folder
        self._project, undisturbed = begun(made, state)
        self._golden = golden_of(undisturbed)
        self._earlier = self._project.current.resolve().name if self._project.current.is_symlink() else None
        # What tries left, to the time of each file, and what the next run then came to.
        self._after: dict[Left, list[str]] = {}

    def attempt(
        self, limit: object, denied: Callable[[Layout], AbstractContextManager[None]], *, since: str = "look"
    ) -> None:
        """Run a copy under a limit that begins with a step, then without it, and print how it went."""
        layout = copy_project(self._project, self._folder / "copy")
        steps = list(STEPS)
        begin = steps.index(since)
        run_steps(layout, steps[:begin])
        step, told = "", ""
        with denied(layout):
            for step in steps[begin:]:
                try:
                    run_steps(layout, [step])
                except BaseException as error:  # a panic of Rust is no Exception
                    told = f"{type(error).__name__}: {error}"
                    break
        wrong = wrong_before(layout, self._earlier, self._golden)
        left = left_in(layout, exactly=True)
        if left not in self._after:
            run_steps(layout)
            self._after[left] = wrong_after(layout, self._golden)
        wrong += self._after[left]
        remove(layout.root)
        row = {"kind": self.kind, "limit": limit, "step": step if told else "", "told": told, "wrong": wrong}
        print(json.dumps(row), flush=True)


@contextmanager
def _soft(which: int, value: int, _: object = None) -> Iterator[None]:
    soft, hard = resource.getrlimit(which)
    resource.setrlimit(which, (value, hard))
    try:
        yield
    finally:
        resource.setrlimit(which, (soft, hard))


@contextmanager
def _full(free: int, layout: Layout) -> Iterator[None]:
    """Fill the disk until so many bytes are free."""
    ballast = layout.root.parent / "ballast"
    state = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - free)
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def _read_only(layout: Layout) -> Iterator[None]:
    disk = str(layout.root.parents[1])
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)


@contextmanager
def _as_nobody(denied: str, layout: Layout) -> Iterator[None]:
    """Be somebody who may write to the project, but not to one of its folders."""
    place = layout.root / denied
    mode = place.stat().st_mode
    place.chmod(0o555)
    if os.getuid() == 0:  # who may write wherever they like
        subprocess.run(["chown", "-R", str(NOBODY), layout.root], check=True)
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(os.getuid())
        place.chmod(mode)


@contextmanager
def _few_descriptors(more: int, _: object) -> Iterator[None]:
    """Take all descriptors but so many."""
    taken: list[int] = []
    highest = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
    with _soft(resource.RLIMIT_NOFILE, highest + 20):
        try:
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            for descriptor in taken[:more]:
                os.close(descriptor)
        try:
            yield
        finally:
            for descriptor in taken[more:]:
                os.close(descriptor)


def on_a_full_disk(folder: Path, made: Path) -> None:
    """A run that finds so much room, on a disk of its own."""
    tries = Tries(folder, made, FIRST, "full")
    for step, free in FREE_KIB:
        tries.attempt(free, partial(_full, free * KIB), since=step)


def on_a_read_only_disk(folder: Path, made: Path) -> None:
    """A run, and one with a release, on a disk that is read-only."""
    for state in (FIRST, SECOND):
        Tries(folder, made, state, "read-only").attempt(state, _read_only)


def with_files_cut(folder: Path, made: Path) -> None:
    """A run none of whose files can be longer."""
    tries = Tries(folder, made, FIRST, "cut")
    for size in FILE_BYTES:
        tries.attempt(size, partial(_soft, resource.RLIMIT_FSIZE, size))


def without_permission(folder: Path, made: Path) -> None:
    """A run that may not write to one of its folders."""
    folder.chmod(0o755)
    tries = Tries(folder, made, SECOND, "denied")
    for place in DENIED:
        tries.attempt(place, partial(_as_nobody, place))


def out_of_descriptors(folder: Path, made: Path) -> None:
    """A run that may open so many files beyond those it has."""
    tries = Tries(folder, made, SECOND, "descriptors")
    for more in DESCRIPTORS:
        tries.attempt(more, partial(_few_descriptors, more))


KINDS = {
    "full": on_a_full_disk,
    "read-only": on_a_read_only_disk,
    "cut": with_files_cut,
    "denied": without_permission,
    "descriptors": out_of_descriptors,
}


def in_own_mounts(words: list[str], folder: Path) -> list[str]:
    """Return a command that has a disk of its own at a folder, gone with the process."""
    mounted = f'mount -t tmpfs -o size=300m,mode=755 none {folder} && exec "$@"'
    spaces = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
    return ["unshare", *spaces, "sh", "-c", mounted, "sh", *words]


def main() -> None:
    """Try the kinds that are named, below a folder, with projects below another."""
    folder, made = map(Path, sys.argv[1:3])
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    in_this_process()
    for kind in sys.argv[3:]:
        own = folder / kind
        own.mkdir()
        KINDS[kind](own, made)
        shutil.rmtree(own, ignore_errors=True)


if __name__ == "__main__":
    main()
