"""Names, years, addresses and texts -> divisions, and what must stay open."""

from __future__ import annotations

import pytest

from pipelines.agencies.resolver import AMBIGUOUS, EXACT, INFERRED, UNRESOLVED, Resolver


def _check(resolver: Resolver, name: str, year: int, status: str, code: str | None, **where: str) -> None:
    found = resolver.resolve(name, year, **where)
    assert found.status == status, found.candidates[:3]
    if code is not None:
        assert found.candidates[0].division.code == code
    assert found.gazetteer_version == resolver.gazetteer.version


@pytest.mark.parametrize(
    ("name", "year", "status", "code", "township"),
    [
        ("东山区", 2020, INFERRED, "230406", None),
        ("鹤岗市南山区大陆街道办事处", 2020, EXACT, "230404", "大陆街道"),
        ("通化市东昌区", 2020, EXACT, "220502", None),
        ("博山镇", 2020, INFERRED, "370304", "博山镇"),
        ("东方市大田镇", 2020, EXACT, "469007", "大田镇"),
    ],
)
def test_known_names(resolver: Resolver, name: str, year: int, status: str, code: str, township: str | None) -> None:
    _check(resolver, name, year, status, code)
    best = resolver.resolve(name, year).candidates[0]
    assert best.township == township
    assert (best.township_code is not None) is (township is not None)


def test_the_year_alone_tells_which_dongshan(resolver: Resolver) -> None:
    """Guangzhou's 东山区 was gone by the end of 2005, Ürümqi's by that of 2007."""
    assert {c.division.code for c in resolver.resolve("东山区", 2004).candidates} == {"230406", "440102", "650108"}
    (only,) = resolver.resolve("东山区", 2020).candidates
    assert "at the end of 2020" in only.evidence[-1]


@pytest.mark.parametrize(
    ("name", "year", "status", "code"),
    [
        ("安塞县", 2015, EXACT, "610624"),
        ("安塞区", 2015, INFERRED, "610624"),
        ("安塞县", 2016, INFERRED, "610603"),
        ("安塞区", 2016, EXACT, "610603"),
        ("海门市", 2019, EXACT, "320684"),
        ("海门市", 2020, INFERRED, "320614"),
        ("海门区", 2019, INFERRED, "320684"),
        ("海门区", 2020, EXACT, "320614"),
        ("襄樊市", 2009, EXACT, "420600"),
        ("襄樊市", 2010, INFERRED, "420600"),
        ("襄阳市", 2009, INFERRED, "420600"),
        ("襄阳市", 2010, EXACT, "420600"),
        ("江干区", 2020, EXACT, "330104"),
        ("江干区", 2021, INFERRED, "330102"),
        ("巢湖市", 2010, INFERRED, "341400"),
        ("巢湖市", 2011, INFERRED, "340181"),
        ("居巢区", 2011, INFERRED, "340181"),
        ("浦东新区", 2020, EXACT, "310115"),
        ("滨海新区", 2020, EXACT, "120116"),
        ("坪山区", 2016, EXACT, "440310"),
        ("中山市沙溪镇", 2015, EXACT, "442000"),
        ("内蒙古呼和浩特市教育局", 2020, EXACT, "150100"),
        ("广西荔浦市", 2020, EXACT, "450381"),
        ("普洱镇沅彝族哈尼族拉祜族自治县", 2020, None, "530825"),
        ("济南市市中区教育局", 2020, EXACT, "370103"),
        ("海南教育厅", 2020, INFERRED, "460000"),
        ("博山国土局", 2012, INFERRED, "370304"),
        ("淄博高新区建设局", 2020, INFERRED, "370300"),
        ("淄博市高新区管委会", 2020, EXACT, "370300"),
        ("国家税务总局淄博市税务局", 2020, EXACT, "370300"),
        ("教育部", 2015, EXACT, "000000"),
        ("国土资源部", 2012, EXACT, "000000"),
        ("中国气象局", 2017, EXACT, "000000"),
        ("西藏自治區人民政府", 2023, EXACT, "540000"),
        ("新疆生产建设兵团第一师阿拉尔市", 2020, INFERRED, "659002"),
    ],
)
def test_names_that_suffice(resolver: Resolver, name: str, year: int, status: str | None, code: str) -> None:
    found = resolver.resolve(name, year)
    assert found.status in ((status,) if status else (EXACT, INFERRED))
    assert found.candidates[0].division.code == code


@pytest.mark.parametrize(
    "name",
    [
        "鼓楼区",
        "朝阳区人民政府",
        "长安区",
        "市中区",
        "城关镇",
        "朝阳教育局",  # a city, a county and two districts have the stem
        "株洲教育局",  # the city, or the county of the same name in it
        "上海市杨甫区教育局",  # 杨浦区 misspelt
        "天津和平财政局",
        "济南市中财政局",
        "淄博市某某镇人民政府",
        "太和县、利辛县教育局",
        "龙华新区",  # in Shenzhen; 龙华区 of Haikou has the stem
        "长春市高新区飞跃街道",
        "普洱镇沅财政局",
        "国家统计局吉林调查队",
        "巴彦淖尔市中滩农场",
    ],
)
def test_names_that_stay_open(resolver: Resolver, name: str) -> None:
    _check(resolver, name, 2015, AMBIGUOUS, None)


@pytest.mark.parametrize(
    "name", ["高新区管委会", "经开区", "教育局", "市应急局", "市中国土局", "安徽大学", "某某新区", "台湾事务办公室"]
)
def test_names_without_a_place(resolver: Resolver, name: str) -> None:
    _check(resolver, name, 2020, UNRESOLVED, None)


@pytest.mark.parametrize(
    ("name", "year", "host", "code"),
    [
        ("鼓楼区人民政府", 2020, "www.njgl.gov.cn", "320106"),
        ("朝阳区", 2020, "zwgk.changchun.gov.cn", "220104"),
        ("城关镇人民政府", 2020, "www.hezheng.gov.cn", "622925"),
        ("市应急局", 2020, "www.gswuwei.gov.cn", "620600"),
        ("教育局", 2020, "www.boshan.gov.cn", "370304"),
        ("区卫健局", 2020, "www.boshan.gov.cn", "370304"),
        ("县教育局", 2015, "www.songyang.gov.cn", "331124"),
        ("自治区北部湾办", 2022, "bbwb.gxzf.gov.cn", "450000"),
        ("山头街道", 2020, "www.boshan.gov.cn", "370304"),
    ],
)
def test_hosts_settle(resolver: Resolver, name: str, year: int, host: str, code: str) -> None:
    _check(resolver, name, year, INFERRED, code, host=host)


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("鼓楼区人民政府", "www.gulou.gov.cn"),  # four districts are spelled so
        ("城关镇", "www.anlu.gov.cn"),  # 安陆 has none
        ("县国土局", "www.zunyi.gov.cn"),  # the city's host publishes for all its counties
        ("某某镇", "www.zibo.gov.cn"),
        ("我局", "www.boshan.gov.cn"),  # two offices of one host would become one agency
        ("", "www.boshan.gov.cn"),
        ("山头街道", "www.guangzhou.gov.cn"),
    ],
)
def test_hosts_that_settle_nothing(resolver: Resolver, name: str, host: str) -> None:
    _check(resolver, name, 2015, AMBIGUOUS, None, host=host)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("土右旗", EXACT, "150221"),
        ("三江县教育局", EXACT, "450226"),
        ("科右前旗教育局", EXACT, "152221"),
        ("阜蒙县教育局", INFERRED, "210921"),  # made by rule of first characters: nobody has to use it
        ("阜蒙县大板镇人民政府", INFERRED, "210921"),
        ("前郭县前郭尔罗斯镇", INFERRED, "220721"),
        ("兴安盟扎旗", INFERRED, "152223"),
        ("鄂尔多斯市鄂旗教育局", INFERRED, "150624"),
        ("新疆巴州教育局", INFERRED, "652800"),
        ("巴州区教育局", EXACT, "511902"),
    ],
)
def test_contracted_names(resolver: Resolver, name: str, status: str, code: str) -> None:
    _check(resolver, name, 2020, status, code)


@pytest.mark.parametrize(("year", "status"), [(2015, AMBIGUOUS), (2017, AMBIGUOUS), (2024, INFERRED)])
def test_a_contraction_that_is_the_official_name_of_another(resolver: Resolver, year: int, status: str) -> None:
    """东乡县 was in 抚州 until 2016; 东乡族自治县 is called so."""
    _check(resolver, "东乡县人民政府", year, status, "622926" if status == INFERRED else None)
    _check(resolver, "抚州市东乡县人民政府", 2015, EXACT, "361029")


@pytest.mark.parametrize("name", ["扎旗", "鄂旗教育局", "巴州教育局"])
def test_contractions_that_two_divisions_share(resolver: Resolver, name: str) -> None:
    _check(resolver, name, 2020, AMBIGUOUS, None)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("温州市公安局鹿城区分局", EXACT, "330302"),
        ("上海市公安局长宁分局", INFERRED, "310105"),
        ("铁岭市生态环境局开原市分局", EXACT, "211282"),
        ("沈阳市公安局和平分局", INFERRED, "210102"),
        ("河北雄安新区公安局容城分局", INFERRED, "130629"),
        ("市生态环境局临平分局", INFERRED, "330113"),
    ],
)
def test_a_sub_bureau_is_in_the_division_that_it_serves(resolver: Resolver, name: str, status: str, code: str) -> None:
    _check(resolver, name, 2022, status, code)


@pytest.mark.parametrize(
    "name",
    [
        "淄博市公安局高新区分局",
        "肇庆市公安局交警支队第三大队",
        "国家税务总局佛山市税务局第三稽查局",
        "杭州市公安局江干区分局",  # gone by 2022
        "兰州市公安局某某区分局",
        "市公安局东城分局",  # cities call a part of theirs so
    ],
)
def test_a_sub_bureau_is_never_certain_at_the_bureau_above_it(resolver: Resolver, name: str) -> None:
    found = resolver.resolve(name, 2022)
    assert found.status != EXACT
    bureau = resolver.resolve(name.split("公安局", maxsplit=1)[0] + "公安局", 2022) if "公安局" in name else None
    assert bureau is None or found.organ.stem != bureau.organ.stem or found.candidates != bureau.candidates


def test_a_branch_under_any_name_is_one_office(resolver: Resolver) -> None:
    names = ("温州市公安局鹿城区分局", "温州市公安局鹿城分局", "鹿城区公安分局", "鹿城区公安局")
    found = [resolver.resolve(name, 2022, host="www.lucheng.gov.cn") for name in names]
    assert {(f.candidates[0].division.code, f.organ.type, f.organ.stem) for f in found} == {
        ("330302", "department", "public_security")
    }
    assert {f.status for f in found} <= {EXACT, INFERRED}


def test_sub_bureaus_on_their_host(resolver: Resolver) -> None:
    _check(resolver, "市公安局城关分局", 2020, INFERRED, "620102", host="www.lanzhou.gov.cn")
    _check(resolver, "市公安局鹿城分局", 2020, AMBIGUOUS, None, host="www.zibo.gov.cn")


@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("雄安新区", 2020, "130000"),
        ("河北雄安新区教育局", 2020, "130000"),
        ("国家税务总局河北雄安新区税务局", 2020, "130000"),
        ("雄安新区容城县南张镇人民政府", 2022, "130629"),
        ("陕西省西咸新区沣东新城管委会", 2019, "610000"),
        ("重庆两江新区管理委员会办公室", 2024, "500000"),
        ("重庆市两江新区人民政府", 2025, "500157"),
        ("青岛西海岸新区教育局", 2020, "370211"),
        ("浙江舟山群岛新区", 2020, "330900"),
        ("中国（河北）自由贸易试验区雄安片区管理委员会", 2022, "130000"),
        ("泰州医药高新区（高港区）财政局", 2023, "321203"),
        ("虎丘区（苏州高新区）财政局", 2023, "320505"),
    ],
)
def test_new_areas(resolver: Resolver, name: str, year: int, code: str) -> None:
    _check(resolver, name, year, EXACT, code)


@pytest.mark.parametrize(
    ("name", "code", "township"),
    [("贵安新区湖潮乡人民政府", "520111", "湖潮乡"), ("西咸新区沣东新城三桥街道办事处", "610112", "三桥街道")],
)
def test_townships_of_new_areas(resolver: Resolver, name: str, code: str, township: str) -> None:
    _check(resolver, name, 2020, INFERRED, code)
    assert resolver.resolve(name, 2020).candidates[0].township == township


def test_offices_of_a_new_area_are_none_of_what_rules_it(resolver: Resolver) -> None:
    area = ("雄安新区", "雄安新区管委会", "雄安新区管理委员会")
    assert {resolver.resolve(name, 2020).organ.stem for name in area} == {"雄安新区"}
    for inside, above in (("雄安新区税务局", "河北省税务局"), ("雄安新区教育局", "河北省教育厅")):
        own, other = resolver.resolve(inside, 2020), resolver.resolve(above, 2020)
        assert own.organ.stem != other.organ.stem
        assert own.organ.function == other.organ.function


@pytest.mark.parametrize(("name", "host"), [("东湖高新区教育局", None), ("杭州钱江经济开发区", None)])
def test_zones_that_bear_a_name_of_their_own_stay_open(resolver: Resolver, name: str, host: str | None) -> None:
    _check(resolver, name, 2022, AMBIGUOUS, None, **({"host": host} if host else {}))


@pytest.mark.parametrize(("name", "code"), [("番禺经济技术开发区管委会", "440113"), ("宜良工业园区管委会", "530125")])
def test_zones_that_counties_have_under_their_own_name(resolver: Resolver, name: str, code: str) -> None:
    _check(resolver, name, 2022, INFERRED, code)


def test_a_zone_on_the_host_of_a_district_may_be_of_the_district(resolver: Resolver) -> None:
    name = "泸州国家高新区江南科技产业园管理委员会"
    _check(resolver, name, 2023, INFERRED, "510500")
    _check(resolver, name, 2023, AMBIGUOUS, None, host="www.jiangyang.gov.cn")
    _check(resolver, "泸州市教育局", 2023, EXACT, "510500", host="www.jiangyang.gov.cn")


def test_a_zone_on_the_host_of_another_place(resolver: Resolver) -> None:
    """湖滨 is a district of 三门峡; 宿迁 has a 湖滨新区."""
    _check(resolver, "湖滨新区财政局", 2023, INFERRED, "321300", host="hbxq.suqian.gov.cn")
    found = resolver.resolve("湖滨新区财政局", 2023, host="hbxq.suqian.gov.cn")
    assert found.organ.stem == "湖滨新区财政局"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("博山区人民", "370304"),
        ("博山区人民政", "370304"),
        ("博山镇人民", "370304"),
        ("乾(qián)安縣(xiàn)教育局", "220723"),
        ("博山鎮(zhèn)", "370304"),
        ("（淄博市）博山区教育局", "370304"),
        ("淄博市（博山区）教育局", "370304"),
        ("贵阳市人民政府（市人民政府办公厅）", "520100"),
        ("【文稿解读】科苑街道办事处", "370303"),
        ("（图解）博山区教育局", "370304"),
        ("第一師阿拉爾市十六團新開嶺鎮", "659002"),
    ],
)
def test_names_cut_or_with_residue(resolver: Resolver, name: str, code: str) -> None:
    found = resolver.resolve(name, 2020)
    assert found.status in (EXACT, INFERRED)
    assert found.candidates[0].division.code == code
    assert found.organ.type is not None


@pytest.mark.parametrize(
    ("name", "host", "code"),
    [
        ("教育局", "www.fxmzx.gov.cn", "210921"),
        ("旗教育局", "www.kyqq.gov.cn", "152221"),
        ("县教育局", "www.kazuo.gov.cn", "211324"),
        ("教育局", "www.qianguo.gov.cn", "220721"),
    ],
)
def test_hosts_with_initials_of_whole_names(resolver: Resolver, name: str, host: str, code: str) -> None:
    _check(resolver, name, 2020, INFERRED, code, host=host)


def test_pinyin_is_trusted_on_official_hosts_only(resolver: Resolver) -> None:
    _check(resolver, "教育局", 2020, UNRESOLVED, None, host="www.boshan.com")
    official = resolver.resolve("博山区教育局", 2020, host="www.boshan.gov.cn").candidates[0]
    other = resolver.resolve("博山区教育局", 2020, host="www.boshan.com").candidates[0]
    bare = resolver.resolve("博山区教育局", 2020).candidates[0]
    assert official.points > other.points == bare.points


def test_a_county_merged_later_leaves_its_townships_open(resolver: Resolver) -> None:
    """大栅栏 was in 宣武区 until 2010; the host of today's 西城区 says nothing of 2009."""
    _check(resolver, "大栅栏街道", 2009, AMBIGUOUS, None, host="www.bjxch.gov.cn")
    codes = {c.division.code for c in resolver.resolve("大栅栏街道", 2009).candidates}
    assert codes == {"110102", "110104"}
    _check(resolver, "大栅栏街道", 2018, INFERRED, "110102")


def test_texts_settle(resolver: Resolver) -> None:
    _check(resolver, "鼓楼区人民政府", 2020, INFERRED, "350102", text="联系电话：0591-22222222")
    _check(resolver, "鼓楼区人民政府", 2020, INFERRED, "320302", text="徐州市鼓楼区人民政府 2021年1月20日")
    _check(resolver, "教育局", 2020, INFERRED, "370304", text="索引号：113703040042181387/2021")


def test_a_text_that_names_a_place_is_not_enough(resolver: Resolver) -> None:
    """A district's office cites the city's rules; the name must have a place, or the address, or a code."""
    text = "根据山东省淄博市人民政府的要求"
    _check(resolver, "教育局", 2020, AMBIGUOUS, None, text=text)
    _check(resolver, "市教育局", 2020, AMBIGUOUS, None, text=text)
    _check(resolver, "区教育局", 2020, INFERRED, "370304", text="淄博市博山区教育局 2021年1月20日")


def test_a_text_from_elsewhere_unsettles(resolver: Resolver) -> None:
    _check(resolver, "博山教育局", 2020, AMBIGUOUS, None, text="电话：020-12345678")
    assert "elsewhere" in resolver.resolve("博山教育局", 2020, text="电话：020-12345678").candidates[0].evidence[-1]


def test_scores_are_shares(resolver: Resolver) -> None:
    found = resolver.resolve("鼓楼区", 2020).candidates
    assert len({c.score for c in found}) == 1
    assert 0.2 < found[0].score < 0.25
    assert [c.path for c in found] == sorted((c.path for c in found), key=[c.path for c in found].index)
    assert found[0].path == "江苏省/南京市/鼓楼区"


def test_nothing_at_all(resolver: Resolver) -> None:
    _check(resolver, None or "", 2020, UNRESOLVED, None)
    assert resolver.resolve(None, 2020).candidates == ()
