"""Pinyin of place names without tones. Needs pypinyin, which is there for the build only and never at run time.

Belongs here: putting the readings of a name together. Keep out: readings that are declared (`readings`), abbreviations
of hosts.
"""

from __future__ import annotations

from pypinyin import lazy_pinyin  # type: ignore[import-not-found,unused-ignore]

from pipelines.agencies.gazetteer.readings import read_readings

_READINGS = read_readings()


def place_pinyin(stem: str) -> str:
    """Return a stem's pinyin in one piece, by declared names, declared characters and the library; ü is v."""
    if stem in _READINGS.names:
        return _READINGS.names[stem]
    syllables, known = lazy_pinyin(stem), _READINGS.characters
    return "".join(known.get(character, syllable) for character, syllable in zip(stem, syllables, strict=True))
