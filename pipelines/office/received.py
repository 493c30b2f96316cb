"""What an office received: each report with its file, and what was judged of it kept small until somebody needs it.

Belongs here: reading files once and keeping their reports. Keep out: whose they are (`coverage`), which of several
counts (`counting`). Nothing here loads polars: that waits until workers were started.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines.office.checked import Checked, CheckedFile, CheckedReport
from pipelines.office.checking import JudgedFile, judge_files
from pipelines.office.given_files import Given
from pipelines.office.read_files import Counted, name_of

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Received:
    """A report in a file. `match` is what its judged report says of its agency, `numbers` rows NUMBERS of `copies`.

    Two files of the same bytes have one `report_key`.
    """

    file: CheckedFile
    report: CheckedReport
    report_key: int
    sha256: str
    ordinal: int
    media_type: str
    published_on: date | None
    match: dict[str, Any]
    numbers: pl.DataFrame = field(repr=False, compare=False)
    packed: bytes = field(repr=False, compare=False)

    @property
    def judged(self) -> dict[str, Any]:
        """Return the report as it was judged (`ReadFile.reports_of`), made anew each time: hold few at once."""
        found: dict[str, Any] = json.loads(zlib.decompress(self.packed))
        return found


@dataclass(frozen=True)
class Reception:
    """All files of an office as they were checked, the reports in them in order, and the sha256 of files by number."""

    checked: Checked
    reports: tuple[Received, ...]
    sha256s: dict[int, str]


def receive(
    given: Given,
    reading: Callable[[], AbstractContextManager[Counted]],
    counted: Counted = lambda *_: None,
) -> Reception:
    """Read and judge all files; of each report what is needed later is kept, some kilobytes.

    A text and its attachment are one report, as in a run.
    """
    files: list[CheckedFile] = []
    left_out = [name_of(path) for path in given.left_out]
    reports: list[Received] = []
    sha256s: dict[int, str] = {}
    for each in judge_files(given.files, reading, counted, join=True):
        if isinstance(each, str):
            left_out.append(each)
            continue
        files.append(each.checked)
        if each.location.file_sha256:
            sha256s[each.checked.number] = each.location.file_sha256
        reports += _reports(each)
    checked = Checked(tuple(files), tuple(left_out), tuple(map(name_of, given.empty)))
    return Reception(checked, tuple(reports), sha256s)


def _reports(found: JudgedFile) -> Iterator[Received]:
    judging = found.read.judged
    if judging is None or not found.reports:
        return
    stated = judging.stated_of(found.location.file_sha256)
    for own, report, judged in zip(stated, found.checked.reports, found.reports, strict=True):
        yield Received(
            file=found.checked,
            report=report,
            report_key=own["report_key"],
            sha256=own["file_sha256"],
            ordinal=own["ordinal"],
            media_type=own["media_type"] or "",
            published_on=own["published_on"],
            match=judged["agency_match"],
            numbers=judging.numbers_of(own["report_key"]),
            packed=zlib.compress(json.dumps(judged, ensure_ascii=False).encode(), 1),
        )
