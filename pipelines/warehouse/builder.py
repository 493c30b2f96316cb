"""What the builder of a published table is: the inputs it reads, named once, and the function that makes its rows.

A table in parts is built part by part (`parts`), each of the slices its builder declares; a part whose slices and code
are those of the last run stands as it is. Belongs here: how any table is built from its declaration. Keep out: what the
rows of a table are (`star` names them).
"""

from __future__ import annotations

import hashlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipelines.contracts import Table, contract
from pipelines.warehouse.content import content_of
from pipelines.warehouse.elsewhere import Waiting
from pipelines.warehouse.frame_digest import report_digests
from pipelines.warehouse.kept_rows import KeptReports, drop_kept
from pipelines.warehouse.parquet import table_file, write_frame
from pipelines.warehouse.parts import (
    Note,
    Part,
    drop_others,
    keep_note,
    keep_only,
    note_of,
    read_note,
    read_sound_note,
    split,
)
from pipelines.warehouse.run_frames import RunFrames
from pipelines.warehouse.run_inputs import DeclaredInputs, RunInputs, check_names
from pipelines.warehouse.slices import SLICES, Slices
from pipelines.warehouse.sound_files import is_noted_sound
from pipelines.warehouse.table_code import Stage, table_code

# The share of the reports of a part that must be as they were for their rows to be kept: to find them costs something.
_WORTH_KEEPING = 0.5


class Built(NamedTuple):
    """What building a table did: rows by year (0 of a table without parts), and the inputs it opened.

    `made` are the parts that were made anew, `used` the slices that were read for them.
    """

    rows: dict[int, int]
    opened: frozenset[str]
    made: tuple[Part, ...] = ()
    used: frozenset[str] = frozenset()


class BuildStopped(Exception):
    """The run was stopped, or another table could not be built, while this one was."""


def _go_on(run: RunInputs) -> None:
    """Raise BuildStopped where the run was stopped."""
    if run.stopped.is_set():
        raise BuildStopped


class Builder(ABC):
    """How a table is made. `reads` are names of `run_inputs.INPUTS`; opening any other input raises UndeclaredInput.

    Raises ValueError for a name that is no input, and for a table whose contract is partitioned otherwise.
    """

    table: str

    def __post_init__(self) -> None:
        """Check the declaration when it is made."""
        check_names(self.table, self.inputs_read)
        if self._contract.partitioned != isinstance(self, ByPart):
            expected = "ByPart" if self._contract.partitioned else "Whole"
            raise ValueError(f"{self.table} is built by {type(self).__name__}, its contract needs {expected}")

    @property
    def _contract(self) -> Table:
        return contract(self.table)

    @property
    @abstractmethod
    def inputs_read(self) -> tuple[str, ...]:
        """The names of the inputs that the table is made from."""

    @abstractmethod
    def build(self, run: RunInputs, years: Sequence[int]) -> Built:
        """Build the table as Parquet below work/star; of one in parts the given years. Raises ContractViolation."""


@dataclass(frozen=True)
class Whole(Builder):
    """A table in one file, of inputs that it names; one that names any is made in every run that makes tables."""

    table: str
    reads: tuple[str, ...]
    make: Callable[[DeclaredInputs], pl.DataFrame]

    @property
    def inputs_read(self) -> tuple[str, ...]:
        """The names of the inputs that the table is made from."""
        return self.reads

    def build(self, run: RunInputs, years: Sequence[int]) -> Built:  # noqa: ARG002
        """Build the table as Parquet below work/star. Raises ContractViolation."""
        inputs = run.declared_by(self.table, self.reads)
        file = table_file(run.layout.star, self._contract)
        if self.reads:
            return Built({0: write_frame(self._contract, self.make(inputs), file)}, inputs.opened)
        # The stage that follows from the most: some of these tables list the rules, others the gazetteer.
        key = f"{table_code('audit')} {run.last_year}"
        note = read_sound_note(file)
        if note is None or note.key != key or run.rebuild:
            write_frame(self._contract, self.make(inputs), file)
            note = keep_note(file, note_of(file, key, *content_of(self._contract, [file])))
        return Built({0: note.rows}, inputs.opened)


@dataclass(frozen=True)
class _Sliced(Builder):
    """A table made of slices (names of `slices.SLICES`). `stage` names the code that its rows follow from.

    Raises ValueError for a name that is no slice.
    """

    table: str
    slices: tuple[str, ...]
    make: Callable[[Slices], pl.DataFrame]
    stage: Stage = "contents"

    @property
    def inputs_read(self) -> tuple[str, ...]:
        """The names of the inputs that the slices are cut from, and that there are parts by."""
        if unknown := [name for name in self.slices if name not in SLICES]:
            known = ", ".join(SLICES)
            raise ValueError(f"{self.table} is made of {', '.join(unknown)}, which is no slice; there are: {known}")
        reads = ("dim_report", *(read for name in self.slices for read in SLICES[name].reads))
        return tuple(dict.fromkeys(reads))

    def _cut(self, frames: RunFrames, part: Part, reports: pl.DataFrame) -> tuple[Slices, str]:
        """Return the slices of a part, and the digest of all that its rows follow from."""
        slices = Slices(self.table, part, {name: SLICES[name].cut(frames, part, reports) for name in self.slices})
        return slices, hashlib.sha256(f"{frames.code} {slices.digest}".encode()).hexdigest()


@dataclass(frozen=True)
class ByPart(_Sliced):
    """A table in parts; of each year those are built that are not there as they must be.

    Where `alone` is given, the rows of a report follow from its own rows in the slices, and from the slices that
    `alone` names, which are of no report: then the rows of reports that are as they were are kept.
    """

    alone: tuple[str, ...] | None = None

    def build(self, run: RunInputs, years: Sequence[int]) -> Built:
        """Build the table as Parquet below work/star. Raises ContractViolation."""
        inputs = run.declared_by(self.table, self.inputs_read)
        frames = RunFrames(inputs, table_code(self.stage))
        rows: dict[int, int] = {}
        made: list[Part] = []
        used: set[str] = set()
        far: list[Waiting] = []
        for year in years:
            parts = list(split(frames.reports, year))
            drop_others(run.layout.star, self._contract, year, [part for part, _ in parts])
            drop_kept(self._kept(run), year, [part for part, _ in parts])
            rows[year] = 0
            for part, reports in parts:
                _go_on(run)
                slices, key = self._cut(frames, part, reports)
                file = part.file(run.layout.star, self._contract)
                note = self._standing(run, file, key)
                if note is None or note.key != key or run.rebuild:
                    made.append(part)
                    if self._is_for_others(run, frames.code, slices, file):
                        far.append(Waiting(slices, key, reports))
                        continue
                    note = self._make(run, frames.code, slices, key, reports)
                rows[year] += note.rows
                used |= slices.used
        for part, note, read in self._built_elsewhere(run, frames.code, far):
            rows[part.year] += note.rows
            used |= read
        return Built(rows, inputs.opened, tuple(made), frozenset(used))

    def _standing(self, run: RunInputs, file: Path, key: str) -> Note | None:
        """Return the note of the file of a part; None where it is another file than that, or a damaged one.

        A file that stands as it is, and was found sound by a run since its state changed last, is not hashed for it.
        """
        note = read_note(file)
        if note is not None and note.key == key and is_noted_sound(run.layout, file, run.sound):
            return note
        return read_sound_note(file)

    def _is_for_others(self, run: RunInputs, code: str, slices: Slices, file: Path) -> bool:
        """Tell whether other machines are to build a part: where none of its rows would be kept.

        Only of a table whose rows are kept by report: they are those that cost much more than they weigh.
        """
        if run.elsewhere is None or self.alone is None:
            return False
        return run.rebuild or not self._kept_reports(run, code, slices).is_known(file)

    def _built_elsewhere(
        self, run: RunInputs, code: str, far: Sequence[Waiting]
    ) -> Iterator[tuple[Part, Note, frozenset[str]]]:
        """Yield parts that other machines built, with their notes; what they could not build is built here."""
        if run.elsewhere is None or not far:
            return
        for each, fetched in run.elsewhere.build(self.table, far):
            _go_on(run)
            part = each.slices.part
            if fetched is None:
                note = self._make(run, code, each.slices, each.key, each.reports)
                yield part, note, frozenset(each.slices.used)
                continue
            file = part.file(run.layout.star, self._contract)
            file.parent.mkdir(parents=True, exist_ok=True)
            half = file.with_suffix(".part")
            shutil.copyfile(fetched.file, half)
            half.replace(file)
            note = note_of(file, each.key, fetched.rows, fetched.content)
            if fetched.digests is not None:
                kept = self._kept_reports(run, code, each.slices)
                kept.write(note, pl.read_parquet(fetched.digests, hive_partitioning=False))
            yield part, keep_note(file, note), fetched.used

    def make_apart(self, slices: Slices, reports: pl.DataFrame, file: Path, digests: Path) -> tuple[int, str]:
        """Write a part to a file, and the digests of its reports where they are kept; return rows and hash of them."""
        write_frame(self._contract, self.make(slices), file)
        if self.alone is not None:
            report_digests(slices.of_reports(self.alone), reports).write_parquet(digests)
        return content_of(self._contract, [file])

    def _kept_reports(self, run: RunInputs, code: str, slices: Slices) -> KeptReports:
        shared = hashlib.sha256(f"{code} {slices.digest_of(self.alone or ())}".encode()).hexdigest()
        return KeptReports(self._kept(run), slices.part, shared)

    def _kept(self, run: RunInputs) -> Path:
        return run.layout.work / "reports" / self.table

    def _make(self, run: RunInputs, code: str, slices: Slices, key: str, reports: pl.DataFrame) -> Note:
        """Write a part and return its note."""
        file = slices.part.file(run.layout.star, self._contract)
        if self.alone is None:
            write_frame(self._contract, self.make(slices), file)
            return keep_note(file, note_of(file, key, *content_of(self._contract, [file])))
        kept = self._kept_reports(run, code, slices)
        digests = report_digests(slices.of_reports(self.alone), reports)
        old = None if run.rebuild else kept.unchanged(file, digests)
        if old is None or old.height < reports.height * _WORTH_KEEPING:
            frame = self.make(slices)
        else:
            changed = reports.select("report_key").join(old, on="report_key", how="anti")
            some = slices.restricted_to(changed, self.alone)
            frame = pl.concat([kept.rows(file, old).select(self._contract.columns), self.make(some)])
            slices.used |= some.used
        write_frame(self._contract, frame, file)
        note = note_of(file, key, *content_of(self._contract, [file]))
        kept.write(note, digests)
        return keep_note(file, note)


@dataclass(frozen=True)
class Summed(_Sliced):
    """A table of sums over all reports: `make` sums up a part, which is kept, and `add` adds up the sums of parts."""

    add: Callable[[pl.DataFrame], pl.DataFrame] = field(kw_only=True)

    def build(self, run: RunInputs, years: Sequence[int]) -> Built:  # noqa: ARG002  # sums are over all years
        """Build the table as Parquet below work/star. Raises ContractViolation."""
        inputs = run.declared_by(self.table, self.inputs_read)
        frames = RunFrames(inputs, table_code(self.stage))
        folder = run.layout.work / "sums" / self.table
        made: list[Part] = []
        used: set[str] = set()
        files: list[Path] = []
        for year in sorted(frames.reports["year_key"].unique()):
            for part, reports in split(frames.reports, year):
                _go_on(run)
                slices, key = self._cut(frames, part, reports)
                file = folder / f"{part.year}-{part.shard}-{part.shards}.parquet"
                note = read_sound_note(file)
                if note is None or note.key != key or run.rebuild:
                    frame = self.make(slices)
                    folder.mkdir(parents=True, exist_ok=True)
                    frame.write_parquet(file)
                    keep_note(file, note_of(file, key, frame.height, ""))
                    made.append(part)
                files.append(file)
                used |= slices.used
        keep_only(folder, files)
        parts = [pl.read_parquet(file, hive_partitioning=False) for file in files]
        whole = self.add(pl.concat(parts)) if parts else self._contract.empty()
        rows = write_frame(self._contract, whole, table_file(run.layout.star, self._contract))
        return Built({0: rows}, inputs.opened, tuple(made), frozenset(used))
