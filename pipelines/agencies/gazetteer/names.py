"""Official names taken apart: level, kind, stem of divisions; kind, normal form and stem of townships.

Belongs here: rules on names alone, without a year or a list. Keep out: which names exist (the tables) and pinyin.
"""

from __future__ import annotations

import re
from functools import cache

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
OUTSIDE_MAINLAND = frozenset({"71", "81", "82"})
PROVINCE_MANAGED = "90"  # third and fourth digit of counties under no prefecture: 4290xx, 4690xx, 6590xx

_PEOPLES = (
    "阿昌|白|保安|布朗|布依|藏|朝鲜|达斡尔|傣|德昂|侗|东乡|独龙|鄂伦春|俄罗斯|"
    "鄂温克|高山|仡佬|哈尼|哈萨克|赫哲|回|基诺|京|景颇|柯尔克孜|拉祜|黎|傈僳|珞巴|"
    "满|毛南|门巴|蒙古|苗|仫佬|纳西|怒|普米|羌|撒拉|畲|水|塔吉克|塔塔尔|土家|土|"
    "佤|维吾尔|乌孜别克|锡伯|瑶|彝|裕固|壮|各"
)
# Xinjiang names the people without 族; only longer names are safe to take off that way.
_BARE_PEOPLES = "哈萨克|柯尔克孜|蒙古|锡伯|塔吉克|维吾尔|乌孜别克|达斡尔|门巴|珞巴|鄂温克"
_PEOPLE = rf"(?:{_PEOPLES})族"
_TAIL_PEOPLES = re.compile(rf"^(?P<stem>.+?)(?:{_PEOPLE}|{_BARE_PEOPLES})+$")

_DIVISION_SUFFIXES = (
    "特别行政区",
    "行政委员会",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "新区",
    "特区",
    "省",
    "市",
    "县",
    "区",
    "盟",
    "旗",
)
_SUFFIX_KIND = {
    "自治县": "自治县",
    "自治旗": "自治旗",
    "特区": "特区",
    "旗": "旗",
    "县": "县",
    "市": "县级市",
    "区": "市辖区",
    "岛": "群岛",
    "海域": "群岛",
}
_FOREST_DISTRICT = "神农架林区"  # the only one; 万柏林区 and 金林区 are districts
PSEUDO = "pseudo"


def level_of(code: str) -> str:
    """Return province, prefecture or county for a 6-digit code."""
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def kind_of(code: str, name: str) -> str:
    """Return the official type of a division (地级市, 市辖区, 自治县 ...); raise ValueError for an unknown ending."""
    level = level_of(code)
    if level == "province":
        if code[:2] in MUNICIPALITIES:
            return "直辖市"
        return next(kind for kind in ("特别行政区", "自治区", "省") if name.endswith(kind))
    if level == "prefecture":
        return next((kind for kind in ("自治州", "地区", "盟") if name.endswith(kind)), "地级市")
    if name == _FOREST_DISTRICT:
        return "林区"
    for suffix, kind in _SUFFIX_KIND.items():
        if name.endswith(suffix):
            return kind
    raise ValueError(f"{code} {name}: no known type at the end of the name; declare it in changes.yml")


@cache
def division_stem(name: str) -> str:
    """Return the name without its type and its peoples: 恩施土家族苗族自治州 -> 恩施, 莘县 -> 莘县.

    A stem has at least two characters: 莘县, 郊区 and 城区 stay whole; so do banners told apart by 前, 后, 左, 右, 中.
    """
    if name == _FOREST_DISTRICT:
        return "神农架"
    for suffix in _DIVISION_SUFFIXES:
        stem = name.removesuffix(suffix)
        if stem == name or len(stem) < 2:
            continue
        peoples = _TAIL_PEOPLES.match(stem)
        if peoples and len(peoples["stem"]) >= 2:
            stem = peoples["stem"]
        elif suffix.startswith("自治"):
            stem = stem.removesuffix("族")
        if suffix == "旗" and stem[-1] in "左右前后中":
            return name
        return stem
    return name


def is_pseudo_code(code: str) -> bool:
    """Say whether the statistics bureau gave this county code to a zone: 71 to 79 in the last two digits."""
    return code[4] == "7" and code[5] != "0"


_OFFICE = re.compile(r"(?:街道办事处|办事处街道|街道办|办街道|街道办事|街道街道|办事处)$")
_REGION_OFFICE = re.compile(r"(?:地区办事处|街道地区|地区街道)$")
_ETHNIC_TOWNSHIP = re.compile(rf"^(?P<stem>.+?)(?:(?:{_PEOPLE})+(?:民族)?|(?:{_BARE_PEOPLES})?民族)(?:乡|苏木)$")
_TOWNSHIP_KINDS = ("街道", "民族苏木", "苏木", "民族乡", "镇", "乡", "地区")
_FARMS = ("农场", "林场", "牧场", "渔场", "茶场", "盐场", "种场", "殖场", "马场", "羊场", "园艺场", "苗圃", "场")
REAL_TOWNSHIPS = frozenset({"街道", "镇", "乡", "民族乡", "苏木", "民族苏木", "地区"})


@cache
def normalised_township(name: str) -> str:
    """Return the township's name in one form: 东山办街道, 东山街道办事处 -> 东山街道; 花乡地区办事处 -> 花乡地区."""
    name = re.sub(r"\s|[（(][^（(]*[)）]$", "", name) or name
    plain = _REGION_OFFICE.sub("地区", name)
    if plain == name:
        plain = _OFFICE.sub("街道", name)
    return plain if len(plain) > 2 else name


@cache
def township_kind(name: str) -> str:
    """Return 街道, 镇, 乡, 民族乡, 苏木, 民族苏木 or 地区; 场 for farms; 开发区 for any other unit listed."""
    plain = normalised_township(name)
    if _ETHNIC_TOWNSHIP.match(plain):
        return "民族乡" if plain.endswith("乡") else "民族苏木"
    for kind in _TOWNSHIP_KINDS:
        if plain.endswith(kind):
            return kind
    return "场" if plain.endswith(_FARMS) else "开发区"


@cache
def township_stem(name: str) -> str:
    """Return the township's name without type and peoples: 于家务回族乡 -> 于家务; a single character keeps its type.

    Units that are no townships (farms, zones) keep their whole name.
    """
    plain = normalised_township(name)
    if township_kind(name) not in REAL_TOWNSHIPS:
        return plain
    ethnic = _ETHNIC_TOWNSHIP.match(plain)
    if ethnic and len(ethnic["stem"]) >= 2:
        return ethnic["stem"]
    for suffix in _TOWNSHIP_KINDS:
        stem = plain.removesuffix(suffix)
        if stem != plain:
            return stem if len(stem) >= 2 else plain
    return plain
