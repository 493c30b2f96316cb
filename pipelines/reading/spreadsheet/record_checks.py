"""Records of .xls workbooks that a program cannot have written: a single bit makes others of cells, or moves them.

Belongs here: what sizes, types and the order of records tell. The format has no checksums: a bit inside a number, a
style or a string is beyond what can be known.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from itertools import islice
from operator import lt

from pipelines.reading.document import ReadError

# Bytes of the records that have a fixed size; some of these a single bit makes of a record of a cell.
_SIZES: dict[int, Collection[int]] = {
    0x203: (14,), 0x27E: (10,), 0xFD: (10,), 0x205: (8, 9), 0x201: (6,), 0x208: (16,), 0x7D: (11, 12), 0x23E: (10, 18),
    0x9D: (2,), 0xDD: (2,), 0x225: (4,), 0x0E: (2,), 0x26: (8,), 0x3D: (18,), 0x20B: range(16, 1 << 16),
}  # fmt: skip
OLD_FORMULA = 0x406  # of an older version; some programs write it
# Records of one or more cells; each begins with its row and its first column.
CELLS = frozenset((0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x205, 0x06, 0x201, 0xBE, OLD_FORMULA))
# Records that are as near to those of cells and that programs do write.
_OTHERS = frozenset((
    0x02, 0x04, 0x07, 0x0E, 0x16, 0x17, 0x26, 0x3D, 0x3E, 0x7D, 0x86, 0x9A, 0x9D, 0x9E, 0xAE, 0xB4, 0xB5, 0xB6, 0xB9,
    0xC6, 0xD2, 0xD7, 0xDD, 0xED, 0xF5, 0xF6, 0xF9, 0xFC, 0xFF, 0x1BD, 0x1BE, 0x200, 0x207, 0x208, 0x20B, 0x221, 0x225,
    0x23E,
))  # fmt: skip
_NEARLY_CELLS = frozenset(kind ^ 1 << bit for kind in CELLS for bit in range(16)) - _OTHERS - CELLS
_PLACE_SIZE, _ROW_BITS, _COLUMN_BITS = 6, 16, 8
_U16 = struct.Struct("<H")
# The sizes that records may have, by type; what is not named here may have any.
ANY = range(1 << 16)
FITTING: dict[int, Collection[int]] = {**dict.fromkeys(_NEARLY_CELLS, range(_PLACE_SIZE)), **_SIZES}

Place = tuple[int, int]


def misfit(name: str, kind: int, size: int) -> ReadError:
    """Return what a record that no program writes is refused with."""
    return ReadError("damaged", "reading_spreadsheet.record_misfit", name=name, kind=kind, size=size)


def check_many(name: str, piece: memoryview, first: int, size: int) -> None:
    """Raise ReadError `damaged` where a record of many cells does not end with the column of its last."""
    count, rest = divmod(len(piece) - 6, size)
    if rest or count < 1 or _U16.unpack_from(piece, len(piece) - 2)[0] != first + count - 1:
        raise misfit(name, 0, len(piece))


def check_order(places: Sequence[Place], name: str) -> None:
    """Raise ReadError `damaged` where a cell stands out of order that a single bit puts back in order.

    Programs that write cells as they come leave whole rows out of order. Places are row and first column of the
    records of cells in the order of the file.
    """
    if all(map(lt, places, islice(places, 1, None))):
        return
    for before, place, after in zip(places, places[1:], places[2:], strict=False):
        if before < place < after or not before < after:
            continue
        row, column = place
        moved = ((row ^ 1 << bit, column) for bit in range(_ROW_BITS))
        shifted = ((row, column ^ 1 << bit) for bit in range(_COLUMN_BITS))
        if any(before < other < after for other in (*moved, *shifted)):
            raise ReadError("damaged", "reading_spreadsheet.out_of_order", name=name, row=row + 1)
