"""Characters of a PDF that its fonts name in an unusual way: beyond U+FFFF, or by half."""

from __future__ import annotations

import pytest

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
