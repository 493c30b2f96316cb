"""A stand-in for recognition: pictures of one colour, each of which shows what its width says."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import pytest

from pipelines.reading import Block, Cell, Grid, Limits, Paragraph, Place
from pipelines.reading.scan import pages
from pipelines.reading.scan.size import pixel_size

HEIGHT = 1_000
TITLE = "测试市东山区财政局2021年政府信息公开工作年度报告"


def png(width: int, height: int = HEIGHT) -> bytes:
    """Return a white picture of some width."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def recognise(pictures: Sequence[bytes], limits: Limits) -> tuple[list[Block], list[int]]:
    """Return for each picture a line and a table of one cell, both its width."""
    blocks: list[Block] = []
    for page, data in enumerate(pictures, start=1):
        width = str((pixel_size(data) or (0, 0))[0])
        blocks.append(Paragraph(width, 0))
        blocks.append(Grid(page - 1, ((Cell(width, 0, 0, 1, 1, 0, Place(page, None, None, 0.9)),),), True))
    assert len(pictures) <= limits.pages
    return blocks, list(range(len(pictures)))


def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every picture recognised so, with the extra or without it."""
    monkeypatch.setattr(pages, "available", lambda: True)
    monkeypatch.setattr(pages, "recognise_pictures", recognise)
