"""The objects of a page that are no text: ruling lines, shades, pictures, and what is painted over text.

Belongs here: what paths and pictures mean. Keep out: characters, the way through the objects (`pdf.walk`), and what
lines mean. Tables are ruled with stroked lines, with thin filled rectangles (Word, WPS), with dots, or with frames
filled between two rectangles (browsers).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, starmap

from pipelines.reading.pdf import bulk, compiled
from pipelines.reading.pdf import calls as pdf
from pipelines.reading.pdf.calls import Box
from pipelines.reading.pdf.marks import Point
from pipelines.reading.pdf.walk import SHORT, THIN, Budget, Shape, walked

# Points of a line that is level or upright differ by less.
_LEVEL = 0.5
# Dots make a line where so many follow each other with so little between them.
_DOT_GAP, _MIN_DOTS = 4.0, 4
# A picture of this share of the page hides what was painted before it: the text of a scan lies beneath.
_WHOLE_PAGE = 0.6
_WHITE, _OPAQUE = 250, 255
# A shape with so many curves is the outline of a character: text that was turned into curves.
_CURVED = 8
# A curved shape that is smaller, in points, may be a digit that was drawn.
_DRAWN = 30.0


@dataclass
class Drawing:
    """Lines (two ends), shades that light text can stand on, covers by order of painting, and pictures of a page.

    `order` is that of its text objects, `clips` the boxes of what is shown of those that are cut. `drawn` are the boxes
    of pictures and small curved shapes, by order of painting.
    """

    page: Box
    lines: list[Box] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    covers: list[tuple[int, Box]] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    drawn: list[tuple[int, Box]] = field(default_factory=list)
    order: dict[int, int] = field(default_factory=dict)
    clips: dict[int, Box] = field(default_factory=dict)
    dots: array[float] = field(default_factory=lambda: array("d"))
    outlines: int = 0

    def pictured(self) -> float:
        """Return the share of the page that pictures take."""
        return min(sum(_share(box, self.page) for box in self.pictures), 1.0)


def page_drawing(page: int, budget: Budget) -> Drawing:
    """Return what is drawn on a page. Raises ReadError `too_deep` or `too_many_objects`."""
    walk = walked(page, budget)
    lines = list(starmap(_along, walk.lines))
    drawing = Drawing(pdf.page_box(page), lines, order=walk.order, clips=walk.clips, dots=walk.dots)
    for shape in walk.shapes:
        _take(drawing, shape)
    drawing.lines.extend(dotted_lines(drawing.dots))
    return drawing


def dotted_lines(dots: array[float]) -> list[Box]:
    """Return the lines that dots make, given as x and y in turns: level ones, then upright ones."""
    if len(dots) < 2 * _MIN_DOTS:
        return []
    if compiled.library is not None:
        return compiled.join_dots(dots, _DOT_GAP, _MIN_DOTS)
    xs, ys = dots[::2], dots[1::2]
    level = [(x0, y, x1, y) for y, x0, x1 in _dotted(ys, xs)]
    return [*level, *((x, y0, x, y1) for x, y0, y1 in _dotted(xs, ys))]


def _dotted(across: array[float], along: array[float]) -> Iterator[tuple[float, float, float]]:
    """Yield the lines that dots make: (place across, start, end)."""
    tracks: dict[int, list[Point]] = {}
    for number, dot in zip(map(round, across), zip(along, across, strict=True), strict=True):
        tracks.setdefault(number, []).append(dot)
    for _, track in sorted(tracks.items()):
        if len(track) < _MIN_DOTS:
            continue
        track.sort()
        ends = [n for n, (dot, after) in enumerate(pairwise(track), start=1) if after[0] - dot[0] > _DOT_GAP]
        if len(track) - len(ends) >= _MIN_DOTS:
            for first, end in pairwise((0, *ends, len(track))):
                if end - first >= _MIN_DOTS:
                    yield track[first][1], track[first][0], track[end - 1][0]


def _take(drawing: Drawing, shape: Shape) -> None:
    if shape.kind == pdf.PATH:
        _take_path(drawing, shape)
        return
    drawing.shades.append(shape.box)
    if shape.kind == pdf.IMAGE:
        drawing.pictures.append(shape.box)
        drawing.drawn.append((shape.order, shape.box))
        if _share(shape.box, drawing.page) >= _WHOLE_PAGE and not pdf.has_transparency(shape.item):
            drawing.covers.append((shape.order, shape.box))


def _is_thin(box: Box) -> bool:
    return box[2] - box[0] <= THIN or box[3] - box[1] <= THIN


def _add_line(drawing: Drawing, box: Box) -> None:
    left, bottom, right, top = box
    if max(right - left, top - bottom) < SHORT:
        drawing.dots.extend(((left + right) / 2, (bottom + top) / 2))
    else:
        drawing.lines.append(_along(left, bottom, right, top))


def _along(left: float, bottom: float, right: float, top: float) -> Box:
    """Return the line in the middle of a box."""
    if right - left >= top - bottom:
        return left, (bottom + top) / 2, right, (bottom + top) / 2
    return (left + right) / 2, bottom, (left + right) / 2, top


def _take_path(drawing: Drawing, shape: Shape) -> None:
    outlines, curves = _outlines(shape.segments)
    left, bottom, right, top = shape.box
    if curves and max(right - left, top - bottom) <= _DRAWN:
        drawing.drawn.append((shape.order, shape.box))
    if shape.filled and len(outlines) == 1 and _is_rectangle(outlines[0]):
        _take_filled(drawing, shape, _box_of(outlines[0]))
    elif shape.filled and not shape.stroked:
        drawing.outlines += curves >= _CURVED
        _take_thin_parts(drawing, [_box_of(outline) for outline in outlines])
    if shape.stroked:
        for (x0, y0), (x1, y1) in (pair for outline in outlines for pair in pairwise(outline)):
            if abs(x0 - x1) <= _LEVEL or abs(y0 - y1) <= _LEVEL:
                _add_line(drawing, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))


def _take_thin_parts(drawing: Drawing, boxes: list[Box]) -> None:
    """Take the lines of a filled shape of several parts: thin ones, and frames between two rectangles."""
    for outer, inner in pairwise([*boxes, (0.0, 0.0, 0.0, 0.0)]):
        if _is_thin(outer):
            _add_line(drawing, outer)
        elif all(0 <= gap <= THIN for gap in _gaps(outer, inner)):
            _take_frame(drawing, outer, inner)


def _outlines(segments: Sequence[tuple[float, float, int, int]]) -> tuple[list[list[Point]], int]:
    """Return the outlines of a path, closed where it closes them, and how many curves it has."""
    outlines: list[list[Point]] = []
    curves = 0
    for x, y, kind, closes in segments:
        if kind == pdf.MOVE or not outlines:
            outlines.append([(x, y)])
        else:
            outlines[-1].append((x, y))
        curves += kind not in (pdf.MOVE, pdf.LINE_TO)
        if closes:
            outlines[-1].append(outlines[-1][0])
    return [outline for outline in outlines if len(outline) > 1], curves


def _is_rectangle(outline: list[Point]) -> bool:
    level = all(abs(x0 - x1) <= _LEVEL or abs(y0 - y1) <= _LEVEL for (x0, y0), (x1, y1) in pairwise(outline))
    return level and len(outline) <= 6


def _take_filled(drawing: Drawing, shape: Shape, box: Box) -> None:
    red, green, blue, alpha = bulk.fill_colours([shape.item])[0]
    if not alpha:
        return
    if min(red, green, blue) < _WHITE:
        drawing.shades.append(box)
    if alpha == _OPAQUE and not pdf.has_transparency(shape.item):
        drawing.covers.append((shape.order, box))


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
