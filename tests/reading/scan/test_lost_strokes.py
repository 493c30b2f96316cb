"""A 1 of a coarse fax is believed by its form: a 4 without its bar and a 7 without its roof are read as ones."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

from pipelines.reading.scan.digit_verification import (
    Again,
    Span,
    are_whole_ones,
    prose,
    verify_digits,
)  # needs the extra
from pipelines.reading.scan.recognition import Character
from pipelines.reading.strokes import Strokes
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
    "a 4 without its slope": """
......##..
......##..
......##..
......##..
......##..
......##..
##########
......##..
......##..
....######
""",
    "an upright": "\n".join(["###"] * 10),
}


def doubt(text: str, drawn: str, *, strokes: Strokes) -> str | None:
    read = line(text, 0.999)
    return verify_digits(read, read, ink(drawn), strokes=strokes).doubt


@pytest.mark.parametrize("drawn", [ONE, WITH_FOOT])
@pytest.mark.parametrize("strokes", Strokes)
def test_an_upright_with_a_flag_is_a_one(drawn: str, strokes: Strokes) -> None:
    assert doubt("1", drawn, strokes=strokes) is None


@pytest.mark.parametrize("strokes", [Strokes.HAIRLINES_LOST, Strokes.THIN_LOST])
@pytest.mark.parametrize("kind", OTHERS)
def test_what_may_be_left_of_another_digit_is_none_however_surely_it_is_read(kind: str, strokes: Strokes) -> None:
    assert doubt("1", OTHERS[kind], strokes=strokes) is not None


def test_a_one_is_looked_at_among_other_digits() -> None:
    for one, expected in ((ONE, None), (OTHERS["a 4 without its bar"], "faint_ink")):
        number = "\n".join(f"{a}..{b}" for a, b in zip(one.split(), OPEN.split(), strict=True))
        assert doubt("10", number, strokes=Strokes.THIN_LOST) == expected
        assert doubt("10", number, strokes=Strokes.WHOLE) is None


@pytest.mark.parametrize(("text", "drawn"), [("-", "##########\n##########"), ("/", SLASH)])
def test_a_dash_and_a_slash_of_a_coarse_fax_may_be_what_is_left_of_a_seven(text: str, drawn: str) -> None:
    assert doubt(text, drawn, strokes=Strokes.THIN_LOST) == "faint_ink"
    assert doubt(text, drawn, strokes=Strokes.WHOLE) is None


@pytest.mark.parametrize(
    ("read", "meant", "if_whole"),
    [
        ("全年公开信息1126份。", "全年公开信息□□□□份。", "全年公开信息□□□□份。"),
        ("2020年度报告", "2020年度报告", "2020年度报告"),
        ("2021年度报告", "□□□□年度报告", "2021年度报告"),
        ("于3月11日公布", "于3月□□日公布", "于3月11日公布"),
        ("电话52日57", "电话52日□□", "电话52日□□"),
        ("20年来共2020件", "□□年来共□□□□件", "□□年来共□□□□件"),
    ],
)
def test_of_the_figures_in_the_text_of_a_coarse_fax_only_times_stand(read: str, meant: str, if_whole: str) -> None:
    characters = line(read, 0.999)
    spans = [
        Span(at, end, 0.0, 1.0)
        for at in range(len(read))
        for end in range(at + 1, len(read) + 1)
        if read[at:end].isdecimal()
        and not read[at - 1 : at].isdecimal()
        and (end == len(read) or not read[end].isdecimal())
    ]
    again = [Again(span, tuple(Character(c, 0.999, 0.5) for c in read[span.start : span.end])) for span in spans]
    worn = [each._replace(is_whole="1" not in read[each.span.start : each.span.end]) for each in again]
    assert prose(characters, again).text == read
    assert prose(characters, worn, strokes=Strokes.THIN_LOST).text == meant
    assert prose(characters, again, strokes=Strokes.THIN_LOST).text == if_whole
    assert ("1" in prose(characters, worn, strokes=Strokes.HAIRLINES_LOST).text) is False


def test_a_one_in_the_text_is_found_by_its_place() -> None:
    for one, expected in (
        (ONE, True),
        (OTHERS["a 4 without its bar"], False),
        (OTHERS["a 4 without its slope"], False),
    ):
        number = "\n".join(f"{a}..{b}" for a, b in zip(one.split(), OPEN.split(), strict=True))
        width = len(number.split()[0])
        read = (Character("1", 0.999, len(one.split()[0]) * 0.6 / width), Character("0", 0.999, 1 - 5 / width))
        assert are_whole_ones(read, ink(number)) is expected
    assert are_whole_ones(line("0", 0.999), ink(OPEN))
    assert not are_whole_ones(line("1", 0.999), ink("....\n....\n...."))


FIVE = """
.#######
.##.....
.##.....
.#####..
.....##.
......##
......##
......##
##...##.
.####...
"""


@pytest.mark.parametrize(
    ("strokes", "least"), [(Strokes.WHOLE, 0.7), (Strokes.HAIRLINES_LOST, 0.8), (Strokes.THIN_LOST, 0.9)]
)
def test_the_more_may_be_lost_the_surer_a_figure_must_be(strokes: Strokes, least: float) -> None:
    surely, hardly = line("5", least + 0.01), line("5", least - 0.01)
    assert verify_digits(surely, surely, ink(FIVE), strokes=strokes).doubt is None
    assert verify_digits(surely, hardly, ink(FIVE), strokes=strokes).doubt == "low_confidence"
