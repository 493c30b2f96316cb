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


@pytest.mark.parametrize(
    "offices",
    [
        ("国家税务局", "地方税务局", "税务局"),
        ("国税局", "地税局"),
        ("银监局", "保监局", "证监局"),
        ("银监分局", "保监分局", "证监局"),
        ("证监局", "金融监督管理总局北京监管局"),
        ("海事局", "航道局", "地方海事局"),
        ("金融监管局", "地方金融监管局"),
        ("应急管理局", "应急管理办公室"),
        ("税务局", "第一税务分局", "第二税务分局"),
        ("民航山东安全监督管理局", "铁路监督管理局"),
        ("教育局", "教育督导室", "教育招生考试院"),
        ("财政局", "财政监督局"),
        ("卫生局", "卫生监督局"),
        ("公安局", "公安交通管理局"),
        ("交通运输局", "交通运输综合行政执法局"),
        ("水利局", "水利工程管理局"),
    ],
)
def test_offices_that_exist_side_by_side_are_agencies_of_their_own(offices: tuple[str, ...]) -> None:
    assert len({organ_of(words).stem for words in offices}) == len(offices)


@pytest.mark.parametrize(
    "names",
    [
        ("银保监分局", "金融监督管理总局北京监管局"),
        ("教育局", "教育和体育局", "教育体育科技局"),
        ("农业局", "农业农村局", "农业农村和水利局"),
        ("发展改革委", "发展和改革委员会", "发展改革和统计局", "发展改革和经济信息化局"),
        ("国资委", "国有资产监督管理委员会"),
        ("退役军人事务局", "退役军人局"),
        ("科技局", "科技创新局"),
        ("住房和城乡建设局", "住房和城乡建设管理委员会", "住房和城乡建设交通局"),
        ("公安局", "公安分局"),
        ("地方金融监管局", "地方金融监督管理局"),
        ("城乡建设局", "住房和城乡建设局"),
        ("自规局", "自然资源和规划局"),
        ("审批局", "行政审批服务局", "审批服务管理局"),
        ("人防办", "人民防空办公室"),
        ("供销社", "供销合作社", "供销联社", "供销合作社联合社"),
        ("残联", "残疾人联合会"),
        ("妇联", "妇女联合会"),
        ("金融办", "金融工作局", "地方金融监督管理局"),
        ("大数据局", "大数据发展局", "大数据发展管理局"),
        ("扶贫办", "扶贫开发办公室"),
        ("交警大队", "公安局交警大队", "公安局交通管理大队"),
        ("文化局", "文化广电体育和旅游局"),
    ],
)
def test_names_that_follow_each_other_are_one_agency(names: tuple[str, ...]) -> None:
    assert len({organ_of(words).stem for words in names}) == 1


def test_words_of_functions() -> None:
    assert begins_with_function("公安局江北分局")
    assert not begins_with_function("和平财政局")
