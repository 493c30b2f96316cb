"""Types and functions of offices, and what goes on through reforms."""

from __future__ import annotations

import pytest

from pipelines.agencies.organs import begins_with_function, function_labels, organ_of, types
from pipelines.contracts.codes import code_list


def test_types_are_those_of_the_code_list() -> None:
    assert sorted(types()) == sorted(code_list("agency_type"))


def test_functions() -> None:
    assert len(function_labels()) == 31
    assert len(set(function_labels().values())) == 31


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", "government"),
        ("人民政府", "government"),
        ("行政公署", "government"),
        ("地区行署", "government"),
        ("人民政府办公室", "government_office"),
        ("行署办公室", "government_office"),
        ("教育局", "department"),
        ("人民政府外事办公室", "department"),
        ("公安局江北分局", "department"),
        ("街道办事处", "subdistrict"),
        ("博山镇人民政府", "town"),
        ("高新区管委会", "functional_zone"),
        ("经济技术开发区", "functional_zone"),
        ("残联", "mass_organisation"),
        ("委组织部", "party"),
        ("人民医院", "public_institution"),
        ("供电公司", "public_utility"),
        ("大学", "university"),
        ("税务局", "vertical"),
        ("地税局", "vertical"),
        ("国税局", "vertical"),
        ("税务分局", "vertical"),
        ("气象局", "vertical"),
        ("中国气象局", "ministry"),
        ("国家邮政局", "ministry"),
        ("海关总署", "ministry"),
        ("国务院办公厅", "state_council"),
        ("第一师十六团", "xpcc"),
    ],
)
def test_types(words: str, kind: str) -> None:
    assert organ_of(words).type == kind


def test_every_type_is_reached() -> None:
    words = (
        *(
            "",
            "人民政府办公室",
            "教育局",
            "街道办事处",
            "博山镇人民政府",
            "高新区管委会",
            "残联",
            "委组织部",
            "人民医院",
        ),
        *("供电公司", "大学", "税务局", "海关总署", "国务院办公厅", "第一师十六团"),
    )
    assert {organ_of(word).type for word in words} == set(code_list("agency_type"))


@pytest.mark.parametrize(
    ("words", "function"),
    [
        ("教体局", "education"),
        ("发改局", "development_reform"),
        ("卫健局", "health"),
        ("国土局", "natural_resources"),
        ("自然资源和规划局", "natural_resources"),
        ("行政审批服务局", "government_services"),
        ("市监局", "market_regulation"),
        ("文广旅局", "culture_tourism"),
        ("某某局", None),
    ],
)
def test_functions_of_departments(words: str, function: str | None) -> None:
    assert organ_of(words).function == function


def test_identity_through_reforms() -> None:
    line = {organ_of(name).stem for name in ("国土资源局", "国土局", "自然资源局", "自然资源和规划局")}
    assert len(line) == 1
    assert organ_of("规划局").stem not in line
    assert organ_of("规划局").function == organ_of("国土资源局").function


def test_words_of_functions() -> None:
    assert begins_with_function("公安局江北分局")
    assert not begins_with_function("和平财政局")
