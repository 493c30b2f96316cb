"""PDF -> Document: tables from their ruling lines or aligned columns, all other text as paragraphs.

Belongs here: one file from its bytes to its blocks, and what its pages lack. Keep out: what stands where on a page.
Pages that are pictures of text are left to recognition: `unread_pages` names them where others hold text, and
`picture_pages` names pages of text with a large picture, which may be that of a table.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipelines.reading.document import Document, ReadError, only_pictures
from pipelines.reading.limits import Limits
from pipelines.reading.pdf import calls as pdf
from pipelines.reading.pdf.file import check_file
from pipelines.reading.pdf.flow import document_blocks
from pipelines.reading.pdf.marks import Marks
from pipelines.reading.pdf.page import page_layout
from pipelines.reading.pdf.paths import page_drawing
from pipelines.reading.pdf.snippets import page_marks
from pipelines.reading.pdf.walk import Budget
from pipelines.reading.sniffing import PDF

# A page is the picture of a text where a picture takes so much of it (or so many shapes look like characters) and no
# more characters stand on it than a page number or the name of a scanner's maker.
_MOSTLY_PICTURE, _MANY_OUTLINES, _FEW_CHARACTERS = 0.5, 100, 40
# A picture that can be that of a table takes this share of a page.
_LARGE_PICTURE = 0.15
_MAX_UNREADABLE = 0.05


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the search for rings of garbage: a page makes none, and its characters would be searched ever again."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


@_without_collector()
def read_document(data: bytes, limits: Limits) -> Document:
    """Read a PDF that holds text.

    Raises ReadError `truncated` or `damaged` for a file that is not whole, `encrypted`, `needs_ocr` where all pages are
    pictures, `unreadable_text` where its fonts do not tell what their characters are, `empty`, or a budget's reason.
    """
    check_file(data, limits)
    with pdf.opened_document(data) as document:
        marks = _all_marks(document, limits)
    scanned = [number for number, page in enumerate(marks, start=1) if _is_scanned(page)]
    _check_text(marks, scanned)
    metadata = {}
    if scanned:
        metadata["unread_pages"] = _listed(scanned)
    pictured = [n for n, page in enumerate(marks, start=1) if page.pictured >= _LARGE_PICTURE and n not in scanned]
    if pictured:
        metadata["picture_pages"] = _listed(pictured)
    pages = [page_layout(page, number, limits) for number, page in enumerate(marks, start=1)]
    return Document(PDF, None, tuple(document_blocks(pages, limits)), metadata)


def _all_marks(document: int, limits: Limits) -> list[Marks]:
    count = pdf.page_count(document)
    if count > limits.pages:
        raise ReadError("too_many_pages", "reading_pdf.too_many_pages", count=count, limit=limits.pages)
    budget = Budget()
    marks = []
    for index in range(count):
        with pdf.opened_page(document, index) as page:
            marks.append(page_marks(page, page_drawing(page, budget)))
    return marks


def _is_scanned(page: Marks) -> bool:
    shown = page.pictured >= _MOSTLY_PICTURE or page.outlines >= _MANY_OUTLINES
    return shown and page.visible < _FEW_CHARACTERS


def _check_text(marks: Sequence[Marks], scanned: Sequence[int]) -> None:
    """Raise ReadError where there is no text to read, or none that can be trusted."""
    unscanned = [page for number, page in enumerate(marks, start=1) if number not in scanned]
    visible = sum(page.visible for page in unscanned)
    unreadable = sum(page.unreadable for page in unscanned)
    if unreadable > (visible + unreadable) * _MAX_UNREADABLE:
        raise ReadError(
            "unreadable_text", "reading_pdf.unnamed_characters", unnamed=unreadable, count=visible + unreadable
        )
    if visible:
        return
    if scanned:
        raise only_pictures()
    if any(page.hidden for page in marks):
        raise ReadError("unreadable_content", "reading_pdf.all_invisible")
    if any(page.pictured or page.outlines for page in marks):
        raise only_pictures()
    raise ReadError("empty", "reading_pdf.nothing_in_it", count=len(marks))


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))
