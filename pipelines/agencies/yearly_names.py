"""What a printed name says in the year of its report: new areas that stand then, sub-bureaus where they serve, zones.

Belongs here: readings that need the year or the host, and what is left open by a zone's name. Keep out: taking a name
apart (`naming`), which division it means and how sure that is (`resolver`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.agencies.evidence import EvidenceScorer
from pipelines.agencies.gazetteer import Division
from pipelines.agencies.naming import ALIAS, OFFICIAL, STEM, ParsedName, Places, organ_named
from pipelines.agencies.organs import ZONE, Organ
from pipelines.agencies.stated_places import NO_TEXT, Address
from pipelines.agencies.sub_bureaus import SubBureau, named_among, sub_bureau_of

# Zones without a name of their own: 高新区, 国家级经济技术开发区.
_COMMON_ZONE = re.compile(
    r"(?:国家|省|市|县|级)*(?:高新|高科技|经济|经开|综合|综保|出口|保税|工业|产业|循环|临空|临港|空港|航空|农业|现代|旅游|"
    r"科技|化工|生态|物流|软件|自由|自贸|跨境|边境|大学|城乡|开发区|新区|园区|示范区|管委会|管理委员会|风景)"
)
# Zones that counties have under their own name; a 高新区 or 新区 is as often named after something else.
_OF_COUNTIES = re.compile(r"(?:国家|省|级)*(?:经济|经开|工业|产业|农业|现代|开发区)")
# Parts of cities are called 东城 or 新城, too.
_COMMON_PART = frozenset("东西南北中上下新")


class YearlyNames:
    """Reads names for a year."""

    def __init__(self, places: Places, scorer: EvidenceScorer) -> None:
        self._places = places
        self._scorer = scorer
        self._read = lru_cache(maxsize=16384)(places.read)
        self._read_in_area = lru_cache(maxsize=16384)(places.read_in_area)
        self._children = lru_cache(maxsize=4096)(places.gazetteer.children)

    def read(self, name: str, year: int, where: Address) -> tuple[ParsedName, Organ]:
        """Return what a name says in a year on a host, and its organ."""
        named = self._in_year(name, year)
        organ = organ_named(named)
        if organ.type == ZONE and (elsewhere := self._zone_elsewhere(named, year, where)):
            return elsewhere, organ_named(elsewhere)
        return named, organ

    def _in_year(self, name: str, year: int) -> ParsedName:
        in_area = self._read_in_area(name)
        area, named = in_area if in_area and in_area[0].stands(year) else (None, self._read(name))
        sub = sub_bureau_of(named.organ)
        if sub is None:
            return named
        if not named.divisions:
            return named if named.township else self._sub_bureau_alone(named, sub)
        inside = (d for above in named.divisions if above.in_force(year) for d in self._children(above.code, year))
        below = (d for d in area.parts if d.in_force(year)) if area else inside
        found, is_official = named_among(sub.where, below)
        if not found:
            return named
        how = OFFICIAL if is_official and named.how in (OFFICIAL, ALIAS) else STEM
        places = (*named.places, sub.where)
        return named._replace(places=places, divisions=found, how=how, organ=sub.without_place, area=None)

    def _sub_bureau_alone(self, named: ParsedName, sub: SubBureau) -> ParsedName:
        """Return the name of a sub-bureau with no place before it in the division that it names: 市公安局鹿城分局."""
        known = self._places.official.get(sub.where) or self._places.stems.get(sub.where, ())
        found = tuple(division for division in known if division.level == "county")
        if not found or not _COMMON_PART.isdisjoint(sub.where):
            return named
        return named._replace(places=(sub.where,), divisions=found, how=STEM, organ=sub.without_place, level_word=None)

    def _zone_elsewhere(self, named: ParsedName, year: int, where: Address) -> ParsedName | None:
        """Return the name of a zone that bears the name of another place than that of its host: 湖滨新区 in 宿迁."""
        if named.how != STEM or len(named.places) > 1 or not where.labels:
            return None
        now = [division for division in named.divisions if division.in_force(year)]
        related = (d.level != "county" or not self._scorer.contradiction(d, where, NO_TEXT, year) for d in now)
        if not now or any(related):
            return None
        return named._replace(places=(), divisions=(), how=None, organ=f"{named.places[0]}{named.organ}")


def served_by(named: ParsedName, division: Division) -> tuple[ParsedName, Organ] | None:
    """Return name and organ of a sub-bureau with no place before it, where it names the division found for it."""
    sub = sub_bureau_of(named.organ)
    if sub is None or not named_among(sub.where, (division,))[0]:
        return None
    named = named._replace(organ=sub.without_place)
    return named, organ_named(named)


def zone_bears_a_name(named: ParsedName, division: Division) -> bool:
    """Return whether the words before a zone can be its own name: 东湖高新区 (in 武汉), 杭州钱江经济开发区."""
    if named.how != STEM:
        return False
    is_county_alone = len(named.places) == 1 and division.level == "county"
    return not (_OF_COUNTIES if is_county_alone else _COMMON_ZONE).match(named.organ)
