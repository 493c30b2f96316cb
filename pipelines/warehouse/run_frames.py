"""Frames of the whole run from which the slices of parts are cut, each made once and only where it is asked for.

Belongs here: which report is last year's, what a report stands beside, what lies below a summary. Keep out: cutting
(`slices`), and rules (`auditing`).
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import polars as pl

from pipelines.auditing.in_words import BETWEEN, SUFFIX
from pipelines.auditing.levels import BELOW
from pipelines.engine.work_store import reader_fingerprint
from pipelines.messages import LANGUAGES
from pipelines.warehouse.copies import GROUP, KNOWN, class_of_scope
from pipelines.warehouse.frame_digest import frame_digest
from pipelines.warehouse.kept_rows import KeptRows
from pipelines.warehouse.levels import below_summaries, what_lies_below_depends_on, with_agency
from pipelines.warehouse.parts import Part, parts_of, shard_of
from pipelines.warehouse.report_sources import DUPLICATE, MAIN
from pipelines.warehouse.reports import report_rows
from pipelines.warehouse.run_inputs import DeclaredInputs
from pipelines.warehouse.standing import CONFLICTING
from pipelines.warehouse.sums import grouped


class RunFrames:
    """Frames of one run, opened by name for one builder. `code` is what its rows follow from besides its inputs."""

    def __init__(self, inputs: DeclaredInputs, code: str) -> None:
        self.inputs, self.code = inputs, code
        self.reader = reader_fingerprint()
        self._below: dict[int, pl.DataFrame] = {}

    @cached_property
    def reports(self) -> pl.DataFrame:
        """All reports: dim_report."""
        return self.inputs.table("dim_report")

    @cached_property
    def sources(self) -> pl.DataFrame:
        """The files that make up each report (report_key, source_key, role); copies are in none."""
        made_of = self.inputs.table("report_file").filter(pl.col("role") != DUPLICATE)
        return made_of.select("report_key", "source_key", "role")

    @cached_property
    def grouped(self) -> pl.DataFrame:
        """Current reports with what sums are kept apart by (`sums.grouped`)."""
        return grouped(self.reports, self.inputs.table("dim_agency"))

    @cached_property
    def places(self) -> pl.DataFrame:
        """The files of each report and the first of their places (report_key, file_sha256, role, location)."""
        files = self.inputs.table("report_file").select("report_key", "file_sha256", "role")
        first = self.inputs.table("raw_file_location").group_by("file_sha256").agg(pl.col("location").min())
        return files.join(first, on="file_sha256").unique()

    @cached_property
    def identified(self) -> pl.DataFrame:
        """What reports state of themselves and which agency that makes (`reports.report_rows`)."""
        return report_rows(self.inputs)

    @cached_property
    def known(self) -> pl.DataFrame:
        """All reports with key, type, parent, level and division of their agency."""
        return with_agency(self.reports, self.inputs.table("dim_agency"))

    @cached_property
    def audited(self) -> pl.DataFrame:
        """All reports with their agency, the folder_year of their files and files_beside."""
        with_folders = self.known.join(self._folders(), on="report_key", how="left")
        return with_folders.join(self._beside(), on="report_key", how="left")

    @cached_property
    def last_reports(self) -> pl.DataFrame:
        """Which report was last year's (report_key, last_key): of the agency and scope, where there is exactly one."""
        by = ["agency_key", "scope"]
        current = (pl.col("status") == "current") & pl.col("agency_status").is_in(KNOWN) & (pl.col("year_key") > 0)
        reports = self.known.filter(current).select("report_key", "year_key", *by)
        alone = reports.filter(pl.len().over("year_key", *by) == 1)
        before = alone.select(pl.col("year_key") + 1, *by, last_key="report_key")
        return reports.join(before, on=["year_key", *by]).select("report_key", "last_key")

    def parts_with(self, year: int, report_keys: pl.Series) -> list[Part]:
        """Return the parts of a year in which some reports stand."""
        own = self.reports.filter(pl.col("year_key") == year)
        parts = parts_of(year, own.height)
        if not parts:
            return []
        wanted = own.filter(pl.col("report_key").is_in(report_keys.implode()))
        shards = set(wanted.select(shard_of(parts[0].shards))["shard"].to_list())
        return [part for part in parts if part.shard in shards]

    def below(self, year: int) -> pl.DataFrame:
        """Return what the reports below the summaries of a year add up to (columns of BELOW), no rows without any.

        All cells of a year are looked through for that, so it is kept until the reports or cells of the year change.
        """
        if year not in self._below:
            self._below[year] = self._below_of(year)
        return self._below[year]

    def _below_of(self, year: int) -> pl.DataFrame:
        known = self.known.filter(pl.col("year_key") == year)
        agencies = self.inputs.table("dim_agency")
        cells = self.inputs.scan("cell", year)
        notes = [f"{note.rows} {note.content}" if note else "none" for note in self.inputs.notes("cell", year)]
        told = (frame_digest(frame) for frame in what_lies_below_depends_on(known, self.known, agencies))
        digest = hashlib.sha256("\n".join([self.code, *notes, *told]).encode()).hexdigest()
        kept = KeptRows(self.inputs.below_cache / str(year), digest, BELOW)
        found = kept.read()
        if found is None:
            below = below_summaries(known, self.reports, agencies, cells)
            found = pl.DataFrame(schema=BELOW) if below is None else below
            kept.write(found)
        return found

    def _folders(self) -> pl.DataFrame:
        """Return (report_key, folder_year); of files in folders of several years there is none."""
        files = self.inputs.table("report_file").filter(pl.col("role") == MAIN)
        places = self.inputs.table("raw_file_location")
        placed = files.join(places.select("file_sha256", "folder_year"), on="file_sha256").drop_nulls("folder_year")
        years = placed.group_by("report_key").agg(pl.col("folder_year").unique())
        return years.filter(pl.col("folder_year").list.len() == 1).with_columns(pl.col("folder_year").list.first())

    def _beside(self) -> pl.DataFrame:
        """Return (report_key, files_beside, files_beside_en): where rivals of reports lie, or what they give way to.

        The places of all of them in order, its own among them where nothing decides; of a copy that of the original.
        """
        places = self.inputs.table("raw_file_location").select("file_sha256", "location")
        main = self.inputs.table("report_file").filter(pl.col("role") == MAIN).select("report_key", "file_sha256")
        rivals = self.known.filter(pl.col("status") == CONFLICTING).with_columns(class_of_scope())
        rivals = rivals.select("report_key", *GROUP)
        rivals = rivals.join(rivals.rename({"report_key": "beside"}), on=list(GROUP)).select("report_key", "beside")
        related = self.known.select("report_key", beside="related_report_key").drop_nulls()
        where = main.join(places, on="file_sha256").group_by("report_key").agg(pl.col("location").min())
        found = pl.concat([rivals, related]).join(where, left_on="beside", right_on="report_key")
        return found.group_by("report_key").agg(
            pl.col("location").sort().str.join(BETWEEN[language]).alias(f"files_beside{SUFFIX[language]}")
            for language in LANGUAGES
        )
