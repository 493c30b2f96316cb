"""spelling.yml: readings of characters without tones.

Belongs here: what is declared, and the reading of every character from it. Keep out: searching by it (`pinyin_search`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from pipelines.agencies.gazetteer.readings import SYLLABLE
from pipelines.declarations import Declaration, FreeText, Wrong, load, repeated

_PATH = Path(__file__).with_name("spelling.yml")
_GROUP = re.compile(rf"([^a-z]+?)({SYLLABLE})(?![a-z])")
# The first-level characters of GB 2312 fill the rows B0 to D7, whose last five places are empty.
_FIRST_ROW, _LAST_ROW, _FIRST_PLACE, _LAST_PLACE, _EMPTY = 0xB0, 0xD7, 0xA1, 0xFE, 5


class Spelling(Declaration):
    """spelling.yml: characters with the reading behind them, in groups that blanks part (瑷ai 垵庵an)."""

    first_of_reading: FreeText
    others: FreeText
    readings: FreeText


def read_spelling(path: Path = _PATH) -> dict[str, str]:
    """Return the reading of every character that has one. Raises DeclarationError."""
    spelling = load(path, Spelling, also=_faults)
    firsts = dict(_groups(spelling.first_of_reading))
    found: dict[str, str] = {}
    reading = ""
    for character in _first_level():
        reading = firsts.get(character, reading)
        found[character] = reading
    for part in (spelling.others, spelling.readings):
        for characters, spelled in _groups(part):
            found.update(dict.fromkeys(characters, spelled))
    return found


@cache
def _first_level() -> str:
    rows = range(_FIRST_ROW, _LAST_ROW + 1)
    places = bytes(b for row in rows for place in range(_FIRST_PLACE, _LAST_PLACE + 1) for b in (row, place))
    return places[: -2 * _EMPTY].decode("gb2312")


def _groups(text: str) -> list[tuple[str, str]]:
    """Return (characters, reading) of each group; a group that is none has no reading."""
    matches = ((group, _GROUP.fullmatch(group)) for group in text.split())
    return [(match[1], match[2]) if match else (group, "") for group, match in matches]


def _faults(spelling: Spelling) -> Iterator[Wrong]:
    for part in ("first_of_reading", "others", "readings"):
        groups = _groups(getattr(spelling, part))
        for characters, reading in groups:
            if not reading:
                yield Wrong((part,), f"expected characters and their reading, as 啊a, found {characters}")
        yield from repeated(((part,), character) for characters, _ in groups for character in characters)
    firsts = _groups(spelling.first_of_reading)
    ordered = _first_level()
    for characters, reading in firsts:
        if characters not in ordered or len(characters) != 1:
            yield Wrong(
                ("first_of_reading",), f"expected one first-level character of GB 2312, found {characters}{reading}"
            )
    for (before, one), (after, other) in pairwise(firsts):
        if ordered.find(before) >= ordered.find(after) or _order(one) >= _order(other):
            yield Wrong(("first_of_reading",), f"expected {before}{one} behind {after}{other}: both go by the alphabet")


def _order(reading: str) -> str:
    """Return what a reading is sorted by: ü, written v, stands between u and any letter behind u."""
    return reading.replace("v", "u ")
