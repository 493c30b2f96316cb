"""Picture files and images of other readers -> gray pages with their resolution.

Belongs here: decoding within budgets. Keep out: what a page shows.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageOps

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.scan.coloured_ink import Planes
from pipelines.reading.scan.masks import Gray
from pipelines.reading.scan.pages import DrawnPage
from pipelines.reading.scan.size import MOST_PIXELS, points_to_pixels
from pipelines.reading.strokes import Strokes, strokes_of

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_PAGED, _ONE_BIT = "TIFF", "1"
# Resolutions across and down that differ by more are made one, up to what any device has.
_SQUARE, _MOST_STRETCH = 1.03, 5.0
_POINTS_PER_INCH = 72
_SMOOTH_MODES = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "F", "I")
# A picture of which less than this share of the pixels has a colour is a gray one.
_COLOURED, _LEAST_COLOURED = 40, 2e-5
# What Pillow raises for damaged files, beside OSError.
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, struct.error, OverflowError)


class Frame(NamedTuple):
    """A page as planes of brightness and colour, how many points a pixel measures, and what may be lost of strokes."""

    number: int
    planes: Planes
    points: float
    strokes: Strokes = Strokes.WHOLE


def frames(pictures: Sequence[bytes], limits: Limits) -> Iterator[Frame]:
    """Yield the pages of picture files. Raises ReadError for damaged and for moving pictures, and over the budget."""
    number = 0
    for data in pictures:
        for planes, points, strokes in _decoded(data):
            number += 1
            if number > limits.pages:
                raise ReadError("too_many_pages", "reading_scan.many_pages", limit=limits.pages)
            yield Frame(number, planes, points, strokes)


def given(pages: Iterable[DrawnPage], scale: float) -> Iterator[Frame]:
    """Yield pages that another reader has drawn, at `scale` pixels per point."""
    for number, image, strokes in pages:
        picture = image if isinstance(image, Image.Image) else Image.fromarray(np.asarray(image))
        _check_pixels(picture, number)
        yield Frame(number, planes_of(picture), 1.0 / scale, strokes)


def _decoded(data: bytes) -> Iterator[tuple[Planes, float, Strokes]]:
    frame = 0
    with warnings.catch_warnings():
        # Pillow warns of odd tags beside the pixels; what harms the pixels it raises.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                count = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
                if count > 1 and image.format != _PAGED:
                    raise ReadError("unsupported_format", "reading_scan.moving_picture", count=count)
                for frame in range(count):
                    image.seek(frame)
                    _check_pixels(image, frame + 1)
                    across, down = _pixels(image)
                    picture = _squared(image, across, down)
                    bits = 1 if image.mode == _ONE_BIT else 8
                    strokes = strokes_of(across * _POINTS_PER_INCH, down * _POINTS_PER_INCH, bits)
                    yield planes_of(ImageOps.exif_transpose(picture)), 1.0 / max(across, down), strokes
        except Image.DecompressionBombError as error:
            raise ReadError("too_large", "reading_scan.frame_large", frame=frame + 1, error=error) from error
        except _DAMAGE as error:
            reason = "truncated" if "truncated" in str(error) else "damaged"
            raise ReadError(reason, "reading_scan.not_decoded", frame=frame + 1, error=error) from error


def _check_pixels(image: Image.Image, number: int) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ReadError(
            "too_large", "reading_scan.page_pixels", page=number, width=width, height=height, limit=MOST_PIXELS
        )
    if not width or not height:
        raise ReadError("damaged", "reading_scan.page_empty", page=number, width=width, height=height)


def _pixels(image: Image.Image) -> tuple[float, float]:
    """Return how many pixels a point has across and down."""
    stated = image.info.get("dpi")
    found = [float(each) for each in stated[:2]] if isinstance(stated, tuple) else []
    across, down = map(points_to_pixels, found) if len(found) == 2 else (points_to_pixels(0.0), points_to_pixels(0.0))
    return across, down


def _squared(image: Image.Image, across: float, down: float) -> Image.Image:
    """Return a picture whose pixels are as wide as high: a fax has twice as many across as down."""
    if max(across, down) <= _SQUARE * min(across, down):
        return image
    width, height = image.size
    size = (round(width * max(1.0, down / across)), round(height * max(1.0, across / down)))
    if size[0] * size[1] > MOST_PIXELS or max(across, down) > _MOST_STRETCH * min(across, down):
        return image
    wide = image.convert("L") if image.mode == _ONE_BIT else image
    resized = wide.resize(size, Image.Resampling.BICUBIC if wide.mode in _SMOOTH_MODES else Image.Resampling.NEAREST)
    resized.info = dict(image.info)
    return resized


def planes_of(image: Image.Image) -> Planes:
    """Return an image as brightness and, where it has some, colour; what is transparent is white paper."""
    if image.mode.startswith(("I", "F", "1", "L")) and "transparency" not in image.info and image.mode != "LA":
        return Planes(as_gray(image))
    colours = np.asarray(_on_white(image).convert("RGB"), np.uint8)
    gray = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), np.uint8)
    brightest, darkest = colours.max(axis=2), colours.min(axis=2)
    if (brightest.astype(np.int16) - darkest > _COLOURED).mean() < _LEAST_COLOURED:
        return Planes(gray)
    return Planes(gray, brightest, darkest)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        colours = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours)
    return image


def as_gray(image: Image.Image) -> Gray:
    """Return an image as brightness, what is transparent as white paper."""
    if image.mode.startswith(("I", "F")):
        return _scaled(np.asarray(image, np.float32))
    plain = _on_white(image)
    return np.asarray(plain.convert("RGB").convert("L") if plain.mode == "CMYK" else plain.convert("L"), np.uint8)


def _scaled(values: np.ndarray[Any, np.dtype[np.float32]]) -> Gray:
    """Return deep gray values as bytes; NaN and infinities of damaged files count as white."""
    values = np.nan_to_num(values, nan=255.0, posinf=255.0, neginf=0.0)
    top = float(values.max())
    deep = 65535.0 if top > 255.0 else (255.0 if top > 1.0 else 1.0)
    return np.asarray(np.clip(values * (255.0 / deep), 0, 255), np.uint8)
