"""Try faults in the place of the calls of a small run: `python -m benchmarks.fault_points`.

A step of the run is stopped, or told of an error, at one of its calls. Then the release before must be whole, and the
next run must leave what a run without a fault leaves: its content hash, nothing lacking, nothing left over, nothing to
do. Prints a line of JSON for each point. A stop is seen from outside: what the process would leave, were it killed at
the call, is copied there and then, and the next run finds the copy. What is left is often what was left at the call
before, by a kill at the same call, or by another error after which the same was called; with `--once` the next run is
then tried once for all of them.
Belongs here: trying points, and choosing them. Keep out: all points in several processes (`faults`).
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from benchmarks.mutating_calls import ERRORS, Call, Watch, install, raising
from benchmarks.small_run import (
    STATES,
    STEPS,
    begun,
    copy_project,
    golden_of,
    in_this_process,
    run_steps,
    wrong_after,
    wrong_before,
)
from pipelines.releases.layout import Layout, NoRelease, current_release
from pipelines.releases.read_only import remove

STOP = "stop"
FAULTS = (STOP, *ERRORS)
# Copies of a project that are kept at once: each has 40 MB.
_COPIES = 16
_MEMORY = Path("/dev/shm")  # forcing files to disk would be most of the time


class Point(NamedTuple):
    """A call of a step of a run that begins in a state: its place in order there."""

    state: str
    step: str
    place: int


@dataclass(frozen=True)
class Tried:
    """A point and its fault, what the step ended with (empty: well), what was wrong then (nothing: all is golden).

    `is_known`: the next run was that of another point which left the same.
    """

    state: str
    step: str
    place: int
    event: str
    path: str
    site: str
    fault: str
    ended: str
    wrong: tuple[str, ...]
    is_known: bool


# Every entry of a project: name, mode, size, where a link leads, and in exactly this state the time of its content.
Left = tuple[tuple[str, int, int, str, int], ...]


def left_in(layout: Layout, *, exactly: bool) -> Left:
    """Return what stands in a project; `exactly`, with the times of contents."""
    found = []
    for path in layout.root.rglob("*"):
        state = path.lstat()
        size, leads = (0, "") if path.is_dir() else (state.st_size, str(path.readlink()) if path.is_symlink() else "")
        name = path.relative_to(layout.root).as_posix()
        found.append((name, state.st_mode, size, leads, state.st_mtime_ns if exactly else 0))
    return tuple(sorted(found))


def digest_of(*what: object) -> str:
    """Return a digest of what was done and is left: all of it would be gigabytes, of thousands of points."""
    return sha256(repr(what).encode()).hexdigest()


class Project:
    """A run from a state on, seen once without a fault: how each step begins, its calls, and what is left in the end.

    `once`: what several points leave is given to one next run.
    """

    def __init__(self, folder: Path, made: Path, state: str, *, once: bool) -> None:
        self.folder, self.state, self._once = folder / state, state, once
        self.folder.mkdir(parents=True)
        layout = copy_project(begun(made, state).project, self.folder / "project")
        self._earlier = _current(layout)
        self._begin: dict[str, Layout] = {}
        self.calls: dict[str, list[Call]] = {}
        for step in STEPS:
            self._begin[step] = layout
            # As every try does, from a copy: in it folders are listed in another order.
            layout = copy_project(layout, self.folder / f"after-{step}")
            with Watch(layout.root).on() as watch:
                run_steps(layout, [step])
            self.calls[step] = watch.calls
        self._golden = golden_of(layout)
        # What stops left, and what the next run then came to.
        self._exactly: dict[Left, list[str]] = {}
        self._stopped: dict[Point, tuple[Left, list[str]]] = {}
        # What errors left after the same calls, as digests, and what the next run then came to.
        self._answered: dict[str, list[str]] = {}

    def points(self) -> Iterator[tuple[Point, Call]]:
        """Yield all points in order."""
        for step, calls in self.calls.items():
            for place, call in enumerate(calls):
                yield Point(self.state, step, place), call

    def try_error(self, point: Point, name: str) -> Tried:
        """Try an error at a point."""
        with self._copy(point.step) as layout:
            watch = Watch(layout.root, raising(name, point.place))
            ended = ""
            try:
                with watch.on():
                    run_steps(layout, [point.step])
            except Exception as error:  # whatever it is: the next run must not mind
                ended = f"{type(error).__name__}: {error}"
            seen = watch.calls[point.place] if point.place < len(watch.calls) else None
            wrong = self._wrong_now(layout, point, seen)
            left = left_in(layout, exactly=False)
            calls = digest_of(point.step, watch.calls, left)
            stopped, known = self._stopped.get(point, (None, []))
            if len(watch.calls) == point.place + 1 and stopped == left:
                self._answered.setdefault(calls, known)
            is_known = self._once and calls in self._answered
            if not is_known:
                self._answered[calls] = self._wrong_next(layout)
            wrong += self._answered[calls]
        return Tried(*point, *self._call(point), name, ended, tuple(wrong), is_known)

    def try_stops(self, step: str, places: Collection[int]) -> Iterator[Tried]:
        """Try kills at some calls of a step."""
        kept: dict[int, tuple[Layout, Call]] = {}
        with self._copy(step) as layout:

            def keep(place: int, call: Call) -> None:
                if place in places:
                    kept[place] = copy_project(layout, self.folder / f"stop-{place}"), call

            with Watch(layout.root, keep).on():
                run_steps(layout, [step])
        self._exactly.clear()  # other runs have other times
        for place, (layout, call) in kept.items():
            point = Point(self.state, step, place)
            wrong = self._wrong_now(layout, point, call)
            left, exactly = left_in(layout, exactly=False), left_in(layout, exactly=True)
            is_known = self._once and exactly in self._exactly
            if not is_known:
                self._exactly[exactly] = self._wrong_next(layout)
            self._stopped[point] = left, self._exactly[exactly]
            remove(layout.root)
            yield Tried(*point, *call, STOP, "killed", (*wrong, *self._exactly[exactly]), is_known)

    def _call(self, point: Point) -> Call:
        return self.calls[point.step][point.place]

    def _wrong_now(self, layout: Layout, point: Point, seen: Call | None) -> list[str]:
        other = [] if seen == self._call(point) else [f"the call was another one: {seen}"]
        return other + wrong_before(layout, self._earlier, self._golden)

    def _wrong_next(self, layout: Layout) -> list[str]:
        try:
            run_steps(layout)
            return wrong_after(layout, self._golden)
        except Exception as error:  # that the next run fails is what is looked for
            return [f"the next run fails: {type(error).__name__}: {error}"]

    @contextmanager
    def _copy(self, step: str) -> Iterator[Layout]:
        root = self.folder / "copy"
        yield copy_project(self._begin[step], root)
        remove(root)


def _current(layout: Layout) -> str | None:
    try:
        return current_release(layout).name
    except NoRelease:
        return None


def third_of_lines(points: Sequence[tuple[Point, Call]], third: int) -> list[Point]:
    """Return the middle one of the calls of each line of ours that changes files, of a third of these lines."""
    lines: dict[tuple[str, str], list[Point]] = {}
    for point, call in points:
        lines.setdefault((call.event, call.site), []).append(point)
    return [found[len(found) // 2] for order, found in enumerate(lines.values()) if order % 3 == third]


def _try(projects: Sequence[Project], chosen: Collection[Point]) -> Iterator[Tried]:
    for project in projects:
        for step in STEPS:
            own = sorted(point for point in chosen if (point.state, point.step) == (project.state, step))
            for start in range(0, len(own), _COPIES):
                yield from project.try_stops(step, {point.place for point in own[start : start + _COPIES]})
            for point in own:
                for name in ERRORS:
                    yield project.try_error(point, name)


def main() -> None:
    """Try the points that are asked for, and print each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fault_points")
    parser.add_argument("--third", type=int, choices=(0, 1, 2), help="a third of the lines of ours; else all calls")
    parser.add_argument("--slice", default="0/1", metavar="K/N", help="of these, those whose place mod N is K")
    parser.add_argument("--once", action="store_true", help="what is left by several points: try the next run once")
    parser.add_argument("--made", type=Path, help="where the projects stand that runs begin with, or are made")
    given = parser.parse_args()
    own, of = map(int, given.slice.split("/"))
    in_this_process()
    install()
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="gongkai-faults-", dir=place, ignore_cleanup_errors=True) as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        made = given.made or Path(folder) / "made"
        projects = [Project(Path(folder), made, state, once=given.once) for state in STATES]
        points = [point for project in projects for point in project.points()]
        chosen = [point for point, _ in points] if given.third is None else third_of_lines(points, given.third)
        lines = len({(call.event, call.site) for _, call in points})
        print(json.dumps({"calls": len(points), "lines": lines, "chosen": len(chosen)}), flush=True)
        for tried in _try(projects, chosen[own::of]):
            print(json.dumps(asdict(tried)), flush=True)


if __name__ == "__main__":
    main()
