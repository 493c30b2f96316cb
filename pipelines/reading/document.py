"""The Document that every reader yields: paragraphs, grids, and runs of cells whose rows the source does not mark.

Records are named tuples where a report holds hundreds of them: they cost a third of a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.messages.kept import KeptError


class Place(NamedTuple):
    """Where a format prints a cell, where it knows more than the grid.

    `page` counts from 1 (0: no pages), `box` is left, top, right, bottom in points from the upper left corner of the
    page as it is shown, `reference` is a spreadsheet's own (Sheet1!B7). `confidence` (0 to 1) is that of recognised
    text, None where the file holds the text itself.
    """

    page: int = 0
    box: tuple[float, float, float, float] | None = None
    reference: str | None = None
    confidence: float | None = None


class Cell(NamedTuple):
    """A printed cell of a grid: row and column are its upper left place after spans, line is 1-based or 0.

    `doubt` tells why the reader does not trust the text or the place of the cell; its number is then never used.
    """

    text: str
    row: int
    col: int
    rowspan: int
    colspan: int
    line: int
    place: Place | None = None
    doubt: str | None = None


class Piece(NamedTuple):
    """A cell of a run. `marks` counts the cell marks since the last text, `lead` those of them on its own line.

    `tight` tells that two of them touch (||): converters pad short rows with such marks.
    """

    text: str
    line: int
    marks: int
    lead: int
    tight: bool


class Paragraph(NamedTuple):
    """A line or block of text outside grids."""

    text: str
    line: int
    is_heading: bool = False


class Run(NamedTuple):
    """Cells in reading order between cell marks (pipes); where a row ends is not marked."""

    pieces: tuple[Piece, ...]


class Grid(NamedTuple):
    """Rows of cells, each cell once at its upper left place. `spanned`: the source states spans, so columns align."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    rows: tuple[tuple[Cell, ...], ...]
    spanned: bool


Block = Paragraph | Run | Grid
# In the metadata of a text or page whose last line does not end: more of it may have been cut off.
OPEN_END, IN_NUMBER = "open_end", "number"


@dataclass(frozen=True)
class Document:
    """A file as read. `metadata` holds what the format states beside the text (title, publication date)."""

    media_type: str
    encoding: str | None
    blocks: tuple[Block, ...]
    metadata: dict[str, str] = field(default_factory=dict)


class ReadError(KeptError):
    """A file that cannot be read. `reason` is the stable code of the quarantine, `detail` says what and where."""


def only_pictures() -> ReadError:
    """Return why a document of any kind whose pages are pictures is not read without the extra `ocr`."""
    return ReadError("needs_ocr", "reading.only_pictures")
