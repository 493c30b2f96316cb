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
    return frozenset(pairs)


def _pattern() -> re.Pattern[str]:
    """Return one pattern for all pairs, in simplified and traditional characters, whatever stands before them."""
    written: dict[str, list[str]] = {}
    for code, simple in SIMPLIFIED.items():
        written.setdefault(simple, []).append(chr(code))
    pairs = (
        "".join(
            f"[{c}{''.join(written.get(c, ()))}]" + ("[^\u3400-\u9fff]*" if not n else "") for n, c in enumerate(pair)
        )
        for pair in sorted(_pairs())
        if len(pair) == 2
    )
    other = "[^\u3400-\u9fff]"
    return re.compile(f"{other}*[{_NUMERALS}]*{other}*(?:{'|'.join(pairs)}|[\u3400-\u9fff]?{other}*$)")


_OPENING = _pattern()


def may_open(text: str) -> bool:
    """Tell whether a label or caption can begin here, by its first two characters: false is certain."""
    return _OPENING.match(text) is not None or _COMPATIBILITY.search(text) is not None
