"""A document of any format with the pictures in it, read as its pages where its text holds no tables.

Belongs here: which pictures can be pages, and their blocks behind those of the text. Keep out: finding pictures in a
format, and recognition (`scan`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.reading.document import Block, Cell, Document, Grid, Paragraph, ReadError, only_pictures
from pipelines.reading.limits import Limits
from pipelines.reading.scan import pages
from pipelines.reading.scan.size import pixel_size
from pipelines.reading.sniffing import IMAGES, sniff

# Pictures that could be pages and are not read: not at hand, or for want of the extra.
PICTURES_NOT_THERE, PICTURES_UNREAD = "pictures_not_there", "pictures_unread"
# The pages that a report has and nobody gave, as they are to be told.
MISSING_PAGES = "missing_pages"
# So many cells make the tables of a report: pictures beside them are of something else.
TABLE_CELLS = 40
# A text with fewer characters is a title, a date and a signature; a sentence of a report has so many.
LITTLE_TEXT, _SENTENCE = 400, 40
# Beside a text so many pictures are looked at: more are photographs, and take longer than a document may.
_MOST_BESIDE_TEXT = 20
# The pixels of the shorter and the longer side that a picture of a page or of a table has at least.
_LEAST_SIDE, _LEAST_LENGTH = 150, 400
# Signs to be scanned by a telephone, portraits and seals are as wide as high, which no paper is.
_SQUARE, _LARGEST_SQUARE = 1.08, 700
# A banner is so many times as wide as high.
_BANNER = 6.0


def holds_tables(blocks: Iterable[Block]) -> bool:
    """Tell whether the text of a document holds tables of its own."""
    return sum(len(row) for block in blocks if isinstance(block, Grid) for row in block.rows) >= TABLE_CELLS


def characters(blocks: Iterable[Block]) -> int:
    """Return how many characters stand outside tables."""
    return sum(len(block.text) for block in blocks if isinstance(block, Paragraph))


def has_sentences(blocks: Iterable[Block]) -> bool:
    """Tell whether a document has sentences enough for a report: menus, dates and signatures are none."""
    texts = (block.text for block in blocks if isinstance(block, Paragraph))
    return sum(len(text) for text in texts if len(text) >= _SENTENCE) >= LITTLE_TEXT


def can_be_page(data: bytes) -> bool:
    """Tell by its size alone whether a file can be the picture of a page or a table: no icon, banner or sign."""
    size = pixel_size(data) if sniff(data) in IMAGES else None
    if size is None:
        return False
    short, long = min(size), max(size)
    if short < _LEAST_SIDE or long < _LEAST_LENGTH or size[0] > size[1] * _BANNER:
        return False
    return long > short * _SQUARE or long > _LARGEST_SQUARE


def with_pictures(document: Document, pictures: Sequence[tuple[str, bytes]], limits: Limits) -> Document:
    """Return a document with the pages that its pictures (name, content) show, behind its text.

    Their cells stand on the page of that number, counted over all pictures, and name the picture. A document of some
    text is none the worse for pictures that cannot be read: it says how many there are. Raises ReadError as the reader
    of pictures does where there is hardly any text.
    """
    if not pictures:
        return document
    has_text = has_sentences(document.blocks)
    if has_text and len(pictures) > _MOST_BESIDE_TEXT:
        return replace(document, metadata={**document.metadata, PICTURES_UNREAD: str(len(pictures))})
    try:
        if not pages.available():
            raise only_pictures()
        found, shown = pages.recognise_pictures([data for _, data in pictures], limits)
    except ReadError:
        if not has_text:
            raise
        return replace(document, metadata={**document.metadata, PICTURES_UNREAD: str(len(pictures))})
    if not found and not has_text:
        raise ReadError("empty", "reading_scan.no_text")
    grids = 1 + max((block.index for block in document.blocks if isinstance(block, Grid)), default=-1)
    names = [pictures[place][0] for place in shown]
    added = [_named(b._replace(index=b.index + grids), names) if isinstance(b, Grid) else b for b in found]
    # How far figures are to be trusted follows from what they stand in.
    is_recognised = any(isinstance(block, Grid) for block in added)
    media_type = sniff(pictures[0][1]) if is_recognised or not document.blocks else document.media_type
    return replace(document, media_type=media_type, blocks=(*document.blocks, *added))


def _named(grid: Grid, names: Sequence[str]) -> Grid:
    """Return a grid whose cells name the picture that they stand in, beside its number."""

    def named(cell: Cell) -> Cell:
        place = cell.place
        if place is None or not 0 < place.page <= len(names):
            return cell
        return cell._replace(place=place._replace(reference=names[place.page - 1]))

    return grid._replace(rows=tuple(tuple(map(named, row)) for row in grid.rows))
