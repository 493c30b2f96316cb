"""PDFs of a few lines for the tests: drawn with a library, or put together byte by byte where it would not."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from benchmarks.corpus.pdf import named_font
from pipelines.reading import Cell, Document, Grid, Limits, Paragraph
from pipelines.reading.pdf import read_document

SIZE, LEADING = 10, 20
LEFT, TOP, WIDTH = 100.0, 142.0, 90.0
HEIGHT = 841.89
Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, **options: Any) -> bytes:
    """Return a PDF of A4 pages, each drawn by a function."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, **options)
    for draw in pages:
        canvas.setFont(named_font("STSong-Light"), SIZE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def write(canvas: Canvas, text: str, x: float, y: float) -> None:
    """Write a text with its base line y points below the upper edge of the page."""
    canvas.drawString(x, HEIGHT - y, text)


def rule(canvas: Canvas, rows: int, columns: int, top: float = TOP) -> None:
    """Draw the lines of a table."""
    for row in range(rows + 1):
        y = HEIGHT - top - row * LEADING
        canvas.line(LEFT, y, LEFT + columns * WIDTH, y)
    for column in range(columns + 1):
        x = LEFT + column * WIDTH
        canvas.line(x, HEIGHT - top, x, HEIGHT - top - rows * LEADING)


def fill(canvas: Canvas, row: int, column: int, text: str, shift: float = 0.0, top: float = TOP) -> None:
    """Write the text of a cell."""
    write(canvas, text, LEFT + column * WIDTH + 6 + shift, top + row * LEADING + 14)


def table(canvas: Canvas, rows: list[list[str]], top: float = TOP) -> None:
    """Draw a table with its texts."""
    rule(canvas, len(rows), len(rows[0]), top)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            fill(canvas, number, column, text, top=top)


def read(data: bytes, limits: Limits | None = None) -> Document:
    """Read a PDF without recognition."""
    return read_document(data, limits or Limits())


def grids(document: Document) -> list[Grid]:
    """Return the tables of a document."""
    return [block for block in document.blocks if isinstance(block, Grid)]


def texts(data: bytes) -> list[list[str]]:
    """Return the texts of the only table of a PDF."""
    (grid,) = grids(read(data))
    return [[cell.text for cell in row] for row in grid.rows]


def cells(data: bytes) -> dict[tuple[int, int], Cell]:
    """Return the cells of the only table of a PDF by row and column."""
    (grid,) = grids(read(data))
    return {(cell.row, cell.col): cell for row in grid.rows for cell in row}


def paragraphs(data: bytes) -> list[str]:
    """Return the paragraphs of a PDF."""
    return [block.text for block in read(data).blocks if isinstance(block, Paragraph)]


# By hand.

Objects = dict[int, bytes]
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
GREETING = b"BT /F1 12 Tf 100 700 Td (hello world) Tj ET\n"


def assembled(objects: Objects, trailer: bytes = b"") -> bytes:
    """Return a PDF of objects by number, with their table."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %b \n" % (places.get(number, 0), b"n" if number in places else b"f")
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """Return a stream object, packed or as it is."""
    if packed:
        content, entries = zlib.compress(content), entries + b"/Filter/FlateDecode"
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(content), entries, content)


def form(content: bytes, resources: bytes, box: bytes = b"0 0 600 900") -> bytes:
    """Return a drawing that pages and other drawings can show."""
    return stream(content, b"/Type/XObject/Subtype/Form/BBox[%b]/Resources<<%b>>" % (box, resources))


def one_page(
    content: bytes, *, resources: bytes = b"", entries: bytes = b"", more: Objects | None = None, packed: bool = False
) -> bytes:
    """Return a PDF of one page with a content stream; font F1 is there."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>%b>>%b>>"
    objects: Objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: page % (resources, entries),
        4: FONT,
        5: stream(content, packed=packed),
    }
    return assembled(objects | (more or {}))
