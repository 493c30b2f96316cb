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
_KNOWN = 4096
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
    match, place, depth, size = _TOKEN.match, 0, 0, len(data)
    known: dict[bytes, Token] = {}  # a file spells the same few words again and again
    while found := match(data, place):
        place = found.end()
        kind = found.lastindex
        if kind == 6:
            text = found[6]
            yield Token(TEXT, text=text.translate(None, _LINE_ENDS) if b"\n" in text or b"\r" in text else text)
            continue
        token = known.get(found[0])
        if token is None:
            token = _token(found)
            if len(known) < _KNOWN:
                known[found[0]] = token
        if token.word == _BINARY:
            place += max(token.number or 0, 0)
            continue
        if token is _OPEN:
            depth += 1
        elif token is _CLOSE:
            depth -= 1
        elif place == size:
            break  # what is cut may go on
        yield token
        if not depth:
            _check_end(data, place)
            return
    if found is None and size - place > len(rb"\'00"):
        escaped = data[place : place + 4].decode("latin-1")
        raise ReadError("damaged", "reading_rtf.no_escaped_byte", place=place, found=escaped)
    raise ReadError("truncated", "reading_rtf.groups_open", depth=depth, size=size)


def _token(found: re.Match[bytes]) -> Token:
    kind = found.lastindex
    if kind == 5:
        return _OPEN if found[5] == b"{" else _CLOSE
    if kind == 3:
        return Token(BYTE, text=bytes.fromhex(found[3].decode()))
    if kind == 4:
        return Token(SYMBOL, found[4].decode("latin-1"))
    word, digits = found[1].decode(), found[2]
    if digits is None:
        return Token(WORD, word)
    if len(digits) > _MAX_DIGITS or word in _BARE:
        place, number = found.start(), digits[:20].decode()
        raise ReadError("damaged", "reading_rtf.wrong_number", place=place, digits=number, word=word[:40])
    return Token(WORD, word, int(digits))


def _check_end(data: bytes, place: int) -> None:
    rest = data[place:].strip(b"\0\r\n\t \x1a")
    if rest:
        raise ReadError("damaged", "reading_rtf.bytes_behind", count=len(rest))
