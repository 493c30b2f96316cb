"""What a format is given to write: tables, rows, folder, language; and what it reports of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipelines.contracts import CONTRACTS, Table
from pipelines.contracts.codes import Language
from pipelines.exporting.selection import Row, Selected

# Called with the table, the rows written so far and the rows there are.
Progress = Callable[[str, int, int], None]


@dataclass
class Job:
    """One export. A format writes into `folder` and adds to `notes` what it had to write otherwise.

    `summary`: the sheets for readers only, without tables. `left_out` are the tables of the release that add more than
    is selected. `described` are rows of the codebook for such sheets.
    """

    release: Path
    folder: Path
    tables: Sequence[Table]
    selected: Selected
    language: Language
    about: str
    progress: Progress
    summary: bool = False
    left_out: Sequence[Table] = ()
    notes: list[str] = field(default_factory=list)
    described: list[tuple[str, ...]] = field(default_factory=list)
    total: int = 0
    written: int = 0

    def __post_init__(self) -> None:
        """Count the rows there are to write."""
        self.total = sum(self.selected.count(table) for table in self.tables)

    @property
    def has_readers_sheets(self) -> bool:
        """Return whether Excel gets its sheets for readers, which stand for a release rather than for single tables."""
        return self.summary or len(self.tables) + len(self.left_out) == len(CONTRACTS)

    def advance(self, name: str, rows: int) -> None:
        """Report that rows of a table or sheet were written."""
        self.written += rows
        self.progress(name, self.written, self.total)

    def batches(self, table: Table) -> Iterator[list[Row]]:
        """Yield the rows of a table, some at a time; a batch counts as written when the next is asked for."""
        for batch in self.selected.batches(table):
            yield batch
            self.advance(table.name, len(batch))

    def arrow_batches(self, table: Table, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield expressions over a table as Arrow, some rows at a time, counted as `batches` does."""
        for batch in self.selected.arrow_batches(table, columns):
            yield batch
            self.advance(table.name, batch.num_rows)

    def note(self, zh: str, en: str) -> None:
        """Note what the reader of this export has to know."""
        self.notes.append(zh if self.language == "zh" else en)
