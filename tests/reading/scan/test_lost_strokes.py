"""A 1 of a coarse fax is believed by its form: a 4 without its bar and a 7 without its roof are read as ones."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

from pipelines.reading.scan.digit_verification import Span, prose, verify_digits  # needs the extra
from pipelines.reading.scan.recognition import Character
from tests.reading.scan.test_open_zeros import OPEN, ink, line

ONE = """
..##
.###
####
..##
..##
..##
..##
..##
..##
..##
"""
WITH_FOOT = ONE.strip()[: -len("..##")] + "####"
SLASH = "\n".join(f"{'.' * (9 - n)}##{'.' * n}" for n in range(10))
OTHERS = {
    "a 4 without its bar": """
........##
.......###
......####
.....##.##
....##..##
...##...##
..##....##
........##
........##
........##
""",
    "a 7 without its roof": """
......##
......##
.....##.
.....##.
....##..
....##..
...##...
...##...
..##....
..##....
""",
    "an upright": "\n".join(["###"] * 10),
}


def doubt(text: str, drawn: str, *, is_coarse: bool) -> str | None:
    read = line(text, 0.999)
    return verify_digits(read, read, ink(drawn), is_coarse=is_coarse).doubt


@pytest.mark.parametrize("drawn", [ONE, WITH_FOOT])
@pytest.mark.parametrize("is_coarse", [True, False])
def test_an_upright_with_a_flag_is_a_one(drawn: str, is_coarse: bool) -> None:
    assert doubt("1", drawn, is_coarse=is_coarse) is None


@pytest.mark.parametrize("kind", OTHERS)
def test_what_may_be_left_of_another_digit_is_none_however_surely_it_is_read(kind: str) -> None:
    assert doubt("1", OTHERS[kind], is_coarse=True) is not None


def test_a_one_is_looked_at_among_other_digits() -> None:
    for one, expected in ((ONE, None), (OTHERS["a 4 without its bar"], "faint_ink")):
        number = "\n".join(f"{a}..{b}" for a, b in zip(one.split(), OPEN.split(), strict=True))
        assert doubt("10", number, is_coarse=True) == expected
        assert doubt("10", number, is_coarse=False) is None


@pytest.mark.parametrize(("text", "drawn"), [("-", "##########\n##########"), ("/", SLASH)])
def test_a_dash_and_a_slash_of_a_coarse_fax_may_be_what_is_left_of_a_seven(text: str, drawn: str) -> None:
    assert doubt(text, drawn, is_coarse=True) == "faint_ink"
    assert doubt(text, drawn, is_coarse=False) is None


@pytest.mark.parametrize(
    ("read", "meant", "in_a_title"),
    [
        ("全年公开信息1126份。", "全年公开信息□□□□份。", "全年公开信息□□□□份。"),
        ("2020年度报告", "2020年度报告", "2020年度报告"),
        ("2021年度报告", "□□□□年度报告", "2021年度报告"),
        ("于3月11日公布", "于3月□□日公布", "于3月11日公布"),
        ("电话52日57", "电话52日□□", "电话52日□□"),
        ("20年来共2020件", "□□年来共□□□□件", "□□年来共□□□□件"),
    ],
)
def test_of_the_figures_in_the_text_of_a_coarse_fax_only_times_stand(read: str, meant: str, in_a_title: str) -> None:
    characters = line(read, 0.999)
    spans = [
        Span(at, end, 0.0, 1.0)
        for at in range(len(read))
        for end in range(at + 1, len(read) + 1)
        if read[at:end].isdecimal()
        and not read[at - 1 : at].isdecimal()
        and (end == len(read) or not read[end].isdecimal())
    ]
    again = [(span, tuple(Character(c, 0.999, 0.5) for c in read[span.start : span.end])) for span in spans]
    assert prose(characters, again).text == read
    assert prose(characters, again, is_coarse=True).text == meant
    assert prose(characters, again, is_coarse=True, is_large=True).text == in_a_title
