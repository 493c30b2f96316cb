"""Pinyin of names without tones, to search by it: in full (dongchangqu) and by initials (dcq)."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from pipelines.exploring.spelling import read_spelling


@lru_cache(maxsize=1)
def readings() -> dict[str, str]:
    """Return the reading of every character that has one."""
    return read_spelling()


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
