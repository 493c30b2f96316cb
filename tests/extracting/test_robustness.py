"""Damaged and hostile files end as ReadError or NotAReport or are read; nothing else escapes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.corpus.damage import none
from benchmarks.corpus.judging import LAST_YEAR, Trial
from benchmarks.corpus.layouts import LAYOUTS, Layout
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.report import extract
from pipelines.extracting.tables.cells import CellReading
from pipelines.reading import ReadError, read

Path3 = tuple[str, str, str]
SEEDS = sorted((Path(__file__).parents[2] / "data" / "raw" / "2020").glob("*.txt"))


def outcome(data: bytes) -> str:
    """Return parsed or the reason of a refusal; any other exception fails the test."""
    try:
        extract(read(data), LAST_YEAR)
    except (ReadError, NotAReport) as refusal:
        return refusal.reason
    return "parsed"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_a_file_may_end_anywhere(layout: Layout) -> None:
    data = Trial(1, layout, none).file()[1]
    step = len(data) // 12
    assert all(outcome(data[:end]) for end in range(0, len(data), step))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_shuffled_lines_and_flipped_bytes_raise_nothing_else(path: Path) -> None:
    rng = random.Random(path.name)
    data = path.read_bytes()
    for _ in range(4):
        lines = data.split(b"\n")
        rng.shuffle(lines)
        flipped = bytearray(data)
        for _ in range(20):
            flipped[rng.randrange(len(flipped))] = rng.randrange(256)
        assert outcome(b"\n".join(lines)) and outcome(bytes(flipped))


@pytest.mark.parametrize("seed", range(5))
def test_random_bytes_are_no_report(seed: int) -> None:
    assert outcome(random.Random(seed).randbytes(4000)) != "parsed"


@pytest.mark.parametrize(
    "unit",
    [
        "|",
        "\t",
        "规章 1 ",
        "规章\n0\n",
        "第二十条第（一）项 1 规章\n",
        "（",
        "(1",
        "行政许可(",
        "<b>",
        "<p>&",
        "1,000,",
    ],
)
def test_a_text_repeated_for_ever_is_read_in_time(unit: str) -> None:
    assert outcome((unit * 3000).encode()) != ""


def test_a_seed_cut_in_a_table_has_no_cell_that_the_whole_has_not() -> None:
    text = SEEDS[0].read_text(encoding="utf-8")
    whole = extract(read(text.encode()), LAST_YEAR).reading
    assert whole is not None
    refused = 0
    for end in range(text.index("第二十条第（五）项"), text.index("五、存在"), 150):
        try:
            part = extract(read(text[:end].encode()), LAST_YEAR).reading
        except ReadError as error:
            assert error.reason == "truncated"
            refused += 1
            continue
        assert part is not None
        for path, cell in part.cells.items():
            assert cell.value is None or cell.value == whole.cells[path].value or path_is_last(part.cells, path)
    assert refused > 0


def path_is_last(cells: dict[Path3, CellReading], path: Path3) -> bool:
    """Tell whether a cell is the last with a number: there the file may end between two digits."""
    numbers = [key for key, cell in cells.items() if cell.value is not None]
    return bool(numbers) and numbers[-1] == path
