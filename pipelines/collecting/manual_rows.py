"""The CSV file of a manual source: one report a line.

Belongs here: reading it. Keep out: what a row may hold (`list_types`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from pydantic import ValidationError

from pipelines.collecting.list_types import ManualRow
from pipelines.declarations import DeclarationError, Fault

MANUAL_COLUMNS = ("url", "title", "date", "agency", "year")


def manual_rows(path: Path) -> tuple[ManualRow, ...]:
    """Return the rows of a CSV file in UTF-8. Raises DeclarationError with every fault and its line."""
    try:
        lines = list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig")), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DeclarationError([Fault(str(path), 1, "", f"not readable as CSV in UTF-8: {error}")]) from error
    if not lines or tuple(lines[0]) != MANUAL_COLUMNS:
        raise DeclarationError([Fault(str(path), 1, "", f"expected {','.join(MANUAL_COLUMNS)}")])
    rows: list[ManualRow] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) not in (0, len(MANUAL_COLUMNS)):
            faults.append(Fault(str(path), number, "", f"expected {len(MANUAL_COLUMNS)} columns, found {len(line)}"))
        elif line:
            values = dict(zip(MANUAL_COLUMNS, line, strict=True))
            try:
                rows.append(ManualRow.model_validate({k: v for k, v in values.items() if v or k == "title"}))
            except ValidationError as failure:
                faults.extend(_faults(path, number, failure))
    if faults:
        raise DeclarationError(faults)
    return tuple(rows)


def _faults(path: Path, line: int, failure: ValidationError) -> Iterator[Fault]:
    for error in failure.errors(include_url=False):
        place = ".".join(map(str, error["loc"]))
        yield Fault(str(path), line, place, f"{error['msg']}; found {str(error['input'])[:80]!r}")
