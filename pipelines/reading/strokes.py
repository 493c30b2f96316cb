"""Which strokes of characters a picture may lack, by how it was made.

Belongs here: that, of a picture's bits and resolution. Keep out: what is doubted for it (`scan`), decoding.
"""

from __future__ import annotations

from enum import IntEnum

# A standard fax has 98 lines to 204 pixels, a fine one 196.
_COARSE = 1.5
# Pixels to the inch from which on the thinnest stroke of a small character is wider than a pixel.
_WIDE_ENOUGH = 250


class Strokes(IntEnum):
    """What may be lost of characters, the more the higher."""

    WHOLE = 0
    # A pixel is black or white: the slope of a 4, which is thinner than it, was neither, and a minus is as thin.
    HAIRLINES_LOST = 1
    # Lines lie far apart, as those of a standard fax: whatever runs along them may lie between two.
    THIN_LOST = 2


def strokes_of(across: float, down: float, bits: int) -> Strokes:
    """Return what may be lost of a picture of so many pixels to the inch, each of so many bits."""
    if max(across, down) >= _COARSE * min(across, down):
        return Strokes.THIN_LOST
    return Strokes.HAIRLINES_LOST if bits == 1 and min(across, down) < _WIDE_ENOUGH else Strokes.WHOLE
