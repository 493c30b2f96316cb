"""The size of a picture from its header alone: known before a decoder runs, and without one.

Belongs here: where each format states width and height. Keep out: decoding.
"""

from __future__ import annotations

import struct

# Enough for A3 at 600 dpi; Pillow warns of more.
MOST_PIXELS = 80_000_000

# Resolutions that scanners and cameras really state; without one, that of screens.
_DPI_RANGE, _SCREEN_DPI = (50.0, 1300.0), 96.0
POINTS = 72.0
# Markers of JPEG that begin a frame; the others of this range are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset((0x01, *range(0xD0, 0xD9)))
_TIFF_WIDTH, _TIFF_HEIGHT, _TIFF_SHORT = 256, 257, 3
_CORE_HEADER = 12


def points_to_pixels(stated: float) -> float:
    """Return how many pixels a point has in a picture that states so many to the inch (0: none)."""
    return (stated if _DPI_RANGE[0] <= stated <= _DPI_RANGE[1] else _SCREEN_DPI) / POINTS


def pixel_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a picture, or None where its header does not tell."""
    try:
        if data.startswith(b"\x89PNG"):
            return struct.unpack_from(">II", data, 16) if data[12:16] == b"IHDR" else None
        if data.startswith(b"GIF8"):
            return struct.unpack_from("<HH", data, 6)
        if data.startswith(b"BM"):
            return _bmp(data)
        if data.startswith((b"II", b"MM")):
            return _tiff(data)
        if data.startswith(b"RIFF"):
            return _webp(data)
        return _jpeg(data)
    except (struct.error, IndexError):
        return None  # the header ends before it tells


def _bmp(data: bytes) -> tuple[int, int]:
    (length,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<hh" if length == _CORE_HEADER else "<ii", data, 18)
    return abs(width), abs(height)


def _tiff(data: bytes) -> tuple[int, int] | None:
    order = "<" if data.startswith(b"II") else ">"
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (entries,) = struct.unpack_from(f"{order}H", data, start)
    found: dict[int, int] = {}
    for number in range(entries):
        tag, kind = struct.unpack_from(f"{order}HH", data, start + 2 + 12 * number)
        if tag in (_TIFF_WIDTH, _TIFF_HEIGHT):
            shape = "H" if kind == _TIFF_SHORT else "I"
            (found[tag],) = struct.unpack_from(f"{order}{shape}", data, start + 10 + 12 * number)
    return (found[_TIFF_WIDTH], found[_TIFF_HEIGHT]) if len(found) == 2 else None


def _webp(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        if marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            at += 2 + length
    return None
