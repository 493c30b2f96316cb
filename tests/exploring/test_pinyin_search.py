"""Pinyin of names."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.exploring.pinyin_search import readings, spelled, with_spelling


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("东昌区人民政府", "dongchangqurenminzhengfu", "dcqrmzf"),
        ("重庆市", "chongqingshi", "cqs"),
        ("厦门市", "xiamenshi", "xms"),
        ("吕梁市", "lvliangshi", "lls"),
        ("衢州市", "quzhoushi", "qzs"),
        ("A区（一）", "aquyi", "aqy"),
        ("", "", ""),
    ],
)
def test_spells_names(name: str, full: str, initials: str) -> None:
    assert spelled(name) == (full, initials)


def test_every_first_level_character_has_a_reading() -> None:
    assert len(readings()) > 4_400
    assert all(reading.isascii() and reading.isalpha() for reading in readings().values())


def test_frames_get_both_columns() -> None:
    frame = with_spelling(pl.DataFrame({"name": ["东昌区", None]}), "name")
    assert frame["pinyin"].to_list() == ["dongchangqu", ""]
    assert frame["initials"].to_list() == ["dcq", ""]
