"""The black along the edges of a scan, where the scanner was left open: found, so that it can be made paper.

Belongs here: dark bands that reach in from the picture's border. Keep out: sheets that lie on a desk (`flattening`),
ink. The edge of a band says little of how the page lies: the lid casts its shadow as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.reading.scan.coloured_ink import Planes
from pipelines.reading.scan.masks import Gray, Mask, closed, darker, dilated, opened, usual

# A band is darker than this share of the paper. By the longer side of the picture: how deep it is somewhere (frames of
# tables that the border cuts are thinner), what lies between it and the border, and how far its blurred edge reaches.
_BLACK = 0.4
_LEAST_DEPTH, _SEAM, _HALO = 0.0035, 0.0015, 0.002
# By the side across it: deeper it is no band but what a sheet lies on. A picture that is dark so deep along more than
# the second share of a side is none of a scanner.
_MOST_DEPTH, _DEEP = 0.12, 0.3
# By the side along it: how long it is at least, and what is shorter is ink or a rule that runs into it.
_LEAST_LENGTH, _PIECE = 0.15, 0.04
_LEAST_PAPER = 100


def black_edges(gray: Gray) -> Mask | None:
    """Return where the black of an open scanner lies along the border of a picture, None where there is none."""
    height, width = gray.shape
    paper = usual(gray)
    if paper < _LEAST_PAPER:
        return None
    dark = darker(gray, _BLACK * paper)
    longer = max(height, width)
    seam = 2 * max(1, round(_SEAM * longer)) + 1
    bands = np.zeros_like(dark)
    for side, band in _sides(closed(dark, seam, seam), bands):
        found = _band(side, longer)
        if found is None:
            return None
        band[:, : found.shape[1]] |= found
    if not bands.any():
        return None
    halo = 2 * max(2, round(_HALO * longer)) + 1
    return dilated(bands, halo, halo)


def with_paper(planes: Planes, where: Mask) -> Planes:
    """Return a picture with paper in some places, as bright as most of it."""

    def papered(plane: Gray) -> Gray:
        return np.where(where > 0, np.uint8(usual(plane)), plane)

    return planes.changed(papered)


def _sides(dark: Mask, bands: Mask) -> Iterator[tuple[Mask, Mask]]:
    """Yield both masks as they are seen with each side of the picture on the left."""
    yield dark, bands
    yield dark[:, ::-1], bands[:, ::-1]
    yield dark.T, bands.T
    yield dark.T[:, ::-1], bands.T[:, ::-1]


def _band(dark: Mask, longer: int) -> Mask | None:
    """Return the band along the left side, which may be empty; None where it is too dark for a scan."""
    height, width = dark.shape
    limit = max(2, round(_MOST_DEPTH * width))
    strip = np.ascontiguousarray(dark[:, :limit])
    depth = np.where(strip.all(axis=1), limit, np.argmin(strip, axis=1))
    deep = depth == limit
    if deep.mean() > _DEEP:
        return None
    # Rows that are dark all through are those of a band along the next side.
    depth[deep] = 0
    runs = np.asarray(np.arange(limit)[None, :] < depth[:, None], np.uint8)
    band = opened(runs, 1, max(3, round(_PIECE * height)))
    deepest = band.sum(axis=1)
    if deepest.max() < _LEAST_DEPTH * longer or (deepest > 0).mean() < _LEAST_LENGTH:
        return np.zeros_like(band)
    # Where a band thins out it is shorter than what is left of it.
    thin = (depth <= np.ceil(_LEAST_DEPTH * longer))[:, None]
    return np.asarray(band | (dilated(band, 1, 2 * round(_PIECE * height) + 1) & runs & thin), np.uint8)
