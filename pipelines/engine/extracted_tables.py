"""Reports -> Arrow tables of the work store. Runs in workers, so nothing here imports polars."""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from pipelines.contracts.keys import content_key
from pipelines.engine.errands import memory_detail
from pipelines.engine.stored_tables import (
    LATEST_YEAR,
    NOT_A_REPORT,
    PARSED,
    PLACE,
    QUARANTINED,
    SCHEMAS,
    FileTask,
    Tables,
    outcome_row,
    printable,
    table_of,
)
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.narrative.figures import NarrativeFigure, narrative_figures
from pipelines.extracting.report import Report
from pipelines.extracting.splitting import Extraction, extract_all
from pipelines.extracting.tables.cells import FormReading
from pipelines.extracting.tables.rows import Slot
from pipelines.forms import NARRATIVE
from pipelines.messages.kept import kept, kept_together
from pipelines.raw.beside import is_beside, read_beside
from pipelines.reading import Document, Limits, Place, ReadError, read
from pipelines.reading.archive import read_member

_NO_PLACE, _NO_AMOUNT = (None,) * (len(PLACE) - 1), (None, None)
_NO_SLOT = ("", None, None, None, None, 0, None, None)
_CELLS, _NOWHERE = "cells", Place()


class Rows:
    """Rows of one batch of documents, table by table.

    Cells, of which a report has hundreds, are kept by column: a tuple of columns for each report.
    """

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in SCHEMAS if name != _CELLS}
        self.cells: list[tuple[Sequence[Any], ...]] = []

    def extend(self, other: Rows) -> None:
        """Add the rows of other documents below."""
        for name, rows in other.rows.items():
            self.rows[name].extend(rows)
        self.cells.extend(other.cells)

    def tables(self) -> Tables:
        """Return the batch as Arrow tables."""
        columns: dict[str, list[Sequence[Any]]] = {name: [*zip(*rows, strict=True)] for name, rows in self.rows.items()}
        columns[_CELLS] = [[*chain.from_iterable(parts)] for parts in zip(*self.cells, strict=True)]
        return {name: table_of(columns[name], schema) for name, schema in SCHEMAS.items()}

    def add_outcome(
        self, sha256: str, size: int, outcome: str, reason: str | None = None, detail: str | None = None
    ) -> None:
        """Add a document that yields no report."""
        self.rows["documents"].append(outcome_row(sha256, size, outcome, reason, detail))

    def add_reports(self, sha256: str, size: int, document: Document, found: Extraction) -> None:
        """Add a parsed document with its reports; what could not be read of it stays visible as reason and detail."""
        media_type, encoding = document.media_type, document.encoding
        reason = "part_unread" if found.problems else None
        detail = kept_together(told for _, told in found.problems) if found.problems else None
        described = (sha256, size, media_type, encoding, PARSED, reason, printable(detail), len(found.reports))
        self.rows["documents"].append(described)
        for ordinal, report in enumerate(found.reports):
            self._add_report(sha256, ordinal, media_type, encoding, report)

    def _add_report(self, sha256: str, ordinal: int, media_type: str, encoding: str | None, report: Report) -> None:
        key = content_key(sha256, ordinal)
        head = report.headline
        form = report.reading.form.id if report.reading else NARRATIVE
        stated = (head.title, head.agency, head.index_number)
        described = (*stated, head.year, head.year_source, head.published_on, form)
        self.rows["reports"].append((key, sha256, ordinal, *described, media_type, encoding))
        sections = _merged(report)
        self.rows["sections"].extend((key, s.number, s.heading, s.text) for s in sections)
        self._add_figures(key, narrative_figures(sections, head.year))
        if report.reading:
            self._add_cells(key, sha256, report.reading)

    def _add_figures(self, key: int, figures: Iterable[NarrativeFigure]) -> None:
        for f in figures:
            values = (f.sentence, f.raw, f.value, f.unit, f.yuan, f.kind, ",".join(f.meanings), f.group, f.role)
            self.rows["figures"].append((key, f.ordinal, f.section, f.start, f.end, *values))

    def _add_cells(self, key: int, sha256: str, reading: FormReading) -> None:
        if reading.cells:
            self.cells.append(_cell_columns(key, sha256, reading))
        for ordinal, row in enumerate(reading.unmapped, start=1):
            place = (sha256, *_place(row.slot))
            self.rows["unmapped_rows"].append((key, ordinal, row.table, row.label, list(row.values), *place))


def _merged(report: Report) -> list[Any]:
    """Return one entry per section number; a number that stands twice keeps both texts."""
    merged: dict[int, Any] = {}
    for section in report.sections:
        above = merged.get(section.number)
        merged[section.number] = above._replace(text=f"{above.text}\n{section.text}") if above else section
    return list(merged.values())


def _cell_columns(key: int, sha256: str, reading: FormReading) -> tuple[Sequence[Any], ...]:
    """Return the cells of a report by column, as the schema has them."""
    count, statutory = len(reading.cells), len(reading.form.cell_paths)
    raw, status, value, unit, yuan, matched_by, score, slots, notes = zip(*reading.cells.values(), strict=True)
    is_statutory = [True] * min(statutory, count)
    is_statutory += [reading.is_statutory(path) for path in islice(reading.cells, statutory, None)]
    amounts = [(found.yuan, found.unit_source) if found else _NO_AMOUNT for found in yuan]
    return (
        *(
            [key] * count,
            range(1, count + 1),
            *zip(*reading.cells, strict=True),
            is_statutory,
            raw,
            status,
            value,
            unit,
        ),
        *(*zip(*amounts, strict=True), matched_by, score, notes, [sha256] * count),
        *_place_columns(slots),
    )


def _place_columns(slots: Sequence[Slot | None]) -> Iterator[Sequence[Any]]:
    """Return where cells stand, by column; most formats know no more of them than the grid."""
    _, grids, rows, columns, _, lines, places, _ = zip(*[slot or _NO_SLOT for slot in slots], strict=True)
    if any(places):
        return zip(*map(_place, slots), strict=True)
    nothing = (None,) * len(slots)
    return iter((nothing, [line or None for line in lines], grids, rows, columns, nothing, nothing, nothing))


def _place(slot: Slot | None) -> tuple[Any, ...]:
    if slot is None:
        return _NO_PLACE
    page, box, reference, confidence = slot.place or _NOWHERE
    edges = "{:.1f} {:.1f} {:.1f} {:.1f}".format(*box) if box else None
    return (page or None, slot.line or None, slot.grid, slot.row, slot.col, edges, reference, confidence)


def read_file(task: FileTask, limits: Limits) -> bytes:
    """Read a file of a batch. Raises ReadError where it cannot be read or is not the content it was."""
    try:
        if task.member is None:
            data = _content(task.path, limits)
        elif is_beside(task.member):
            data = read_beside(task.path, task.member, limits)
        else:
            data = read_member(_archive(task.path, os.stat(task.path).st_mtime_ns, limits), task.member, limits)  # noqa: PTH116
    except OSError as error:
        raise ReadError("unreadable", "outcomes.unreadable", error=error.strerror) from error
    if len(data) <= limits.input_bytes and hashlib.sha256(data).hexdigest() != task.file_sha256:
        raise ReadError("changed_during_run", "outcomes.changed_during_run")
    return data


def _content(path: bytes, limits: Limits) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123  # a path of any bytes
        return file.read(limits.input_bytes + 1)


@lru_cache(maxsize=1)
def _archive(path: bytes, _modified: int, limits: Limits) -> bytes:
    """Return an archive; its members follow each other, so it is read once for all of them."""
    return _content(path, limits)


def add_document(rows: Rows, task: FileTask, limits: Limits) -> None:
    """Extract one document into rows; every document ends in exactly one outcome."""
    size = 0
    try:
        data = read_file(task, limits)
        size = len(data)
        document = read(data, limits)
        rows.add_reports(task.file_sha256, size, document, extract_all(document, LATEST_YEAR))
    except ReadError as error:
        rows.add_outcome(task.file_sha256, size, QUARANTINED, error.reason, error.detail)
    except NotAReport as error:
        rows.add_outcome(task.file_sha256, size, NOT_A_REPORT, error.reason, error.detail)
    except MemoryError:
        rows.add_outcome(task.file_sha256, size, QUARANTINED, "out_of_memory", memory_detail(limits))
    except Exception as error:
        # A fault of ours in one document must not cost the others; it is kept visible as a quarantined file.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        detail = kept("outcomes.internal_error", error=f"{type(error).__name__} in {frame.name}: {error}")
        rows.add_outcome(task.file_sha256, size, QUARANTINED, "internal_error", detail)


def extract_batch(tasks: Iterable[FileTask], limits: Limits) -> Tables:
    """Extract documents one after another; returns the tables of the batch."""
    rows = Rows()
    for task in tasks:
        add_document(rows, task, limits)
    return rows.tables()
