"""Pages of a PDF as pictures, for the recognition of those that hold no text.

Belongs here: drawing a page into pixels. Keep out: what is recognised in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.pdf import calls as pdf
from pipelines.reading.pdf.file import check_file
from pipelines.reading.pdf.walk import Budget, walked
from pipelines.reading.strokes import Strokes, strokes_of

# A page of A3 at 300 dpi has 17 million pixels; a larger one is drawn coarser.
_MAX_PIXELS = 20_000_000
_POINTS_PER_INCH = 72
# Of how much of a page a picture must be that its text is in it.
_LEAST_SHARE = 0.2


class PageImage(NamedTuple):
    """A page in colours, three bytes for each pixel (red, green, blue), row by row from the top.

    `scale` is how many pixels a point has. `strokes`: what may be lost of the picture that it shows, whose pixels
    are others than those that are drawn.
    """

    number: int
    width: int
    height: int
    scale: float
    pixels: bytes
    strokes: Strokes


def page_images(data: bytes, limits: Limits, pages: Iterable[int] | None = None, dpi: int = 200) -> Iterator[PageImage]:
    """Yield the given pages (counted from 1; None: all), one at a time. Raises ReadError as `read_document` does."""
    check_file(data, limits)
    with pdf.opened_document(data) as document:
        count = pdf.page_count(document)
        wanted = range(1, count + 1) if pages is None else sorted(set(pages))
        if len(wanted) > limits.pages:
            raise ReadError("too_many_pages", "reading_pdf.too_many_pages", count=len(wanted), limit=limits.pages)
        for number in wanted:
            if not 1 <= number <= count:
                raise ValueError(f"page {number} of {count}")
            with pdf.opened_page(document, number - 1) as page:
                yield _drawn(page, number, dpi / _POINTS_PER_INCH)


def _drawn(page: int, number: int, scale: float) -> PageImage:
    across, down = pdf.page_size(page)
    if not (across > 0 and down > 0):
        raise ReadError("damaged", "reading_pdf.page_without_size", page=number)
    scale = min(scale, (_MAX_PIXELS / (across * down)) ** 0.5)
    width, height = max(round(across * scale), 1), max(round(down * scale), 1)
    if width * height > _MAX_PIXELS * 2:
        raise ReadError("too_large", "reading_pdf.no_paper", page=number, width=across, height=down)
    return PageImage(number, width, height, scale, pdf.rendered(page, width, height), _strokes(page, across * down))


def _strokes(page: int, area: float) -> Strokes:
    """Return the most that may be lost of pictures, or strips of one, that are much of a page."""
    shares = dict.fromkeys(Strokes, 0.0)
    for shape in walked(page, Budget()).shapes:
        left, bottom, right, top = shape.box
        if shape.kind == pdf.IMAGE:
            lost = strokes_of(*pdf.image_resolutions(page, shape.item, right - left, top - bottom))
            shares[lost] += (right - left) * (top - bottom) / area
    return max((lost for lost, share in shares.items() if share >= _LEAST_SHARE), default=Strokes.WHOLE)
