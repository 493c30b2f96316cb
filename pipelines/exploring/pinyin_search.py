"""Pinyin of names without tones, to search by it: in full (dongchangqu) and by initials (dcq)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import polars as pl
import yaml

_PAIR = re.compile(r"([^a-z\s]+)([a-z]+)")
# The first-level characters of GB 2312 fill the rows B0 to D7, whose last five places are empty.
_FIRST_ROW, _LAST_ROW, _FIRST_PLACE, _LAST_PLACE, _EMPTY = 0xB0, 0xD7, 0xA1, 0xFE, 5


@lru_cache(maxsize=1)
def readings() -> dict[str, str]:
    """Return the reading of every character that has one."""
    declared = yaml.safe_load((Path(__file__).parent / "spelling.yml").read_text(encoding="utf-8"))
    firsts = dict(_PAIR.findall(declared["first_of_reading"]))
    found: dict[str, str] = {}
    reading = ""
    for character in _first_level():
        reading = firsts.get(character, reading)
        found[character] = reading
    for part in ("others", "readings"):
        for characters, spelled in _PAIR.findall(declared[part]):
            found.update(dict.fromkeys(characters, spelled))
    return found


def _first_level() -> str:
    rows = range(_FIRST_ROW, _LAST_ROW + 1)
    places = bytes(b for row in rows for place in range(_FIRST_PLACE, _LAST_PLACE + 1) for b in (row, place))
    return places[: -2 * _EMPTY].decode("gb2312")


def spelled(name: str) -> tuple[str, str]:
    """Return a name's pinyin in one piece and its initials; other letters and digits stay, signs are left out."""
    known = readings()
    parts = [known.get(character, character.lower() if character.isalnum() else "") for character in name]
    return "".join(parts), "".join(part[:1] for part in parts)


def with_spelling(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return a frame with the pinyin (`pinyin`) and the initials (`initials`) of a column of names."""
    pairs = [spelled(name or "") for name in frame[column].to_list()]
    full, initials = [first for first, _ in pairs], [second for _, second in pairs]
    return frame.with_columns(pl.Series("pinyin", full, pl.String), pl.Series("initials", initials, pl.String))
