"""What a run builds from: the inventory, the work store, and the last year there is. Nothing here makes a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.contracts import contract
from pipelines.engine.extracted_tables import SCHEMAS
from pipelines.engine.work_store import WorkStore, read_table, reader_fingerprint
from pipelines.raw.inventory import Location, read_inventory
from pipelines.releases.layout import Layout
from pipelines.warehouse.parquet import read_frame


@dataclass(frozen=True)
class RunInputs:
    """What a run builds from: the locations in data/raw, the store of extracted cells, and the last year there is."""

    layout: Layout
    last_year: int

    def locations(self) -> list[Location]:
        """Return the inventory of the run."""
        return read_inventory(self.layout.inventory)

    def hashes(self) -> set[str]:
        """Return the content hashes of the inventory."""
        return {found.file_sha256 for found in self.locations() if found.file_sha256}

    def store(self) -> WorkStore:
        """Open the work store."""
        return WorkStore(self.layout.extracted, reader_fingerprint())

    def work(self, table: str) -> pl.DataFrame:
        """Return the rows of documents or reports of the inventory."""
        frame = pl.from_arrow(read_table(self.store(), table, self.hashes()))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def report_files(self) -> pl.DataFrame:
        """Return report_file as built: which source every published report is made of."""
        return read_frame(self.layout.star, contract("report_file"))

    def scan(self, table: str, reports: pl.DataFrame) -> pl.LazyFrame:
        """Scan the rows of cells, unmapped_rows or sections of some reports, with year_key and the role of their file.

        `reports` have report_key, year_key, source_key and role: one row for each source of a report.
        """
        rows = self._stored(table).rename({"report_key": "source_key"})
        return rows.join(reports.lazy().select("report_key", "year_key", "source_key", "role"), on="source_key")

    def stored_cells(self, keys: list[int]) -> pl.DataFrame:
        """Return the statutory cells of some sources, as they were read."""
        return self._stored("cells").filter(pl.col("report_key").is_in(keys) & pl.col("is_statutory")).collect()

    def stored_sections(self, keys: list[int], sections: Sequence[int], characters: int) -> pl.DataFrame:
        """Return (source, text) of some sources: the begin of some sections, and the end of the last, in one text."""
        own = pl.col("report_key").is_in(keys) & pl.col("section").is_in(list(sections))
        body = pl.col("body").fill_null("")
        part = pl.concat_str(
            pl.col("heading").fill_null(""), body.str.slice(0, characters), body.str.slice(-200), separator="\n"
        )
        rows = self._stored("sections").filter(own).select("report_key", "section", part=part).collect()
        return (
            rows.sort("report_key", "section")
            .group_by("report_key", maintain_order=True)
            .agg(pl.col("part").str.join("\n"))
        )

    def _stored(self, table: str) -> pl.LazyFrame:
        files = self.store().files(table)
        empty = pl.from_arrow(SCHEMAS[table].empty_table())
        assert isinstance(empty, pl.DataFrame)
        return pl.scan_parquet(files) if files else empty.lazy()
