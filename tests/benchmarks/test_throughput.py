"""The benchmark of throughput: every contestant does every format, and every aim is told, with a few files."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from benchmarks.contestants import AIMS, ENTRIES, READ, TIKA, TIKA_COMMAND, WHOLE, Aim, Entry
from benchmarks.measuring import Measured, measure
from benchmarks.throughput import _WIDTH, aims_table, speed_table

# The DOCX files of this seed are among those that python-docx does not fail on.
SEED, FILES = 7, 1
KINDS = [kind for kind in ENTRIES if kind != "scan"]


def printed(table: object) -> str:
    console = Console(width=_WIDTH, file=StringIO())
    console.print(table)
    output = console.file
    assert isinstance(output, StringIO)
    return output.getvalue()


def test_every_contestant_does_every_file_and_every_aim_is_told() -> None:
    measured = {kind: measure(kind, FILES, FILES, SEED, warm_up=0) for kind in KINDS}
    for kind, found in measured.items():
        assert_every_contestant_does_every_file(kind, found)
        assert_our_extraction_reads_what_is_printed(found)
    assert_the_table_names_every_aim(measured)


def assert_every_contestant_does_every_file(kind: str, measured: Measured) -> None:
    present = {entry.name for entry in ENTRIES[kind] if not entry.absent()}
    done = {name: len(contestant.seconds) for name, contestant in measured.entered.items()}
    assert done == dict.fromkeys(present, FILES), (kind, measured.remarks)
    assert {READ, WHOLE} <= present, kind
    absent = [entry.name for entry in ENTRIES[kind] if entry.absent()]
    assert [remark.split(":")[0] for remark in measured.remarks] == absent, "whoever is absent is named"


def assert_our_extraction_reads_what_is_printed(measured: Measured) -> None:
    cells = measured.cells
    assert cells["right"] > 0 and cells["wrong"] == 0
    assert f"{cells['right']:,} right, 0 wrong" in printed(speed_table(measured))


def assert_the_table_names_every_aim(measured: dict[str, Measured]) -> None:
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in printed(aims_table([*measured.values()])).splitlines()
    ]
    told = {(row[0], row[1], row[5]) for row in rows if row}
    assert {(kind, f"{aim.slower} / {aim.faster}", aim.text) for kind in AIMS for aim in AIMS[kind]} <= told
    assert not [row for row in rows if "not measured" in row]


def test_an_aim_is_met_or_not() -> None:
    assert Aim(WHOLE, READ, 3).is_met(3.0) and not Aim(WHOLE, READ, 3).is_met(3.1)
    assert Aim(READ, WHOLE, 5, at_least=True).is_met(5.0) and not Aim(READ, WHOLE, 5, at_least=True).is_met(4.9)


def test_files_on_which_a_contestant_fails_count_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def failing(data: bytes) -> None:
        if data not in seen:
            seen.append(data)
        if seen.index(data) % 2:
            raise ValueError("no such cell")

    def hopeless(_: bytes) -> None:
        raise KeyError("never")

    entries = (Entry("whole", len), Entry("half", failing), Entry("none", hopeless))
    monkeypatch.setitem(ENTRIES, "text", entries)
    found = measure("text", 4, 4, SEED, warm_up=0)
    assert {name: len(contestant.seconds) for name, contestant in found.entered.items()} == {"whole": 2, "half": 2}
    assert any("half: failed on 2 of 4 files" in remark and "no such cell" in remark for remark in found.remarks)
    assert any("none: out" in remark and "never" in remark for remark in found.remarks)


def test_tika_takes_part_where_a_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    tika = next(entry for entry in ENTRIES["doc"] if entry.name == TIKA)
    monkeypatch.delenv(TIKA_COMMAND, raising=False)
    assert "not installed" in (tika.absent() or "")
    monkeypatch.setenv(TIKA_COMMAND, "cat -")
    assert tika.absent() is None
    assert tika.work(b"the file") == b"the file"
