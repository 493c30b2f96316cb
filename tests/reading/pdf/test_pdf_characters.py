"""Characters of a PDF whose fonts name them in an unusual way (beyond U+FFFF, or by half), or leave their room open."""

from __future__ import annotations

import random

import pytest

from pipelines.reading.pdf.snippets import _estimated, _Style
from tests.reading.pdf.pdf_files import one_page, paragraphs, stream

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"


def named(**names: str) -> bytes:
    """Return a page that prints "aAb" and "A1B2", whose font names the given letters by units of UTF-16 in hex."""
    lines = b"".join(b"<%02x> <%b>\n" % (ord(letter), units.encode()) for letter, units in names.items())
    table = b"1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%bendbfchar" % (len(names), lines)
    content = b"BT /F1 12 Tf 100 700 Td (aAb) Tj 0 -40 Td (A1B2) Tj 0 -40 Td (%b) Tj ET\n" % (b"o" * 60)
    return one_page(content, more={4: FONT, 6: stream(table)})


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"A": "D842DFB7"}, ["a\U00020bb7b", "\U00020bb71B2"]),
        ({"A": "D842DFB7", "B": "D83DDE00"}, ["a\U00020bb7b", "\U00020bb71\U0001f6002"]),
        ({"A": "D842"}, ["a\ufffdb", "\ufffd\ufffdB\ufffd"]),
        ({"A": "DFB7"}, ["a\ufffdb", "\ufffd\ufffdB\ufffd"]),
        ({"A": "D842DFB7", "B": "D842"}, ["a\U00020bb7b", "\U00020bb7\ufffd\ufffd\ufffd"]),
    ],
)
def test_a_character_is_whole_or_not_known(names: dict[str, str], shown: list[str]) -> None:
    found = paragraphs(named(**names))
    assert found[:-1] == shown
    "".join(found).encode()


def test_the_room_of_a_level_character_is_that_of_one_upside_down() -> None:
    rng = random.Random(1)
    for _ in range(500):
        x, y, left, low = (rng.uniform(-5, 600) for _ in range(4))
        right, high = left + rng.choice((0, rng.uniform(-1, 30))), low + rng.choice((0, rng.uniform(-1, 30)))
        size, character = rng.uniform(0.5, 20), rng.choice("7年")
        level, turned = (_Style(n, (1.0 - n, 0.0), size, False, False, False) for n in (0, 2))
        room = _estimated((x, y), (left, right, low, high), character, level)
        over = _estimated((-x, -y), (-right, -left, -high, -low), character, turned)
        assert room == tuple(-place for place in over)
