"""What a part of a table is made of: slices of the run's inputs, each with a digest that is known before it is read.

A builder of parts declares the slices it needs and is given those and no others, so the digests of its slices and of
its code are all that its rows can depend on: where they are those of the last run, the part stands as it is. Small
slices are cut from frames of the whole run and digested by their rows. Large ones are not read for that: rows of the
work store follow from the sources of the reports and from the reader, rows of another table are known by the notes of
the files they are in: what is read is what the digest speaks of, also where only some tables or years are built.
Belongs here: which slices there are, what each is cut from and how it is known. Keep out: what is made of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipelines.contracts import CONTRACTS, contract
from pipelines.engine.stored_tables import SCHEMAS
from pipelines.warehouse.frame_digest import frame_digest
from pipelines.warehouse.parts import Part, read_note
from pipelines.warehouse.run_frames import RunFrames
from pipelines.warehouse.run_inputs import WORK

# What a fact takes from a report; what else is said of it changes no fact.
_COUNTED = ("report_key", "year_key", "agency_sk", "status")


class Slice(NamedTuple):
    """Rows of one part, and the digest of what they follow from."""

    digest: str
    rows: Callable[[], pl.LazyFrame]


Cut = Callable[[RunFrames, Part, pl.DataFrame], Slice]


@dataclass(frozen=True)
class SliceOf:
    """A slice by its name: the inputs of `run_inputs.INPUTS` that it is cut from, and how."""

    reads: tuple[str, ...]
    cut: Cut


def _small(cut: Callable[[RunFrames, Part, pl.DataFrame], pl.DataFrame], *reads: str) -> SliceOf:
    """Declare a slice that is cut from frames of the run, and known by its rows."""

    def sliced(frames: RunFrames, part: Part, reports: pl.DataFrame) -> Slice:
        frame = cut(frames, part, reports)
        return Slice(frame_digest(frame), frame.lazy)

    return SliceOf(reads, sliced)


def _of(frame: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    return frame.join(reports.select("report_key"), on="report_key", how="semi")


def _extracted(table: str) -> SliceOf:
    """Declare the rows of a table of the work store, of the files that make up the reports, with the role of each."""

    def sliced(frames: RunFrames, _: Part, reports: pl.DataFrame) -> Slice:
        frames.inputs.open(f"{WORK}{table}")
        sources = reports.select("report_key", "year_key").join(frames.sources, on="report_key")
        return Slice(f"{frames.reader} {frame_digest(sources)}", lambda: frames.inputs.extracted_of(table, sources))

    return SliceOf(("dim_report", "report_file", f"{WORK}{table}"), sliced)


def _of_table(table: str) -> SliceOf:
    """Declare the rows of the same part of another table, built before."""

    def sliced(frames: RunFrames, part: Part, _: pl.DataFrame) -> Slice:
        return Slice(_held(frames, table, part), lambda: frames.inputs.scan_parts(table, [part]))

    return SliceOf((table,), sliced)


def _held(frames: RunFrames, table: str, part: Part) -> str:
    """Return the digest of what the file of a part holds. Raises FileNotFoundError where it is not there or another."""
    note = read_note(frames.inputs.part_file(table, part))
    if note is None:
        place = f"part {part.shard} of {part.shards} of {part.year}"
        raise FileNotFoundError(f"{table}, {place}: not built yet, though others are made of it: build it first")
    return f"{note.rows} {note.content}"


def _last(table: str, columns: tuple[str, ...]) -> SliceOf:
    """Declare rows of last year's reports under this year's report_key, where an agency has exactly one for it."""

    def sliced(frames: RunFrames, part: Part, reports: pl.DataFrame) -> Slice:
        frames.inputs.open(table)
        pairs = _of(frames.last_reports, reports)
        parts = frames.parts_with(part.year - 1, pairs["last_key"])
        held = [_held(frames, table, each) for each in parts]

        def rows() -> pl.LazyFrame:
            found = frames.inputs.scan_parts(table, parts).select(columns).rename({"report_key": "last_key"})
            return found.join(pairs.lazy().select("report_key", "last_key"), on="last_key").drop("last_key")

        return Slice(" ".join([frame_digest(pairs), *held]), rows)

    return SliceOf(("dim_report", "dim_agency", table), sliced)


SLICES: dict[str, SliceOf] = {
    "reports": _small(lambda _frames, _part, reports: reports, "dim_report"),
    "counted": _small(lambda _frames, _part, reports: reports.select(_COUNTED), "dim_report"),
    "audited": _small(
        lambda frames, _part, reports: _of(frames.audited, reports),
        *("dim_report", "dim_agency", "report_file", "raw_file_location"),
    ),
    "places": _small(
        lambda frames, _part, reports: _of(frames.places, reports), "dim_report", "report_file", "raw_file_location"
    ),
    "grouped": _small(lambda frames, _part, reports: _of(frames.grouped, reports), "dim_report", "dim_agency"),
    "dim_year": _small(lambda frames, _part, _reports: frames.inputs.table("dim_year"), "dim_year"),
    "identified": _small(
        lambda frames, _part, reports: _of(frames.identified, reports),
        *("inventory", "work:reports", "work:sections", "report_file"),
    ),
    "below": _small(
        lambda frames, part, reports: _of(frames.below(part.year), reports), "dim_report", "dim_agency", "cell"
    ),
    "last cell": _last("cell", ("report_key", "cell_path", "status", "value")),
    "last report_section": _last("report_section", contract("report_section").columns),
    **{f"{WORK}{table}": _extracted(table) for table in SCHEMAS if table not in ("documents", "reports")},
    **{name: _of_table(name) for name, table in CONTRACTS.items() if table.partitioned},
}


class UndeclaredSlice(Exception):
    """A builder reached for a slice that it does not declare: names both."""


class Slices:
    """The slices of one part, for one builder: those it declares."""

    def __init__(self, table: str, part: Part, slices: dict[str, Slice]) -> None:
        self.part = part
        self.used: set[str] = set()
        self._table, self._slices = table, slices

    @property
    def digest(self) -> str:
        """The digest of all slices, by name."""
        return self.digest_of(self._slices)

    def scan(self, name: str) -> pl.LazyFrame:
        """Scan a slice. Raises UndeclaredSlice."""
        if name not in self._slices:
            declared = ", ".join(self._slices)
            raise UndeclaredSlice(f"{self._table} reads the slice {name!r} but declares {declared}: add it")
        self.used.add(name)
        return self._slices[name].rows()

    def frame(self, name: str, *columns: str) -> pl.DataFrame:
        """Return a slice, or some columns of it. Raises UndeclaredSlice."""
        rows = self.scan(name)
        return (rows.select(columns) if columns else rows).collect()

    def of_reports(self, shared: Collection[str]) -> Iterator[pl.DataFrame]:
        """Yield the rows of each slice but those that are of no report; to look at them is not to use them."""
        return (each.rows().collect() for name, each in self._slices.items() if name not in shared)

    def write(self, folder: Path) -> dict[str, Path]:
        """Write each slice to a Parquet file of a folder, and return them by name, for another machine."""
        folder.mkdir(parents=True, exist_ok=True)
        files = {name: folder / f"{place}.parquet" for place, name in enumerate(self._slices)}
        for name, file in files.items():
            self._slices[name].rows().collect().write_parquet(file)
        return files

    def restricted_to(self, reports: pl.DataFrame, shared: Collection[str]) -> Slices:
        """Return the same slices with the rows of some reports (report_key); shared ones stay whole."""

        def some(name: str, whole: Slice) -> Slice:
            if name in shared:
                return whole
            return Slice(whole.digest, lambda: whole.rows().join(reports.lazy(), on="report_key", how="semi"))

        return Slices(self._table, self.part, {name: some(name, each) for name, each in self._slices.items()})

    def digest_of(self, names: Collection[str]) -> str:
        """Return the digest of some slices, by name."""
        told = "\n".join(f"{name} {each.digest}" for name, each in sorted(self._slices.items()) if name in names)
        return hashlib.sha256(told.encode()).hexdigest()


def written_slices(table: str, part: Part, files: Mapping[str, Path]) -> Slices:
    """Return the slices of a part that were written to files (`Slices.write`) on another machine."""
    scans = {name: partial(pl.scan_parquet, file, hive_partitioning=False) for name, file in files.items()}
    return Slices(table, part, {name: Slice("", scan) for name, scan in scans.items()})
