"""The loops of `walk.c`, where a compiler was there to build them; everything works without, only slower.

Belongs here: where the library lies, and how it is loaded and called. Keep out: how it is built
(`commands.compile_reader`), what is made of its answers (`pdf.walk`, `pdf.bulk`), and what does the same without it.
The name of the library holds the digest of its source: one that was built from another source is never found.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import struct
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.reading.pdf import calls as pdf

# Set to anything, the library is not loaded.
WITHOUT = "GONGKAI_WITHOUT_COMPILED"
SOURCE = Path(__file__).with_name("walk.c")
# One that rounds products before they are added, as Python does.
FLAGS = ("-O2", "-fPIC", "-shared", "-ffp-contract=off")
_FUNCTIONS = (
    *("FPDFPage_CountObjects", "FPDFPage_GetObject", "FPDFFormObj_CountObjects", "FPDFFormObj_GetObject"),
    *("FPDFPageObj_GetType", "FPDFPageObj_GetBounds", "FPDFPageObj_GetMatrix", "FPDFPath_GetDrawMode"),
    *("FPDFPath_CountSegments", "FPDFPath_GetPathSegment", "FPDFPathSegment_GetType", "FPDFPathSegment_GetClose"),
    *("FPDFPathSegment_GetPoint", "FPDFPageObj_GetClipPath", "FPDFClipPath_CountPaths"),
    *("FPDFClipPath_CountPathSegments", "FPDFClipPath_GetPathSegment", "FPDFText_GetLooseCharBox"),
    *("FPDFText_GetCharBox", "FPDFText_GetCharOrigin", "FPDFText_GetMatrix", "FPDFText_GetTextObject"),
    *("FPDFText_HasUnicodeMapError", "FPDFTextObj_GetTextRenderMode", "FPDFTextObj_GetFontSize"),
    *("FPDFTextObj_GetFont", "FPDFPageObj_GetFillColor", "FPDFPageObj_GetStrokeColor"),
)
# Fields of a structure of `walk.c`.
Record = Any
DONE, TOO_DEEP, TOO_MANY, NO_MEMORY = range(4)


def library_path() -> Path:
    """Return where the library of this source lies in the environment of this Python."""
    digest = hashlib.sha256(SOURCE.read_bytes() + " ".join(FLAGS).encode()).hexdigest()[:16]
    return Path(sys.prefix, "lib", "gongkai", f"walk-{digest}.so")


def loaded(path: Path) -> ctypes.CDLL | None:
    """Return the library; None where it was not built, or not for this machine."""
    try:
        return ctypes.CDLL(str(path))
    except OSError:
        return None


library = None if os.environ.get(WITHOUT) else loaded(library_path())


class _Limits(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int32) for name in ("path", "text", "form", "depth")),
        *((name, ctypes.c_double) for name in ("thin", "small")),
    )


class _Array(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("count", ctypes.c_int64), ("room", ctypes.c_int64))


class _Found(ctypes.Structure):
    _fields_ = (
        *((name, _Array) for name in ("lines", "dots", "shapes", "segments", "texts")),
        *((name, ctypes.c_int64) for name in ("painted", "budget")),
    )


_ASK = (ctypes.c_void_p * len(_FUNCTIONS))(*map(pdf.address, _FUNCTIONS))
_LINE, _DOT, _SHAPE, _SEGMENT, _TEXT, _STYLE = map(struct.Struct, ("4d", "2d", "P4i4d2q", "2d2i", "P2i4d", "P2i4I5f"))
_STYLE_ROOM = 64  # where its matrix moves a text to is no part of its style


class Walked(NamedTuple):
    """How a walk ended, what is left of its budget, how many objects there are, and the records of `walk.c`."""

    end: int
    budget: int
    painted: int
    lines: list[Record]
    dots: array[float]
    shapes: list[Record]
    segments: list[Record]
    texts: list[Record]


def walk_page(page: int, budget: int, thin: float, small: float, depth: int) -> Walked:
    """Walk the objects of a page. The library must be there."""
    assert library is not None
    limits = _Limits(pdf.PATH, pdf.TEXT_OBJECT, pdf.FORM, depth, thin, small)
    found = _Found(budget=budget)
    try:
        end = library.walk_page(_ASK, ctypes.byref(limits), ctypes.c_void_p(page), ctypes.byref(found))
        records = (
            (_LINE, found.lines),
            (_SHAPE, found.shapes),
            (_SEGMENT, found.segments),
            (_TEXT, found.texts),
        )
        dots = array("d", _bytes(found.dots, _DOT))
        lines, shapes, segments, texts = (list(shape.iter_unpack(_bytes(items, shape))) for shape, items in records)
        return Walked(end, found.budget, found.painted, lines, dots, shapes, segments, texts)
    finally:
        library.release(ctypes.byref(found))


def _bytes(items: _Array, shape: struct.Struct) -> bytes:
    return ctypes.string_at(items.data, items.count * shape.size) if items.count else b""


def join_dots(dots: array[float], gap: float, least: int) -> list[Record]:
    """Return the lines that dots make, given as x and y: two ends of each. The library must be there."""
    assert library is not None
    places, found = (ctypes.c_double * len(dots)).from_buffer(dots), _Found()
    try:
        count, most = ctypes.c_int64(len(dots) // 2), ctypes.c_double(gap)
        if library.join_dots(places, count, most, ctypes.c_int64(least), ctypes.byref(found)) != DONE:
            raise MemoryError
        return list(_LINE.iter_unpack(_bytes(found.lines, _LINE)))
    finally:
        library.release(ctypes.byref(found))


class Characters(NamedTuple):
    """Boxes of characters, their text objects (0: none) and which are not named, and how many have a box."""

    boxes: list[Record]
    objects: Sequence[int]
    unmapped: Sequence[int]
    done: int


def take_characters(text: int, count: int) -> Characters:
    """Take what is asked of every character. The library must be there."""
    assert library is not None
    boxes, objects, unmapped = (ctypes.c_float * (4 * count))(), (ctypes.c_size_t * count)(), (ctypes.c_int32 * count)()
    done = library.take_characters(_ASK, ctypes.c_void_p(text), count, boxes, objects, unmapped)
    return Characters(list(struct.iter_unpack("4f", boxes)), objects[:], unmapped[:], done)


def take_inks(text: int, count: int) -> list[Record]:
    """Return left, right, bottom, top of the ink of every character. The library must be there."""
    assert library is not None
    inks = (ctypes.c_double * (4 * count))()
    library.take_inks(_ASK, ctypes.c_void_p(text), count, inks)
    return list(_LINE.iter_unpack(inks))


def take_origins(text: int, count: int) -> list[Record]:
    """Return where each character begins. The library must be there."""
    assert library is not None
    origins = (ctypes.c_double * (2 * count))()
    library.take_origins(_ASK, ctypes.c_void_p(text), count, origins)
    return list(_DOT.iter_unpack(origins))


def take_styles(text: int, first: dict[int, int], stroked: frozenset[int]) -> list[Record]:
    """Return font, render mode, whether the colour is known, colour, size, and four of the matrix of each text object.

    `first` are their first characters, `stroked` the modes whose colour is that of the stroke. Objects that are printed
    alike share one record. The library must be there.
    """
    assert library is not None
    count = len(first)
    items, indexes = (ctypes.c_size_t * count)(*first), (ctypes.c_int32 * count)(*first.values())
    styles = ctypes.create_string_buffer(count * _STYLE_ROOM)
    modes = sum(1 << mode for mode in stroked)
    library.take_styles(_ASK, ctypes.c_void_p(text), count, items, indexes, ctypes.c_uint32(modes), styles)
    parts, known = styles.raw, {}
    keys = [parts[start : start + _STYLE.size] for start in range(0, count * _STYLE_ROOM, _STYLE_ROOM)]
    for key in keys:
        if key not in known:
            known[key] = _STYLE.unpack(key)
    return list(map(known.__getitem__, keys))
