"""Pages as gray pictures: even white paper, characters of a known height, straight; and the way back to the page.

Belongs here: pixels of a whole page. Keep out: rules, cells and characters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.reading.scan.black_edges import black_edges, with_paper
from pipelines.reading.scan.coloured_ink import Planes, without_stamps
from pipelines.reading.scan.flattening import flattening
from pipelines.reading.scan.masks import Box, Gray, Mask, components, darker, dilated, usual
from pipelines.reading.scan.rules import skew, straightness
from pipelines.reading.scan.size import MOST_PIXELS
from pipelines.reading.scan.specks import without_specks
from pipelines.reading.strokes import Strokes

Homography = NDArray[np.float64]

INK = 150
# The height of characters at which pages are read, and the heights that are left as they are.
EM = 36.0
_EM_RANGE = (28.0, 50.0)
_LEAST_EM, _MOST_SCALE = 6.0, 4.0
# Glyphs are looked for between these heights; digits and Chinese characters reach this share of their line.
_GLYPH_HEIGHTS = (5, 200)
_GLYPH_SHARE = 0.88
_PAPER_CELL = 16

# Half of a page that is darker than this is printed light on dark.
_LEAST_PAPER = 100
_LEAST_CONTRAST = 24
_SPECKS = 60
_DASH = (0.2, 0.1)
# Of a page at least this much is paper away from ink.
_LEAST_BARE = 0.05


@dataclass(frozen=True)
class Sheet:
    """A page ready to be read: white paper, characters about `em` pixels high.

    `to_page` is the homography from pixels of `gray` to points of the page as it is shown. `noise` is the deviation of
    empty paper smoothed over 3 x 3 pixels, `grain` that of paper smoothed over the size of a dash. `dropped` is where
    coloured ink was taken away, `covered` where the black of an open scanner was, `specks` where specks all over the
    page were: None where there was none. `strokes`: what may be lost of characters.
    """

    gray: Gray
    em: float
    noise: float
    grain: float
    to_page: Homography
    dropped: Mask | None = None
    covered: Mask | None = None
    specks: Mask | None = None
    strokes: Strokes = Strokes.WHOLE

    @property
    def point(self) -> float:
        """Return how many points a pixel in the middle of the page measures."""
        height, width = self.gray.shape
        x, y = width / 2, height / 2
        # Along a row of the straightened page: the box around a turned one is larger than it.
        (left, right), (top, bottom), away = self.to_page @ np.array([(x - 50, x + 50), (y, y), (1, 1)], np.float64)
        return float(np.hypot(right / away[1] - left / away[0], bottom / away[1] - top / away[0])) / 100

    def points(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Return where a box of pixels stands on the page, in points."""
        left, top, right, bottom = box
        corners = np.array([(left, top, 1), (right, top, 1), (right, bottom, 1), (left, bottom, 1)], np.float64)
        x, y, away = self.to_page @ corners.T
        x, y = x / away, y / away
        return tuple(round(float(v), 1) for v in (x.min(), y.min(), x.max(), y.max()))  # type: ignore[return-value]

    def turned(self, quarters: int) -> Sheet:
        """Return the page turned by quarters of a circle to the left."""
        height, width = self.gray.shape
        back = np.eye(3)
        for _ in range(quarters % 4):
            back = back @ np.array([(0, -1, width), (1, 0, 0), (0, 0, 1)], np.float64)
            height, width = width, height
        gray = np.ascontiguousarray(np.rot90(self.gray, quarters))
        return self._changed(gray, back, lambda mask: np.ascontiguousarray(np.rot90(mask, quarters)))

    def cropped(self, box: Box) -> Sheet:
        """Return a part of the page."""
        left, top, right, bottom = box
        moved = np.array([(1, 0, left), (0, 1, top), (0, 0, 1)], np.float64)
        return self._changed(self.gray[top:bottom, left:right], moved, lambda mask: mask[top:bottom, left:right])

    def _changed(self, gray: Gray, back: Homography, follow: Callable[[Mask], Mask]) -> Sheet:
        """Return the page with other pixels, which its masks follow; `back` leads from them to these."""
        masks = (self.dropped, self.covered, self.specks)
        dropped, covered, specks = (mask if mask is None else follow(mask) for mask in masks)
        return replace(self, gray=gray, to_page=self.to_page @ back, dropped=dropped, covered=covered, specks=specks)


def prepared(planes: Planes, points_per_pixel: float, *, strokes: Strokes = Strokes.WHOLE) -> Sheet | None:
    """Return the page ready to be read, or None where it is empty."""
    to_page = np.diag((points_per_pixel, points_per_pixel, 1.0))
    planes, homography, covered = _sheet_alone(planes)
    to_page = to_page @ homography
    planes = dark_on_light(planes)
    white = _even_paper(planes.gray)
    em = character_height(white)
    if em is None:
        return None
    planes, specks = without_specks(planes, em)
    if specks is not None:
        white = _even_paper(planes.gray)
        em = character_height(white) or em
    gray, dropped = without_stamps(planes, em)
    if dropped is not None:
        white = _even_paper(gray)
        em = character_height(white)
        if em is None:
            return None
    back = np.eye(3)
    if not _EM_RANGE[0] <= em <= _EM_RANGE[1]:
        white, back, em = _resized(white, em)
    white, straightened = _straightened(white)
    back = back @ straightened
    dropped, covered, specks = (m if m is None else _followed(m, back, white.shape) for m in (dropped, covered, specks))
    noise, grain = _deviation(white, (3, 3), 10, 1.28), _deviation(white, dash_box(em), 25, 0.674)
    return Sheet(white, em, noise, grain, to_page @ back, dropped, covered, specks, strokes)


def _sheet_alone(planes: Planes) -> tuple[Planes, Homography, Mask | None]:
    """Return a picture without what is around its sheet, the way back, and where the black of an open scanner was.

    A sheet within black may be one that was photographed, which must be flattened, or scanned, which must not: the edge
    of the black lies askew then, and the page would with it. Whichever page has the straighter rows is right.
    """
    covered = black_edges(planes.gray)
    flat = flattening(planes.for_edges)
    flattened = planes if flat is None else planes.changed(flat.applied)
    if covered is not None:
        whitened = with_paper(planes, covered)
        if flat is None or _straightness(whitened) >= _straightness(flattened):
            return whitened, np.eye(3), covered
    return flattened, np.eye(3) if flat is None else flat.homography, None


def _straightness(planes: Planes) -> float:
    return straightness(darker(_even_paper(dark_on_light(planes).gray), INK))


def dark_on_light(planes: Planes) -> Planes:
    """Return a page with dark ink on light paper; one of light ink on dark has no colours that could be stamps."""
    return planes if usual(planes.gray) >= _LEAST_PAPER else Planes(np.asarray(255 - planes.gray, np.uint8))


def _followed(mask: Mask, back: Homography, shape: tuple[int, ...]) -> Mask:
    """Return a mask as the page was resized and turned."""
    size = (int(shape[1]), int(shape[0]))
    return np.asarray(cv2.warpPerspective(mask, back, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP), np.uint8)


def _even_paper(gray: Gray) -> Gray:
    """Divide by the brightness of the paper around each pixel, and stretch ink to black."""
    height, width = gray.shape
    small = cv2.resize(gray, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    reach = max(5, min(small.shape) // _PAPER_CELL | 1)
    bright = dilated(np.asarray(cv2.medianBlur(small, 3), np.uint8), reach, reach)
    paper = cv2.blur(bright, (reach, reach))
    paper = np.maximum(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), 1)
    even = cv2.divide(gray, paper, scale=255)
    sample = np.sort(even[:: max(1, height // 1000), :: max(1, width // 1000)], axis=None)
    # A page may hold a single word: of its pixels few are ink, and the darkest of those may be specks.
    darkest = float(sample[min(_SPECKS, len(sample) - 1)])
    if darkest > 255 - _LEAST_CONTRAST:
        return np.full_like(gray, 255)
    darkest = min(darkest, 200.0)
    stretched = (even.astype(np.float32) - darkest) * (255.0 / (250.0 - darkest))
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def character_height(white: Gray) -> float | None:
    """Return the height of a line's characters: the tall ones among separate pieces of ink."""
    parts = components(darker(white, INK))
    if not parts.numbers():
        return None
    width, height, area = parts.boxes[1:, 2], parts.boxes[1:, 3], parts.areas[1:]
    least, most = _GLYPH_HEIGHTS
    glyphs = (height >= least) & (height <= most) & (width <= 3 * height) & (area >= 0.06 * width * height)
    heights = height[glyphs]
    if len(heights) == 0:
        return float(np.clip(height.max(), _LEAST_EM, EM))
    return max(_LEAST_EM, float(np.percentile(heights, 85)) / _GLYPH_SHARE)


def _resized(white: Gray, em: float) -> tuple[Gray, Homography, float]:
    height, width = white.shape
    room = (MOST_PIXELS / (height * width)) ** 0.5
    scale = min(EM / em, _MOST_SCALE, room)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    back = np.diag((width / size[0], height / size[1], 1.0))
    return np.asarray(cv2.resize(white, size, interpolation=method), np.uint8), back, em * scale


def _straightened(white: Gray) -> tuple[Gray, Homography]:
    angle = skew(darker(white, INK))
    height, width = white.shape
    if abs(np.radians(angle)) * max(height, width) < 1.0:
        return white, np.eye(3)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    wide, tall = round(height * sin + width * cos), round(height * cos + width * sin)
    turn[:, 2] += ((wide - width) / 2, (tall - height) / 2)
    gray = cv2.warpAffine(white, turn, (wide, tall), flags=cv2.INTER_CUBIC, borderValue=255.0)
    back = np.vstack([cv2.invertAffineTransform(turn), (0, 0, 1)])
    return np.asarray(gray, np.uint8), back


def dash_box(em: float) -> tuple[int, int]:
    """Return width and height of a dash among characters of a height."""
    return max(3, round(em * _DASH[0])), max(2, round(em * _DASH[1]))


def _deviation(white: Gray, box: tuple[int, int], percent: float, deviations: float) -> float:
    """Return the deviation of gray values on empty paper after smoothing over a box.

    Beside ink paper is darkened by its blurred edge: where text is dense, that would be taken for noise.
    """
    smooth = cv2.blur(white, box)[::4, ::4]
    near = dilated(darker(white, INK), *(2 * side + 1 for side in box))[::4, ::4]
    paper = smooth[(smooth > INK) & (near == 0)]
    if len(paper) < _LEAST_BARE * smooth.size:
        paper = smooth[smooth > INK]
    return float(255 - np.percentile(paper, percent)) / deviations if len(paper) else 0.0
