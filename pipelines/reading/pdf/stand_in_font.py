"""The font that stands in where a file brings none for Chinese and the machine has none either.

pdfium knows what such characters are, but gives them the room of the glyphs it finds: without any it leaves text on
turned pages out, so that 减4 would be read as 4. A box for each gives it its room, on every machine.
Belongs here: the font and how pdfium gets it. Keep out: what is read with it.
"""

from __future__ import annotations

import ctypes
import struct
from typing import Any, NamedTuple

import pypdfium2

# Charsets of Windows for which pdfium has no font of its own: Japanese, Korean (two), simplified, traditional Chinese.
_EAST_ASIAN = frozenset((128, 129, 130, 134, 136))
_SIMPLIFIED_CHINESE = 134
# Handles of the machine's fonts are addresses.
_HANDLE = 1
# Asked for in place of the whole file where a font can be one of a collection.
_COLLECTION, _WHOLE_FILE = 0x74746366, 0
_EM, _ASCENT, _DESCENT = 1000, 860, -140


class _Box(NamedTuple):
    """The room that the ink of a character takes, in thousandths of its size."""

    left: int
    low: int
    right: int
    high: int


_NARROW, _WIDE = _Box(40, 0, 460, 700), _Box(40, -100, 960, 800)


def install() -> None:
    """Let pdfium ask here for fonts. Fonts of the machine come first."""
    _Fonts().setup()


class _Fonts(pypdfium2.PdfSysfontBase):  # type: ignore[misc]  # the library states no types
    """The fonts of the machine, and the one that stands in. Methods have the names by which pdfium asks."""

    def MapFont(self, _: Any, *arguments: Any) -> Any:  # noqa: N802
        found = super().MapFont(_, *arguments)
        charset = arguments[2]
        return _HANDLE if not found and charset in _EAST_ASIAN else found

    def GetFontData(self, _: Any, font: int | None, table: int, buffer: Any, size: int) -> int:  # noqa: N802
        if font != _HANDLE:
            return int(super().GetFontData(_, font, table, buffer, size))
        if table != _WHOLE_FILE:
            return 0
        if buffer and size >= len(_FONT):
            ctypes.memmove(buffer, _FONT, len(_FONT))
        return len(_FONT)

    def GetFaceName(self, _: Any, font: int | None, buffer: Any, size: int) -> int:  # noqa: N802
        return 0 if font == _HANDLE else int(super().GetFaceName(_, font, buffer, size))

    def GetFontCharset(self, _: Any, font: int | None) -> int:  # noqa: N802
        return _SIMPLIFIED_CHINESE if font == _HANDLE else int(super().GetFontCharset(_, font))

    def DeleteFont(self, _: Any, font: int | None) -> None:  # noqa: N802
        if font != _HANDLE:
            super().DeleteFont(_, font)


def _font() -> bytes:
    """Return a TrueType font with two glyphs: a box for Latin letters and digits, and a wider one for all else."""
    narrow, wide = _glyph(_NARROW), _glyph(_WIDE)
    bounds = (_WIDE.left, _WIDE.low, _WIDE.right, _WIDE.high)
    groups = ((0x21, 0x7E, 1), (0xA1, 0x3FFFF, 2))
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + struct.pack(">HHIII", 13, 0, 16 + 12 * len(groups), 0, len(groups))
    tables = {
        b"cmap": cmap + b"".join(struct.pack(">III", *group) for group in groups),
        b"glyf": narrow + wide,
        b"head": struct.pack(">IIIIHHQQ4hHHhhh", 1 << 16, 1 << 16, 0, 0x5F0F3CF5, 0, _EM, 0, 0, *bounds, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">I3hH11hH", 1 << 16, _ASCENT, _DESCENT, 0, _EM, 0, 0, _EM, 1, *[0] * 7, 3),
        b"hmtx": struct.pack(">HhHhHh", _EM, 0, _EM // 2, _NARROW.left, _EM, _WIDE.left),
        b"loca": struct.pack(">IIII", 0, 0, len(narrow), len(narrow) + len(wide)),
        b"maxp": struct.pack(">I14H", 1 << 16, 3, 4, 1, 0, 0, 1, *[0] * 8),
    }
    place = 12 + 16 * len(tables)
    entries, contents = b"", b""
    for name, table in tables.items():
        entries += struct.pack(">4sIII", name, 0, place + len(contents), len(table))
        contents += table + bytes(-len(table) % 4)
    return struct.pack(">IHHHH", 1 << 16, len(tables), 64, 2, len(tables) * 16 - 64) + entries + contents


def _glyph(box: _Box) -> bytes:
    """Return the outline of a box: one contour through its corners, each as its way from the one before."""
    corners = ((box.left, box.low), (box.left, box.high), (box.right, box.high), (box.right, box.low))
    moves = zip(corners, ((0, 0), *corners), strict=False)
    across, upward = zip(*((x - before_x, y - before_y) for (x, y), (before_x, before_y) in moves), strict=True)
    head = struct.pack(">5hHH4B", 1, box.left, box.low, box.right, box.high, 3, 0, 1, 1, 1, 1)
    outline = head + struct.pack(">8h", *across, *upward)
    return outline + bytes(-len(outline) % 4)


_FONT = _font()
