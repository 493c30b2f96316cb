"""The correction sheet of each unit as files: for every report of the year that has to be answered for.

Belongs here: which reports have a sheet, and the names of the files. Keep out: what stands on one (`correction_sheet`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

from pipelines.messages import message_in
from pipelines.office import correction_docx, correction_html
from pipelines.office.checked import ERROR, WARNING
from pipelines.office.correction_sheet import correction_sheet
from pipelines.office.coverage import Coverage, UnitRow
from pipelines.office.form_file import distinct_name, in_file_name
from pipelines.office.last_year import Figures
from pipelines.office.overview import Words
from pipelines.office.received import Received


def correction_files(words: Words, last_year: Figures) -> Iterator[tuple[Path, bytes]]:
    """Yield a document and a page for each report with errors or warnings, below a folder of their own.

    Of a unit whose report counts that one; of one whose reports differ all of them, since any may be the right one.
    """
    folder = Path(message_in(words.language, "correction_sheet.folder"))
    names: set[str] = set()
    for unit, found in _with_findings(words.covered):
        name = distinct_name(in_file_name(unit), names)
        figures = last_year.get(found.match["agency_key"] or 0)
        sheet = correction_sheet(unit, words.files(found.file), found.judged, figures, language=words.language)
        yield folder / f"{name}.docx", correction_docx.write(sheet)
        yield folder / f"{name}.html", correction_html.write(sheet)
        # A document of python-docx refers to itself and holds megabytes outside of Python's count, for which a command
        # that looks for garbage seldom would wait for hundreds of them.
        gc.collect(0)


def _with_findings(covered: Coverage) -> Iterator[tuple[str, Received]]:
    for row in covered.rows:
        for found in _judged(row):
            if _is_to_answer(found):
                yield row.unit.name, found
    own = covered.government_report
    if own is not None and _is_to_answer(own):
        yield own.report.agency or own.report.agency_printed or own.file.file, own


def _is_to_answer(found: Received) -> bool:
    return found.report.count(ERROR) + found.report.count(WARNING) > 0


def _judged(row: UnitRow) -> list[Received]:
    if row.counts is not None:
        return [row.counts]
    return [each.received for each in row.reports]
