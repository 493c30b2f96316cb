"""The file of a stage: its messages in both languages, with the same values. Keep out: saying them (`saying`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from pipelines.declarations import Declaration, External, FreeText, Wrong, load


class Said(Declaration):
    """A text in both languages, with values in braces."""

    zh: FreeText
    en: FreeText


class Message(Said):
    """A sentence; of a failure also what was met, what was expected, and as `remedy` what to do about it."""

    remedy: Said | None = None


class MessageFile(Declaration):
    """A file: messages by code, as those who say them name them; a test holds both equal."""

    messages: dict[External, Message]


def read_messages(path: Path) -> MessageFile:
    """Return a file as declared. Raises DeclarationError where the languages do not name the same values."""
    return load(path, MessageFile, also=_faults)


def named_in(text: str) -> set[str]:
    """Return the values that a text names. Raises ValueError where its braces do not match."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _faults(file: MessageFile) -> Iterator[Wrong]:
    for code, entry in file.messages.items():
        for at, said in (((), entry), (("remedy",), entry.remedy)):
            if said is not None:
                yield from _unlike(("messages", code, *at), said)


def _unlike(place: tuple[str, ...], said: Said) -> Iterator[Wrong]:
    try:
        in_chinese, in_english = named_in(said.zh), named_in(said.en)
    except ValueError as error:
        yield Wrong(place, f"expected values in braces, and braces themselves doubled: {error}")
        return
    if wrong := sorted(name for name in in_chinese | in_english if not name.isidentifier()):
        yield Wrong(place, f"expected names of values in braces, found {', '.join(wrong)}")
    if in_chinese != in_english:
        found = f"zh has {sorted(in_chinese)}, en {sorted(in_english)}"
        yield Wrong(place, f"expected the same values in both languages: {found}")
