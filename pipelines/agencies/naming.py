"""A printed name taken apart: the divisions it names in order, a township, and the words of the organ.

Belongs here: what is printed, for all years at once. Keep out: years, hosts, text, and which reading is the right one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.agencies.aliases import read_aliases
from pipelines.agencies.contractions import contracted
from pipelines.agencies.gazetteer import Division, Gazetteer, normalised_township
from pipelines.agencies.gazetteer.entries import entry_of
from pipelines.agencies.new_areas import NewArea, NewAreas
from pipelines.agencies.organs import (
    GOVERNMENT,
    OFFICE,
    SUBDISTRICT,
    TOWN,
    VERTICAL,
    XPCC,
    ZONE,
    Organ,
    begins_with_function,
    organ_of,
)
from pipelines.agencies.remarks import no_one_office, without_prefix, without_remarks
from pipelines.agencies.sub_bureaus import sub_bureau_of
from pipelines.forms.labels import SIMPLIFIED, clean

OFFICIAL, ALIAS, CLIPPED, STEM = "official", "alias", "clipped", "stem"
_LONGEST = 16
# What may not follow a stem: it is then the beginning of another name (永城 in 永城镇).
_TYPE_BEGINS = frozenset("省市县区旗州盟镇乡街苏村")
_TOWNSHIP_END = re.compile(r"街道办事处|街道办|街道|街办|办事处|苏木|镇(?!街)|乡(?!镇)|街(?!道|办)|地区")
_TOWNSHIP_ORGAN = re.compile(
    r"^(?:(?:人民)?政府|人民政?|办事处?|街道办事处?)?(?:办公室|党政办公?室?|党政综合办公室|筹备处)?(?:[（(].*[)）])?$"
)
_TOWNSHIP_NAME = re.compile(r"^(?!各(?:个|[乡镇街]|办事处)|所有|[所下][属辖])[\u3400-\u9fff]{1,20}$")
_GOVERNMENT = re.compile(
    r"^(?:人民)?政府(?=.)(?!办公|办$|办[(]|府办|研究|外事|侨务|法制|信访|地方志|参事|国有|金融|口岸|驻|机关|发展)"
)
_FILLING = re.compile(r"[\s\u3000·•\"'“”‘’《》<>【】\[\]_|:;,*~—-]+")
_LEVEL_WORD = re.compile(r"(?:自治区|[省市州盟区县旗])(?=.)(?!委)")
_BRACKETED_PLACE = re.compile(r"[(（]([\u3400-\u9fff]{1,14}[省市县区州盟旗])[)）]")
# A zone and a district with one office between them: 泰州医药高新区（高港区）, 虎丘区（苏州高新区）.
_ZONE = r"[\u3400-\u9fff]{2,14}?(?:高新区|经开区|开发区|新区|园区|示范区|实验区)"
_ZONE_OF_DISTRICT = re.compile(rf"^{_ZONE}[(（]([\u3400-\u9fff]{{1,6}}[县区])[)）]")
_ZONE_IN_BRACKETS = re.compile(rf"(?<=[县区])[(（]{_ZONE}[)）]")
# What converters print after a character that they do not know: 鎮(zhèn).
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])[(（][a-zɑɡü\u00e0-\u01dc\u01f9\u0300-\u036f]{1,8}[)）]")
# The part of a new area that stands before a township: 沣东新城三桥街道.
_PART_OF_AREA = re.compile(r"^[\u3400-\u9fff]{2,6}?(?:新城|片区|组团|园区|直管区|管委会)(?=.{3})")
# 中国（河北）自由贸易试验区雄安片区: the province stands in brackets.
_FREE_TRADE = re.compile(r"^中国[（(]([\u3400-\u9fff]{2,3})[)）](?=自由贸易)")

# 教育局（莒县教育和体育局）: the same office under two names.
_SECOND_NAME = re.compile(r"^([^()]+)\(([^()]+)\)$")

# Words between a division and its organ that end like a division's name and are none.
_NO_DIVISION = re.compile(
    r"[\u3400-\u9fff]*?(?:开发区|高新区|经开区|新区|园区|产业区|工业区|保税区|风景区|景区|度假区|城区|林区|矿区|社区|示范区|试验区|合作区|管理区|片区|城市|"
    r"都市|地区|灾区|山区|库区|特区|小区|功能区|市场|市政|市容|区域|县域|校区|灌区|保护区|自治区|集中区|集聚区|专区|先导区|先行区|综保区|自贸区|体验区|港区)"
)
_PLACE_LIKE = re.compile(r"^、?[\u3400-\u9fff]{1,7}?[区县市旗州盟]|^[\u3400-\u9fff]{8,10}旗")
_COMMITTEE = re.compile(r"^(?:(?:党工委)?管(?:理)?委(?:员)?会)?$")
# Offices that call themselves so, whichever they are.
_NAMELESS = re.compile(r"^我|^本(?!级)|^[局委厅部处院会镇乡]$")
_PARTY = re.compile(r"^(?:中共|中国共产党)(?!中央)(?=.{3})")
_REGIMENT = re.compile(r"^第?[一二三四五六七八九十]+师")
_PREPARING = re.compile(r"筹备处$|筹备组$")
# Where the second of two issuers begins; 和 and 与 stand in names of places as well (太和县).
_JOINT = re.compile(
    r"(?:、|(?<=[局委办厅部室会])[和与])(?=国家|省|市|县|区)|(?<=[局委办厅])、(?=[\u3400-\u9fff]{2,}?[省市县区州盟旗])"
)


class ParsedName(NamedTuple):
    """What a name says. `divisions` are the versions, of all years, that the last place named can be.

    `places` are the names of divisions as printed, the widest first; `how` tells whether the last is an official name,
    an alias or a stem. `township` is in normal form. `organ` are the words left; `level_word` is the 市, 县 ... that
    stands for a place unnamed (市应急局). `area` is a new area (雄安新区) that stands before the organ.
    """

    places: tuple[str, ...]
    divisions: tuple[Division, ...]
    how: str | None
    township: str | None
    organ: str
    level_word: str | None = None
    authority: str | None = None
    area: str | None = None


def names_unknown_place(organ: str) -> bool:
    """Return whether the words of an organ begin with what looks like a division, though in no list or misspelt."""
    return bool(_PLACE_LIKE.match(organ)) and not _NO_DIVISION.match(organ)


def names_no_office(named: ParsedName) -> bool:
    """Return whether a name leaves open which office it is: 我局, or nothing at all."""
    nothing = not (named.places or named.township or named.organ or named.level_word or named.authority)
    return nothing or bool(_NAMELESS.match(named.organ))


def unclear(named: ParsedName, organ: Organ) -> str | None:
    """Return what in a name leaves its place or its office open; `organ` is the office that it tells."""
    # 第一师阿拉尔市 begins like a place in no list; the city in it is found.
    if organ.type != XPCC and names_unknown_place(named.organ):
        return f"{named.organ} names a place that is in no list"
    if names_no_office(named):
        return "the name does not tell which office it is"
    if named.township is not None and _TOWNSHIP_ORGAN.match(named.organ):
        return None
    # 财政局莒县金融服务中心: the place once more, before a second office.
    if named.how == OFFICIAL and named.places[-1] in named.organ and not sub_bureau_of(named.organ):
        return f"{named.organ} names more than one office"
    if named.township is not None:
        organ = organ_of(named.organ)  # behind a township that of any words is the township's
    return None if organ.type == GOVERNMENT else no_one_office(named.organ, has_type=organ.type is not None)


class Places:
    """Names of divisions -> their versions, with the names that offices use beside the official ones."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.official = gazetteer.by_name
        declared = read_aliases(gazetteer)
        self.aliases: dict[str, tuple[Division, ...]] = {
            alias: gazetteer.by_code[entry_of(entry)[0]] for alias, entry in declared.aliases.items()
        }
        barred = frozenset(declared.not_stems)
        self.stems = {
            stem: found
            for stem, found in gazetteer.by_stem.items()
            if len(stem) > 1 and self._is_stem(stem, found, barred)
        }
        self._longest_stem = max(map(len, self.stems))
        self._add_contractions()
        self._new_areas = NewAreas(gazetteer)
        han = set("".join((*gazetteer.by_name, *gazetteer.township_names)))
        self._kept = frozenset(sign for sign in han if sign > "\u3400" and ord(sign) in SIMPLIFIED)
        self._kept_pattern = re.compile(f"([{''.join(sorted(self._kept))}])")
        self.authorities = sorted(declared.authorities, key=len, reverse=True)

    @staticmethod
    def _is_stem(stem: str, found: tuple[Division, ...], barred: frozenset[str]) -> bool:
        return stem not in barred and any(division.name != stem for division in found)

    def _add_contractions(self) -> None:
        """Know 三江县, 科右前旗 and 阜蒙县. One that is a stem as well (巴州) means the divisions of both."""
        made = contracted(division for versions in self.gazetteer.by_code.values() for division in versions)
        self.clipped = {
            form: (*divisions, *(d for d in self.stems.get(form, ()) if d not in divisions))
            for form, divisions in made.clipped.items()
            if form not in self.aliases
        }
        # 东乡县 is the official name of one county and the short one of 东乡族自治县.
        both = {form: (*self.official[form], *held) for form, held in made.regular.items() if form in self.official}
        self.official = {**self.official, **{form: tuple(dict.fromkeys(held)) for form, held in both.items()}}
        self.aliases = {**made.regular, **self.aliases}

    def read(self, printed: str) -> ParsedName:
        """Take a printed name apart."""
        named = self._parts(self._unfolded(printed))
        if not named.places and named.township is None and not self._kept.isdisjoint(printed):
            return self._parts(clean(printed))
        return named

    def read_in_area(self, printed: str) -> tuple[NewArea, ParsedName] | None:
        """Take a name apart that begins with a new area; None where it begins with none."""
        if not self._new_areas.may_be_in(printed):
            return None
        name, authority, start = self._begun(self._unfolded(printed))
        found = self._new_areas.begins(name[start:])
        if found is None:
            return None
        area, end = found
        rest = name[start + end :]
        part = next((d for d in area.parts if rest.startswith(d.name)), None)
        if part is not None:
            inside = tuple(division for division in area.parts if division.name == part.name)
            township, organ = self._township(_GOVERNMENT.sub("", rest.removeprefix(part.name)), is_first=False)
            return area, ParsedName((area.name, part.name), inside, OFFICIAL, township, organ, None, authority)
        township, organ = self._township(_PART_OF_AREA.sub("", rest), is_first=False)
        if township is not None:
            return area, ParsedName((area.name,), area.parts, ALIAS, township, organ, None, authority)
        return area, ParsedName((area.name,), area.below, ALIAS, None, rest, None, authority, area.name)

    def _unfolded(self, printed: str) -> str:
        """Return the name in simplified characters but for those of places that conversion would change (乾安县)."""
        plain = _PINYIN.sub("", printed)
        if self._kept.isdisjoint(plain):
            return clean(plain)
        return "".join(part if part in self._kept else clean(part) for part in self._kept_pattern.split(plain))

    def _begun(self, plain: str) -> tuple[str, str | None, int]:
        """Return a name without what fills it, the central authority that it begins with, and where that ends."""
        name = _FILLING.sub("", without_prefix(plain)).removesuffix("发布").removesuffix("关于")
        if name.startswith("对") and self._begins_with_place(name[1:]):
            name = name[1:]  # 关于对莒县水利局年度报告进行更正的说明
        name = without_remarks(name)
        name = _PARTY.sub("", name)
        if (one := _ZONE_OF_DISTRICT.match(name)) and one[1] in self.official:
            name = f"{one[1]}{name[one.end() :]}"
        name = _ZONE_IN_BRACKETS.sub("", name)
        name = _BRACKETED_PLACE.sub(lambda found: found[1] if found[1] in self.official else found[0], name)
        if trade := _FREE_TRADE.match(name):
            name = f"{self._province(trade[1])}{name[trade.end() :]}"
        name = _PREPARING.sub("", _JOINT.split(name)[0])
        authority = next((a for a in self.authorities if name.startswith(a) and len(name) > len(a)), None)
        return name, authority, len(authority) if authority else 0

    def _begins_with_place(self, words: str) -> bool:
        return any(words[:length] in self.official for length in range(2, _LONGEST + 1))

    def _province(self, stem: str) -> str:
        found = (division.name for division in self.gazetteer.by_stem.get(stem, ()) if division.level == "province")
        return next(found, stem)

    def _parts(self, plain: str) -> ParsedName:
        name, authority, start = self._begun(plain)
        places, divisions, how, rest = self._places(name[start:])
        if authority and not places:
            return ParsedName((), (), None, None, name)
        if not authority:
            rest = _GOVERNMENT.sub("", _without_level(places, rest))
        township, organ = self._township(self._first_name(rest), is_first=not places)
        level = None
        if not places and township is None and (found := _LEVEL_WORD.match(organ)):
            level, organ = found[0], organ[found.end() :]
        return ParsedName(places, divisions, how, township, organ, level, authority)

    def _places(self, name: str) -> tuple[tuple[str, ...], tuple[Division, ...], str | None, str]:
        places: list[str] = []
        held: tuple[Division, ...] = ()
        how = None
        position = 0
        while position < len(name):
            found = self._next(name, position, held)
            if found is None:
                break
            token, held, how = found
            places.append(token)
            position += len(token)
        return tuple(places), held, how, name[position:]

    def _next(self, name: str, start: int, above: tuple[Division, ...]) -> tuple[str, tuple[Division, ...], str] | None:
        if above and all(division.level == "county" for division in above):
            return None
        for length in range(min(_LONGEST, len(name) - start), 1, -1):
            token = name[start : start + length]
            for kind, known in ((OFFICIAL, self.official), (ALIAS, self.aliases), (CLIPPED, self.clipped)):
                if (found := _below(known.get(token, ()), above)) and not self._is_township(name, start, length):
                    return token, found, kind
        for length in range(min(self._longest_stem, len(name) - start), 1, -1):
            token = name[start : start + length]
            found = _below(self.stems.get(token, ()), above)
            if found and self._is_whole_stem(name[start:], length, found):
                return token, found, STEM
        return None

    def _is_whole_stem(self, words: str, length: int, found: tuple[Division, ...]) -> bool:
        """Return whether a stem ends where it does, and is not the beginning of another name."""
        following = words[length : length + 1]
        if not following:
            return False
        if following in _TYPE_BEGINS:
            # 普洱 in 普洱镇沅彝族哈尼族拉祜族自治县: an official name from below it follows.
            ends = range(length + 2, min(length + _LONGEST, len(words)) + 1)
            return any(_below(self.official.get(words[length:end], ()), found) for end in ends)
        return not self._begins_township(words, length)

    def _begins_township(self, words: str, length: int) -> bool:
        """Return whether words begin with a township that is longer than so: 大东坝镇 is none of 大东区."""
        ends = (words[: found.end()] for found in _TOWNSHIP_END.finditer(words) if found.end() > length)
        return any(self.gazetteer.is_township(normalised_township(end)) for end in ends)

    def _is_township(self, name: str, start: int, length: int) -> bool:
        """Return whether a township is named that begins like a division: 东区街道, 矿区街道."""
        return name.startswith(("街道", "街办"), start + length) or (
            length == 2 and name[start : start + 2] in self.clipped and name.startswith(("镇", "乡"), start + 2)
        )

    def _township(self, rest: str, *, is_first: bool) -> tuple[str | None, str]:
        ends = [] if _REGIMENT.match(rest) else [found.end() for found in _TOWNSHIP_END.finditer(rest)]
        best: tuple[str, str] | None = None
        for end in ends:
            words, organ = rest[:end], rest[end:]
            if not _TOWNSHIP_NAME.match(words) or len(words) < 2:
                continue
            plain = normalised_township(words if not words.endswith("街") else f"{words}道")
            listed = self.gazetteer.is_township(plain)
            if (listed and (_TOWNSHIP_ORGAN.match(organ) or len(plain) > 2)) or (
                best is None and _TOWNSHIP_ORGAN.match(organ) and not plain.endswith("地区")
            ):
                best = (plain, organ)
        if best is None or (is_first and best[0] in ("办事处", "街道")):
            return None, rest
        return best

    def _first_name(self, organ: str) -> str:
        """Return the first of two names for one office: 城市管理局 of 城市管理局(博山区综合行政执法局)."""
        found = _SECOND_NAME.match(organ)
        if found is None:
            return organ
        first, second = organ_of(found[1]), organ_of(self._places(found[2].removeprefix("原"))[3])
        return found[1] if first.function is not None and first == second else organ


def _without_level(places: tuple[str, ...], rest: str) -> str:
    """Return the words behind a place without the word for its level: 财政局 of 莒县县财政局, but 市场 of a 市."""
    if not places or rest[:1] != places[-1][-1] or rest[:1] not in "省市州盟区县旗":
        return rest
    words = rest[1:]
    is_its_own = words.startswith(("人民政府", "政府", "政办", "府办", "委办", "委员会办")) or begins_with_function(
        words
    )
    return words if is_its_own else rest


def _below(found: tuple[Division, ...], above: tuple[Division, ...]) -> tuple[Division, ...]:
    """Return those of the divisions that lie in one of those above; all where nothing is above."""
    if not above:
        return found
    codes = {division.code for division in above}
    return tuple(d for d in found if d.province_code in codes or d.prefecture_code in codes or d.parent_code in codes)


def organ_named(named: ParsedName) -> Organ:
    """Return the office that a name taken apart tells, with what its township or zone tells of its type."""
    if named.area is not None:
        return _organ_in(named.area, named.organ)
    if named.authority and named.places:
        organ = organ_of(f"{named.authority}{named.organ}")
        return organ if organ.type == VERTICAL else Organ(VERTICAL, organ.function, f"{named.authority}{named.organ}")
    organ = organ_of(named.organ)
    if named.township is not None and organ.type in (None, GOVERNMENT, OFFICE, SUBDISTRICT, TOWN):
        kind = SUBDISTRICT if named.township.endswith(("街道", "地区")) else TOWN
        return Organ(kind, None, "")
    if named.township is not None and organ.type == ZONE and not named.organ:
        return Organ(TOWN, None, "")
    if named.divisions and not any(d.is_official for d in named.divisions):
        if _COMMITTEE.match(named.organ):
            return Organ(ZONE, None, "")
        if organ.type in (GOVERNMENT, ZONE):
            return Organ(ZONE, organ.function, organ.stem if organ.function else "")
    return organ


def _organ_in(area: str, words: str) -> Organ:
    """Return the office of a new area: its committee, or a bureau of it. None is that of the division that rules it."""
    whole = organ_of(f"{area}{words}")
    within = organ_of(words)
    if _COMMITTEE.match(words):
        return Organ(ZONE, None, area, area)
    return Organ(whole.type, within.function, f"{area} {within.stem or words}", area)


def township_base(township: str) -> str | None:
    """Return a township's name without its type; None where a single character is left."""
    for ending in ("街道", "民族乡", "苏木", "镇", "乡", "地区"):
        if township.endswith(ending) and len(township) - len(ending) > 1:
            return township.removesuffix(ending)
    return None
