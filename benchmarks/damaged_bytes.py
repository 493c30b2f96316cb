"""What becomes of values when bytes of a file change: `python -m benchmarks.damaged_bytes [--files N] [--only FORMAT]`.

Each sound file is flipped in a bit, cut, or spliced with a piece of itself, and read by the workers of a run. A value
that differs from the sound file's without a doubt is a defect, unless the changed bytes held or hold a digit: then the
file says another number. Belongs here: the damage and its table. Keep out: sound files (`corpus`).
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.corpus.formats import printers
from benchmarks.corpus.printing import random_printout
from pipelines.engine.pool import extract_files
from pipelines.engine.stored_tables import FileTask
from pipelines.reading import Limits

_FORMATS = ("html plain", "text pipe_rows", "text tab_rows", "docx", "doc", "xlsx", "xls", "pdf", "rtf", "odt")
_SOUND = 10
_DIGITS = frozenset(b"0123456789")
_LONGEST = 400
_SHOWN, _PIPE_WIDTH = 30, 160
_SURE = frozenset(("value", "blank"))
_CELL = ("report_key", "table_id", "row_id", "column_id", "status", "value")
_COLUMNS = ("as before", "in doubt", "refused", "digit", "differs", "internal_error")


class Mutant(NamedTuple):
    """A damaged file. `digits`: the bytes that went or came hold a digit."""

    kind: str
    data: bytes
    place: int
    digits: bool


class Read(NamedTuple):
    """What became of a file: its outcome or reason, and status and value of its cells by path."""

    outcome: str
    cells: dict[str, tuple[str, Any]]


def mutant(rng: random.Random, data: bytes) -> Mutant:
    """Return a file with one bit flipped, its end cut off, or a piece moved, left out or put in twice."""
    place = rng.randrange(len(data))
    kind = rng.choice(("flip", "flip", "cut", "splice"))
    if kind == "flip":
        new = data[place] ^ (1 << rng.randrange(8))
        return Mutant(kind, data[:place] + bytes((new,)) + data[place + 1 :], place, bool({data[place], new} & _DIGITS))
    if kind == "cut":
        return Mutant(kind, data[:place], place, digits=False)
    gone = data[place : place + rng.choice((0, rng.randrange(_LONGEST)))]
    start = rng.randrange(len(data))
    come = data[start : start + rng.choice((0, rng.randrange(_LONGEST)))]
    whole = data[:place] + come + data[place + len(gone) :]
    return Mutant(kind, whole, place, bool(_DIGITS & {*gone, *come}))


def read_all(files: Sequence[bytes]) -> list[Read]:
    """Return what becomes of each file in a run."""
    found: dict[str, Read] = {}
    with tempfile.TemporaryDirectory() as folder:
        tasks = {}
        for data in files:
            name = hashlib.sha256(data).hexdigest()
            path = Path(folder, name)
            path.write_bytes(data)
            tasks[name] = FileTask(name, bytes(path))
        for tables in extract_files(list(tasks.values()), limits=Limits()):
            cells: dict[int, dict[str, tuple[str, Any]]] = defaultdict(dict)
            for row in tables["cells"].select(list(_CELL)).to_pylist():
                cell = f"{row['table_id']}.{row['row_id']}.{row['column_id']}"
                cells[row["report_key"]][cell] = row["status"], row["value"]
            of_file: dict[str, dict[str, tuple[str, Any]]] = defaultdict(dict)
            for row in tables["reports"].select(["report_key", "file_sha256"]).to_pylist():
                of_file[row["file_sha256"]] |= cells[row["report_key"]]
            for row in tables["documents"].select(["file_sha256", "outcome", "reason"]).to_pylist():
                name = row["file_sha256"]
                found[name] = Read(row["reason"] or row["outcome"], of_file[name])
    return [found[hashlib.sha256(data).hexdigest()] for data in files]


def differences(sound: Read, read: Read) -> list[str]:
    """Return the cells that a damaged file states otherwise than the sound one, without a doubt."""
    return [
        f"{path}: {sound.cells.get(path)} became {cell}"
        for path, cell in read.cells.items()
        if cell[0] in _SURE and cell != sound.cells.get(path, ("absent", None))
    ]


def _judged(name: str, count: int, seed: int) -> tuple[dict[str, Counter[str]], list[str]]:
    """Damage files of one format; returns counts by kind of damage, and what differs."""
    rng = random.Random(f"{seed} {name}")
    sound = [printers()[name](rng, random_printout(rng, rng.choice(("2019", "2021")))) for _ in range(_SOUND)]
    originals = read_all(sound)
    parents = [rng.randrange(_SOUND) for _ in range(count)]
    mutants = [mutant(rng, sound[parent]) for parent in track(parents, name, transient=True)]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lines = []
    for number, (parent, changed, read) in enumerate(
        zip(parents, mutants, read_all([m.data for m in mutants]), strict=True)
    ):
        found = differences(originals[parent], read)
        if found and not changed.digits:
            lines.append(
                f"{name} {number} {changed.kind} at {changed.place} of file {parent}: {found[0]} ({len(found)})"
            )
        counts[changed.kind][_verdict(originals[parent], read, found, digits=changed.digits)] += 1
    return counts, lines


def _verdict(sound: Read, read: Read, found: Sequence[str], *, digits: bool) -> str:
    if found:
        return "digit" if digits else "differs"
    if read.outcome == "internal_error":
        return "internal_error"
    if not read.cells:
        return "refused"
    return "as before" if read.cells == sound.cells else "in doubt"


def _rows(only: str, files: int, seed: int, lines: list[str]) -> Iterator[list[str]]:
    for name in printers():
        if name in _FORMATS and name.startswith(only):
            counts, found = _judged(name, files, seed)
            lines.extend(found)
            for kind, own in sorted(counts.items()):
                yield [name, kind, str(own.total()), *(str(own[column]) for column in _COLUMNS)]


def main(
    files: Annotated[int, typer.Option(help="Damaged files of each format.")] = 2000,
    only: Annotated[str, typer.Option(help="Only formats whose name begins so.")] = "",
    seed: int = 1,
) -> None:
    """Print what becomes of damaged files; exit code 1 where a value differs without a doubt or a reader fails."""
    console = Console() if Console().is_terminal else Console(width=_PIPE_WIDTH)
    table = Table("format", "damage", "files", *_COLUMNS, title="what damaged bytes do to values")
    lines: list[str] = []
    rows = list(_rows(only, files, seed, lines))
    for row in rows:
        table.add_row(*row)
    console.print(table)
    for line in lines[:_SHOWN]:
        console.print(line, markup=False, highlight=False)
    raise typer.Exit(1 if lines or any(row[-1] != "0" for row in rows) else 0)


if __name__ == "__main__":
    typer.run(main)
