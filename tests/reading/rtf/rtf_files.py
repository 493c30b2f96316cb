"""Small Rich Text files, and what is read from them."""

from __future__ import annotations

from benchmarks.corpus.rtf import letters
from pipelines.reading import Cell, Document, Grid, read

FONTS = (
    r"{\fonttbl{\f0\fnil\fcharset0 Times New Roman;}{\f1\fnil\fcharset134 SimSun;}{\f2\fnil\fcharset2 Symbol;}"
    r"{\f3\fnil\fcharset2 Wingdings;}}{\colortbl;\red0\green0\blue0;\red255\green255\blue255;\red0\green0\blue128;}"
)


def rtf(body: str, *, head: str = FONTS) -> bytes:
    """Return a file whose body is given as control words; characters beyond ASCII are written as Unicode."""
    return ("{\\rtf1\\ansi\\ansicpg936\\deff0 " + head + escaped(body) + "}").encode("ascii")


def escaped(body: str) -> str:
    return "".join(letter if letter.isascii() else letters(letter, "unicode") for letter in body)


def row(*cells: str, edges: tuple[int, ...] = (), before: str = "") -> str:
    """Return a row; its cells are 1000 twips wide where no edges are given."""
    edges = edges or tuple(1000 * (n + 1) for n in range(len(cells)))
    definition = "".join(f"\\cellx{edge}" for edge in edges)
    return f"\\trowd{before}{definition}" + "".join(f"\\pard\\intbl {cell}\\cell " for cell in cells) + "\\row "


def document(body: str) -> Document:
    return read(rtf(body))


def grids(body: str) -> list[Grid]:
    return [block for block in document(body).blocks if isinstance(block, Grid)]


def cells(body: str) -> list[Cell]:
    """Return the cells of all tables."""
    return [cell for grid in grids(body) for cells in grid.rows for cell in cells]


def only(content: str) -> Cell:
    """Return how a cell of this content is read; the one before it says what the number is."""
    return cells(row("规章", content))[1]
