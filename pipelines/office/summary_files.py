"""The computed summary as files: the official form filled in, and the traces in which every sum leads to its parts.

Belongs here: which files there are, and their names. Keep out: what stands in each (`form_file`, `summary_sheets`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office.county_sum import CountySum
from pipelines.office.form_file import FORMATS, file_name, written_form
from pipelines.office.summary import summary_values
from pipelines.office.summary_page import summary_page
from pipelines.office.summary_sheets import summary_trace
from pipelines.office.summary_xlsx import write


def summary_files(found: CountySum, language: Language) -> Iterator[tuple[Path, bytes]]:
    """Yield the traces as workbook and page, then the form as Word, Excel and page; all below a folder of their own."""
    folder = Path(message_in(language, "summary.folder"))
    trace = summary_trace(found.summary, language, unit=found.unit, comparison=found.comparison, audit=found.audit)
    name = message_in(language, "summary.trace_file")
    yield folder / f"{name}.xlsx", write(trace)
    yield folder / f"{name}.html", summary_page(trace).encode()
    year, values = found.summary.year, summary_values(found.summary)
    for each in FORMATS:
        content = written_form(found.summary.form, unit=found.unit, year=year, file_format=each, values=values)
        yield folder / file_name(found.unit, year, each), content
