"""Speed, memory and correctness of reading HTML reports: `python -m benchmarks.html [--files N] [--peer-files N]`.

Belongs here: the contestants, the run and its printed tables. Keep out: the clock (`timing`), the files (`corpus`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from benchmarks.corpus.pages import SEED, Sample, truth, write_corpus
from benchmarks.correctness import FLAGGED, RIGHT, WRONG, judge
from benchmarks.timing import Contestant, interleave, peak_memory, ratio
from pipelines.extracting.report import extract
from pipelines.reading import read
from pipelines.reading.decoding import decode

LAST_YEAR = 2026
_BATCH = 20
# Files that are done before the clock starts: imports, compiled patterns and caches of labels are then warm.
_WARM_UP = 40
_MB = 1_000_000
PARSE, PARSE_TEXT, GRIDS, WHOLE, PEER = (
    "parse only",
    "parse only, decoded",
    "our grids",
    "our extraction",
    "pandas.read_html",
)
# (slower, faster, aim, whether the aim is a least value)
_AIMS = ((GRIDS, PARSE, 2.0, False), (WHOLE, PARSE, 3.0, False), (PEER, WHOLE, 5.0, True))


@dataclass(frozen=True)
class Memory:
    """Peak memory of the process in bytes: before any file, after our own readers, after all contestants."""

    start: int
    own: int
    end: int


def _text(data: bytes) -> str:
    return decode(data)[0]


def _parse(data: bytes) -> None:
    LexborHTMLParser(_text(data))


def _parse_text(text: str) -> None:
    LexborHTMLParser(text)


def _whole(data: bytes) -> None:
    extract(read(data), LAST_YEAR)


def _peer(text: str) -> None:
    import pandas  # noqa: PLC0415  # here, so that its memory is not counted as ours

    pandas.read_html(StringIO(text), flavor="lxml")


def contestants(files: int, peer_files: int) -> dict[str, Contestant[Any]]:
    """Return the contestants by name; the peer takes part in an even choice of the files."""
    every = max(1, files // peer_files) | 1  # odd: an even step would only meet files of one encoding
    return {
        PARSE: Contestant(PARSE, _parse, bytes),
        PARSE_TEXT: Contestant(PARSE_TEXT, _parse_text, _text),
        GRIDS: Contestant(GRIDS, read, bytes),
        WHOLE: Contestant(WHOLE, _whole, bytes),
        PEER: Contestant(PEER, _peer, _text, every),
    }


def _batches(samples: list[Sample]) -> Iterator[list[tuple[int, bytes]]]:
    remaining = iter(samples)
    while batch := list(islice(remaining, _BATCH)):
        yield [(sample.number, sample.path.read_bytes()) for sample in batch]


def run(samples: list[Sample], peer_files: int) -> tuple[dict[str, Contestant[Any]], Memory]:
    """Measure all contestants on the samples; ours go first once without a clock, for warm caches and for memory."""
    start = peak_memory()
    for sample in samples[:_WARM_UP]:
        _whole(sample.path.read_bytes())
    own = peak_memory()
    entered = contestants(len(samples), peer_files)
    _peer(_text(samples[0].path.read_bytes()))
    interleave(list(entered.values()), _batches(samples))
    return entered, Memory(start, own, peak_memory())


def speed_table(entered: dict[str, Contestant[Any]]) -> Table:
    """Return the speed of each contestant."""
    table = Table("contestant", "files", "ms/file", "files/s", "MB/s", title="Speed (one process)")
    for column in table.columns[1:]:
        column.justify = "right"
    for contestant in entered.values():
        files, seconds = len(contestant.seconds), contestant.total
        figures = (f"{seconds / files * 1000:.2f}", f"{files / seconds:.0f}", f"{contestant.size / seconds / _MB:.1f}")
        table.add_row(contestant.name, str(files), *figures)
    return table


def ratio_table(entered: dict[str, Contestant[Any]]) -> Table:
    """Return the ratios of total time with their aims, and the deciles of the ratios of single files."""
    table = Table("ratio", "value", "10 % to 90 % of files", "aim", "met", title="Ratios (same files)")
    for slower, faster, aim, at_least in _AIMS:
        found = ratio(entered[slower], entered[faster])
        met = found.value >= aim if at_least else found.value <= aim
        row = (f"{found.value:.2f}", f"{found.low:.2f} - {found.high:.2f}", f"{'>=' if at_least else '<='} {aim:g}")
        table.add_row(f"{slower} / {faster}", *row, "yes" if met else "no")
    return table


def facts_table(samples: list[Sample], counts: Counter[str], memory: Memory) -> Table:
    """Return the correctness of our extraction, the size of the corpus and the memory of the process."""
    table = Table("fact", "value", title="Corpus, correctness, memory")
    sizes = [sample.size for sample in samples]
    table.add_row(
        "file size, mean (min - max)",
        f"{sum(sizes) / len(sizes) / 1000:.0f} KB ({min(sizes) // 1000} - {max(sizes) // 1000} KB)",
    )
    table.add_row("files in GB18030", str(sum(sample.encoding == "gb18030" for sample in samples)))
    table.add_row("cells", f"{counts.total():,}")
    for kind in (RIGHT, WRONG, FLAGGED):
        table.add_row(f"cells {kind}", f"{counts[kind]:,}")
    table.add_row("peak memory before the first file", f"{memory.start / _MB:.0f} MB")
    table.add_row("peak memory after our readers", f"{memory.own / _MB:.0f} MB")
    table.add_row("peak memory after all contestants", f"{memory.end / _MB:.0f} MB")
    return table


def main(
    files: Annotated[int, typer.Option(min=1, help="Files of the corpus.")] = 2000,
    peer_files: Annotated[int, typer.Option(min=1, help="Files that pandas reads, about.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the corpus.")] = SEED,
) -> None:
    """Generate the corpus, run all contestants on it, judge every cell, and print three tables."""
    console = Console()
    with TemporaryDirectory(prefix="gongkai-benchmark-") as folder:
        samples = list(write_corpus(Path(folder), files=files, seed=seed))
        entered, memory = run(samples, peer_files)
        counts = judge(((sample.path.read_bytes(), truth(seed, sample.number)) for sample in samples), LAST_YEAR)
    for table in (speed_table(entered), ratio_table(entered), facts_table(samples, counts, memory)):
        console.print(table)


if __name__ == "__main__":
    typer.run(main)
