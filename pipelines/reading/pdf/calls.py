"""pdfium's functions as calls on plain numbers, and documents, pages and texts that close themselves.

Belongs here: how pdfium is called. Keep out: what is made of its answers. Handles are addresses (int). A page has
thousands of characters and pdfium is asked about each of them: calls without typed pointers take half the time.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from pypdfium2 import raw

from pipelines.reading.document import ReadError
from pipelines.reading.pdf import stand_in_font

stand_in_font.install()

_HANDLE, _INT, _LONG, _FLOAT = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong, ctypes.c_float
Call = Callable[..., Any]
Box = tuple[float, float, float, float]
Colour = tuple[int, int, int, int]

PATH, IMAGE, SHADING, FORM = (
    raw.FPDF_PAGEOBJ_PATH,
    raw.FPDF_PAGEOBJ_IMAGE,
    raw.FPDF_PAGEOBJ_SHADING,
    raw.FPDF_PAGEOBJ_FORM,
)
TEXT_OBJECT = raw.FPDF_PAGEOBJ_TEXT
MOVE, LINE_TO = raw.FPDF_SEGMENT_MOVETO, raw.FPDF_SEGMENT_LINETO
_XFA = raw.FORMTYPE_XFA_FULL
_LINK, _POPUP = raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP
# Annotations whose text viewers print, and the entry that holds it; flags of those that nobody sees.
_TEXT_ENTRIES = {raw.FPDF_ANNOT_WIDGET: b"V", raw.FPDF_ANNOT_FREETEXT: b"Contents"}
_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_POINTS_PER_INCH = 72.0
_EMPTY_TEXT = 2  # bytes of the end mark
# Halves of a character in UTF-16, and what stands for the second in a text with one character for each index.
_PAIR, _HALF, _SECOND_HALF = re.compile("[\ud800-\udbff][\udc00-\udfff]"), re.compile("[\ud800-\udfff]"), "\u200b"


def address(name: str) -> int:
    """Return where a function of pdfium's is."""
    return ctypes.cast(getattr(raw, name), ctypes.c_void_p).value or 0


def bind(name: str, result: Any, *arguments: Any) -> Call:
    """Return a function of pdfium's as a call on plain numbers."""
    return ctypes.CFUNCTYPE(result, *arguments)(address(name))


_count_marks = bind("FPDFPageObj_CountMarks", _INT, _HANDLE)
_get_mark = bind("FPDFPageObj_GetMark", _HANDLE, _HANDLE, _LONG)
_count_parameters = bind("FPDFPageObjMark_CountParams", _INT, _HANDLE)
_parameter_type = bind("FPDFPageObjMark_GetParamValueType", _INT, _HANDLE, ctypes.c_char_p)
_load_document = bind("FPDF_LoadMemDocument64", _HANDLE, _HANDLE, _LONG, _HANDLE)
_close_document = bind("FPDF_CloseDocument", None, _HANDLE)
_last_error = bind("FPDF_GetLastError", _LONG)
_form_type = bind("FPDF_GetFormType", _INT, _HANDLE)
page_count = bind("FPDF_GetPageCount", _INT, _HANDLE)
_load_page = bind("FPDF_LoadPage", _HANDLE, _HANDLE, _INT)
_close_page = bind("FPDF_ClosePage", None, _HANDLE)
_flatten = bind("FPDFPage_Flatten", _INT, _HANDLE, _INT)
_annotation_count = bind("FPDFPage_GetAnnotCount", _INT, _HANDLE)
_annotation = bind("FPDFPage_GetAnnot", _HANDLE, _HANDLE, _INT)
_close_annotation = bind("FPDFPage_CloseAnnot", None, _HANDLE)
_annotation_type = bind("FPDFAnnot_GetSubtype", _INT, _HANDLE)
_annotation_flags = bind("FPDFAnnot_GetFlags", _INT, _HANDLE)
_annotation_has = bind("FPDFAnnot_HasKey", _INT, _HANDLE, ctypes.c_char_p)
_annotation_text = bind("FPDFAnnot_GetStringValue", _LONG, _HANDLE, ctypes.c_char_p, _HANDLE, _LONG)
page_rotation = bind("FPDFPage_GetRotation", _INT, _HANDLE)
_page_width = bind("FPDF_GetPageWidthF", _FLOAT, _HANDLE)
_page_height = bind("FPDF_GetPageHeightF", _FLOAT, _HANDLE)
_create_bitmap = bind("FPDFBitmap_CreateEx", _HANDLE, _INT, _INT, _INT, _HANDLE, _INT)
_fill_bitmap = bind("FPDFBitmap_FillRect", _INT, _HANDLE, _INT, _INT, _INT, _INT, _LONG)
_destroy_bitmap = bind("FPDFBitmap_Destroy", None, _HANDLE)
_render_page = bind("FPDF_RenderPageBitmap", None, _HANDLE, _HANDLE, *[_INT] * 6)
_page_box = bind("FPDF_GetPageBoundingBox", _INT, _HANDLE, _HANDLE)
object_count = bind("FPDFPage_CountObjects", _INT, _HANDLE)
form_object_count = bind("FPDFFormObj_CountObjects", _INT, _HANDLE)
has_transparency = bind("FPDFPageObj_HasTransparency", _INT, _HANDLE)
_object_bounds = bind("FPDFPageObj_GetBounds", _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
_object_matrix = bind("FPDFPageObj_GetMatrix", _INT, _HANDLE, _HANDLE)
_image_about = bind("FPDFImageObj_GetImageMetadata", _INT, _HANDLE, _HANDLE, _HANDLE)
segment_count = bind("FPDFPath_CountSegments", _INT, _HANDLE)
_segment_point = bind("FPDFPathSegment_GetPoint", _INT, _HANDLE, _HANDLE, _HANDLE)
_clip_path = bind("FPDFPageObj_GetClipPath", _HANDLE, _HANDLE)
_clip_count = bind("FPDFClipPath_CountPaths", _INT, _HANDLE)
_clip_segments = bind("FPDFClipPath_CountPathSegments", _INT, _HANDLE, _INT)
_clip_segment = bind("FPDFClipPath_GetPathSegment", _HANDLE, _HANDLE, _INT, _INT)
_ascent = bind("FPDFFont_GetAscent", _INT, _HANDLE, _FLOAT, _HANDLE)
_descent = bind("FPDFFont_GetDescent", _INT, _HANDLE, _FLOAT, _HANDLE)
_load_text = bind("FPDFText_LoadPage", _HANDLE, _HANDLE)
_close_text = bind("FPDFText_ClosePage", None, _HANDLE)
_char_count = bind("FPDFText_CountChars", _INT, _HANDLE)
_text_units = bind("FPDFText_GetText", _INT, _HANDLE, _INT, _INT, _HANDLE)
_unicode = bind("FPDFText_GetUnicode", ctypes.c_uint, _HANDLE, _INT)

_FLOATS = (ctypes.c_float * 6)()
_FLOAT_AT = [ctypes.addressof(_FLOATS) + 4 * i for i in range(6)]


@contextmanager
def opened_document(data: bytes) -> Iterator[int]:
    """Open a document that asks for no password. Raises ReadError `encrypted`, `damaged` or `unsupported_format`."""
    buffer = ctypes.c_char_p(data)
    document = _load_document(ctypes.cast(buffer, ctypes.c_void_p).value, len(data), None)
    if not document:
        raise _refusal(_last_error())
    try:
        if _form_type(document) == _XFA:
            raise ReadError("unsupported_format", "reading_pdf.draws_itself")
        yield document
    finally:
        _close_document(document)


def _refusal(code: int) -> ReadError:
    if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return ReadError("encrypted", "reading_pdf.encrypted")
    return ReadError("damaged", "reading_pdf.not_opened", code=code)


@contextmanager
def opened_page(document: int, index: int) -> Iterator[int]:
    """Open a page by its index from 0, with notes and filled form fields drawn into it. Raises ReadError `damaged`."""
    page = _load_page(document, index)
    if not page:
        raise ReadError("damaged", "reading_pdf.page_unreadable", page=index + 1, count=page_count(document))
    if _has_drawn_annotations(page):
        _flatten(page, raw.FLAT_NORMALDISPLAY)
        _close_page(page)
        page = _load_page(document, index)
    if not page:
        raise ReadError("damaged", "reading_pdf.fields_unreadable", page=index + 1)
    try:
        yield page
    finally:
        _close_page(page)


def _has_drawn_annotations(page: int) -> bool:
    """Return whether a page has notes or fields to draw. Raises ReadError where one has text but no picture of it."""
    drawn = False
    for index in range(_annotation_count(page)):
        annotation = _annotation(page, index)
        if not annotation:
            continue
        try:
            kind = _annotation_type(annotation)
            if kind in (_LINK, _POPUP) or _annotation_flags(annotation) & _UNSEEN:
                continue
            drawn = True
            if kind in _TEXT_ENTRIES and not _annotation_has(annotation, b"AP") and _has_text(annotation, kind):
                raise ReadError("unreadable_content", "reading_pdf.field_not_drawn")
        finally:
            _close_annotation(annotation)
    return drawn


def _has_text(annotation: int, kind: int) -> bool:
    """Return whether an annotation holds text; a field may have it from the field above it, which cannot be asked."""
    own = _annotation_text(annotation, _TEXT_ENTRIES[kind], None, 0) > _EMPTY_TEXT
    return own or bool(_annotation_has(annotation, b"Parent"))


@contextmanager
def opened_text(page: int) -> Iterator[int]:
    """Open the text of a page."""
    text = _load_text(page)
    if not text:
        raise ReadError("damaged", "reading_pdf.text_unreadable")
    try:
        yield text
    finally:
        _close_text(text)


def page_box(page: int) -> Box:
    """Return left, bottom, right, top of what is shown of a page, in its own space."""
    if not _page_box(page, _FLOAT_AT[0]):
        raise ReadError("damaged", "reading_pdf.a_page_without_size")
    left, top, right, bottom = _FLOATS[:4]
    return left, bottom, right, top


def page_size(page: int) -> tuple[float, float]:
    """Return width and height of a page as it is shown, in points."""
    return _page_width(page), _page_height(page)


def rendered(page: int, width: int, height: int) -> bytes:
    """Draw a page into pixels of red, green and blue, row by row."""
    pixels = ctypes.create_string_buffer(width * height * 3)
    bitmap = _create_bitmap(width, height, raw.FPDFBitmap_BGR, ctypes.addressof(pixels), width * 3)
    if not bitmap:
        raise ReadError("damaged", "reading_pdf.not_drawn", width=width, height=height)
    try:
        _fill_bitmap(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        _render_page(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER)
        return pixels.raw
    finally:
        _destroy_bitmap(bitmap)


def object_bounds(item: int) -> Box | None:
    """Return left, bottom, right, top of a page object."""
    return tuple(_FLOATS[:4]) if _object_bounds(item, *_FLOAT_AT[:4]) else None  # type: ignore[return-value]


def object_matrix(item: int) -> tuple[float, ...]:
    """Return the matrix a, b, c, d, e, f of a page object."""
    return tuple(_FLOATS) if _object_matrix(item, _FLOAT_AT[0]) else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def image_resolutions(page: int, image: int, width: float, height: float) -> tuple[float, float, int]:
    """Return how many pixels to the inch an image shown so large (in points) has across and down, and the bits of each.

    Where pdfium does not know, it is an image of the size that is drawn.
    """
    about = raw.FPDF_IMAGEOBJ_METADATA()
    if not (_image_about(image, page, ctypes.addressof(about)) and about.width and about.height):
        return _POINTS_PER_INCH, _POINTS_PER_INCH, 8
    a, b, c, d, _, _ = object_matrix(image)
    if abs(b) + abs(c) > abs(a) + abs(d):  # it lies on its side
        width, height = height, width
    return about.width * _POINTS_PER_INCH / width, about.height * _POINTS_PER_INCH / height, about.bits_per_pixel


def segment_point(segment: int) -> tuple[float, float]:
    """Return where a segment of a path ends."""
    _segment_point(segment, _FLOAT_AT[0], _FLOAT_AT[1])
    return _FLOATS[0], _FLOATS[1]


def clip_box(item: int) -> Box | None:
    """Return the box of what is shown of an object, in its own space; None where all of it is, as far as pdfium knows.

    pdfium forgets clips that cut nothing.
    """
    clip = _clip_path(item)
    box = (-math.inf, -math.inf, math.inf, math.inf)
    for path in range(_clip_count(clip) if clip else 0):
        places = [segment_point(_clip_segment(clip, path, index)) for index in range(_clip_segments(clip, path))]
        if places:
            xs, ys = zip(*places, strict=True)
            box = max(box[0], min(xs)), max(box[1], min(ys)), min(box[2], max(xs)), min(box[3], max(ys))
    return box if box[0] > -math.inf else None


def has_height(font: int) -> bool:
    """Return whether a font states how high its lines are; pdfium then knows the box of a character, not of its ink."""
    _ascent(font, 1000.0, _FLOAT_AT[0])
    _descent(font, 1000.0, _FLOAT_AT[1])
    return bool(_FLOATS[0] != _FLOATS[1])


def characters(text: int) -> str:
    """Return the characters of a page, one for each index of pdfium's."""
    count = _char_count(text)
    if count <= 0:
        return ""
    units = (ctypes.c_ushort * (count * 2 + 1))()
    written = _text_units(text, 0, count, ctypes.addressof(units))
    found = bytes(units)[: max(written - 1, 0) * 2].decode("utf-16-le", "replace")
    if len(found) == count:
        return found
    codes = map(_unicode, repeat(text), range(count))
    return _joined_halves("".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in codes))


def _joined_halves(characters: str) -> str:
    """Join the halves of characters beyond U+FFFF, each in two indexes; a mark that prints nothing keeps the second.

    A half alone is no character: nothing that holds it can be written, so it becomes one that is not known.
    """
    joined = _PAIR.sub(_character_of_pair, characters)
    return _HALF.sub("\ufffd", joined)


def _character_of_pair(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le") + _SECOND_HALF


def replaced(items: Iterable[int]) -> Iterator[int]:
    """Yield the text objects for which the page names another text (ActualText), which pdfium tells in their place."""
    for item in items:
        for index in range(_count_marks(item)):
            mark = _get_mark(item, index)
            if mark and _count_parameters(mark) and _parameter_type(mark, b"ActualText") == raw.FPDF_OBJECT_STRING:
                yield item
                break
