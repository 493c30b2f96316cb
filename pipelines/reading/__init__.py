"""Bytes -> Document: text blocks and grids with the place of every cell. One file per format, sniffed by content.

Belongs here: what a file format says. Keep out: what a report is. A reader knows nothing of forms.
"""

from pipelines.reading.document import (
    IN_NUMBER,
    OPEN_END,
    Block,
    Cell,
    Document,
    Grid,
    Paragraph,
    Piece,
    Place,
    ReadError,
    Run,
)
from pipelines.reading.limits import Limits
from pipelines.reading.reader import read

__all__ = [
    "IN_NUMBER",
    "OPEN_END",
    "Block",
    "Cell",
    "Document",
    "Grid",
    "Limits",
    "Paragraph",
    "Piece",
    "Place",
    "ReadError",
    "Run",
    "read",
]
