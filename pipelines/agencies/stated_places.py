"""Where a report was published and what its text says -> evidence of its division.

Belongs here: which words of an address or a text point to a place. Keep out: what they weigh (`resolver`).
Pinyin counts on hosts of *.gov.cn only: anybody can register boshan.com, and copies of portals do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipelines.agencies.aliases import not_places
from pipelines.agencies.gazetteer import Division, Gazetteer
from pipelines.agencies.host_initials import contracted_spellings, cuts, whole_initials
from pipelines.agencies.registration import code_in_path
from pipelines.extracting.credit_code import CreditCode
from pipelines.extracting.index_number import index_numbers

_WORD = re.compile(r"[a-z]+")
_SUFFIXES = ("", "qu", "xian", "shi", "qi", "zhou", "sheng", "zf", "gov", "xzf", "szf", "qzf", "x", "q", "s")
_PREFIXES = ("", "zg", "china", "www", "xxgk", "zwgk", "zw")
_AREA = re.compile(r"(?<![\d.])[（(]?(0(?:10|2\d|[3-9]\d{2}))[)）]?\s*[-—－–]?\s*[1-9]\d{6,7}(?!\d)")
_PREFIX = re.compile(r"([\u4e00-\u9fff]{1,6})(?:政|府|委)[\u4e00-\u9fff]{0,6}[〔\[（【「]20\d\d")
_ABOVE = re.compile(r"(?<![\u4e00-\u9fff])?(省|市|州|盟|区|县|旗)委、?(?:和)?(?:\1)(?:人民)?政府")
_OFFICIAL = ".gov.cn"
_SUFFIX = re.compile(r"[省市县区旗州盟]")
_LONGEST = 16
_TEXT = 6000
_ABBREVIATIONS = {
    **{"京": "11", "津": "12", "冀": "13", "晋": "14", "内": "15", "辽": "21", "吉": "22", "黑": "23", "沪": "31"},
    **{"苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41", "鄂": "42", "湘": "43"},
    **{"粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "黔": "52", "贵": "52", "云": "53", "滇": "53"},
    **{"藏": "54", "陕": "61", "甘": "62", "青": "63", "宁": "64", "新": "65"},
}


class Address(NamedTuple):
    """The labels of an official host, nearest first, and the words of the path; none for other hosts.

    `code` is a publisher's in the path of any host.
    """

    labels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    code: CreditCode | None = None


class TextEvidence(NamedTuple):
    """What a text names: official names of divisions, telephone areas, a publisher's code, a province, the types above.

    `chains` are names that stand directly behind another: 徐州市鼓楼区.
    """

    names: frozenset[str] = frozenset()
    areas: tuple[str, ...] = ()
    code: CreditCode | None = None
    province: str | None = None
    above: frozenset[str] = frozenset()
    chains: frozenset[str] = frozenset()


NO_TEXT = TextEvidence()


@lru_cache(maxsize=65536)
def address(host: str | None, path: str | None = None) -> Address:
    """Return what an address may say of a place."""
    code = code_in_path(path)
    plain = _plain_host(host)
    if not plain.endswith(_OFFICIAL):
        return Address(code=code)
    labels = tuple(
        label.replace("-", "")
        for label in reversed(plain.removesuffix(_OFFICIAL).split("."))
        if label not in not_places()
    )
    words = tuple(dict.fromkeys(w for w in _WORD.findall((path or "").lower()) if len(w) > 3 and w not in not_places()))
    return Address(labels, words, code)


def is_official(host: str) -> bool:
    """Return whether a host is one of *.gov.cn."""
    return f".{_plain_host(host)}".endswith(_OFFICIAL)


def _plain_host(host: str | None) -> str:
    return (host or "").lower().strip().rstrip(".").partition(":")[0]


@lru_cache(maxsize=16384)
def spellings(division: Division) -> frozenset[str]:
    """Return how an address spells a division in full: boshan, boshanqu."""
    stem = division.pinyin
    return frozenset(prefix + stem + suffix for prefix in _PREFIXES for suffix in _SUFFIXES if len(stem) > 2) | {
        stem,
        *contracted_spellings(division),
    }


@lru_cache(maxsize=16384)
def initials(division: Division) -> frozenset[str]:
    """Return how an address abbreviates a division: bs, bsq; none where the pinyin cannot be cut into syllables."""
    tail = {"区": "q", "县": "x", "市": "s", "旗": "q", "省": "s", "州": "z"}.get(division.name[-1], "")
    found: set[str] = set()
    for syllables in cuts(division.pinyin, len(division.short_name)):
        stem = "".join(syllable[0] for syllable in syllables)
        whole = stem + tail
        found |= {whole, f"{whole}zf", f"{syllables[0]}{stem[1:]}", *([stem, f"{stem}zf"] if len(stem) > 1 else [])}
    return frozenset(found) | whole_initials(division)


@lru_cache(maxsize=65536)
def spelled(gazetteer: Gazetteer, labels: tuple[str, ...]) -> tuple[tuple[str, tuple[Division, ...]], ...]:
    """Return the divisions of all years that labels spell in full."""
    found = []
    for label in labels:
        for plain in _unadorned(label):
            if len(plain) > 3 and (known := gazetteer.spelled(plain)):
                found.append((label, known))
                break
    return tuple(found)


@lru_cache(maxsize=65536)
def abbreviated(gazetteer: Gazetteer, labels: tuple[str, ...]) -> tuple[Division, ...]:
    """Return the divisions that a label names behind their province: gswuwei, hljfy."""
    found: dict[tuple[str, int], Division] = {}
    for label in labels:
        for province, prefix in _province_prefixes(gazetteer):
            rest = label.removeprefix(prefix)
            if rest != label and len(rest) > 1:
                found |= {
                    (d.code, d.valid_from): d
                    for d in _below(gazetteer, province)
                    if rest in spellings(d) or rest in initials(d)
                }
    return tuple(found.values())


@lru_cache(maxsize=1)
def _province_prefixes(gazetteer: Gazetteer) -> tuple[tuple[str, str], ...]:
    """Return (code, what hosts print before a division of the province): gs, gansu; some mean two provinces."""
    found: list[tuple[str, str]] = []
    for versions in gazetteer.by_code.values():
        if (d := versions[-1]).level == "province":
            short = {prefix for prefix in initials(d) if len(prefix) == len(d.short_name)}
            found += [(d.code, prefix) for prefix in sorted({d.pinyin, *short, *gazetteer.host_labels(d.code)})]
    return tuple(found)


@lru_cache(maxsize=64)
def _below(gazetteer: Gazetteer, province: str) -> tuple[Division, ...]:
    versions = (division for held in gazetteer.by_code.values() for division in held)
    return tuple(d for d in versions if d.province_code == province and d.code != province)


def _unadorned(label: str) -> Iterator[str]:
    yield label
    for suffix in sorted(_SUFFIXES[1:], key=len, reverse=True):
        if label.endswith(suffix) and len(label) - len(suffix) > 3:
            yield label.removesuffix(suffix)


def read_text(gazetteer: Gazetteer, text: str | None) -> TextEvidence:
    """Return the evidence in the text of a report; what stands at its begin and end counts."""
    if not text:
        return NO_TEXT
    part = text if len(text) <= _TEXT else f"{text[: _TEXT // 2]}\n{text[-_TEXT // 2 :]}"
    found = tuple(_names(gazetteer, part))
    begins: dict[int, list[str]] = {}
    for end, name in found:
        begins.setdefault(end, []).append(name)
    chains = (f"{above}{name}" for end, name in found for above in begins.get(end - len(name), ()))
    prefixes = (_ABBREVIATIONS.get(prefix[1][0]) for prefix in _PREFIX.finditer(part))
    province = next((code for code in prefixes if code is not None), None)
    codes = {stated.code for stated in index_numbers(part) if stated.code is not None}
    return TextEvidence(
        frozenset(name for _, name in found),
        tuple(dict.fromkeys(_AREA.findall(part))),
        codes.pop() if len(codes) == 1 else None,
        province,
        frozenset(_ABOVE.findall(part)),
        frozenset(chains),
    )


def names_in(gazetteer: Gazetteer, words: str) -> frozenset[str]:
    """Return the official names of divisions in words."""
    return frozenset(name for _, name in _names(gazetteer, words))


def _names(gazetteer: Gazetteer, text: str) -> Iterator[tuple[int, str]]:
    """Yield (where it ends, name) for the official names in a text."""
    for found in _SUFFIX.finditer(text):
        end = found.end()
        for length in range(2, _LONGEST):
            name = text[end - length : end] if end >= length else ""
            if name in gazetteer.by_name and not text.startswith(("路", "街", "大道", "大街"), end):
                yield end, name
