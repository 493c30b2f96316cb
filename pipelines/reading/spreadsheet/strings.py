"""Strings of .xls records: their bytes may go on in the records that follow, where their width may change.

Belongs here: putting a string together. Keep out: where strings stand.
"""

from __future__ import annotations

import struct
from codecs import latin_1_decode, utf_16_le_decode

from pipelines.reading.document import ReadError

_WIDE, _EXTENDED, _RICH = 1, 4, 8
_RUN, _HEAD, _SHORT_HEAD = map(struct.Struct, ("<HH", "<HB", "<BB"))

Run = tuple[int, int]


class Pieces:
    """The bytes of a record and of those that continue it. Raises ReadError `damaged` where they end too soon."""

    def __init__(self, *pieces: memoryview) -> None:
        self.pieces = list(map(bytes, pieces))
        self.current = 0
        self.position = 0

    def add(self, piece: memoryview) -> None:
        """Append the bytes of a record that continues the last one."""
        self.pieces.append(bytes(piece))

    def is_empty(self) -> bool:
        """Return whether there is nothing."""
        return not self.pieces

    def string(self, *, short: bool = False) -> str:
        """Return the string that begins here; a short one has its length in one byte."""
        return self.rich_string(short=short)[0]

    def plain_strings(self, most: int) -> list[bytes]:
        """Return the next strings, so many at most, as they are stored, as long as they are plain.

        Plain are those without fonts and readings that end in the record they begin in, as nearly all do. Each is a
        byte that tells whether its characters are wide, and these.
        """
        found: list[bytes] = []
        piece = self.pieces[self.current] if self.current < len(self.pieces) else b""
        position, size, unpack = self.position, len(piece), _HEAD.unpack_from
        while len(found) < most and position + _HEAD.size <= size:
            length, flags = unpack(piece, position)
            end = position + _HEAD.size + (length << 1 if flags & _WIDE else length)
            if flags & (_RICH | _EXTENDED) or end > size:
                break
            found.append(piece[position + 2 : end])
            position = end
        self.position = position
        return found

    def rich_string(self, *, short: bool = False) -> tuple[str, list[Run]]:
        """Return the string that begins here, and from which of its characters on it has which font."""
        text = self._plain(_SHORT_HEAD if short else _HEAD)
        if text is not None:
            return text, []
        length, flags = struct.unpack("<BB" if short else "<HB", self.take(2 if short else 3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & _RICH else 0
        extended = struct.unpack("<I", self.take(4))[0] if flags & _EXTENDED else 0
        text = self._characters(length, flags & _WIDE)
        fonts = self.runs(runs) if runs else []
        self._skip(extended)
        return text, fonts

    def _plain(self, head: struct.Struct) -> str | None:
        """Return a string without fonts and readings that ends in the record it begins in, as most do; else None."""
        piece = self.pieces[self.current] if self.current < len(self.pieces) else b""
        begin = self.position + head.size
        if begin > len(piece):
            return None
        length, flags = head.unpack_from(piece, self.position)
        end = begin + length * (2 if flags & _WIDE else 1)
        if flags & (_RICH | _EXTENDED) or end > len(piece):
            return None
        self.position = end
        return piece[begin:end].decode("utf-16-le" if flags & _WIDE else "latin-1", "replace")

    def runs(self, count: int) -> list[Run]:
        """Return the next runs of a string."""
        found = []
        for _ in range(count):
            first, font = _RUN.unpack(self.take(_RUN.size))
            found.append((first, font))
        return found

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        self._enter()
        piece = self.pieces[self.current]
        taken = piece[self.position : self.position + size]
        self.position += size
        if len(taken) == size:
            return taken
        self.position = 0
        self.current += 1
        return taken + self.take(size - len(taken))

    def _enter(self) -> None:
        while self.current < len(self.pieces) and self.position >= len(self.pieces[self.current]):
            self.current, self.position = self.current + 1, 0
        if self.current >= len(self.pieces):
            raise ReadError("damaged", "reading_spreadsheet.string_cut")

    def _characters(self, length: int, wide: int) -> str:
        parts: list[str] = []
        while length:
            if self.position >= len(self.pieces[self.current]):
                self._enter()
                wide = self.take(1)[0] & _WIDE  # where characters go on in another record, it says how wide they are
                self._enter()
            size = 2 if wide else 1
            room = (len(self.pieces[self.current]) - self.position) // size
            if not room:
                raise ReadError("damaged", "reading_spreadsheet.character_cut")
            count = min(length, room)
            parts.append(self.take(count * size).decode("utf-16-le" if wide else "latin-1", "replace"))
            length -= count
        return "".join(parts)

    def _skip(self, size: int) -> None:
        while size > 0:
            self._enter()
            step = min(size, len(self.pieces[self.current]) - self.position)
            self.position += step
            size -= step


def characters(stored: bytes) -> str:
    """Return the text of a plain string."""
    return (utf_16_le_decode(stored[1:], "replace", True) if stored[0] & _WIDE else latin_1_decode(stored[1:]))[0]
