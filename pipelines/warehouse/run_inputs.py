"""What the tables of a run are built from, opened by name: the inventory, the work store, tables built before.

Belongs here: the names of inputs, opening them, and noting which were opened. Keep out: making tables of them
(`star` and the modules it names), and what ships with the code (forms, rules, gazetteer), which is no input of a run.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import polars as pl

from pipelines.contracts import CONTRACTS, contract
from pipelines.digested import read_digested
from pipelines.engine.catalogue import Catalogue
from pipelines.engine.stored_tables import SCHEMAS
from pipelines.engine.work_store import WorkStore, reader_fingerprint
from pipelines.releases.layout import Layout
from pipelines.warehouse.parquet import read_frame, table_file, table_files
from pipelines.warehouse.parts import Note, Part, read_note, require_sound
from pipelines.warehouse.sound_files import State

if TYPE_CHECKING:
    from pipelines.warehouse.elsewhere import Elsewhere

# The locations in data/raw.
INVENTORY = "inventory"
# What was extracted from the files: work:documents, work:reports, work:cells ...
WORK = "work:"
INPUTS = (INVENTORY, *(f"{WORK}{table}" for table in SCHEMAS), *CONTRACTS)


class UndeclaredInput(Exception):
    """A builder opened an input that it does not declare: names both, and what it declares."""


@dataclass(frozen=True)
class RunInputs:
    """Where the inputs of a run lie, and the last year there is. `rebuild`: nothing that was built before is kept.

    `stopped` is set when the run is: what is being built then ends before its next part. `elsewhere` builds parts on
    other machines. `sound` are the files of parts that need not be hashed, by name with their state (`last_run`).
    """

    layout: Layout
    last_year: int
    rebuild: bool = False
    elsewhere: Elsewhere | None = field(default=None, compare=False, repr=False)
    stopped: Event = field(default_factory=Event, compare=False, repr=False)
    sound: Mapping[str, State] = field(default_factory=dict, compare=False, repr=False)
    _tables: dict[str, tuple[tuple[int, int, int], pl.DataFrame]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def table(self, name: str) -> pl.DataFrame:
        """Return a table built before, whole; one in a single file is read once as long as it is the same file."""
        table = contract(name)
        path = table_file(self.layout.star, table)
        if table.partitioned or not path.exists():
            require_sound(table_files(self.layout.star, table))
            return read_frame(self.layout.star, table)
        state = path.stat()
        known = state.st_mtime_ns, state.st_ino, state.st_size
        held = self._tables.get(name)
        if held is None or held[0] != known:
            require_sound([path])
            held = self._tables[name] = known, read_frame(self.layout.star, table)
        return held[1]

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

    def locations(self) -> pl.DataFrame:
        """Return the inventory, a row for each location (columns of `raw.inventory.SCHEMA`); it must not be changed."""
        self.open(INVENTORY)
        path = self._run.layout.inventory
        state = path.stat()
        return _read_inventory(path, state.st_mtime_ns, state.st_ino)

    def extracted_rows(self, table: str, sources: Collection[int] | pl.Series) -> pl.LazyFrame:
        """Scan the rows of some sources (report keys of single files) in a table of the work store."""
        self.open(f"{WORK}{table}")
        return self._catalogue().rows_of(table, sources)

    def extracted_of_run(self, table: str) -> pl.DataFrame:
        """Return the rows of documents or reports whose files are in the inventory."""
        self.open(f"{WORK}{table}")
        files = self.locations().select("file_sha256").drop_nulls().unique()
        rows = self._catalogue().rows(table).select(SCHEMAS[table].names)
        return rows.join(files, on="file_sha256", how="semi", maintain_order="left")

    def extracted_of(self, table: str, sources: pl.DataFrame) -> pl.LazyFrame:
        """Scan the rows of some reports in a table of the work store, with year_key and the role of their file.

        `sources` have report_key, year_key, source_key and role: one row for each source of a report.
        """
        rows = self.extracted_rows(table, sources["source_key"]).rename({"report_key": "source_key"})
        return rows.join(sources.lazy().select("report_key", "year_key", "source_key", "role"), on="source_key")

    def table(self, name: str) -> pl.DataFrame:
        """Return a table built before, whole; it must not be changed."""
        self.open(name)
        return self._run.table(name)

    def scan(self, name: str, year: int | None = None) -> pl.LazyFrame:
        """Scan a partitioned table built before: one year of it, or all. Raises DamagedPart."""
        self.open(name)
        return self._scanned(name, self._files(name, year))

    def scan_parts(self, name: str, parts: Collection[Part]) -> pl.LazyFrame:
        """Scan some parts of a partitioned table built before. Raises DamagedPart."""
        self.open(name)
        return self._scanned(name, [self.part_file(name, part) for part in parts])

    def part_file(self, name: str, part: Part) -> Path:
        """Return the file of a part of a partitioned table built before."""
        self.open(name)
        return part.file(self._run.layout.star, contract(name))

    def notes(self, name: str, year: int) -> list[Note | None]:
        """Return the notes of the parts of one year of a table built before."""
        self.open(name)
        return [read_note(file) for file in self._files(name, year)]

    @property
    def below_cache(self) -> Path:
        """Folder of what lies below summaries: a cache of what the inputs say, so no input itself."""
        return self._run.layout.work / "below"

    @property
    def source_cache(self) -> Path:
        """Folder of what sources say in numbers: a cache of the work store, so no input itself."""
        return self._run.layout.sources

    def _files(self, name: str, year: int | None) -> list[Path]:
        table = contract(name)
        files = table_files(self._run.layout.star, table)
        return files if year is None else [file for file in files if file.parent.name == f"year_key={year}"]

    def _scanned(self, name: str, files: Collection[Path]) -> pl.LazyFrame:
        found = [path for path in files if path.exists()]
        require_sound(found)
        table = contract(name)
        return pl.scan_parquet(found, hive_partitioning=False) if found else table.empty().lazy()

    def _catalogue(self) -> Catalogue:
        return Catalogue(WorkStore(self._run.layout.extracted, reader_fingerprint()))

    def open(self, name: str) -> None:
        """Open an input without reading it yet. Raises UndeclaredInput."""
        if name not in self._names:
            declared = ", ".join(self._names) or "nothing"
            raise UndeclaredInput(f"{self._reader} opens {name!r} but declares {declared}: add it to what it reads")
        self._opened.add(name)


def check_names(reader: str, names: Collection[str]) -> None:
    """Raise ValueError for names that are no input, naming the reader and the inputs there are."""
    if unknown := [name for name in names if name not in INPUTS]:
        raise ValueError(f"{reader} reads {', '.join(unknown)}, which is no input; there are: {', '.join(INPUTS)}")


@lru_cache(maxsize=1)
def _read_inventory(path: Path, _modified: int, _inode: int) -> pl.DataFrame:
    """Return the inventory; the builders of a run ask for it a dozen times."""
    return pl.read_parquet(io.BytesIO(read_digested(path)))
