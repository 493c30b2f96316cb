"""A message in the chosen language, with its values. Keep out: how its file is read (`message_file`)."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.language import Language, chosen
from pipelines.shown import shown

if TYPE_CHECKING:
    from pipelines.messages.message_file import Message

FOLDER = Path(__file__).parent
_COLON: dict[Language, str] = {"zh": "：", "en": ": "}


class UnknownMessage(LookupError):
    """A code that no file declares; names the file and the nearest ones."""


def message(code: str, /, **values: object) -> str:
    """Return a message with its values, and after a colon its remedy; each value is one line, whatever is in it.

    Raises UnknownMessage, and KeyError for a value that is not given.
    """
    return message_in(chosen(), code, **values)


def message_in(asked: Language, code: str, /, **values: object) -> str:
    """Return a message in a language; as `message`."""
    entry = entry_of(code)
    parts = [entry, entry.remedy] if entry.remedy else [entry]
    given = {name: value if isinstance(value, int | float) else shown(str(value)) for name, value in values.items()}
    return _COLON[asked].join((part.zh if asked == "zh" else part.en).format_map(given) for part in parts)


def entry_of(code: str) -> Message:
    """Return the entry of a code. Raises UnknownMessage."""
    stage, _, name = code.partition(".")
    entries = _entries(stage)
    if name not in entries:
        near = get_close_matches(name, entries, n=3, cutoff=0.5)
        raise UnknownMessage(f"messages/{stage}.yml has no {name!r}. Nearest: {', '.join(near or entries) or 'none'}")
    return entries[name]


@cache
def _entries(stage: str) -> dict[str, Message]:
    path = FOLDER / f"{stage}.yml"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.yml")))
        raise UnknownMessage(f"no file messages/{stage}.yml; there are: {known}")
    # What reads files loads pydantic, which most commands end without.
    found: dict[str, Message] = import_module("pipelines.messages.message_file").read_messages(path).messages
    return found
