"""Pages -> the blocks of a document: running headers go, tables and paragraphs go on over page breaks.

Belongs here: what pages have in common. Keep out: what stands where on one page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from pipelines.reading.document import Block, Grid, Paragraph, ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.pdf.joining import CUT_ROW, continues, joined
from pipelines.reading.pdf.page import Page, PdfTable, TextLine

_PAGE_NUMBER = re.compile(
    r"^[-—–―－·\s]*(?:第\s*)?[0-9０-９]{1,3}(?:\s*页)?(?:\s*[，,/／]?\s*共?\s*[0-9０-９]{1,3}\s*页?)?[-—–―－·\s]*$"
)
_DIGITS = re.compile(r"\d+")
# What may be the rest of numbers that a page break cuts: figures, with their units.
_REST = re.compile(r"[\d,.\s件项条批次个宗起份例户元万亿]+")
# Where a running line can stand (the outer share of the page), how many of them, and on how many pages at least.
_MARGIN, _OUTER_MARGIN, _LINES, _PAGES = 0.15, 0.085, 3, 3
# A title is so much larger than the text; lines of one size differ by less than the other.
_LARGER, _SAME_SIZE = 1.15, 0.06
# A line is full where less than this many characters fit behind it; the next begins where less stand before it.
# Lines of pages without a paragraph are none: a full one reaches this share of the page.
_FULL, _UNINDENTED, _SPACING, _WIDE, _DIGIT = 1.6, 0.7, 2.4, 0.7, 0.6
_LATIN = re.compile(r"[0-9A-Za-z]{2}")
_NUMERAL = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)|第[一二三四五六七八九十]+[章条部])"
)

Item = PdfTable | TextLine


def document_blocks(pages: Sequence[Page], limits: Limits) -> list[Block]:
    """Return the blocks of all pages in reading order. Raises ReadError where there are too many tables or cells."""
    for above, below in pairwise(pages):
        _doubt_cut_row(above, below)
    body = _without_running_lines(pages)
    flow = _Flow(pages[0] if pages else None, body, limits)
    for page, items in zip(pages, body, strict=True):
        flow.page(page, items)
    return flow.end()


class _Flow:
    """The blocks so far, the table that may go on over the next page break, and the lines of the paragraph."""

    def __init__(self, first: Page | None, body: list[list[Item]], limits: Limits) -> None:
        lines = [item for items in body for item in items if isinstance(item, TextLine)]
        self._left = min((line.left for line in lines), default=0.0)
        self._right = max((line.right for line in lines), default=0.0)
        self._title = _title_size([item for item in body[0] if isinstance(item, TextLine)]) if first else None
        self._limits = limits
        self._blocks: list[Block] = []
        self._table: PdfTable | None = None
        self._lines: list[TextLine] = []
        self._grids = 0

    def page(self, page: Page, items: list[Item]) -> None:
        """Take the items of the next page."""
        for position, item in enumerate(items):
            if isinstance(item, TextLine):
                self._close_table()
                self._lines.append(item)
            elif self._table is not None and position == 0 and continues(self._table, item):
                self._table = joined(self._table, item)
            else:
                self._close_table()
                self._close_lines(page)
                self._table = item
        self._close_lines(page)

    def end(self) -> list[Block]:
        """Return all blocks."""
        self._close_table()
        return self._blocks

    def _close_table(self) -> None:
        table, self._table = self._table, None
        if table is None:
            return
        if self._grids >= self._limits.grids:
            raise ReadError("too_many_tables", "reading_pdf.too_many_tables", limit=self._limits.grids)
        if sum(map(len, table.rows)) > self._limits.grid_cells:
            raise ReadError(
                "too_many_cells", "reading_pdf.table_too_large", table=self._grids + 1, limit=self._limits.grid_cells
            )
        self._blocks.append(Grid(self._grids, tuple(map(tuple, table.rows)), spanned=table.spanned))
        self._grids += 1

    def _close_lines(self, page: Page) -> None:
        """Append the lines as paragraphs: those of the title are one, and so are full lines and those after them."""
        lines, self._lines = self._lines, []
        text, heading, above = "", False, None
        for line in lines:
            title = page.number == 1 and self._title is not None and line.size > self._title * (1 - _SAME_SIZE)
            if above is not None and heading == title and (title or self._goes_on(above, line, page)):
                text += self._between(above, line) + line.text
            else:
                if text:
                    self._blocks.append(Paragraph(text, 0, heading))
                text, heading = line.text, title
            above = line
        if text:
            self._blocks.append(Paragraph(text, 0, heading))

    def _between(self, above: TextLine, line: TextLine) -> str:
        """Return a space where a line ends between two Latin words or numbers, and not within one that fills it."""
        if not _LATIN.match(above.text[-1] + line.text[0]):
            return ""
        number = above.text[-1].isdigit() and line.text[0].isdigit()
        return "" if number and above.right > self._right - _DIGIT * above.size else " "

    def _goes_on(self, above: TextLine, line: TextLine, page: Page) -> bool:
        full = above.right > max(self._right - _FULL * above.size, page.width * _WIDE)
        unindented = line.left < self._left + _UNINDENTED * line.size
        alike = abs(above.size - line.size) <= _SAME_SIZE * line.size and line.top - above.top < _SPACING * line.size
        return full and unindented and alike and not _NUMERAL.match(line.text)


def _without_running_lines(pages: Sequence[Page]) -> list[list[Item]]:
    """Return the items of each page without page numbers, and without lines that stand on many pages alike."""
    edges = [_edge_lines(page) for page in pages]
    seen = Counter(_key(line) for lines in edges for line in lines)
    body: list[list[Item]] = []
    for page, lines in zip(pages, edges, strict=True):
        running = {
            id(line)
            for line in lines
            if _PAGE_NUMBER.match(line.text)
            or seen[_key(line)] >= _PAGES
            or (seen[_key(line)] > 1 and _outside(line, page, _OUTER_MARGIN))
        }
        body.append([item for item in page.items if id(item) not in running])
    return body


def _edge_lines(page: Page) -> list[TextLine]:
    """Return the first and last lines of a page that stand in its margins."""
    lines = [item for item in page.items if isinstance(item, TextLine)]
    return [line for line in (*lines[:_LINES], *lines[_LINES:][-_LINES:]) if _outside(line, page, _MARGIN)]


def _outside(line: TextLine, page: Page, share: float) -> bool:
    return line.bottom < page.height * share or line.top > page.height * (1 - share)


def _key(line: TextLine) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.top / 4)


def _doubt_cut_row(above: Page, below: Page) -> None:
    """Doubt the last row of a table without frames where the next page begins with what may be the rest of a number."""
    tables = [item for item in above.items if isinstance(item, PdfTable)]
    if not tables or tables[-1].framed or not tables[-1].rows:
        return
    table = tables[-1]
    for item in below.items[:_LINES]:
        if isinstance(item, TextLine):
            parts = [item.text] if _REST.fullmatch(item.text) else []
        else:
            parts = [cell.text for cell in item.rows[0] if cell.text] if item.rows and not item.framed else []
            parts = parts if all(map(_REST.fullmatch, parts)) else []
        if any(any(map(str.isdigit, part)) for part in parts):
            table.rows[-1] = [cell._replace(doubt=cell.doubt or CUT_ROW) for cell in table.rows[-1]]
        if not isinstance(item, TextLine):
            return


def _title_size(lines: Sequence[TextLine]) -> float | None:
    """Return the size of the title: the largest on the first page, where that is larger than the text."""
    sizes = [line.size for line in lines]
    return max(sizes) if sizes and max(sizes) >= median(sizes) * _LARGER else None
