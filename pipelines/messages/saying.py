"""A message in the chosen language, with its values. Keep out: how its file is read (`message_file`)."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from pipelines.language import Language, chosen
from pipelines.shown import shown

if TYPE_CHECKING:
    from pipelines.messages.message_file import Message

FOLDER = Path(__file__).parent
# An amount of bytes with the unit that fits, as a text writes it: `{size:bytes}`.
_BYTES, _UNITS, _KILO = "bytes", ("B", "kB", "MB", "GB", "TB"), 1000
_COLON: dict[Language, str] = {"zh": "：", "en": ": "}


class UnknownMessage(LookupError):
    """A code that no file declares; names the file and the nearest ones."""


class _Formatter(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        return in_units(value) if format_spec == _BYTES else str(super().format_field(value, format_spec))


_FORMATTER = _Formatter()


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
    return _COLON[asked].join(_FORMATTER.vformat(part.zh if asked == "zh" else part.en, (), given) for part in parts)


def in_units(count: int) -> str:
    """Return an amount of bytes in the unit that fits; those of a disk, so a thousand of each make the next."""
    size, units = float(count), iter(_UNITS)
    unit = next(units)
    # What would be rounded to a thousand is one of the next unit.
    while size >= _KILO - 0.05 and (larger := next(units, None)) is not None:
        size, unit = size / _KILO, larger
    return f"{count} {unit}" if unit == _UNITS[0] else f"{size:,.1f} {unit}"


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
    read, wrong = (
        import_module("pipelines.messages.message_file").read_messages,
        import_module("pipelines.declarations"),
    )
    try:
        found: dict[str, Message] = read(path).messages
    except wrong.DeclarationError as error:
        # Where no descriptor is left nothing is declared wrongly: an error then tells what its message is made of.
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from error
        raise
    return found
