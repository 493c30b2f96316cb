"""Properties of paragraphs: what is known of one string is never taken for that of another."""

from __future__ import annotations

import struct

import pytest

from benchmarks.corpus.word_file import sprm
from pipelines.reading import ReadError
from pipelines.reading.doc.properties import paragraph

_OUTLINE, _ELSEWHERE = 0x2640, 0x6646
STORED = b"\0\0" + sprm(_ELSEWHERE, struct.pack("<I", 0))


def data_of(properties: bytes) -> bytes:
    return struct.pack("<H", len(properties)) + properties


def outline(level: int) -> bytes:
    return sprm(_OUTLINE, bytes([level]))


def test_what_a_string_refers_to_belongs_to_it() -> None:
    assert [paragraph(STORED, data_of(outline(level))).outline for level in (1, 2, 1)] == [1, 2, 1]


@pytest.mark.parametrize("level", [3, 4])
def test_what_refers_on_is_followed(level: int) -> None:
    first = data_of(sprm(_ELSEWHERE, struct.pack("<I", 8)))
    assert paragraph(STORED, first + data_of(outline(level))).outline == level


def test_long_properties_elsewhere_are_read_as_well() -> None:
    assert paragraph(STORED, data_of(outline(1) * 1000 + outline(5))).outline == 5


def test_what_is_not_there_is_damage_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ReadError, match="properties at 0 of a Data stream of 1 bytes"):
            paragraph(STORED, b"\0")
