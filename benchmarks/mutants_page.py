"""docs/mutants.md: how many mutants each module has, and why each survivor was let live.

The page is its own store: figures and survivors are written anew, the reason under a survivor is kept as it was
written by hand. Belongs here: the page's form, read and written. Keep out: how mutants are made and tried (`mutants`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

NOT_JUDGED = "not judged yet"
_HEAD = """# Mutants

Written by `make mutants`: every module below is changed in one small place after another (mutmut), and its mirrored
test file alone must notice. Survivors stand below with the reason why no test is written for them; the reason is
written by hand and kept. Constants and patterns of a module are not mutated, only its functions.
"""
_ROW = re.compile(r"^\| `([^`]+)` \| (\d+) \| (\d+) \|")
_FILE = re.compile(r"^## `([^`]+)`")
_SURVIVOR = re.compile(r"^- (\d+ x )?`(\w+)`: ``(.*)`` to ``(.*)``$")


class Change(NamedTuple):
    """The line of a function that a mutant changes, before and after."""

    function: str
    before: str
    after: str


class Tried(NamedTuple):
    """What became of the mutants of a file."""

    file: str
    mutants: int
    survivors: tuple[Change, ...]

    @property
    def killed(self) -> int:
        """Return how many mutants a test noticed."""
        return self.mutants - len(self.survivors)


class _Page(NamedTuple):
    tried: dict[str, Tried]
    reasons: dict[tuple[str, Change], str]


def write(path: Path, tried: Tried) -> None:
    """Write what was tried into the page; the figures of other files, and all reasons, stay."""
    known = _read(path.read_text(encoding="utf-8") if path.exists() else "")
    whole = {**known.tried, tried.file: tried}
    lines = [*_summary(list(whole.values())), *_survivors(list(whole.values()), known.reasons)]
    path.write_text("\n".join([_HEAD, *lines, ""]), encoding="utf-8")


def _read(text: str) -> _Page:
    mutants: dict[str, int] = {}
    survivors: dict[str, list[Change]] = {}
    reasons: dict[tuple[str, Change], str] = {}
    file = ""
    lines = text.split("\n")
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if row := _ROW.match(line):
            mutants[row[1]] = int(row[2])
        elif heading := _FILE.match(line):
            file = heading[1]
        elif found := _SURVIVOR.match(line):
            change = Change(found[2], found[3], found[4])
            survivors.setdefault(file, []).extend([change] * int((found[1] or "1").split()[0]))
            reasons[file, change] = below.strip()
    return _Page({f: Tried(f, count, tuple(survivors.get(f, ()))) for f, count in mutants.items()}, reasons)


def _summary(tried: list[Tried]) -> Iterator[str]:
    yield "| file | mutants | killed | share |"
    yield "| --- | ---: | ---: | ---: |"
    for outcome in sorted(tried):
        yield f"| `{outcome.file}` | {outcome.mutants} | {outcome.killed} | {outcome.killed / outcome.mutants:.1%} |"
    mutants, killed = sum(o.mutants for o in tried), sum(o.killed for o in tried)
    yield f"| all | {mutants} | {killed} | {killed / mutants:.1%} |"


def _survivors(tried: list[Tried], reasons: dict[tuple[str, Change], str]) -> Iterator[str]:
    for outcome in sorted(tried):
        if outcome.survivors:
            yield f"\n## `{outcome.file}`\n"
        for change, same in groupby(sorted(outcome.survivors)):
            count = len(list(same))
            times = f"{count} x " if count > 1 else ""
            yield f"- {times}`{change.function}`: ``{change.before}`` to ``{change.after}``"
            yield f"  {reasons.get((outcome.file, change), NOT_JUDGED)}"
