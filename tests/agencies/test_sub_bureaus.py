"""Sub-bureaus: which words name them, and which division they serve."""

from __future__ import annotations

import pytest

from pipelines.agencies.gazetteer import Gazetteer
from pipelines.agencies.organs import organ_of
from pipelines.agencies.sub_bureaus import named_among, sub_bureau_of


@pytest.mark.parametrize(
    ("words", "bureau", "where", "kind"),
    [
        ("公安局鹿城区分局", "公安局", "鹿城区", "分局"),
        ("规划和自然资源委员会昌平分局", "规划和自然资源委员会", "昌平", "分局"),
        ("税务局香洲区税务分局", "税务局", "香洲区", "税务分局"),
        ("公安局交警支队第三大队", "公安局交警支队", "第三", "大队"),
        ("消防救援支队高新区大队", "消防救援支队", "高新区", "大队"),
        ("税务局第一税务所", "税务局", "第一", "税务所"),
        ("公安局城关派出所", "公安局", "城关", "派出所"),
        ("税务局稽查局", "税务局", "", "稽查局"),
    ],
)
def test_parts(words: str, bureau: str, where: str, kind: str) -> None:
    found = sub_bureau_of(words)
    assert found is not None
    assert tuple(found) == (bureau, where, kind)


@pytest.mark.parametrize(
    "words", ["公安局", "公安分局", "交警大队", "消防救援局", "综合行政执法局", "统计局", "", "调查队"]
)
def test_what_is_none(words: str) -> None:
    """公安分局 directly behind a place is the bureau of that place."""
    assert sub_bureau_of(words) is None


def test_the_words_behind_the_place_served() -> None:
    served = {
        words: sub_bureau_of(words) for words in ("公安局鹿城区分局", "公安局交警支队鹿城大队", "税务局香洲区分局")
    }
    assert [found.without_place for found in served.values() if found] == ["公安分局", "公安局交警支队大队", "税务局"]


def test_divisions_named(gazetteer: Gazetteer) -> None:
    below = gazetteer.children("330300", 2021)
    (official,), is_official = named_among("鹿城区", below)
    (short,), is_short = named_among("鹿城", below)
    assert official == short and is_official and not is_short
    assert named_among("高新区", below) == ((), False)
    assert named_among("", below) == ((), False)
    (banner,), _ = named_among("科右前旗", gazetteer.children("152200", 2021))
    assert banner.name == "科尔沁右翼前旗"


def test_its_stem_is_its_own() -> None:
    stems = [
        organ_of(words).stem for words in ("公安局", "公安局高新区分局", "公安局交警支队第三大队", "公安局城关派出所")
    ]
    assert len(set(stems)) == 4
    assert organ_of("公安局高新区分局").function == organ_of("公安局").function
    tax = [organ_of(words).stem for words in ("税务局", "税务局第三稽查局", "税务局第一税务所")]
    assert len(set(tax)) == 3


def test_the_branch_for_a_district_is_the_bureau_of_the_district() -> None:
    assert organ_of("公安分局").stem == organ_of("公安局").stem
    assert organ_of("某某分局").stem == organ_of("某某局").stem


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("公安局高新区分局", "department"),
        ("生态环境局风景区分局", "department"),
        ("国土资源局大板桥国土所", "department"),
        ("消防救援支队高新区大队", "vertical"),
    ],
)
def test_its_type_is_that_of_the_bureau(words: str, kind: str) -> None:
    assert organ_of(words).type == kind
