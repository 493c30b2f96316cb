"""Tell in a microsecond that a text cannot begin a label or caption: nearly all lines of a page cannot."""

from __future__ import annotations

import re

from pipelines.forms.labels import PHRASES, SIMPLIFIED
from pipelines.forms.lexicon import label_bodies

# Characters that other ones are written for: whoever has them is looked at closely.
_COMPATIBILITY = re.compile(r"[\uf900-\ufaff]")
_NUMERALS = "一二三四五六七八九十"
# How captions begin: 第二十条, 二十条 (its numeral is skipped), 《中华人民共和国政府信息公开条例》第二十条.
_CAPTIONS = ("第二", "条第", "条一", "条五", "条六", "条八", "条九", "中华", "政府")


def _pairs() -> frozenset[str]:
    pairs = set(_CAPTIONS)
    for body in label_bodies():
        for wanted, own in ((None, body), *((a, body.replace(b, a)) for a, b in PHRASES)):
            if wanted is None or wanted in own:
                pairs.add(own.lstrip(_NUMERALS)[:2])
    return frozenset(pair for pair in pairs if len(pair) == 2)


_PAIRS = _pairs()
_OTHER = "[^\u3400-\u9fff]*+"
# The first two characters behind a numeral, whatever stands before, between or behind them. Nothing is ever given back:
# a line costs its length, however long it is.
_OPENING = re.compile(
    f"{_OTHER}[{_NUMERALS}]*+{_OTHER}(?:([\u3400-\u9fff]){_OTHER}([\u3400-\u9fff])|[\u3400-\u9fff]?{_OTHER}$)"
)


def may_open(text: str) -> bool:
    """Tell whether a label or caption can begin here, by its first two characters: false is certain."""
    found = _OPENING.match(text)
    if found is not None:
        first, second = found.groups()
        if first is None:
            return True
        pair = (first + second).translate(SIMPLIFIED)
        if pair in _PAIRS:
            return True
    return _COMPATIBILITY.search(text) is not None
