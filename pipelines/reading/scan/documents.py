"""Documents whose pages are pictures: what other readers could not read is recognised, where the extra is installed.

Belongs here: which pictures of a PDF or Word file go to recognition. Keep out: recognition itself (`scan`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module

from pipelines.reading.doc.pictures import pictures as word_pictures
from pipelines.reading.document import Block, Document, Grid, ReadError
from pipelines.reading.docx import pictures
from pipelines.reading.limits import Limits
from pipelines.reading.pages.beside_text import can_be_page, holds_tables, with_pictures
from pipelines.reading.pdf.images import page_images
from pipelines.reading.scan import pages, read_scanned, recognise_pages
from pipelines.reading.sniffing import DOC, DOCX, IMAGES, MHTML, PAGES, PDF

UNREAD_PAGES = "unread_pages"
_DPI, _POINTS_PER_INCH = 200, 72
# Formats whose readers take pictures to recognition themselves.
_RECOGNISED_BY_READER = IMAGES | {PAGES, MHTML}
# What returns the pictures of a file with their names, by the format.
_PICTURES: dict[str, Callable[[bytes, Limits], list[tuple[str, bytes]]]] = {DOCX: pictures, DOC: word_pictures}


def can_recognise(media_type: str) -> bool:
    """Return whether a document that its reader leaves to recognition is to be handed on to `recognised` here."""
    return pages.available() and media_type not in _RECOGNISED_BY_READER


def recognised(data: bytes, media_type: str, limits: Limits) -> Document:
    """Read a document that holds nothing but pictures.

    Raises ReadError as the reader of pictures does, and `needs_ocr` of formats whose pictures nothing reads.
    """
    if media_type == PDF:
        return read_scanned(_pages(data, limits, None), PDF, limits, _DPI / _POINTS_PER_INCH)
    if media_type not in _PICTURES:
        raise ReadError("needs_ocr", "reading.pictures_unread")
    named = _PICTURES[media_type](data, limits)
    if not named:
        raise ReadError("needs_ocr", "reading.pictures_unread")
    return replace(with_pictures(Document(media_type, None, ()), named, limits), media_type=media_type)


def completed(document: Document, data: bytes, limits: Limits) -> Document:
    """Return a document with the blocks of those of its pages that are pictures, after the others.

    Of a Word file these are the pictures beside a text that holds no tables, as far as they can be pages.
    """
    if document.media_type in _PICTURES:
        if holds_tables(document.blocks):
            return document
        named = [each for each in _PICTURES[document.media_type](data, limits) if can_be_page(each[1])]
        return with_pictures(document, named, limits)
    unread = document.metadata.get(UNREAD_PAGES)
    if unread is None or not pages.available():
        return document
    drawn = _pages(data, limits, [int(number) for number in unread.split(",")])
    found = recognise_pages(drawn, limits, _DPI / _POINTS_PER_INCH)
    grids = 1 + max((block.index for block in document.blocks if isinstance(block, Grid)), default=-1)
    added: list[Block] = [b._replace(index=b.index + grids) if isinstance(b, Grid) else b for b in found]
    rest = {key: value for key, value in document.metadata.items() if key != UNREAD_PAGES}
    return replace(document, blocks=(*document.blocks, *added), metadata=rest)


def _pages(data: bytes, limits: Limits, numbers: Iterable[int] | None) -> Iterator[pages.DrawnPage]:
    numpy = import_module("numpy")
    scale = _DPI / _POINTS_PER_INCH
    for image in page_images(data, limits, numbers, _DPI):
        if abs(image.scale - scale) > scale / 1000:
            raise ReadError("too_large", "reading_scan.page_large", page=image.number)
        pixels = numpy.frombuffer(image.pixels, numpy.uint8).reshape(image.height, image.width, 3)
        yield pages.DrawnPage(image.number, pixels, image.strokes)
