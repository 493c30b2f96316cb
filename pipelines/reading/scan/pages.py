"""Pictures of pages: image files, and pages of other formats that hold no text -> Document.

Belongs here: what is asked of a picture before anything is decoded, and whether it can be recognised at all: that
takes the optional extra `ocr`, and nothing of it is imported here. Keep out: pixels.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from pipelines.reading.document import Block, Document, ReadError, only_pictures
from pipelines.reading.limits import Limits
from pipelines.reading.scan.size import MOST_PIXELS, pixel_size
from pipelines.reading.sniffing import IMAGES, sniff
from pipelines.reading.strokes import Strokes

# As many pixels as a hundred pages of A4 at 300 dpi have: more are not decoded for one report.
MOST_PIXELS_OF_ALL = 870_000_000
_PACKAGES = ("rapidocr", "onnxruntime", "cv2", "PIL", "numpy")

# An image of Pillow or an array of numpy, which only the extra knows.
Image = Any


class DrawnPage(NamedTuple):
    """A page that another format holds as a picture, drawn: an image of Pillow or an array.

    `image` is height x width, or with 3 or 4 colours as RGB and alpha. `strokes`: what may be lost of the picture that
    was drawn.
    """

    number: int
    image: Image
    strokes: Strokes = Strokes.WHOLE


def available() -> bool:
    """Return whether the extra `ocr` is installed."""
    return all(importlib.util.find_spec(package) is not None for package in _PACKAGES)


def read_document(data: bytes, limits: Limits) -> Document:
    """Read a picture of one page, or a TIFF of several.

    Raises ReadError: `needs_ocr` without the extra, `damaged` or `truncated`, `too_large`, `too_many_pages`,
    `unsupported_format` for moving pictures, `no_grid_in_picture` for figures in columns without rules, `empty`.
    """
    return read_pictures([data], sniff(data), limits)


def read_pictures(pictures: Sequence[bytes], media_type: str, limits: Limits) -> Document:
    """Read picture files that follow each other as the pages of one document, as those in a Word file."""
    return _document(recognise_pictures(pictures, limits)[0], media_type)


def recognise_pictures(pictures: Sequence[bytes], limits: Limits) -> tuple[list[Block], list[int]]:
    """Return the blocks of picture files, and of each page the place of its file among them: a TIFF has several pages.

    The budgets of pages and pixels are for all of them together. Raises ReadError as `read_document` does, but none
    where nothing is found.
    """
    sizes = [_checked_size(data) for data in pictures]
    if not sizes:
        raise ReadError("empty", "reading_scan.no_pictures")
    if not available():
        raise only_pictures()
    pixels = sum(width * height for width, height in sizes)
    if pixels > MOST_PIXELS_OF_ALL:
        raise ReadError("too_large", "reading_scan.pictures_large", pixels=pixels, limit=MOST_PIXELS_OF_ALL)
    shown: list[int] = []
    return _blocks(_frames(pictures, limits, shown), limits), shown


def _frames(pictures: Sequence[bytes], limits: Limits, shown: list[int]) -> Iterator[Any]:
    """Yield the pages of picture files, counted through; `shown` gets the place of the file of each."""
    frames = import_module("pipelines.reading.scan.frames").frames
    for place, data in enumerate(pictures):
        for frame in frames([data], limits):
            shown.append(place)
            if len(shown) > limits.pages:
                raise ReadError("too_many_pages", "reading_scan.many_pages", limit=limits.pages)
            yield frame._replace(number=len(shown))


def read_scanned(pages: Iterable[DrawnPage], media_type: str, limits: Limits, scale: float) -> Document:
    """Read pages that another format holds as pictures, at `scale` pixels per point.

    Raises ReadError as `read_document` does.
    """
    _check_available()
    return _document(_blocks(import_module("pipelines.reading.scan.frames").given(pages, scale), limits), media_type)


def recognise_pages(pages: Iterable[DrawnPage], limits: Limits, scale: float) -> list[Block]:
    """Return the blocks of pages as `read_scanned` takes them, none for empty pages."""
    _check_available()
    return _blocks(import_module("pipelines.reading.scan.frames").given(pages, scale), limits)


def _document(blocks: list[Block], media_type: str) -> Document:
    if not blocks:
        raise ReadError("empty", "reading_scan.no_text")
    return Document(media_type, None, tuple(blocks))


def _blocks(frames: Iterable[Any], limits: Limits) -> list[Block]:
    blocks: list[Block] = import_module("pipelines.reading.scan.blocks").blocks_of(frames, limits)
    return blocks


def _check_available() -> None:
    if not available():
        raise only_pictures()


def _checked_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a picture file. Raises ReadError where it must not be decoded."""
    if sniff(data) not in IMAGES:
        raise ReadError("unsupported_format", "reading_scan.no_picture", media_type=sniff(data))
    size = pixel_size(data)
    if size is None or 0 in size:
        raise ReadError("damaged", "reading_scan.no_size")
    width, height = size
    if width * height > MOST_PIXELS:
        raise ReadError("too_large", "reading_scan.picture_large", width=width, height=height, limit=MOST_PIXELS)
    return size
