"""Rows that a run worked out and the next one need not: kept in the work folder under what they depend on besides.

Belongs here: keeping a frame, and finding it again. Keep out: what the rows are (`agencies`, `source_contents`).
"""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.digested import digest_beside, note_digest, read_digested
from pipelines.releases.layout import Layout
from pipelines.warehouse.frame_digest import REPORT_DIGESTS
from pipelines.warehouse.parts import Note, Part, read_note, read_sound_note


class KeptRows:
    """A frame of a declared schema below a folder; under another fingerprint it is another, and the old one goes."""

    def __init__(self, folder: Path, fingerprint: str, schema: Mapping[str, Any]) -> None:
        self._path = folder / f"{fingerprint}.parquet"
        self._schema = dict(schema)

    def read(self) -> pl.DataFrame | None:
        """Return what was kept; None where there is none, or another than was written: then it is worked out anew."""
        try:
            found = pl.read_parquet(io.BytesIO(read_digested(self._path)))
        except (OSError, pl.exceptions.PolarsError):
            return None
        return found if found.schema == pl.Schema(self._schema) else None

    def write(self, rows: pl.DataFrame) -> None:
        """Keep rows in the place of those that were kept."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        rows.select(list(self._schema)).write_parquet(part)
        # Under other fingerprints, and what a run left that was stopped while it wrote. Once the new one has its name,
        # no run writes again, and nothing would be removed any more.
        for other in self._path.parent.iterdir():
            if other not in (part, self._path, digest_beside(self._path)):
                other.unlink()
        part.replace(self._path)
        note_digest(self._path)


def forget_kept(layout: Layout) -> None:
    """Remove the rows that are kept of reports, so that all are worked out anew.

    They stand under the key of a report, which says nothing of how its content was read.
    """
    for folder in (layout.agencies, layout.sources):
        if folder.exists():
            shutil.rmtree(folder)


class KeptReports:
    """The digests of what the reports of a part were made of, kept beside what came of them.

    `shared` is the digest of what else its rows follow from; under another one nothing is known.
    """

    def __init__(self, folder: Path, part: Part, shared: str) -> None:
        self._folder = folder / _name(part)
        self._shared = shared

    def unchanged(self, file: Path, digests: pl.DataFrame) -> pl.DataFrame | None:
        """Return the reports (report_key) whose digests are those of which the file of the part was made."""
        note = read_sound_note(file)
        before = None if note is None else self._kept(note).read()
        return None if before is None else digests.join(before, on=list(REPORT_DIGESTS)).select("report_key")

    def is_known(self, file: Path) -> bool:
        """Tell whether there are digests of which the file of the part was made."""
        note = read_note(file)
        return note is not None and self._kept(note).read() is not None

    def rows(self, file: Path, reports: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of some reports in the file of the part."""
        return (
            pl.scan_parquet(file, hive_partitioning=False).join(reports.lazy(), on="report_key", how="semi").collect()
        )

    def write(self, note: Note, digests: pl.DataFrame) -> None:
        """Keep the digests of which the file was made that the note speaks of."""
        self._kept(note).write(digests)

    def _kept(self, note: Note) -> KeptRows:
        told = f"{self._shared} {note.rows} {note.content} {note.size} {note.modified}"
        return KeptRows(self._folder, hashlib.sha256(told.encode()).hexdigest(), REPORT_DIGESTS)


def drop_kept(folder: Path, year: int, parts: Collection[Part]) -> None:
    """Remove what is kept of parts of a year that there are not any more."""
    names = set(map(_name, parts))
    for other in folder.glob(f"{year}-*"):
        if other.name not in names:
            shutil.rmtree(other)


def _name(part: Part) -> str:
    return f"{part.year}-{part.shard}-{part.shards}"
