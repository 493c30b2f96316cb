"""The benchmark of the whole way: its files are those of its mix, and its tables say what it took."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from pathlib import Path

from rich.console import Console

from benchmarks.end_to_end import MIX, Done, write_some
from benchmarks.throughput import facts_table, stages_table
from pipelines.reading.sniffing import sniff
from pipelines.releases.layout import Layout


def test_the_mix_is_the_stated_one() -> None:
    shares = {kind: count * 100 // len(MIX) for kind, count in Counter(MIX).items()}
    assert shares == {"html": 55, "docx": 15, "doc": 10, "pdf": 10, "xlsx": 5, "text": 5}


def test_all_files_of_the_mix_are_written_and_differ(tmp_path: Path) -> None:
    size = write_some(tmp_path, 7, range(len(MIX)))
    written = [path for path in Layout(tmp_path).raw.rglob("*") if path.is_file()]
    extensions = Counter(path.suffix for path in written)
    assert extensions == {".html": 11, ".docx": 3, ".doc": 2, ".pdf": 2, ".xlsx": 1, ".txt": 1}
    contents = {path.read_bytes(): path.suffix for path in written}
    assert len(contents) == len(MIX)
    assert sum(map(len, contents)) == size
    types = {suffix: sniff(data).rpartition("/")[2].rpartition(".")[2] for data, suffix in contents.items()}
    assert types == {
        ".html": "plain", ".txt": "plain", ".docx": "document", ".doc": "msword", ".pdf": "pdf", ".xlsx": "sheet",
    }  # fmt: skip


def test_the_tables_tell_stages_and_memory() -> None:
    done = Done(10, 2, bytes=2_000_000, outcomes={"parsed": 10}, rows={"reports": 9}, worker_peak=7_000_000)
    with done.stage("inventory"):
        sum(range(1000))
    assert 0 < done.seconds["inventory"] < 5 and done.parent_cpu["inventory"] >= 0
    assert done.parent_peaks["inventory"] > 10_000_000
    done.seconds["reading"], done.parent_cpu["reading"], done.parent_peaks["reading"] = 5.0, 2.5, 9_000_000_000
    console = Console(file=StringIO(), width=120)
    console.print(stages_table(done), facts_table(done))
    assert isinstance(console.file, StringIO)
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in console.file.getvalue().splitlines()]
    assert ["reading", "5.0", "100%", "2", "2.5", "9000 MB"] in lines
    assert ["whole", "5.0", "100%", "2", "2.5", "9000 MB"] in lines
    assert ["reports", "9"] in lines and ["peak memory of the largest worker", "7 MB"] in lines
