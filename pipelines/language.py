"""In which language people are told things: it loads nothing. Keep out: what they are told (`messages`)."""

from __future__ import annotations

import os
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
LANGUAGE_SWITCH = "GONGKAI_LANG"
# The first of these that is set is the locale of messages, as POSIX says.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


def chosen() -> Language:
    """Return the language: of GONGKAI_LANG, else of the locale, else English."""
    stated = next((os.environ[name] for name in (LANGUAGE_SWITCH, *_LOCALE) if os.environ.get(name)), "")
    return "zh" if stated.lower().startswith("zh") else "en"


def choose(language: Language) -> None:
    """Choose the language of this process and of those that it becomes or starts."""
    os.environ[LANGUAGE_SWITCH] = language
