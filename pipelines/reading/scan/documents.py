"""Documents whose pages are pictures: what other readers could not read is recognised, where the extra is installed.

Belongs here: which pictures of a PDF or Word file go to recognition. Keep out: recognition itself (`scan`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from pipelines.reading.document import Block, Document, Grid, ReadError
from pipelines.reading.docx import pictures
from pipelines.reading.limits import Limits
from pipelines.reading.pdf.images import page_images
from pipelines.reading.scan import available, read_pictures, read_scanned, recognise_pages
from pipelines.reading.sniffing import DOCX, PDF

UNREAD_PAGES = "unread_pages"
_DPI, _POINTS_PER_INCH = 200, 72


def can_recognise(media_type: str) -> bool:
    """Return whether a document of this type that holds only pictures can be read here."""
    return media_type in (PDF, DOCX) and available()


def recognised(data: bytes, media_type: str, limits: Limits) -> Document:
    """Read a document that holds nothing but pictures. Raises ReadError as the reader of pictures does."""
    if media_type == DOCX:
        return read_pictures(pictures(data, limits), DOCX, limits)
    return read_scanned(_pages(data, limits, None), PDF, limits, _DPI / _POINTS_PER_INCH)


def completed(document: Document, data: bytes, limits: Limits) -> Document:
    """Return a PDF with the blocks of those of its pages that are pictures, after the others."""
    unread = document.metadata.get(UNREAD_PAGES)
    if unread is None or not available():
        return document
    pages = _pages(data, limits, [int(number) for number in unread.split(",")])
    found = recognise_pages(pages, limits, _DPI / _POINTS_PER_INCH)
    grids = 1 + max((block.index for block in document.blocks if isinstance(block, Grid)), default=-1)
    added: list[Block] = [b._replace(index=b.index + grids) if isinstance(b, Grid) else b for b in found]
    rest = {key: value for key, value in document.metadata.items() if key != UNREAD_PAGES}
    return replace(document, blocks=(*document.blocks, *added), metadata=rest)


def _pages(data: bytes, limits: Limits, numbers: Iterable[int] | None) -> Iterator[tuple[int, Any]]:
    numpy = import_module("numpy")
    scale = _DPI / _POINTS_PER_INCH
    for image in page_images(data, limits, numbers, _DPI):
        if abs(image.scale - scale) > scale / 1000:
            raise ReadError("too_large", "reading_scan.page_large", page=image.number)
        yield image.number, numpy.frombuffer(image.pixels, numpy.uint8).reshape(image.height, image.width, 3)
