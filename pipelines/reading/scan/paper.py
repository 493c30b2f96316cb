"""Pages as gray pictures: even white paper, characters of a known height, straight; and the way back to the page.

Belongs here: pixels of a whole page. Keep out: rules, cells and characters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.reading.scan.masks import Gray, components, darker, dilated
from pipelines.reading.scan.rules import skew
from pipelines.reading.scan.size import MOST_PIXELS

Affine = NDArray[np.float64]

INK = 150
# The height of characters at which pages are read, and the heights that are left as they are.
EM = 36.0
_EM_RANGE = (28.0, 50.0)
_LEAST_EM, _MOST_SCALE = 6.0, 4.0
# Glyphs are looked for between these heights; digits and Chinese characters reach this share of their line.
_GLYPH_HEIGHTS = (5, 200)
_GLYPH_SHARE = 0.88
_PAPER_CELL = 16

_LEAST_CONTRAST = 24
_SPECKS = 60
_DASH = (0.2, 0.1)


@dataclass(frozen=True)
class Sheet:
    """A page ready to be read: white paper, characters about `em` pixels high.

    `to_page` maps pixels of `gray` to points of the page as it is shown. `noise` is the deviation of empty paper
    smoothed over 3 x 3 pixels, `grain` that of paper smoothed over the size of a dash.
    """

    gray: Gray
    em: float
    noise: float
    grain: float
    to_page: Affine

    @property
    def point(self) -> float:
        """Return how many points a pixel measures."""
        return float(abs(np.linalg.det(self.to_page[:, :2])) ** 0.5)

    def points(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """Return where a box of pixels stands on the page, in points."""
        left, top, right, bottom = box
        corners = np.array([(left, top, 1), (right, top, 1), (right, bottom, 1), (left, bottom, 1)], np.float64)
        x, y = self.to_page @ corners.T
        return tuple(round(float(v), 1) for v in (x.min(), y.min(), x.max(), y.max()))  # type: ignore[return-value]

    def turned(self, quarters: int) -> Sheet:
        """Return the page turned by quarters of a circle to the left."""
        height, width = self.gray.shape
        back = np.eye(3)
        for _ in range(quarters % 4):
            back = back @ np.array([(0, -1, width), (1, 0, 0), (0, 0, 1)], np.float64)
            height, width = width, height
        gray = np.ascontiguousarray(np.rot90(self.gray, quarters))
        return replace(self, gray=gray, to_page=self.to_page @ back)


def prepared(gray: Gray, points_per_pixel: float) -> Sheet | None:
    """Return the page ready to be read, or None where it is empty."""
    white = _even_paper(gray)
    em = character_height(white)
    if em is None:
        return None
    to_page = np.array([(points_per_pixel, 0, 0), (0, points_per_pixel, 0)], np.float64)
    if not _EM_RANGE[0] <= em <= _EM_RANGE[1]:
        white, to_page, em = _resized(white, to_page, em)
    white, to_page = _straightened(white, to_page)
    return Sheet(white, em, _deviation(white, (3, 3), 10, 1.28), _deviation(white, dash_box(em), 25, 0.674), to_page)


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


def _resized(white: Gray, to_page: Affine, em: float) -> tuple[Gray, Affine, float]:
    height, width = white.shape
    room = (MOST_PIXELS / (height * width)) ** 0.5
    scale = min(EM / em, _MOST_SCALE, room)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    back = np.array([(width / size[0], 0, 0), (0, height / size[1], 0), (0, 0, 1)], np.float64)
    return np.asarray(cv2.resize(white, size, interpolation=method), np.uint8), to_page @ back, em * scale


def _straightened(white: Gray, to_page: Affine) -> tuple[Gray, Affine]:
    angle = skew(darker(white, INK))
    height, width = white.shape
    if abs(np.radians(angle)) * max(height, width) < 1.0:
        return white, to_page @ np.eye(3)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    wide, tall = round(height * sin + width * cos), round(height * cos + width * sin)
    turn[:, 2] += ((wide - width) / 2, (tall - height) / 2)
    gray = cv2.warpAffine(white, turn, (wide, tall), flags=cv2.INTER_CUBIC, borderValue=255.0)
    back = np.vstack([cv2.invertAffineTransform(turn), (0, 0, 1)])
    return np.asarray(gray, np.uint8), to_page @ back


def dash_box(em: float) -> tuple[int, int]:
    """Return width and height of a dash among characters of a height."""
    return max(3, round(em * _DASH[0])), max(2, round(em * _DASH[1]))


def _deviation(white: Gray, box: tuple[int, int], percent: float, deviations: float) -> float:
    """Return the deviation of gray values on empty paper after smoothing over a box."""
    smooth = cv2.blur(white, box)[::4, ::4]
    paper = smooth[smooth > INK]
    return float(255 - np.percentile(paper, percent)) / deviations if len(paper) else 0.0
