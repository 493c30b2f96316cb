"""Hostile PDF files and pictures."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from benchmarks.corpus.hostile import zip_of
from pipelines.reading import Limits
from tests.hostile.portable import HOSTILE, one_page
from tests.hostile.running import Case, Run, check, run_cases

REFUSED = ("quarantined", "not_a_report")
ENDINGS = {"10,000 pages": ("too_many_pages",), "encrypted": ("encrypted",)}
# The parser follows drawings in drawings for ever, outside of Python: only the pool ends it.
ENDLESS = ("a drawing of itself", "drawings in drawings")


def png(width: int, height: int, rows: bytes) -> bytes:
    """Return a grey picture with these packed rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def tiff_loop() -> bytes:
    """Return a TIFF whose first directory is followed by itself."""
    entries = ((256, 10), (257, 10), (258, 1), (259, 1), (262, 1), (273, 8), (278, 10), (279, 13))
    packed = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(entries)) + packed + struct.pack("<I", 8)


CASES = [
    *(Case(name, make, ENDINGS.get(name, REFUSED)) for name, make in HOSTILE.items() if name not in ENDLESS),
    Case("a PDF that is an archive", lambda: one_page() + zip_of({"word/document.xml": b"<x/>"}), REFUSED),
    Case("an archive before a PDF", lambda: zip_of({"a": b"x"}) + one_page(), REFUSED),
    Case("only the first line", lambda: b"%PDF-1.7\n", REFUSED),
    Case("a picture of 60,000 by 60,000", lambda: png(60_000, 60_000, bytes(1 << 20)), REFUSED),
    Case("a picture bomb", lambda: png(10_000, 10_000, bytes(100_010_000)), REFUSED),
    Case("a picture of nothing", lambda: png(0, 0, b""), REFUSED),
    Case("a picture that is cut", lambda: png(500, 500, bytes(250_500))[:100], REFUSED),
    Case("a blank picture", lambda: png(500, 500, (b"\0" + b"\xff" * 500) * 500), REFUSED),
    Case("a TIFF that loops", tiff_loop, REFUSED),
    Case("a JPEG of its first bytes", lambda: b"\xff\xd8\xff\xe0" + bytes(100), REFUSED),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_cases(tmp_path_factory.mktemp("portable"), CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_ends_as_it_should(run: Run, case: Case) -> None:
    check(run.documents[case.name], case.endings)


def test_the_reports_beside_them_are_all_parsed(run: Run) -> None:
    assert run.neighbours_parsed


def test_drawings_without_end_cost_only_themselves(tmp_path: Path) -> None:
    cases = [Case(name, HOSTILE[name], ("timeout", "worker_died", "out_of_memory", *REFUSED)) for name in ENDLESS]
    endless = run_cases(tmp_path, cases, Limits(document_seconds=1.0, memory_bytes=2 * 2**30))
    assert endless.neighbours_parsed
    for case in cases:
        check(endless.documents[case.name], case.endings)
