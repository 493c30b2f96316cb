"""Marks that look like numbers and are none: circled, raised and bracketed digits, fractions, Roman numerals."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters and ideographs that have a number (一, 〇) are words; digits of any width are digits.
_WORDS = frozenset(("Lo", "Nd"))
_WORD_NUMBER = "〇"
# The raised digit of m² is part of the unit, as it is in ㎡.
_UNIT_POWER = re.compile(r"(?<=[mMｍ])[²³]")


def without_marks(text: str) -> str:
    """Return a text without its marks. Compatibility folding would turn them into digits: 101① into 1011."""
    if text.isascii():
        return text
    marks = {character for character in text if character > "\x7f" and _is_mark(character)}
    if not marks:
        return text
    kept = {found.start() for found in _UNIT_POWER.finditer(text)}
    return "".join(c for place, c in enumerate(text) if c not in marks or place in kept)


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    """Tell whether a character stands for a number without being a digit, or folds into what begins with a digit."""
    if character == _WORD_NUMBER or unicodedata.category(character) in _WORDS:
        return False
    return character.isnumeric() or unicodedata.normalize("NFKC", character)[:1].isdecimal()
