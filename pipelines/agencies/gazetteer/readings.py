"""pinyin.yml: readings of place names that a dictionary of common words gets wrong.

Belongs here: what is declared, and what a reading looks like. Keep out: the dictionary, which the build alone has
(`pinyin`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipelines.declarations import Declaration, External, FreeText, load

_PATH = Path(__file__).with_name("pinyin.yml")
_INITIALS = "zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]"
_FINALS = (
    "iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v"
)
SYLLABLE = f"(?:{_INITIALS})?(?:{_FINALS})"
Syllable = Annotated[External, Field(pattern=f"^{SYLLABLE}$")]


class Readings(Declaration):
    """pinyin.yml: readings of whole names, and of characters in any name; ü is written v."""

    names: dict[FreeText, Annotated[External, Field(pattern=f"^(?:{SYLLABLE})+$")]]
    characters: dict[Annotated[FreeText, Field(max_length=1)], Syllable]


def read_readings(path: Path = _PATH) -> Readings:
    """Read pinyin.yml. Raises DeclarationError."""
    return load(path, Readings)
