"""Budgets of reading one document; what exceeds them is quarantined before memory is spent on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Budgets per document: bytes, columns and cells per grid, grids, nesting, seconds and memory of the worker."""

    input_bytes: int = 64 * 2**20
    grid_columns: int = 200
    grid_cells: int = 200_000
    span: int = 1_000
    grids: int = 500
    depth: int = 5_000
    seconds: float = 20.0
    memory_bytes: int = 4 * 2**30


DEFAULT_LIMITS = Limits()
