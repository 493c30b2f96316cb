"""Pinyin of place names without tones. Needs pypinyin, which is there for the build only and never at run time.

Belongs here: readings of characters in place names (pinyin.yml). Keep out: abbreviations of hosts.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from pypinyin import lazy_pinyin  # type: ignore[import-not-found,unused-ignore]

_DECLARED = yaml.safe_load((Path(__file__).parent / "pinyin.yml").read_text(encoding="utf-8"))
_NAMES: dict[str, str] = _DECLARED["names"]
_CHARACTERS: dict[str, str] = _DECLARED["characters"]


def place_pinyin(stem: str) -> str:
    """Return a stem's pinyin in one piece, by declared names, declared characters and the library; ü is v."""
    if stem in _NAMES:
        return _NAMES[stem]
    syllables = lazy_pinyin(stem)
    return "".join(_CHARACTERS.get(character, syllable) for character, syllable in zip(stem, syllables, strict=True))
