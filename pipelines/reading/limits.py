"""Budgets of reading one document; what exceeds them is quarantined before memory is spent on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Budgets per document: bytes in and decoded, columns and cells per grid, grids, nesting, pages, seconds, memory.

    `ratio` bounds decoded bytes by packed ones in ZIP containers, whose members are `members` at most and nest
    `archive_depth` deep. Seconds are for text, for documents (Word, PDF, spreadsheets) and for recognised pictures.
    """

    input_bytes: int = 64 * 2**20
    decoded_bytes: int = 512 * 2**20
    ratio: int = 200
    members: int = 5_000
    archive_depth: int = 2
    grid_columns: int = 200
    grid_cells: int = 200_000
    span: int = 1_000
    grids: int = 500
    depth: int = 5_000
    pages: int = 300
    seconds: float = 20.0
    document_seconds: float = 60.0
    recognition_seconds: float = 120.0
    memory_bytes: int = 4 * 2**30


DEFAULT_LIMITS = Limits()
