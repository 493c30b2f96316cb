"""The objects of a page that are no text: ruling lines, shades, pictures, and what is painted over text.

Belongs here: paths and pictures in user space. Keep out: characters, and what lines mean. Tables are ruled with
stroked lines, with thin filled rectangles (Word, WPS), or with frames filled between two rectangles (browsers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.reading.document import ReadError
from pipelines.reading.pdf import calls as pdf
from pipelines.reading.pdf.calls import Box
from pipelines.reading.pdf.marks import Point

# A filled shape this thin is a line, and one shorter than that a corner of two lines, in points.
_THIN, _SHORT, _LEVEL = 4.0, 2.0, 0.5
# Dots make a line where so many follow each other with so little between them.
_DOT_GAP, _MIN_DOTS = 4.0, 4
# A picture of this share of the page hides what was painted before it: the text of a scan lies beneath.
_WHOLE_PAGE = 0.6
_WHITE, _OPAQUE = 250, 255
_MAX_DEPTH = 30
_MAX_OBJECTS = 1_000_000
# A shape with so many curves is the outline of a character: text that was turned into curves.
_CURVED = 8

Matrix = tuple[float, ...]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass
class Budget:
    """How many page objects and points of paths a document may still have."""

    left: int = _MAX_OBJECTS

    def spend(self, count: int) -> None:
        """Take count from the budget. Raises ReadError `too_many_objects`."""
        self.left -= count
        if self.left < 0:
            raise ReadError("too_many_objects", f"more than {_MAX_OBJECTS} lines and shapes: a drawing, not a report")


@dataclass
class Drawing:
    """Lines (two ends), shades that light text can stand on, covers by order of painting, and pictures of a page.

    `order` is that of its text objects, `clips` the boxes of what is shown of those that are cut, `painted` how many
    objects there are so far.
    """

    page: Box
    lines: list[Box] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    covers: list[tuple[int, Box]] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    order: dict[int, int] = field(default_factory=dict)
    clips: dict[int, Box] = field(default_factory=dict)
    dots: list[Point] = field(default_factory=list)
    outlines: int = 0
    painted: int = 0

    def pictured(self) -> float:
        """Return the share of the page that pictures take."""
        return min(sum(_share(box, self.page) for box in self.pictures), 1.0)


def page_drawing(page: int, budget: Budget) -> Drawing:
    """Walk all objects of a page, those in forms as well. Raises ReadError `too_deep` or `too_many_objects`."""
    drawing = Drawing(pdf.page_box(page))
    count = pdf.object_count(page)
    budget.spend(count)
    _walk(drawing, pdf.page_objects(page, count), _IDENTITY, budget, 0)
    drawing.lines.extend((x0, y, x1, y) for y, x0, x1 in _dotted((y, x) for x, y in drawing.dots))
    drawing.lines.extend((x, y0, x, y1) for x, y0, y1 in _dotted(drawing.dots))
    return drawing


def _walk(drawing: Drawing, items: list[int], matrix: Matrix, budget: Budget, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise ReadError("too_deep", f"drawings inside each other more than {_MAX_DEPTH} levels deep")
    for item, kind in zip(items, pdf.object_types(items), strict=True):
        drawing.painted += 1
        if kind == pdf.TEXT_OBJECT:
            drawing.order[item] = drawing.painted
            _take_clip(drawing, item, matrix)
        elif kind == pdf.FORM:
            count = pdf.form_object_count(item)
            budget.spend(count)
            inner = _product(pdf.object_matrix(item), matrix)
            _walk(drawing, pdf.form_objects(item, count), inner, budget, depth + 1)
        else:
            _take(drawing, item, kind, matrix, budget)


def _take_clip(drawing: Drawing, item: int, matrix: Matrix) -> None:
    clip = pdf.clip_box(item)
    bounds = pdf.object_bounds(item) if clip is not None else None
    if clip is not None and (bounds is None or min(_gaps(clip, bounds)) < 0):
        if clip[0] >= clip[2] or clip[1] >= clip[3]:
            clip = (clip[0], clip[1], clip[0], clip[1])
        drawing.clips[item] = clip if matrix is _IDENTITY else _moved_box(clip, matrix)


def _dotted(dots: Iterable[Point]) -> Iterator[tuple[float, float, float]]:
    """Yield the lines that dots make: (place across, start, end) from (place across, place along)."""
    tracks: dict[int, list[Point]] = {}
    for across, along in dots:
        tracks.setdefault(round(across), []).append((along, across))
    for track in tracks.values():
        track.sort()
        run: list[Point] = []
        for dot in [*track, (float("inf"), 0.0)]:
            if run and dot[0] - run[-1][0] > _DOT_GAP:
                if len(run) >= _MIN_DOTS:
                    yield run[0][1], run[0][0], run[-1][0]
                run = []
            run.append(dot)


def _take(drawing: Drawing, item: int, kind: int, matrix: Matrix, budget: Budget) -> None:
    bounds = pdf.object_bounds(item)
    if bounds is None:
        return
    box = bounds if matrix is _IDENTITY else _moved_box(bounds, matrix)
    if kind == pdf.PATH:
        filled, stroked = pdf.draw_mode(item)
        if _is_thin(box):
            if filled or stroked:
                _add_line(drawing, box)
        elif filled or stroked:
            budget.spend(pdf.segment_count(item))
            _take_path(drawing, item, _product(pdf.object_matrix(item), matrix), filled, stroked)
    elif _is_thin(box):
        _add_line(drawing, box)
    else:
        drawing.shades.append(box)
        if kind == pdf.IMAGE:
            drawing.pictures.append(box)
            if _share(box, drawing.page) >= _WHOLE_PAGE and not pdf.has_transparency(item):
                drawing.covers.append((drawing.painted, box))


def _is_thin(box: Box) -> bool:
    return box[2] - box[0] <= _THIN or box[3] - box[1] <= _THIN


def _add_line(drawing: Drawing, box: Box) -> None:
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    if max(width, height) < _SHORT:
        drawing.dots.append(((left + right) / 2, (bottom + top) / 2))
    elif width >= height:
        drawing.lines.append((left, (bottom + top) / 2, right, (bottom + top) / 2))
    else:
        drawing.lines.append(((left + right) / 2, bottom, (left + right) / 2, top))


def _take_path(drawing: Drawing, item: int, matrix: Matrix, filled: bool, stroked: bool) -> None:
    outlines, curved = _outlines(item, matrix)
    if filled and len(outlines) == 1 and _is_rectangle(outlines[0]):
        _take_filled(drawing, item, _box_of(outlines[0]))
    elif filled and not stroked:
        drawing.outlines += curved
        _take_thin_parts(drawing, [_box_of(outline) for outline in outlines])
    if stroked:
        for (x0, y0), (x1, y1) in (pair for outline in outlines for pair in pairwise(outline)):
            if abs(x0 - x1) <= _LEVEL or abs(y0 - y1) <= _LEVEL:
                _add_line(drawing, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _take_thin_parts(drawing: Drawing, boxes: list[Box]) -> None:
    """Take the lines of a filled shape of several parts: thin ones, and frames between two rectangles."""
    for outer, inner in pairwise([*boxes, (0.0, 0.0, 0.0, 0.0)]):
        if _is_thin(outer):
            _add_line(drawing, outer)
        elif all(0 <= gap <= _THIN for gap in _gaps(outer, inner)):
            _take_frame(drawing, outer, inner)


def _outlines(item: int, matrix: Matrix) -> tuple[list[list[Point]], bool]:
    """Return the outlines of a path, closed where it closes them, and whether it is the shape of a character."""
    outlines: list[list[Point]] = []
    curves = 0
    for index in range(pdf.segment_count(item)):
        segment = pdf.path_segment(item, index)
        kind = pdf.segment_type(segment)
        point = _moved(pdf.segment_point(segment), matrix)
        if kind == pdf.MOVE or not outlines:
            outlines.append([point])
        else:
            outlines[-1].append(point)
        curves += kind not in (pdf.MOVE, pdf.LINE_TO)
        if pdf.segment_closes(segment):
            outlines[-1].append(outlines[-1][0])
    return [outline for outline in outlines if len(outline) > 1], curves >= _CURVED


def _is_rectangle(outline: list[Point]) -> bool:
    level = all(abs(x0 - x1) <= _LEVEL or abs(y0 - y1) <= _LEVEL for (x0, y0), (x1, y1) in pairwise(outline))
    return level and len(outline) <= 6


def _take_filled(drawing: Drawing, item: int, box: Box) -> None:
    red, green, blue, alpha = pdf.fill_colours([item])[0]
    if not alpha:
        return
    if min(red, green, blue) < _WHITE:
        drawing.shades.append(box)
    if alpha == _OPAQUE and not pdf.has_transparency(item):
        drawing.covers.append((drawing.painted, box))


def _gaps(outer: Box, inner: Box) -> tuple[float, float, float, float]:
    return inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3]


def _take_frame(drawing: Drawing, outer: Box, inner: Box) -> None:
    """Take the sides of a frame that is filled between two rectangles; a side without width is not drawn."""
    left, bottom, right, top = outer
    west, south, east, north = (gap > 0 for gap in _gaps(outer, inner))
    if west:
        drawing.lines.append((left, bottom, left, top))
    if south:
        drawing.lines.append((left, bottom, right, bottom))
    if east:
        drawing.lines.append((right, bottom, right, top))
    if north:
        drawing.lines.append((left, top, right, top))


def _share(box: Box, page: Box) -> float:
    """Return the share of a page that lies in a box."""
    width = min(box[2], page[2]) - max(box[0], page[0])
    height = min(box[3], page[3]) - max(box[1], page[1])
    area = (page[2] - page[0]) * (page[3] - page[1])
    return max(width, 0.0) * max(height, 0.0) / area if area > 0 else 0.0


def _box_of(outline: list[Point]) -> Box:
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    return min(xs), min(ys), max(xs), max(ys)


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _moved(point: Point, matrix: Matrix) -> Point:
    x, y = point
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _moved_box(box: Box, matrix: Matrix) -> Box:
    left, bottom, right, top = box
    return _box_of([_moved(corner, matrix) for corner in ((left, bottom), (left, top), (right, bottom), (right, top))])
