"""Sub-bureaus: an office of a bureau for a part of its division (公安局鹿城区分局, 交警支队第三大队, 税务局第一税务所).

Belongs here: how their names are built, and which division below they name. Keep out: places before the bureau
(`naming`), and how sure the result is (`resolver`). A sub-bureau is an agency of its own, not the bureau above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pipelines.agencies.contractions import clipped_forms, regular_forms
from pipelines.agencies.gazetteer import Division

_BRANCH = "分局"
_BUREAU_END = re.compile(r"(?:局|委员会|委|办公室)$")
# Systems whose offices of every level are called alike.
_ALL_BRANCHES = re.compile(r"税务局$|(?:处|队)$")
_SUB_BUREAU = re.compile(
    r"^(?P<bureau>.*(?:局|厅|委员会|委|办公室|处|总队|支队|大队))(?P<where>[\u3400-\u9fff]{0,20}?)"
    r"(?P<kind>(?:税务|公安|国土资源|自然资源|生态环境|环保|工商|监管)?分局|稽查局|缉私局"
    r"|(?:交警|巡警|特警|刑警|消防|城管|执法|监察)?(?:支队|大队|中队)"
    r"|派出所|(?:税务|司法|国土资源|自然资源|国土|市场监(?:督管理|管)|工商|财政|交通运输管理)所)$"
)


class SubBureau(NamedTuple):
    """A name taken apart: the bureau, the words for the part it serves (none for 公安局交警大队), and its kind."""

    bureau: str
    where: str
    kind: str

    @property
    def is_branch(self) -> bool:
        """Return whether it is all that the bureau is in its part: the 分局 of a district is the district's bureau."""
        return self.kind.endswith(_BRANCH)

    @property
    def without_place(self) -> str:
        """Return the words of the office behind the name of its place: 公安分局 of 鹿城区."""
        if not self.is_branch:
            return f"{self.bureau}{self.kind}"
        return self.bureau if _ALL_BRANCHES.search(self.bureau) else f"{_BUREAU_END.sub('', self.bureau)}{_BRANCH}"


@lru_cache(maxsize=65536)
def sub_bureau_of(words: str) -> SubBureau | None:
    """Return the sub-bureau that the words of an organ name; None where they name none."""
    found = _SUB_BUREAU.match(words)
    return SubBureau(found["bureau"], found["where"], found["kind"]) if found else None


def named_among(where: str, divisions: Iterable[Division]) -> tuple[tuple[Division, ...], bool]:
    """Return the divisions that the words for a part name, and whether by their official name."""
    held = tuple(divisions)
    if official := tuple(division for division in held if division.name == where):
        return official, True
    return tuple(division for division in held if where and where in _short_names(division)), False


@lru_cache(maxsize=16384)
def _short_names(division: Division) -> frozenset[str]:
    return frozenset((division.short_name, *regular_forms(division), *clipped_forms(division)))
