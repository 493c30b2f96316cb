"""Reports as the office judges them, from files."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.office.read_files import read_files
from tests.projects import SEEDS

Judged = dict[str, Any]


def judged_reports(paths: Iterable[Path]) -> dict[str, Judged]:
    """Return the one report of each file, by the name of the file."""
    found: dict[str, Judged] = {}
    for each in read_files(list(paths), lambda: nullcontext(lambda *_: None)):
        (location,) = each.files
        (found[each.path.name],) = each.reports_of(location)
    return found


@cache
def _seeds() -> dict[str, Judged]:
    return judged_reports(sorted(SEEDS.glob("*.txt")))


def seed_report(number: str) -> Judged:
    """Return the report of a seed, to be changed at will."""
    return copy.deepcopy(next(report for name, report in _seeds().items() if name.startswith(number)))
