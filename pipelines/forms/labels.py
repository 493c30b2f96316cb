"""Normal form of a printed label: what is left when width, spaces, numbering, notes and script are taken away."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from opencc import OpenCC

_SPACE = re.compile(r"[\s\u200b-\u200f\ufeff\u2060\u00ad]+")
# Some converters print the pinyin after a character they do not know: 規(guī)章.
_PINYIN = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zü\u00e0-\u01dc]{1,7}\)")
_QUOTES = str.maketrans("", "", "\"'“”‘’「」『』《》〈〉<>")
_BRACKETED_NUMBER = re.compile(r"^\(([一二三四五六七八九十]{1,3}|\d{1,2})\)[、.,:]?")
_DELIMITED_NUMBER = re.compile(r"^([一二三四五六七八九十]{1,3}|\d{1,2})[、.,:](?=\D)")
_BARE_NUMBER = re.compile(r"^(\d)(?=[^\d年月日件个项条,.%])")
_NOTE = re.compile(r"\([^()]*\)")
_OPEN_NOTE = re.compile(r"\([^()]*$")
_TRAILING_YEAR = re.compile(r"(?<=[^\d])(19|20)\d\d年?度?$")
_UNIT_WORD = re.compile(r"单位$")
_PUNCTUATION = re.compile(r"[、,.·:;/\-—_|!?()\[\]【】*。]+")
_CAPTION = re.compile(r"^(?:中华人民共和国)?(?:政府信息公开条例)?第?二十条第?\(?([一二三四五六七八九十]{0,3})\)?项?:?$")
# Phrase converters put Taiwan's words in the place of these; in a label (not in names: 档案局) they are undone.
PHRASES = (("资讯", "信息"), ("专案", "项目"), ("档案", "文件"))

_to_simplified = OpenCC("t2s").convert
_HAN = [chr(c) for c in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00))]
_SIMPLE = _to_simplified("\n".join(_HAN)).split("\n")
# Characters that conversion changes: text without any of them is simplified already.
SIMPLIFIED = {ord(a): b for a, b in zip(_HAN, _SIMPLE, strict=True) if a != b}
_TRADITIONAL = frozenset(map(chr, SIMPLIFIED))


class Label(NamedTuple):
    """A label taken apart: its number (一, 3 or None), its body without punctuation, and the notes it carried."""

    number: str | None
    body: str
    note: str


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """Return text in simplified characters and half width, without white space and quotation marks."""
    folded = unicodedata.normalize("NFKC", text)
    if not _TRADITIONAL.isdisjoint(folded):
        folded = _to_simplified(folded)
    folded = _SPACE.sub("", folded).translate(_QUOTES)
    return _PINYIN.sub("", folded) if "(" in folded else folded


@lru_cache(maxsize=65536)
def parse_label(text: str) -> Label:
    """Take a printed label apart. Bracketed notes, what follows a colon and a trailing year are notes, not body."""
    rest = clean(text).lstrip("、.,:")
    number: str | None = None
    for pattern in (_BRACKETED_NUMBER, _DELIMITED_NUMBER, _BARE_NUMBER):
        if found := pattern.match(rest):
            number, rest = found[1], rest[found.end() :]
            break
    body, previous = rest, ""
    while body != previous:
        previous, body = body, _NOTE.sub("", body)
    body = _OPEN_NOTE.sub("", body)
    body = body.split(":", 1)[0] if not body.startswith(":") else body
    body = _UNIT_WORD.sub("", _TRAILING_YEAR.sub("", body))
    note = rest[len(body) :] if rest.startswith(body) else rest
    for foreign, own in PHRASES:
        body = body.replace(foreign, own)
    return Label(number, _PUNCTUATION.sub("", body), note)


@lru_cache(maxsize=16384)
def caption_item(text: str) -> str | None:
    """Return the item of a caption 第二十条第（X）项: 一 ... 九, "" where the item is lost, None for any other text."""
    found = _CAPTION.match(clean(text))
    return found[1] if found and found.end() > 3 else None
