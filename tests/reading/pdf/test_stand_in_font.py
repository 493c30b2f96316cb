"""Chinese text whose font neither the file nor the machine holds."""

from __future__ import annotations

import ctypes
import random
from dataclasses import replace

import pytest

from benchmarks.corpus.judging import judge_file
from benchmarks.corpus.pdf import named_font, random_style, write_pdf
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import report_blocks
from pipelines.reading.pdf import stand_in_font


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_text_in_a_font_that_the_file_only_names_is_read_on_turned_pages_too(turned: int) -> None:
    rng = random.Random(f"named {turned}")
    printout = random_printout(rng, "2021")
    named = named_font("STSong-Light")
    style = replace(random_style(rng), font=named, digits=named, turned=turned, sideways=False)
    verdict = judge_file(printout, write_pdf(rng, report_blocks(rng, printout), style))
    assert (verdict.refused, verdict.wrong, verdict.right) == (None, (), len(printout.truth))


def test_the_font_is_handed_over_whole_or_not_at_all() -> None:
    fonts = stand_in_font._Fonts()
    size = fonts.GetFontData(None, stand_in_font._HANDLE, 0, None, 0)
    room = ctypes.create_string_buffer(size + 1)
    fonts.GetFontData(None, stand_in_font._HANDLE, 0, room, size - 1)
    assert room.raw == bytes(size + 1)
    fonts.GetFontData(None, stand_in_font._HANDLE, 0, room, size)
    assert room.raw[:4] == b"\0\1\0\0"
    assert fonts.GetFontData(None, stand_in_font._HANDLE, 0x74746366, room, size) == 0
