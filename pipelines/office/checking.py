"""Files as they were read -> what a check tells of them (`checked`).

Belongs here: which findings there are, the cells each is about, and the order. Keep out: reading files (`read_files`),
judging a report (`judged`), words (`telling`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.engine.stored_tables import PARSED
from pipelines.forms import ALL_FORMS
from pipelines.office.checked import (
    SEVERITIES,
    VALUE,
    CheckedFile,
    CheckedReport,
    Finding,
    Place,
    PrintedCell,
    Words,
)
from pipelines.office.read_files import Counted, ReadFile, nothing_in_it, read_files
from pipelines.raw.inventory import SYSTEM_FILE, Location
from pipelines.raw.page_files import REPORT_PAGE

_UNMAPPED = ".unmapped_row."


class JudgedFile(NamedTuple):
    """A file as it was checked, and what that rests on: where it lies, and each of its reports as it was judged.

    What was read together is let go as soon as nobody holds one of its files: keep of them what is needed, no more.
    """

    checked: CheckedFile
    location: Location
    reports: list[dict[str, Any]]
    read: ReadFile


def check_files(
    paths: Sequence[Path],
    reading: Callable[[], AbstractContextManager[Counted]],
    counted: Counted = lambda *_: None,
) -> Iterator[CheckedFile | str]:
    """Yield each file, those in archives too, once it is judged; of one that is left out in an archive its name.

    `reading` is entered while files are read, `counted` told how many of the paths are done.
    """
    for each in judge_files(paths, reading, counted):
        yield each if isinstance(each, str) else each.checked


def judge_files(
    paths: Sequence[Path],
    reading: Callable[[], AbstractContextManager[Counted]],
    counted: Counted = lambda *_: None,
    *,
    join: bool = False,
) -> Iterator[JudgedFile | str]:
    """Yield as `check_files` does, with each file what was judged of it; `join` as for `read_files`."""
    numbers = count(1)
    for done, found in enumerate(read_files(paths, reading, join=join), start=1):
        yield from _of_path(found, numbers)
        counted(done, len(paths))


def _of_path(found: ReadFile, numbers: Iterator[int]) -> Iterator[JudgedFile | str]:
    main, files = found.locations[0], found.files
    if not files:
        yield JudgedFile(_file(next(numbers), found.name, nothing_in_it()), main, [], found)
    for location in files:
        name = found.name_in(location)
        if location.reason == REPORT_PAGE:
            continue  # it is told with the report that it is a page of
        if location.reason == SYSTEM_FILE:
            yield name
        elif location is main or location.reason is not None or not location.is_archive:
            yield _read(next(numbers), name, location, found)


def _read(number: int, name: str, location: Location, found: ReadFile) -> JudgedFile:
    ended = found.outcome_of(location)
    reports = found.reports_of(location) if ended["outcome"] == PARSED else []
    checked = _file(number, name, ended, tuple(checked_report(report) for report in reports))
    if texts := found.texts_of(location):
        checked = replace(checked, attached_to=texts)
    return JudgedFile(checked, location, reports, found)


def _file(number: int, name: str, ended: dict[str, Any], reports: tuple[CheckedReport, ...] = ()) -> CheckedFile:
    detail: Words = {"zh": ended["detail_zh"], "en": ended["detail"]}
    return CheckedFile(number, name, ended["outcome"], ended["reason"], detail, reports)


def checked_report(report: dict[str, Any]) -> CheckedReport:
    """Return what is told of a judged report."""
    match, cells = report["agency_match"], report["cells"]
    own = ALL_FORMS[report["form"]].path_names
    values = {path: cell["value"] for path, cell in cells.items() if cell["status"] == VALUE}
    agency = match["name"] or report["agency"]
    found = sorted(report["findings"], key=lambda each: SEVERITIES.index(each["severity"]))
    return CheckedReport(
        title=report["title"],
        agency=agency,
        agency_printed=report["agency"],
        agency_status=match["status"],
        agency_key=str(match["agency_key"] or agency or "") or None,
        year=report["year"],
        form=report["form"],
        cells=sum(path in own for path in values),
        cells_of_form=len(own),
        findings=tuple(_finding(each, report) for each in found),
        figures=hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest(),
    )


def _finding(found: dict[str, Any], report: dict[str, Any]) -> Finding:
    cells = report["cells"]
    sides = _sides(found, report["form"], cells)
    return Finding(
        rule=found["rule"],
        scope=found["scope"],
        severity=found["severity"],
        message={"zh": found["message"], "en": found["message_en"]},
        hint={"zh": found["hint"], "en": found["hint_en"]},
        cell=_cell(found["cell_path"], cells),
        left=sides.get("left", ()),
        right=sides.get("right", ()),
        is_equality=found["rule"] in _equalities(),
        place=_of_unmapped_row(found, report),
    )


@cache
def _equalities() -> frozenset[str]:
    from pipelines.auditing.rule_kinds import RelationRule  # noqa: PLC0415  # it loads polars
    from pipelines.auditing.rules_file import rules_of  # noqa: PLC0415  # it loads polars

    return frozenset(rule.rule for rule in rules_of(RelationRule) if rule.fails_when is None)


def _sides(found: dict[str, Any], form: str, cells: dict[str, Any]) -> dict[str, tuple[PrintedCell, ...]]:
    """Return the cells on each side of a relation, in the order in which they are printed."""
    import polars as pl  # noqa: PLC0415  # after workers were started

    from pipelines.auditing.rule_cells import rule_cells_frame  # noqa: PLC0415  # it loads polars

    named = (pl.col("rule") == found["rule"]) & (pl.col("scope") == found["scope"]) & (pl.col("form") == form)
    terms = rule_cells_frame().filter(named & ~pl.col("is_last_year"))
    order = {path: place for place, path in enumerate(cells)}
    sides: dict[str, list[PrintedCell]] = {}
    for side, path, sign in terms.select("side", "cell_path", "sign").iter_rows():
        if (cell := _cell(path, cells, sign)) is not None:
            sides.setdefault(side, []).append(cell)
    return {side: tuple(sorted(found, key=lambda cell: order[cell.path])) for side, found in sides.items()}


def _cell(path: str | None, cells: dict[str, Any], sign: int = 1) -> PrintedCell | None:
    if path not in cells:
        return None
    cell = cells[path]
    return PrintedCell(path, cell["status"], cell["raw"], cell["value"], Place.of(cell["place"]), sign)


def _of_unmapped_row(found: dict[str, Any], report: dict[str, Any]) -> Place:
    _, is_row, ordinal = str(found["scope"]).rpartition(_UNMAPPED)
    rows = report["unmapped"][int(ordinal) - 1 : int(ordinal)] if is_row else ()
    return next((Place.of(row["place"]) for row in rows), Place())
