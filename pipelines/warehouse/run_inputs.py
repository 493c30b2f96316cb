"""What the tables of a run are built from, opened by name: the inventory, the work store, tables built before.

Belongs here: the names of inputs, opening them, and noting which were opened. Keep out: making tables of them
(`star` and the modules it names), and what ships with the code (forms, rules, gazetteer), which is no input of a run.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.contracts import CONTRACTS, contract
from pipelines.engine.extracted_tables import SCHEMAS
from pipelines.engine.work_store import WorkStore, read_table, reader_fingerprint
from pipelines.raw.inventory import Location, read_inventory
from pipelines.releases.layout import Layout
from pipelines.warehouse.parquet import read_frame, table_file, table_files

# The locations in data/raw.
INVENTORY = "inventory"
# What was extracted from the files: work:documents, work:reports, work:cells ...
WORK = "work:"
INPUTS = (INVENTORY, *(f"{WORK}{table}" for table in SCHEMAS), *CONTRACTS)


class UndeclaredInput(Exception):
    """A builder opened an input that it does not declare: names both, and what it declares."""


@dataclass(frozen=True)
class RunInputs:
    """Where the inputs of a run lie, and the last year there is."""

    layout: Layout
    last_year: int

    def declared_by(self, reader: str, names: Collection[str]) -> DeclaredInputs:
        """Return the inputs of these names for a reader, by which errors name it.

        Raises ValueError for a name that is none of INPUTS.
        """
        return DeclaredInputs(self, reader, names)


class DeclaredInputs:
    """The inputs that one builder declares. Every method raises UndeclaredInput for another one.

    Open an input before it is known whether any of its rows are needed: which inputs a builder reads must not depend on
    the reports of the day, or `opened` could not be compared with what is declared.
    """

    def __init__(self, run: RunInputs, reader: str, names: Collection[str]) -> None:
        check_names(reader, names)
        self._run, self._reader, self._names = run, reader, names
        self._opened: set[str] = set()

    @property
    def opened(self) -> frozenset[str]:
        """The names that were opened so far."""
        return frozenset(self._opened)

    @property
    def last_year(self) -> int:
        """The last year that reports can be of."""
        return self._run.last_year

    @property
    def agencies_cache(self) -> Path:
        """Folder of the agencies resolved before: a cache of what the inputs say, so no input itself."""
        return self._run.layout.agencies

    def locations(self) -> list[Location]:
        """Return the inventory."""
        self._open(INVENTORY)
        return read_inventory(self._run.layout.inventory)

    def extracted(self, table: str) -> pl.LazyFrame:
        """Scan a table of the work store: rows of all documents in it, their reports under the key of their source."""
        self._open(f"{WORK}{table}")
        files = self._store().files(table)
        empty = pl.from_arrow(SCHEMAS[table].empty_table())
        assert isinstance(empty, pl.DataFrame)
        return pl.scan_parquet(files) if files else empty.lazy()

    def extracted_of_run(self, table: str) -> pl.DataFrame:
        """Return the rows of documents or reports whose files are in the inventory."""
        self._open(f"{WORK}{table}")
        hashes = {found.file_sha256 for found in self.locations() if found.file_sha256}
        frame = pl.from_arrow(read_table(self._store(), table, hashes))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def extracted_of(self, table: str, sources: pl.DataFrame) -> pl.LazyFrame:
        """Scan the rows of some reports in a table of the work store, with year_key and the role of their file.

        `sources` have report_key, year_key, source_key and role: one row for each source of a report.
        """
        rows = self.extracted(table).rename({"report_key": "source_key"})
        return rows.join(sources.lazy().select("report_key", "year_key", "source_key", "role"), on="source_key")

    def table(self, name: str) -> pl.DataFrame:
        """Return a table built before, whole."""
        self._open(name)
        return read_frame(self._run.layout.star, contract(name))

    def scan(self, name: str, year: int | None = None) -> pl.LazyFrame:
        """Scan a partitioned table built before: one year of it, or all."""
        self._open(name)
        star, table = self._run.layout.star, contract(name)
        files = table_files(star, table) if year is None else [table_file(star, table, year)]
        found = [path for path in files if path.exists()]
        return pl.scan_parquet(found, hive_partitioning=False) if found else table.empty().lazy()

    def _store(self) -> WorkStore:
        return WorkStore(self._run.layout.extracted, reader_fingerprint())

    def _open(self, name: str) -> None:
        if name not in self._names:
            declared = ", ".join(self._names) or "nothing"
            raise UndeclaredInput(f"{self._reader} opens {name!r} but declares {declared}: add it to what it reads")
        self._opened.add(name)


def check_names(reader: str, names: Collection[str]) -> None:
    """Raise ValueError for names that are no input, naming the reader and the inputs there are."""
    if unknown := [name for name in names if name not in INPUTS]:
        raise ValueError(f"{reader} reads {', '.join(unknown)}, which is no input; there are: {', '.join(INPUTS)}")
