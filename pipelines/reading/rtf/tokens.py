"""Tokens of Rich Text Format: control words with their numbers, escaped bytes, braces and text.

Belongs here: how the format is spelled. Keep out: what words mean (`rtf.walk`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.reading.document import ReadError

WORD, BYTE, SYMBOL, OPEN, CLOSE, TEXT = range(6)
_TOKEN = re.compile(rb"\\(?:([A-Za-z]+)(-?[0-9]+)? ?|'([0-9A-Fa-f]{2})|([^A-Za-z']))|([{}])|([^\\{}]+)", re.DOTALL)
_BINARY = "bin"
_MAX_DIGITS = 11
# Words that take no number: one behind them was text, whose separating space is lost.
_BARE = frozenset(("cell", "row", "par", "line", "tab", "nestcell", "nestrow", "trowd", "pard", "plain", "intbl"))
_LINE_ENDS = b"\r\n"


class Token(NamedTuple):
    """A token: kind, the word (or symbol), its number (None: none is written), and raw bytes of text."""

    kind: int
    word: str = ""
    number: int | None = None
    text: bytes = b""


_OPEN, _CLOSE = Token(OPEN), Token(CLOSE)


def tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens up to the end of the first group.

    Raises ReadError `truncated` where groups are left open, `damaged` where the spelling is broken or text follows the
    end. Binary data is left out.
    """
    match, place, depth = _TOKEN.match, 0, 0
    while found := match(data, place):
        place = found.end()
        kind = found.lastindex
        if kind == 6:
            text = found[6]
            yield Token(TEXT, text=text.translate(None, _LINE_ENDS) if b"\n" in text or b"\r" in text else text)
        elif kind == 5:
            if found[5] == b"{":
                depth += 1
                yield _OPEN
                continue
            yield _CLOSE
            depth -= 1
            if not depth:
                _check_end(data, place)
                return
        elif kind == 3:
            yield Token(BYTE, text=bytes.fromhex(found[3].decode()))
        elif kind == 4:
            yield Token(SYMBOL, found[4].decode("latin-1"))
        else:
            word, number = found[1].decode(), _number(found, place)
            if word == _BINARY:
                place += max(number or 0, 0)
                continue
            yield Token(WORD, word, number)
    if place < len(data) and len(data) - place > len(rb"\'00"):
        raise ReadError(
            "damaged", f"byte {place}: {data[place : place + 4]!r} is no escaped byte: fetch the file again"
        )
    raise ReadError("truncated", f"{depth} groups are open at the end of {len(data)} bytes: fetch the file again")


def _number(found: re.Match[bytes], place: int) -> int | None:
    digits = found[2]
    if digits is None:
        return None
    word = found[1].decode()
    if len(digits) > _MAX_DIGITS or word in _BARE:
        raise ReadError("damaged", f"byte {place}: the number {digits[:20]!r} behind \\{word}: fetch the file again")
    return int(digits)


def _check_end(data: bytes, place: int) -> None:
    rest = data[place:].strip(b"\0\r\n\t \x1a")
    if rest:
        raise ReadError("damaged", f"{len(rest)} bytes behind the end of the document: fetch the file again")
