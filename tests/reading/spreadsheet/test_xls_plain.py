"""Plain records are taken at once, and what comes of them is what comes of each alone."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

import pytest

from benchmarks.corpus.formats import written
from benchmarks.corpus.printing import random_printout
from pipelines.reading import Limits, ReadError, read
from pipelines.reading.spreadsheet import xls
from tests.reading.spreadsheet.workbook_files import biff, number_record, xls_of


def outcome(data: bytes, limits: Limits) -> str:
    try:
        return repr(read(data, limits))
    except ReadError as error:
        return repr((error.reason, error.detail))


def check_alike(files: Sequence[bytes], monkeypatch: pytest.MonkeyPatch, limits: Limits | None = None) -> None:
    """Check that each file is read as it is where no record is plain."""
    at_once = [outcome(data, limits or Limits()) for data in files]
    monkeypatch.setattr(xls, "PLAIN_RECORDS", {})
    monkeypatch.setattr(xls, "_HEEDED", range(1 << 16))
    assert at_once == [outcome(data, limits or Limits()) for data in files]


def printed(count: int) -> list[bytes]:
    rng = random.Random(3)
    forms = [rng.choice(("2019", "2021")) for _ in range(count)]
    return [
        written(rng, "xls", random_printout(rng, form, blanks=rng.choice((0.0, 0.1))), title="甲") for form in forms
    ]


def test_printed_reports_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    check_alike(printed(20), monkeypatch)


def test_damaged_workbooks_are_read_or_refused_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    rng, damaged = random.Random(5), []
    for data in printed(3) * 60:
        changed = bytearray(data)
        changed[rng.randrange(512, len(data))] ^= 1 << rng.randrange(8)
        damaged.append(bytes(changed))
    check_alike(damaged, monkeypatch)


@pytest.mark.parametrize("cells", [3, 4, 200])
def test_cells_are_counted_alike(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    records = b"".join(number_record(0, column, column) for column in range(4))
    check_alike([xls_of(records)], monkeypatch, Limits(grid_cells=cells))


def many(row: int, column: int, last: int, *packed: int) -> bytes:
    cells = b"".join(struct.pack("<Hi", 0, number << 2 | 2) for number in packed)
    return biff(0xBD, struct.pack("<HH", row, column) + cells + struct.pack("<H", last))


@pytest.mark.parametrize(
    "records",
    [
        many(0, 0, 2, 1, 2, 3) + number_record(0, 1, 9),  # stored twice
        number_record(0, 1, 9) + many(0, 0, 2, 1, 2, 3),
        many(0, 0, 3, 1, 2, 3),  # ends in another column
        many(0, 254, 256, 1, 2, 3),  # beyond the sheet
        number_record(0, 256, 1),
        number_record(0, 0, 1, 7),  # a style that is not there
        number_record(0, 0, 1) + biff(0xFD, struct.pack("<HHHI", 0, 1, 0, 5)),  # a string that is not there
        number_record(0, 0, 1)
        + biff(0xBE, struct.pack("<HHHH", 0, 1, 0, 1))
        + biff(0xBE, struct.pack("<HHH", 0, 2, 2)),
        biff(0x208, struct.pack("<HHHHHHI", 0, 0, 9, 0, 0, 0, 0x20)) + number_record(0, 0, 1) + number_record(1, 0, 2),
        biff(0x207, struct.pack("<HB", 2, 0) + b"ab") + number_record(0, 0, 1) + biff(0x3C, b"\0cd"),
    ],
)
def test_records_that_are_not_plain_are_read_or_refused_alike(records: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    check_alike([xls_of(records)], monkeypatch)
