"""pdfium's answers about many objects or characters at once.

Belongs here: one question put to each of many, in compiled loops where they are built. Keep out: single questions
(`pdf.calls`), and what answers mean.
"""

from __future__ import annotations

import ctypes
import struct
from collections import deque
from collections.abc import Sequence
from itertools import repeat
from typing import NamedTuple

from pipelines.reading.document import ReadError
from pipelines.reading.pdf import compiled
from pipelines.reading.pdf.calls import Box, Call, Colour, bind

_HANDLE, _INT, _LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
_page_object = bind("FPDFPage_GetObject", _HANDLE, _HANDLE, _INT)
_form_object = bind("FPDFFormObj_GetObject", _HANDLE, _HANDLE, _LONG)
_object_type = bind("FPDFPageObj_GetType", _INT, _HANDLE)
_fill_colour = bind("FPDFPageObj_GetFillColor", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
_stroke_colour = bind("FPDFPageObj_GetStrokeColor", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
_draw_mode = bind("FPDFPath_GetDrawMode", _INT, _HANDLE, _HANDLE, _HANDLE)
_render_mode = bind("FPDFTextObj_GetTextRenderMode", _INT, _HANDLE)
_font_size = bind("FPDFTextObj_GetFontSize", _INT, _HANDLE, _HANDLE)
_text_font = bind("FPDFTextObj_GetFont", _HANDLE, _HANDLE)
_loose_box = bind("FPDFText_GetLooseCharBox", _INT, _HANDLE, _INT, _HANDLE)
_char_box = bind("FPDFText_GetCharBox", _INT, _HANDLE, _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
_char_origin = bind("FPDFText_GetCharOrigin", _INT, _HANDLE, _INT, _HANDLE, _HANDLE)
_char_matrix = bind("FPDFText_GetMatrix", _INT, _HANDLE, _INT, _HANDLE)
_char_object = bind("FPDFText_GetTextObject", _HANDLE, _HANDLE, _INT)
_object_bounds = bind("FPDFPageObj_GetBounds", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
_clip_path = bind("FPDFPageObj_GetClipPath", _HANDLE, _HANDLE)
_clip_count = bind("FPDFClipPath_CountPaths", _INT, _HANDLE)
_path_segment = bind("FPDFPath_GetPathSegment", _HANDLE, _HANDLE, _INT)
_segment_type = bind("FPDFPathSegment_GetType", _INT, _HANDLE)
_segment_closes = bind("FPDFPathSegment_GetClose", _INT, _HANDLE)
_segment_point = bind("FPDFPathSegment_GetPoint", _INT, _HANDLE, _HANDLE, _HANDLE)

_is_unmapped = bind("FPDFText_HasUnicodeMapError", _INT, _HANDLE, _INT)

# Render modes of text that is only stroked.
STROKED = frozenset((1, 5))
_BLACK: Colour = (0, 0, 0, 255)


def page_objects(page: int, count: int) -> list[int]:
    """Return the objects of a page in the order in which they are painted."""
    return list(map(_page_object, repeat(page), range(count)))


def form_objects(form: int, count: int) -> list[int]:
    """Return the objects of a form in the order in which they are painted."""
    return list(map(_form_object, repeat(form), range(count)))


def object_types(items: list[int]) -> list[int]:
    """Return what kind each object is."""
    return list(map(_object_type, items))


def objects_bounds(items: Sequence[int]) -> list[Box | None]:
    """Return left, bottom, right, top of each object; None where pdfium does not know."""
    buffer = (ctypes.c_float * (4 * len(items)))()
    start, size = ctypes.addressof(buffer), 16 * len(items)
    places = (range(start + place, start + place + size, 16) for place in (0, 4, 8, 12))
    known = map(_object_bounds, items, *places)
    return [box if ok else None for ok, box in zip(list(known), struct.iter_unpack("4f", buffer), strict=True)]


def draw_modes(paths: Sequence[int]) -> list[tuple[bool, bool]]:
    """Return whether each path is filled, and whether it is stroked."""
    buffer = (ctypes.c_int * (2 * len(paths)))()
    start, size = ctypes.addressof(buffer), 8 * len(paths)
    known = map(_draw_mode, paths, range(start, start + size, 8), range(start + 4, start + 4 + size, 8))
    modes = zip(list(known), buffer[::2], buffer[1::2], strict=True)
    return [(bool(ok and fill), bool(ok and stroke)) for ok, fill, stroke in modes]


def are_clipped(items: Sequence[int]) -> list[bool]:
    """Return whether something of each object may be cut away."""
    return [count > 0 for count in map(_clip_count, map(_clip_path, items))]


def path_segments(path: int, count: int) -> list[tuple[float, float, int, int]]:
    """Return where each segment of a path ends, of which kind it is, and 1 where it closes its outline."""
    segments = list(map(_path_segment, repeat(path), range(count)))
    buffer = (ctypes.c_float * (2 * count))()
    start, size = ctypes.addressof(buffer), 8 * count
    deque(map(_segment_point, segments, range(start, start + size, 8), range(start + 4, start + 4 + size, 8)), maxlen=0)
    kinds, closes = map(_segment_type, segments), map(_segment_closes, segments)
    return list(zip(buffer[::2], buffer[1::2], kinds, closes, strict=True))


def fill_colours(items: Sequence[int]) -> list[Colour]:
    """Return red, green, blue, alpha with which each object is filled; black where pdfium does not know."""
    return _colours(_fill_colour, items)


def _colours(call: Call, items: Sequence[int]) -> list[Colour]:
    buffer = (ctypes.c_uint * (4 * len(items)))()
    start, size = ctypes.addressof(buffer), 16 * len(items)
    known = map(call, items, *(range(start + place, start + place + size, 16) for place in (0, 4, 8, 12)))
    found = zip(known, struct.iter_unpack("4I", buffer), strict=True)
    return [colour if ok else _BLACK for ok, colour in found]


class TextStyle(NamedTuple):
    """How a text object is printed: mode, the colour that is seen, size before its matrix, and a to d of that."""

    font: int | None
    mode: int
    colour: Colour
    size: float
    matrix: tuple[float, ...]


def text_styles(text: int, first: dict[int, int]) -> list[TextStyle]:
    """Return how each text object is printed; `first` are the indexes of their first characters by object."""
    if compiled.library is not None:
        found = compiled.take_styles(text, first, STROKED)
        shared = {id(s): s for s in found}
        styles = {
            each: TextStyle(s[0] or None, s[1], s[3:7] if s[2] else _BLACK, s[7], s[8:]) for each, s in shared.items()
        }
        return [styles[id(s)] for s in found]
    items = list(first)
    modes = list(map(_render_mode, items))
    colours = _colours(_fill_colour, items)
    if not STROKED.isdisjoint(modes):
        strokes = _colours(_stroke_colour, items)
        colours = [s if mode in STROKED else c for mode, c, s in zip(modes, colours, strokes, strict=True)]
    sizes = (ctypes.c_float * len(items))()
    start = ctypes.addressof(sizes)
    deque(map(_font_size, items, range(start, start + 4 * len(items), 4)), maxlen=0)
    fonts, matrices = map(_text_font, items), _matrices(text, list(first.values()))
    return list(map(TextStyle, fonts, modes, colours, sizes, matrices))


def _matrices(text: int, indexes: Sequence[int]) -> list[tuple[float, ...]]:
    """Return a, b, c, d of the matrix of each of the given characters in the space of the page."""
    buffer = (ctypes.c_float * (6 * len(indexes)))()
    start = ctypes.addressof(buffer)
    deque(map(_char_matrix, repeat(text), indexes, range(start, start + 24 * len(indexes), 24)), maxlen=0)
    return list(struct.iter_unpack("4f8x", buffer))


class Characters(NamedTuple):
    """What is asked of every character: left, top, right, bottom of the room that its font gives it, and the rest.

    `objects` are their text objects (none for those that pdfium adds between words and lines), `unmapped` tells whose
    font does not say what they are.
    """

    boxes: list[Box]
    objects: Sequence[int | None]
    unmapped: Sequence[int]


def characters(text: int, count: int) -> Characters:
    """Return what is asked of every character. Raises ReadError `damaged` where one has no place."""
    if compiled.library is not None:
        boxes, objects, unmapped, done = compiled.take_characters(text, count)
    else:
        buffer = (ctypes.c_float * (4 * count))()
        start = ctypes.addressof(buffer)
        done = sum(map(_loose_box, repeat(text), range(count), range(start, start + 16 * count, 16)))
        boxes = list(struct.iter_unpack("4f", buffer))
        objects = list(map(_char_object, repeat(text), range(count)))
        unmapped = list(map(_is_unmapped, repeat(text), range(count)))
    if done != count:
        raise ReadError("damaged", "reading_pdf.characters_without_place", count=count - done)
    return Characters(boxes, objects, unmapped)


def ink_boxes(text: int, count: int) -> list[Box]:
    """Return left, right, bottom, top of the ink of every character."""
    if compiled.library is not None:
        return compiled.take_inks(text, count)
    buffer = (ctypes.c_double * (4 * count))()
    start, size = ctypes.addressof(buffer), 32 * count
    places = (range(start + place, start + place + size, 32) for place in (0, 8, 16, 24))
    deque(map(_char_box, repeat(text), range(count), *places), maxlen=0)
    return list(struct.iter_unpack("4d", buffer))


def origins(text: int, count: int) -> list[tuple[float, float]]:
    """Return the point on the base line where each character begins."""
    if compiled.library is not None:
        return compiled.take_origins(text, count)
    buffer = (ctypes.c_double * (2 * count))()
    start, size = ctypes.addressof(buffer), 16 * count
    places = (range(start + place, start + place + size, 16) for place in (0, 8))
    deque(map(_char_origin, repeat(text), range(count), *places), maxlen=0)
    return list(struct.iter_unpack("2d", buffer))
