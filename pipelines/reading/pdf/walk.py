"""All objects of a page in the order in which they are painted, those in forms as well, in the space of the page.

Belongs here: the way through the objects and what pdfium tells of each. Keep out: what they mean (`pdf.paths`).
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.reading.document import ReadError
from pipelines.reading.pdf import bulk, compiled
from pipelines.reading.pdf import calls as pdf
from pipelines.reading.pdf.calls import Box

# A filled shape this thin is a line, and one shorter than that a corner of two lines or a dot, in points.
THIN, SHORT = 4.0, 2.0
_MAX_DEPTH = 30
_MAX_OBJECTS = 1_000_000

Matrix = tuple[float, ...]
# Whether a path is filled, and whether it is stroked; what is no path is painted as it is.
Mode = tuple[bool, bool]
_UNPAINTED, _AS_IT_IS = (False, False), (True, False)
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass
class Budget:
    """How many page objects and points of paths a document may still have."""

    left: int = _MAX_OBJECTS

    def spend(self, count: int) -> None:
        """Take count from the budget. Raises ReadError `too_many_objects`."""
        self.left -= count
        if self.left < 0:
            raise ReadError("too_many_objects", "reading_pdf.too_many_shapes", limit=_MAX_OBJECTS)


class Shape(NamedTuple):
    """What is painted but text and lines: `order` counts objects from 1, `box` is left, bottom, right, top.

    `segments` are those of a path: where each ends, its kind, and 1 where it closes an outline. `filled` and `stroked`
    are those of paths.
    """

    order: int
    item: int
    kind: int
    box: Box
    filled: bool
    stroked: bool
    segments: list[tuple[float, float, int, int]]


@dataclass
class Walk:
    """What a page holds: the boxes of what is so thin that it is a line, the middles of dots, other shapes, and texts.

    Dots are x and y in turns. `order` is that of its text objects, `clips` the boxes of what is shown of those that are
    cut, `painted` how many objects there are.
    """

    shapes: list[Shape] = field(default_factory=list)
    lines: list[Box] = field(default_factory=list)
    dots: array[float] = field(default_factory=lambda: array("d"))
    order: dict[int, int] = field(default_factory=dict)
    clips: dict[int, Box] = field(default_factory=dict)
    painted: int = 0


def walked(page: int, budget: Budget) -> Walk:
    """Walk all objects of a page. Raises ReadError `too_deep` or `too_many_objects`."""
    if compiled.library is not None:
        return _compiled_walk(page, budget)
    walk = Walk()
    count = pdf.object_count(page)
    budget.spend(count)
    _walk(walk, bulk.page_objects(page, count), _IDENTITY, budget, 0)
    return walk


def _compiled_walk(page: int, budget: Budget) -> Walk:
    found = compiled.walk_page(page, budget.left, THIN, SHORT, _MAX_DEPTH)
    budget.left = found.budget
    budget.spend(0)
    if found.end == compiled.TOO_DEEP:
        raise _too_deep()
    if found.end == compiled.NO_MEMORY:
        raise MemoryError
    shapes = [
        Shape(
            order,
            item,
            kind,
            (left, bottom, right, top),
            filled == 1,
            stroked == 1,
            found.segments[first : first + count],
        )
        for item, order, kind, filled, stroked, left, bottom, right, top, first, count in found.shapes
    ]
    order = {text[0]: text[1] for text in found.texts}
    clips = {text[0]: text[3:] for text in found.texts if text[2]}
    return Walk(shapes, found.lines, found.dots, order, clips, found.painted)


def _too_deep() -> ReadError:
    return ReadError("too_deep", "reading_pdf.drawings_too_deep", limit=_MAX_DEPTH)


def _walk(walk: Walk, items: list[int], matrix: Matrix, budget: Budget, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise _too_deep()
    pairs = list(zip(items, bulk.object_types(items), strict=True))
    boxes = iter(bulk.objects_bounds([item for item, kind in pairs if kind not in (pdf.TEXT_OBJECT, pdf.FORM)]))
    modes = iter(bulk.draw_modes([item for item, kind in pairs if kind == pdf.PATH]))
    clipped = iter(bulk.are_clipped([item for item, kind in pairs if kind == pdf.TEXT_OBJECT]))
    for item, kind in pairs:
        walk.painted += 1
        if kind == pdf.TEXT_OBJECT:
            walk.order[item] = walk.painted
            if next(clipped):
                _take_clip(walk, item, matrix)
        elif kind == pdf.FORM:
            count = pdf.form_object_count(item)
            budget.spend(count)
            inner = _product(pdf.object_matrix(item), matrix)
            _walk(walk, bulk.form_objects(item, count), inner, budget, depth + 1)
        else:
            box, mode = next(boxes), next(modes) if kind == pdf.PATH else _AS_IT_IS
            if box is not None and mode != _UNPAINTED:
                _take(walk, item, kind, box if matrix is _IDENTITY else _moved_box(box, matrix), mode, matrix, budget)


def _take(walk: Walk, item: int, kind: int, box: Box, mode: Mode, matrix: Matrix, budget: Budget) -> None:
    left, bottom, right, top = box
    if max(right - left, top - bottom) < SHORT:
        walk.dots.extend(((left + right) / 2, (bottom + top) / 2))
    elif right - left <= THIN or top - bottom <= THIN:
        walk.lines.append(box)
    else:
        segments = _segments(item, matrix, budget) if kind == pdf.PATH else []
        walk.shapes.append(Shape(walk.painted, item, kind, box, *mode, segments))


def _segments(item: int, matrix: Matrix, budget: Budget) -> list[tuple[float, float, int, int]]:
    count = pdf.segment_count(item)
    budget.spend(count)
    a, b, c, d, e, f = _product(pdf.object_matrix(item), matrix)
    segments = bulk.path_segments(item, count)
    return [(a * x + c * y + e, b * x + d * y + f, kind, closes) for x, y, kind, closes in segments]


def _take_clip(walk: Walk, item: int, matrix: Matrix) -> None:
    clip = pdf.clip_box(item)
    bounds = pdf.object_bounds(item) if clip is not None else None
    if clip is not None and (bounds is None or _is_cut(bounds, clip)):
        if clip[0] >= clip[2] or clip[1] >= clip[3]:
            clip = (clip[0], clip[1], clip[0], clip[1])
        walk.clips[item] = clip if matrix is _IDENTITY else _moved_box(clip, matrix)


def _is_cut(box: Box, clip: Box) -> bool:
    return min(box[0] - clip[0], box[1] - clip[1], clip[2] - box[2], clip[3] - box[3]) < 0


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _moved_box(box: Box, matrix: Matrix) -> Box:
    left, bottom, right, top = box
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x, y in ((left, bottom), (left, top), (right, bottom), (right, top))]
    ys = [b * x + d * y + f for x, y in ((left, bottom), (left, top), (right, bottom), (right, top))]
    return min(xs), min(ys), max(xs), max(ys)
