"""The codes of organisations and their check digits: 统一社会信用代码 (GB 32100-2015), 组织机构代码 (GB 11714).

Belongs here: what makes a code valid and what its places mean. Keep out: where a page prints it (`index_number`), and
which division a code of GB/T 2260 is (`agencies.registration`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

# GB 32100-2015, table 2: digits and capitals without I, O, S, V and Z, which look like others.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_MODULUS = len(ALPHABET)
_WEIGHTS = tuple(pow(3, place, _MODULUS) for place in range(17))
_LENGTH = len(_WEIGHTS) + 1
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_WHOLE = re.compile(rf"[{ALPHABET}]{{2}}\d{{6}}[{ALPHABET}]{{10}}", re.ASCII)
# Issued so far: eight digits, a letter and seven digits, or MB and six: other letters are serial numbers of portals.
_ORGANISATION = re.compile(r"(?:\d{8}|[A-Z]\d{7}|MB[0-9A-Z]\d{5})[0-9X]", re.ASCII)
# The registering department 1 is that of the establishment of public bodies (机构编制): of its classes 1 are agencies,
# 2 institutions, 3 mass organisations, 9 others.
_PUBLIC_BODIES = frozenset({"11", "12", "13", "19"})


class CreditCode(NamedTuple):
    """A code that passes its check digits: all 18 characters, or the nine of the organisation code alone."""

    text: str

    @property
    def division(self) -> str | None:
        """Return the code of the division where a public body is registered (places 3-8); None where none is told."""
        return self.text[2:8] if self.text[:2] in _PUBLIC_BODIES and len(self.text) == _LENGTH else None

    @property
    def organisation(self) -> str:
        """Return the organisation code: places 9-17 of the whole code."""
        return self.text[8:17] if len(self.text) == _LENGTH else self.text


def credit_code(text: str) -> CreditCode | None:
    """Return the code that a text of 18 or nine characters is, None where a check digit is another.

    Of 18 characters both are verified: that of the whole (modulus 31) and that of places 9-17 (modulus 11). A nine-
    character code may have the hyphen before its check digit that older ones are printed with.
    """
    if _WHOLE.fullmatch(text):
        is_valid = text[-1] == check_character(text[:-1]) and text[16] == organisation_check(text[8:16])
        return CreditCode(text) if is_valid else None
    plain = text[:8] + text[9:] if text[8:9] == "-" else text
    if _ORGANISATION.fullmatch(plain) and plain[-1] == organisation_check(plain[:-1]):
        return CreditCode(plain)
    return None


def check_character(body: str) -> str:
    """Return the last character of a code of GB 32100-2015 from the 17 before it."""
    total = sum(_VALUES[c] * weight for c, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % _MODULUS]


def organisation_check(body: str) -> str:
    """Return the last character of a code of GB 11714 from the eight before it."""
    total = sum(int(c, 36) * weight for c, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
