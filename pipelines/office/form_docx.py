"""The form as a Word document: A4, two pages, merged cells, fonts that Word and WPS have.

Keep out: what stands in it (`printed_form`), and what documents look like (`word_document`).
"""

from __future__ import annotations

from pipelines.office.printed_form import (
    SECOND_PAGE,
    PrintedCell,
    PrintedForm,
    Values,
    check_paths,
    printed_value,
)
from pipelines.office.word_document import Content, add_paragraph, add_printed, add_title, new_document, saved


def write(printed: PrintedForm, values: Values) -> bytes:
    """Return the document with values in their cells. Raises KeyError for a value of no cell."""
    check_paths(printed, values)
    document = new_document(printed.title)
    add_title(document, printed.title)
    for section in printed.sections:
        heading = add_paragraph(document, section.heading, "Heading 1")
        heading.paragraph_format.page_break_before = section.number == SECOND_PAGE
        if section.table is None:
            add_paragraph(document, "")
        else:
            add_printed(document, section.table, lambda cell: _content(cell, values))
    return saved(document)


def _content(cell: PrintedCell, values: Values) -> Content:
    return Content(cell.text if cell.path is None else printed_value(values.get(cell.path)))
