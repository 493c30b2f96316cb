"""Tell in a microsecond that a text cannot begin a label or caption: nearly all lines of a page cannot."""

from __future__ import annotations

import re

from pipelines.forms.labels import PHRASES, SIMPLIFIED
from pipelines.forms.lexicon import label_bodies

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


def _pattern() -> re.Pattern[str]:
    """Return one pattern for all pairs, in simplified and traditional characters, whatever stands before them.

    Its parts share no character and no pair begins with a numeral, so nothing is ever given back: a line costs its
    length, however long it is.
    """
    written: dict[str, list[str]] = {}
    for code, simple in SIMPLIFIED.items():
        if not _COMPATIBILITY.match(chr(code)):
            written.setdefault(simple, []).append(chr(code))
    other = "[^\u3400-\u9fff]*+"
    pairs = (other.join(f"[{c}{''.join(written.get(c, ()))}]" for c in pair) for pair in sorted(_pairs()))
    return re.compile(f"{other}[{_NUMERALS}]*+{other}(?:{'|'.join(pairs)}|[\u3400-\u9fff]?{other}$)")


_OPENING = _pattern()


def may_open(text: str) -> bool:
    """Tell whether a label or caption can begin here, by its first two characters: false is certain."""
    return _OPENING.match(text) is not None or _COMPATIBILITY.search(text) is not None
