"""What the builder of a published table is: the inputs it reads, named once, and the function that makes its rows.

Belongs here: how any table is built from its declaration. Keep out: what the rows of a table are (`star` names them).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from pipelines.contracts import Table, contract
from pipelines.releases.layout import Layout
from pipelines.warehouse.parquet import drop_year, table_file, write_chunks
from pipelines.warehouse.run_inputs import DeclaredInputs, RunInputs, check_names

# Reports whose cells are in memory at once: about 4 million rows, and 1.5 GB while they are audited.
REPORTS_PER_CHUNK = 20_000


class Built(NamedTuple):
    """What building a table did: rows by year (0 of a table that is not partitioned), and the inputs it opened."""

    rows: dict[int, int]
    opened: frozenset[str]


@dataclass(frozen=True)
class Builder(ABC):
    """How a table is made. `reads` are names of `run_inputs.INPUTS`; opening any other input raises UndeclaredInput.

    Raises ValueError for a name that is no input, and for a table whose contract is partitioned otherwise.
    """

    table: str
    reads: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check the declaration when it is made."""
        check_names(self.table, self.reads)
        if self._contract.partitioned != isinstance(self, ByYear):
            expected = "ByYear" if self._contract.partitioned else "Whole"
            raise ValueError(f"{self.table} is built by {type(self).__name__}, its contract needs {expected}")

    @property
    def _contract(self) -> Table:
        return contract(self.table)

    def build(self, run: RunInputs, years: Sequence[int]) -> Built:
        """Build the table as Parquet below work/star; of one by year the given years. Raises ContractViolation."""
        inputs = run.declared_by(self.table, self.reads)
        rows = self._write(inputs, run.layout, years)
        return Built(rows, inputs.opened)

    @abstractmethod
    def _write(self, inputs: DeclaredInputs, layout: Layout, years: Sequence[int]) -> dict[int, int]: ...


@dataclass(frozen=True)
class Whole(Builder):
    """A table in one file."""

    make: Callable[[DeclaredInputs], pl.DataFrame]

    def _write(self, inputs: DeclaredInputs, layout: Layout, years: Sequence[int]) -> dict[int, int]:  # noqa: ARG002
        return {0: write_chunks(self._contract, [self.make(inputs)], table_file(layout.star, self._contract))}


@dataclass(frozen=True)
class ByYear(Builder):
    """A table in one file a year, made of the reports of that year (rows of dim_report), some at a time."""

    make: Callable[[DeclaredInputs, pl.DataFrame], pl.DataFrame]

    def _write(self, inputs: DeclaredInputs, layout: Layout, years: Sequence[int]) -> dict[int, int]:
        all_reports = inputs.table("dim_report")
        return {year: self._write_year(inputs, layout, year, all_reports) for year in years}

    def _write_year(self, inputs: DeclaredInputs, layout: Layout, year: int, all_reports: pl.DataFrame) -> int:
        reports = all_reports.filter(pl.col("year_key") == year).sort("agency_sk", "report_key")
        if reports.is_empty():
            drop_year(layout.star, self._contract, year)
            return 0
        chunks = (self.make(inputs, part) for part in _chunked(reports))
        return write_chunks(self._contract, chunks, table_file(layout.star, self._contract, year))


def _chunked(reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for start in range(0, reports.height, REPORTS_PER_CHUNK):
        yield reports.slice(start, REPORTS_PER_CHUNK)
