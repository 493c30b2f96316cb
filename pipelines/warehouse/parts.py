"""Parts of a partitioned table: a year, and in it a range of agencies. A run builds those whose inputs are others.

A part is made of the reports of one year whose agency_sk lies in one of 1, 2, 4, 8 ... equal ranges; keys are spread
evenly, so parts are alike in size, and put after one another they are in the order of the table. How many ranges a year
has follows from its reports alone, so the same content makes the same files whatever was built before. Beside each file
stands what it was made of (`key`) and what it holds (`rows`, `content`), with which the next run knows it again, and
the digest of its bytes, against which it is held before it is read or taken over.
Belongs here: which parts there are, their files and notes. Keep out: what is in them (`builder`), release files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from pipelines import Told
from pipelines.contracts import Table
from pipelines.contracts.keys import MAX_KEY
from pipelines.digested import sealed, unsealed
from pipelines.durable import read_regular, sha256_of, sync
from pipelines.warehouse.parquet import table_folder

# At most so many reports of a year stand in one part, but for chance: some 800,000 cells, 0.4 GB while audited. Less
# makes a run with one new report cheaper, more makes a run with many: a part has some fixed cost of its own.
REPORTS_PER_PART = 5_000
# Files that this process has hashed, or written, by their state: what is read again and again is hashed once.
_State = tuple[Path, int, int, int, int]
_SOUND: set[_State] = set()


@dataclass(frozen=True, order=True)
class Part:
    """A range of agencies of a year: the `shard` of `shards` of them."""

    year: int
    shard: int
    shards: int

    def file(self, star: Path, table: Table) -> Path:
        """Return the Parquet file of this part of a table."""
        return table_folder(star, table) / f"year_key={self.year}" / f"part-{self.shard}.parquet"


@dataclass(frozen=True)
class Note:
    """What is known of the file of a part: the digest of what it was made of, its rows and the sum of their hashes.

    `size` and `modified` are those of the file; with others it is not the file that the note speaks of. `sha256` is
    that of its bytes.
    """

    key: str
    rows: int
    content: str
    size: int
    modified: int
    sha256: str


class DamagedPart(Told):
    """Files below work/star are not what they were when they were written; they are removed, and built by a new run."""


def parts_of(year: int, reports: int) -> list[Part]:
    """Return the parts of a year with so many reports."""
    shards = 1
    while shards * REPORTS_PER_PART < reports:
        shards *= 2
    return [Part(year, shard, shards) for shard in range(shards)] if reports else []


def shard_of(shards: int) -> pl.Expr:
    """Return the shard of a report by its agency_sk."""
    width = -(-MAX_KEY // shards)
    return ((pl.col("agency_sk") - 1) // width).alias("shard")


def split(reports: pl.DataFrame, year: int) -> Iterator[tuple[Part, pl.DataFrame]]:
    """Yield the parts of a year with their reports, in order of agency; of a year without reports there are none."""
    own = reports.filter(pl.col("year_key") == year)
    for part in parts_of(year, own.height):
        yield part, own.filter(shard_of(part.shards) == part.shard).sort("agency_sk", "report_key")


def _note_path(file: Path) -> Path:
    return file.with_name(f".{file.stem}.json")


def read_note(file: Path) -> Note | None:
    """Return the note of a part's file; None where the file is another one than it speaks of, or is not there."""
    try:
        note = Note(**unsealed(read_regular(_note_path(file))))
        state = file.stat()
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return note if (note.size, note.modified) == (state.st_size, state.st_mtime_ns) else None


def read_sound_note(file: Path) -> Note | None:
    """Return the note of a part's file as `read_note`, and None also where a byte of the file is another."""
    note = read_note(file)
    return note if note is not None and is_sound(file, note) else None


def is_sound(file: Path, note: Note) -> bool:
    """Tell whether a file is, byte for byte, the one that its note speaks of."""
    state = _state(file)
    if state in _SOUND:
        return True
    if sha256_of(file) != note.sha256:
        return False
    _SOUND.add(state)
    return True


def require_sound(files: Collection[Path]) -> None:
    """Raise DamagedPart where files that are about to be read are not those that their notes speak of; they go."""
    if damaged := [file for file in files if (note := read_note(file)) is not None and not is_sound(file, note)]:
        raise discarded(damaged)


def discarded(damaged: Collection[Path]) -> DamagedPart:
    """Remove damaged files of parts with their notes, so that a run makes them anew; return what is to be told."""
    for file in damaged:
        file.unlink(missing_ok=True)
        _note_path(file).unlink(missing_ok=True)
    return DamagedPart.of("releases.damaged_parts", files=", ".join(map(str, damaged)))


def _state(file: Path) -> _State:
    found = file.stat()
    return file, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def note_of(file: Path, key: str, rows: int, content: str) -> Note:
    """Return the note of a part's file: what it was made of, and what it holds, which is on the disk from now on."""
    sync(file)
    state = file.stat()
    note = Note(key, rows, content, state.st_size, state.st_mtime_ns, sha256_of(file))
    _SOUND.add(_state(file))
    return note


def keep_note(file: Path, note: Note) -> Note:
    """Keep a note beside its file: from now on no run makes the part anew, so all that goes with it stands already."""
    _note_path(file).write_text(sealed(asdict(note)), encoding="utf-8")
    return note


def drop_others(star: Path, table: Table, year: int, kept: list[Part]) -> None:
    """Remove the files of a year that are of no part any more, and its folder where nothing is left."""
    keep_only(table_folder(star, table) / f"year_key={year}", [part.file(star, table) for part in kept])


def years_built(star: Path) -> set[int]:
    """Return the years that tables have parts of; folders of other names are none of ours."""
    return {int(path.name.removeprefix("year_key=")) for path in star.glob("*/year_key=[0-9][0-9][0-9][0-9]")}


def keep_only(folder: Path, files: Collection[Path]) -> None:
    """Remove all but some files and their notes from a folder, and the folder where nothing is left."""
    if not folder.is_dir():
        return
    wanted = {*files, *map(_note_path, files)}
    for path in folder.iterdir():
        if path not in wanted:
            path.unlink()
    if not files:
        folder.rmdir()
