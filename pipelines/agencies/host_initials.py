"""Initials and pinyin of contracted and of full names in host labels: kyqq (科右前旗), fmx (阜蒙县), qianguo (前郭县).

Belongs here: which labels the names of autonomous areas and banners give beside those of their stem, and the divisions
that long initials mean. Keep out: stems (`stated_places`), and what a label weighs (`evidence`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from pipelines.agencies.contractions import clipped_forms, peoples_of, regular_forms
from pipelines.agencies.gazetteer import Division, Gazetteer

_ENDINGS = {
    "县": ("x", "xian"),
    "旗": ("q", "qi"),
    "州": ("z", "zhou"),
    "盟": ("m", "meng"),
    "市": ("s", ""),
    "区": ("q", ""),
}
# First letters of the peoples that names of autonomous areas hold; 族 is z or left out.
_PEOPLES = {
    **{"蒙古": "mg", "满": "m", "回": "h", "藏": "z", "维吾尔": "wwe", "苗": "m", "彝": "y"},
    **{"壮": "z", "布依": "by", "朝鲜": "cx", "侗": "d", "瑶": "y", "白": "b", "土家": "tj"},
    **{"哈尼": "hn", "哈萨克": "hsk", "傣": "d", "黎": "l", "傈僳": "ls", "佤": "w", "畲": "s"},
    **{"拉祜": "lh", "水": "s", "东乡": "dx", "纳西": "nx", "景颇": "jp", "土": "t", "柯尔克孜": "kekz"},
    **{"达斡尔": "dwe", "仫佬": "ml", "羌": "q", "布朗": "bl", "撒拉": "sl", "毛南": "mn", "仡佬": "gl"},
    **{"锡伯": "xb", "普米": "pm", "塔吉克": "tjk", "怒": "n", "鄂温克": "ewk", "保安": "ba", "裕固": "yg"},
    **{"独龙": "dl"},
}
_PEOPLE = re.compile(f"({'|'.join(sorted(_PEOPLES, key=len, reverse=True))})族?")
# Prefectures write their stem in full: xilin is 西林, not 锡林盟.
_SPELLED_ENDINGS = ("xian", "qi")
# The people that contractions keep: 阜蒙县.
_KEPT_PEOPLES = {"蒙": "meng"}
# Initials so long that no other division has them name one alone.
_LONG = 4
_FINALS = (
    "iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|van|ai|ei|ao|ou|an|en|ia|ie|iu|in|ua|uo|ui|un|ue|ve|vn|[aoeiuv]"
)
_ALONE = "ang|eng|ai|ei|ao|ou|an|en|er|[aoe]"
_SYLLABLE = re.compile(rf"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:{_FINALS})|(?:{_ALONE})")


def cuts(pinyin: str, count: int) -> Iterator[list[str]]:
    """Yield the ways to cut pinyin into so many syllables."""
    if count == 0:
        if not pinyin:
            yield []
        return
    for length in range(min(6, len(pinyin)), 0, -1):
        if _SYLLABLE.fullmatch(pinyin[:length]):
            yield from ([pinyin[:length], *rest] for rest in cuts(pinyin[length:], count - 1))


@lru_cache(maxsize=16384)
def contracted_spellings(division: Division) -> frozenset[str]:
    """Return the pinyin of the contractions of a division, with and without its type: qianguo, qianguoxian."""
    return frozenset(
        word
        for syllables, ending in _contractions(division)
        if len(syllables) > 1 and ending in _SPELLED_ENDINGS
        for word in ("".join(syllables), "".join(syllables) + ending)
    )


@lru_cache(maxsize=16384)
def whole_initials(division: Division) -> frozenset[str]:
    """Return the initials of contractions and of the full name of a division, with its type: kyqq, fmgzzzx."""
    found = {"".join(s[0] for s in syllables) + ending[0] for syllables, ending in _contractions(division)}
    letter = _ENDINGS.get(division.name[-1], ("", ""))[0]
    for stem in _stem_initials(division):
        found |= {f"{stem}{peoples}" for peoples in _people_initials(division)} or {
            stem if division.short_name == division.name else f"{stem}{letter}"
        }
    return frozenset(found)


@lru_cache(maxsize=1)
def _by_initials(gazetteer: Gazetteer) -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    official = [d for versions in gazetteer.by_code.values() for d in versions if d.is_official]
    for division in official:
        for label in whole_initials(division):
            # 辽宁义县 and 连南瑶族县 are lnyx both: with peoples, only what is longer than such pairs.
            if len(label) >= (_LONG + 1 if peoples_of(division) else _LONG):
                found.setdefault(label, []).append(division)
    pairs = _pairs(gazetteer, official)
    return {
        label: tuple(held)
        for label, held in found.items()
        if label not in pairs and len({d.latest_code or d.code for d in held}) == 1
    }


def _pairs(gazetteer: Gazetteer, official: list[Division]) -> frozenset[str]:
    """Return the labels that are the initials of a city and of a division below it: njls.

    Those of a province and a division are read as such (`abbreviated`) and stand beside the initials of whole names.
    """
    found: set[str] = set()
    for division in official:
        if division.prefecture_code is not None and division.level == "county":
            above = {s for upper in gazetteer.by_code.get(division.prefecture_code, ()) for s in _stem_initials(upper)}
            own = {*_stem_initials(division), *whole_initials(division)}
            found |= {f"{first}{second}" for first in above for second in own}
    return frozenset(found)


@lru_cache(maxsize=16384)
def _stem_initials(division: Division) -> frozenset[str]:
    cut = cuts(division.pinyin, len(division.short_name))
    return frozenset("".join(syllable[0] for syllable in syllables) for syllables in cut)


def initialled(gazetteer: Gazetteer, labels: tuple[str, ...]) -> tuple[Division, ...]:
    """Return the one division, in the versions of all years, whose long initials the domain of an address is."""
    return _by_initials(gazetteer).get(labels[0].removesuffix("zf"), ()) if labels else ()


@lru_cache(maxsize=1)
def _by_spelling(gazetteer: Gazetteer) -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for versions in gazetteer.by_code.values():
        for division in versions:
            for label in contracted_spellings(division):
                found.setdefault(label, []).append(division)
    return {label: tuple(held) for label, held in found.items()}


def contracted_in_host(gazetteer: Gazetteer, labels: tuple[str, ...]) -> tuple[Division, ...]:
    """Return the divisions whose contraction a label spells, and the one whose long initials the domain is."""
    found = (division for label in labels for division in _by_spelling(gazetteer).get(label, ()))
    return (*found, *initialled(gazetteer, labels))


def _contractions(division: Division) -> Iterator[tuple[list[str], str]]:
    """Yield the syllables of contractions that stand in the stem, without the type, and the pinyin of the type."""
    for cut in cuts(division.pinyin, len(division.short_name)):
        known = dict(zip(division.short_name, cut, strict=True))
        for form in (*regular_forms(division), *clipped_forms(division)):
            syllables = [known.get(sign) or _KEPT_PEOPLES.get(sign, "") for sign in form[:-1]]
            if all(syllables):
                yield syllables, _ENDINGS[form[-1]][1]


def _people_initials(division: Division) -> frozenset[str]:
    """Return the initials of peoples and type, each part written or left out: mgzzzx, mgzx, mzx, mx."""
    peoples = peoples_of(division)
    if not peoples:
        return frozenset()
    letters = [_PEOPLES[people] for people in _PEOPLE.findall(peoples)]
    ending = _ENDINGS[division.name[-1]][0]
    forms = ("".join(part) for part in product(*((f"{p}z", p) for p in letters)))
    short = (f"{letters[0][0]}z", letters[0][0]) if len(letters) == 1 else ()
    return frozenset(f"{form}{kind}{ending}" for form in (*forms, *short) for kind in ("zz", ""))
