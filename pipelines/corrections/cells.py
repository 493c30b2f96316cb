"""Corrections of cells: a number that a reader with evidence knows to be wrong in print.

Belongs here: what an entry says. Keep out: holding entries against the cells of a release (`auditing.corrected_cells`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from pipelines.corrections.correction import Correction, Corrections, read_corrections
from pipelines.declarations import FreeText, OneOf, Wrong
from pipelines.forms import ALL_FORMS, path_name

PATH = Path(__file__).with_name("cells.yml")
# What a number and an amount in yuan may have before and behind the point, as the tables hold them.
_DIGITS, _DECIMALS, _YUAN_DIGITS, _CENTS = 12, 6, 16, 2
_YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


@cache
def _is_amount() -> dict[str, bool]:
    """Return for every cell of every form whether it holds an amount of money."""
    return {
        path_name((table_id, row, column)): form.table_by_id[table_id].kind_of(row, column) == "amount"
        for form in ALL_FORMS.values()
        for table_id, row, column in form.cell_paths
    }


def _fits(number: Decimal, digits: int, decimals: int) -> bool:
    return abs(number) < 10**digits and number == round(number, decimals)


class CellCorrection(Correction):
    """What a printed number should be. `value` None: it should not be used; `report` counts from 0 in the file."""

    report: int = Field(default=0, ge=0)
    cell: Annotated[str, OneOf("cell", _is_amount)]
    printed: FreeText
    value: Decimal | None
    unit: Literal["元", "万元", "亿元"] | None = None

    @model_validator(mode="after")
    def _has_the_unit_of_its_cell(self) -> CellCorrection:
        if self.value is not None and _is_amount()[self.cell] != (self.unit is not None):
            raise ValueError(f"an amount needs a unit ({', '.join(_YUAN)}), a count has none")
        return self

    @model_validator(mode="after")
    def _can_be_held(self) -> CellCorrection:
        """Refuse a number that the tables cannot hold to its last digit: it would be another one there, or none."""
        if self.value is None:
            return self
        if not self.value.is_finite() or not _fits(self.value, _DIGITS, _DECIMALS):
            raise ValueError(f"at most {_DIGITS} digits before the point and {_DECIMALS} behind it")
        if self.unit is None and (self.value != self.value.to_integral_value() or self.value < 0):
            raise ValueError("a count is a whole number, and not below 0")
        if self.yuan is not None and not _fits(self.yuan, _YUAN_DIGITS, _CENTS):
            raise ValueError(f"in yuan at most {_YUAN_DIGITS} digits before the point and {_CENTS} behind it")
        return self

    @property
    def expected(self) -> Mapping[str, Any]:
        """Return what the cell must still print."""
        return {"raw_text": self.printed}

    @property
    def yuan(self) -> Decimal | None:
        """Return the amount in yuan; None where it is no amount."""
        return None if self.value is None or self.unit is None else self.value * _YUAN[self.unit]


def cell_corrections(path: Path = PATH) -> tuple[CellCorrection, ...]:
    """Return the corrections of cells in order: an entry's place, from 1, is its number.

    Raises DeclarationError: of one cell at most one entry can hold.
    """
    return read_corrections(path, Corrections[CellCorrection], _corrected_twice)


def _corrected_twice(file: Corrections[CellCorrection]) -> Iterator[Wrong]:
    first: dict[tuple[object, ...], int] = {}
    for number, entry in enumerate(file.corrections):
        # A content prints one text only; of a place the entry for an earlier text has expired when the next one holds.
        printed = None if entry.location is None else entry.printed
        before = first.setdefault((entry.sha256, entry.location, entry.report, entry.cell, printed), number)
        if before != number:
            yield twice(file.corrections, before, number)


def twice(entries: Sequence[CellCorrection], first: int, second: int) -> Wrong:
    """Return what is wrong where two entries, by their places from 0, hold for one cell of one report."""
    one, other = entries[first], entries[second]
    cell = f"{other.cell} of report {other.report} in {other.sha256 or other.location}"
    told = f"corrections[{first}] corrects it to {one.value}, this one to {other.value}"
    message = f"two entries for the cell {cell}: {told}; remove one of them"
    return Wrong(("corrections", second), message)
