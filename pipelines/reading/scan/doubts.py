"""Which of the things that speak against a recognised cell is told: one that any cell minds before one that few do.

Belongs here: their order. Keep out: what they are (`cell_note`) and how they are found.
"""

from __future__ import annotations

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Cell

# Minded only where a number may be negative.
(SIGN_MAY_BE_LOST,) = code_list("cell_note").named("sign_may_be_lost")


def graver(first: str | None, second: str | None) -> str | None:
    """Return the doubt of two that is told: the first, unless it is none or one that most cells do not mind."""
    return second if first is None or (first == SIGN_MAY_BE_LOST and second is not None) else first


def doubted(cell: Cell, why: str | None) -> Cell:
    """Return a cell with what speaks against it besides."""
    return cell._replace(doubt=graver(cell.doubt, why))
