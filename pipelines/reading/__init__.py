"""Bytes -> Document: text blocks and grids with the place of every cell. One file per format, sniffed by content.

Belongs here: what a file format says. Keep out: what a report is. A reader knows nothing of forms.
What a document is costs nothing to import; the readers of all formats are loaded when one of them is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
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


def __getattr__(name: str) -> object:
    """Return `read`: who only sniffs or bounds a file loads no reader of any format."""
    if name != "read":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.reader").read
