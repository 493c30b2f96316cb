"""Names of one office under many spellings, and names that are not certainly those of an office."""

from __future__ import annotations

import pytest

from pipelines.agencies.assigning import UnassignedReport, assign, dim_agency
from pipelines.agencies.resolver import AMBIGUOUS, EXACT, INFERRED, UNRESOLVED, Resolver
from pipelines.extracting.headline import title_agency

YEAR = 2022


def _assigned(*titles: str) -> list[dict[str, object]]:
    """Return the rows of reports under titles as their files print them."""
    reports = [
        UnassignedReport(n, f"{n:064}", title_agency(f"{title}政府信息公开工作年度报告"), title, YEAR, ())
        for n, title in enumerate(titles, start=1)
    ]
    return assign(reports, lambda _: {}, ()).to_dicts()


@pytest.mark.parametrize(
    ("office", "spelling"),
    [
        ("莒县司法局", "莒县司法局更正2022年"),
        ("莒县司法局", "莒县司法局（第二次更正）2022年"),
        ("莒县司法局", "莒县司法局2022年（3月2日更正）"),
        ("莒县司法局", "莒县司法局【更正】2022年"),
        ("莒县民政局", "莒县民政局（代章）2022年"),
        ("莒县民政局", "莒县民政局（更正）（代章）2022年"),
        ("莒县民政局", "莒县民政局最终版2 2022年"),
        ("莒县水利局", "莒县水利局本级2022年"),
        ("莒县水利局", "莒县水利局机关本级2022年"),
        ("莒县审计局", "莒县审计局二O二二年"),
        ("莒县审计局", "莒县审计局2O22年"),
        ("莒县统计局", "莒县统计局修改版2022年"),
        ("莒县统计局", "莒县统计局最新2022年"),
        ("莒县林业局", "莒县林业局(2)2022年"),
        ("莒县林业局", "莒县林业局v2 2022年"),
        ("莒县商务局", "莒县商务局（补报）2022年"),
        ("莒县公安局", "莒县公安局机关2022年"),
        ("莒县公安局", "莒县公安局局机关2022年"),
        ("莒县财政局", "莒县财政局（加挂莒县国资局牌子）2022年"),
        ("莒县财政局", "莒县县财政局2022年"),
        ("日照市市场监督管理局", "日照市市市场监督管理局2022年"),
        ("莒县财政局", "莒县：财政局2022年"),
        ("莒县财政局", "莒县财政局2022年度依申请"),
        ("莒县财政局", "莒县财政局（2022年"),
        ("莒县综合行政执法局", "莒县城市管理局（莒县综合行政执法局）2022年"),
        ("莒县自然资源局", "莒县自然资源局（原国土资源局）2022年"),
        ("五莲县人民政府", "五莲县人民政府更正2022年"),
        ("五莲县人民政府", "五莲县人民政府（代章）2022年"),
        ("五莲县人民政府", "五莲县人民政府（含乡镇）2022年"),
        ("五莲县人民政府", "五莲县（全县）2022年"),
        ("五莲县人民政府", "五莲县全县2022年"),
        ("五莲县人民政府", "五莲县政府系统2022年"),
        ("五莲县人民政府", "五莲县人民政府机关2022年"),
        ("莒县招贤镇人民政府", "莒县招贤镇人民政府更正2022年"),
        ("莒县人民政府办公室", "莒县政府办2022年"),
        ("莒县人民政府办公室", "莒县人民政府办2022年"),
        ("莒县人民政府办公室", "莒县府办2022年"),
        ("莒县人民政府办公室", "莒县政办2022年"),
        ("莒县人民政府办公室", "莒县县政府办公室2022年"),
        ("莒县人民政府办公室", "莒县政府办（更正）2022年"),
        ("日照市人民政府办公室", "日照市政府办2022年"),
        ("山东省人民政府办公厅", "山东省政府办2022年"),
        ("莒县水利局", "关于更正莒县水利局2022年"),
        ("莒县水利局", "关于对莒县水利局2022年"),
        ("莒县水利局", "关于转发莒县水利局2022年"),
        ("莒县气象局", "２０２２年莒县气象局"),
        ("莒县气象局", "1.莒县气象局2022年"),
        ("莒县气象局", "（三）莒县气象局2022年"),
        ("莒县气象局", "03莒县气象局2022年"),
        ("莒县气象局", "附件1-莒县气象局2022年"),
        ("莒县气象局", "【公示】莒县气象局2022年"),
        ("莒县气象局", "转发莒县气象局2022年"),
        ("莒县气象局", "更正公告：莒县气象局2022年"),
        ("莒县气象局", "关于公布莒县气象局2022年"),
        ("北京市公安局朝阳分局", "★北京市公安局朝阳分局2022年"),
        ("新疆生产建设兵团第八师石河子市教育局", "新疆生产建设兵团第八师石河子市教育局（更正）2022年"),
        ("莒县公安局交警大队", "莒县交警大队2022年"),
        ("莒县公安局交警大队", "莒县公安局交通警察大队2022年"),
    ],
)
def test_an_office_under_two_spellings_is_one_agency(office: str, spelling: str) -> None:
    one, other = _assigned(f"{office}2022年", spelling)
    assert {one["status"], other["status"]} <= {EXACT, INFERRED}
    assert other["agency_sk"] == one["agency_sk"]
    assert other["agency_type"] == one["agency_type"]


@pytest.mark.parametrize(
    "name",
    [
        "莒县教育局（莒县体育局）",
        "莒县财政局（国资局）",
        "莒县财政局撤销",
        "莒县财政局等3部门",
        "莒县财政局与税务局",
        "莒县财政局、教育局",
        "莒县财政局莒县金融服务中心",
        "莒县财政局国库科",
        "莒县财政局党组",
        "莒县财政局办公室",
        "莒县财政局局",
        "莒县财政局上半年",
        "莒县财政局20222",
        "莒县财政",
        "莒县卫生健康系统",
        "莒县税务局三季度",
        "莒县经济开发区各单位",
        "莒县人民政府门户网站",
        "莒县各部门",
        "莒县各单位",
        "莒县县直部门",
        "莒县各委办局",
        "五莲县各乡镇",
        "五莲县各镇街",
        "五莲县各街道",
        "莒县小店镇各村",
        "国务院令第",
        "中国共产主义青年团绥德县委员会",
        "莒县公安局各科室",
        "莒县卫生健康委员会法规科",
        "莒县档案馆办公室",
        "新疆生产建设兵团第八师石河子市教育局说明",
    ],
)
def test_what_is_not_certainly_an_office_is_none(resolver: Resolver, name: str) -> None:
    assert resolver.resolve(name, YEAR).status in (AMBIGUOUS, UNRESOLVED)


@pytest.mark.parametrize(
    "name",
    [
        "莒县公安局交通警察大队",
        "莒县公安局直属分局",
        "莒县公安局城关派出所",
        "莒县财政局国库集中支付中心",
        "莒县教育局招生考试办公室",
        "莒县自然资源局高新技术产业开发区分局",
        "莒县卫生健康局综合监督执法大队",
        "莒县机构编制委员会办公室",
        "莒县爱国卫生运动委员会办公室",
        "莒县住房和城乡建设委员会",
        "莒县机关事务管理局",
        "莒县政协",
        "莒县110指挥中心",
        "莒县市政管理局",
        "日照市市场监督管理局",
        "日照市市政管理局",
        "温州高新区（经开区）管委会",
        "博山区人民政府办公室（区大数据局）",
        "长春市二道区人民",
        "陕西省西咸新区空港新城",
    ],
)
def test_names_that_go_on_behind_an_office_are_offices(resolver: Resolver, name: str) -> None:
    assert resolver.resolve(name, YEAR).status in (EXACT, INFERRED)


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("莒县财政局（含所属事业单位）", "summary"),
        ("莒县财政局及下属单位", "summary"),
        ("莒县财政局系统", "summary"),
        ("莒县财政局（含附表）", "own"),
        ("莒县财政局", "own"),
        ("五莲县人民政府（不含乡镇）", "own"),
        ("五莲县人民政府（含乡镇）", "summary"),
    ],
)
def test_words_that_are_taken_off_tell_whose_figures_they_are(resolver: Resolver, name: str, scope: str) -> None:
    assert resolver.resolve(name, YEAR).scope == scope


@pytest.mark.parametrize(
    "offices",
    [
        ("莒县公安局", "莒县公安局交警大队", "莒县公安局交警大队第三中队"),
        ("莒县财政局", "莒县开发区财政局", "莒县财政局开发区分局"),
        ("莒县地方金融监督管理局", "莒县金融监管局"),
        ("莒县大数据局", "莒县大数据中心"),
        ("莒县人民政府", "莒县人民政府办公室", "莒县人民政府外事办公室"),
        ("莒县供销社", "莒县城阳供销社"),
        ("莒县市场监督管理局", "莒县市场服务中心"),
    ],
)
def test_different_offices_stay_apart(offices: tuple[str, ...]) -> None:
    rows = _assigned(*(f"{office}2022年" for office in offices))
    assert all(row["status"] in (EXACT, INFERRED) for row in rows)
    assert len({row["agency_key"] for row in rows}) == len(offices)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (("莒县安监局", "莒县应急管理局"), "莒县应急管理局"),
        (("莒县应急局", "莒县应急管理局", "莒县应急局"), "莒县应急局"),
        (("日照市公安局莒县分局", "莒县公安局", "日照市公安局莒县分局"), "莒县公安局"),
        (("日照市公安局莒县分局",), "莒县公安分局"),
    ],
)
def test_an_agency_is_shown_under_its_commonest_name_and_of_equals_the_fullest(
    printed: tuple[str, ...], shown: str
) -> None:
    reports = [UnassignedReport(n, f"{n:064}", name, name, YEAR, ()) for n, name in enumerate(printed, start=1)]
    assert dim_agency(assign(reports, lambda _: {}, ()))["name"].to_list() == [shown]
