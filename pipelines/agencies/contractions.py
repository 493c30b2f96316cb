"""Contracted names of autonomous areas, banners and leagues, made by rule: 阜蒙县, 土右旗, 科右前旗, 巴州.

Belongs here: which short names the official one of such a division gives. Keep out: names that follow no rule
(`aliases.yml`), which division is meant where two share one (the year and the evidence tell), and pinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.agencies.gazetteer import Division

# Ending of the official name -> that of the contraction. A longer one stands before the one it ends in.
_ENDINGS = {"自治州": "州", "自治县": "县", "自治旗": "旗", "旗": "旗", "盟": "盟"}
_ANY_ENDING = tuple(_ENDINGS)
_SIDES = re.compile(r"^(?P<first>.).+?(?:(?P<wing>[左右])翼)?(?P<side>[前后左右中]?)$")
# Of stems so long offices write the first character alone (莫旗), of longer ones also the first two (前郭县).
_LONG, _LONGER = 3, 4
_UNITED = "联合"  # 达茂旗 keeps a character of each of the two that were united
_SHARED_FIRST = frozenset("东西南北")
# The one people whose first character offices keep: 阜蒙县, 杜蒙县.
_SHORT_PEOPLES = ("蒙古族", "蒙古")


class Contractions(NamedTuple):
    """Contracted names -> the divisions, of all years, behind them. More than one division can share a name.

    `regular` drop the peoples (三江县) or keep the side of a banner (土右旗); `clipped` keep first characters (前郭县).
    """

    regular: dict[str, tuple[Division, ...]]
    clipped: dict[str, tuple[Division, ...]]


def contracted(divisions: Iterable[Division]) -> Contractions:
    """Return the contractions of divisions. A clipped one is no official name; a regular one may be that of another."""
    held = tuple(divisions)
    official = {division.name for division in held}
    regular = _grouped((form, d) for d in held for form in regular_forms(d))
    taken = official | regular.keys()
    return Contractions(regular, _grouped((form, d) for d in held for form in clipped_forms(d) if form not in taken))


def regular_forms(division: Division) -> Iterator[str]:
    """Yield the contractions of a division that need no guess: 三江县, 喀左县, 科右前旗."""
    if (taken := _taken_apart(division)) is None:
        return
    if taken.is_autonomous:
        yield f"{taken.stem}{taken.ending}"
    sides = _SIDES.match(taken.stem)
    if sides and (sides["wing"] or sides["side"]):
        yield f"{sides['first']}{sides['wing'] or ''}{sides['side']}{taken.ending}"


def clipped_forms(division: Division) -> Iterator[str]:
    """Yield the contractions of a division that keep its first characters: 莫旗, 前郭县, 阜蒙县."""
    if (taken := _taken_apart(division)) is None:
        return
    stem, ending = taken.stem, taken.ending
    if stem.endswith(_UNITED):
        return
    if (sides := _SIDES.match(stem)) and (sides["wing"] or sides["side"]):
        return
    if len(stem) >= (_LONGER if ending == "县" else _LONG) and stem[0] not in _SHARED_FIRST:
        yield f"{stem[0]}{ending}"
    if len(stem) >= _LONGER:
        yield f"{stem[:2]}{ending}"
    if ending == "县" and peoples_of(division) in _SHORT_PEOPLES:
        yield f"{stem[0]}{peoples_of(division)[0]}{ending}"


def peoples_of(division: Division) -> str:
    """Return the peoples in the name of an autonomous area: 蒙古族."""
    taken = _taken_apart(division)
    if taken is None or not taken.is_autonomous:
        return ""
    return division.name.removesuffix(f"自治{taken.ending}").removeprefix(taken.stem)


class _Parts(NamedTuple):
    stem: str
    ending: str
    is_autonomous: bool


def _taken_apart(division: Division) -> _Parts | None:
    """Return stem and ending of the names that are contracted; None for those of other kinds."""
    if not division.name.endswith(_ANY_ENDING):
        return None
    for long, short in _ENDINGS.items():
        if division.name.endswith(long):
            is_autonomous = long.startswith("自治")
            stem = division.short_name if is_autonomous else division.name.removesuffix(long)
            return _Parts(stem, short, is_autonomous)
    return None


def _grouped(pairs: Iterable[tuple[str, Division]]) -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for form, division in pairs:
        found.setdefault(form, []).append(division)
    return {form: tuple(dict.fromkeys(behind)) for form, behind in sorted(found.items())}
