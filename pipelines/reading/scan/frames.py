"""Picture files and images of other readers -> gray pages with their resolution.

Belongs here: decoding within budgets. Keep out: what a page shows.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.scan.masks import Gray
from pipelines.reading.scan.size import MOST_PIXELS, points_to_pixels

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_PAGED = "TIFF"
# What Pillow raises for damaged files, beside OSError.
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, struct.error, OverflowError)


class Frame(NamedTuple):
    """A page as a gray picture, and how many points a pixel measures."""

    number: int
    gray: Gray
    points: float


def frames(pictures: Sequence[bytes], limits: Limits) -> Iterator[Frame]:
    """Yield the pages of picture files. Raises ReadError for damaged and for moving pictures, and over the budget."""
    number = 0
    for data in pictures:
        for gray, points in _decoded(data):
            number += 1
            if number > limits.pages:
                raise ReadError("too_many_pages", "reading_scan.many_pages", limit=limits.pages)
            yield Frame(number, gray, points)


def given(pages: Iterable[tuple[int, Any]], scale: float) -> Iterator[Frame]:
    """Yield pages that another reader has as images of Pillow or as arrays, at `scale` pixels per point."""
    for number, image in pages:
        picture = image if isinstance(image, Image.Image) else Image.fromarray(np.asarray(image))
        _check_pixels(picture, number)
        yield Frame(number, as_gray(picture), 1.0 / scale)


def _decoded(data: bytes) -> Iterator[tuple[Gray, float]]:
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
                    yield as_gray(ImageOps.exif_transpose(image)), 1.0 / _pixels(image)
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


def _pixels(image: Image.Image) -> float:
    """Return how many pixels a point has."""
    stated = image.info.get("dpi")
    return points_to_pixels(float(stated[0]) if isinstance(stated, tuple) and stated else 0.0)


def as_gray(image: Image.Image) -> Gray:
    """Return an image as brightness, dark on light, what is transparent as white paper."""
    if image.mode.startswith(("I", "F")):
        gray = _scaled(np.asarray(image, np.float32))
    elif image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        colours = image.convert("RGBA")
        paper = Image.new("RGBA", colours.size, "white")
        gray = np.asarray(Image.alpha_composite(paper, colours).convert("L"), np.uint8)
    else:
        gray = np.asarray(image.convert("RGB").convert("L") if image.mode == "CMYK" else image.convert("L"), np.uint8)
    return (
        gray if np.median(gray[:: max(1, gray.shape[0] // 500), :: max(1, gray.shape[1] // 500)]) >= 100 else 255 - gray
    )


def _scaled(values: np.ndarray[Any, np.dtype[np.float32]]) -> Gray:
    """Return deep gray values as bytes; NaN and infinities of damaged files count as white."""
    values = np.nan_to_num(values, nan=255.0, posinf=255.0, neginf=0.0)
    top = float(values.max())
    deep = 65535.0 if top > 255.0 else (255.0 if top > 1.0 else 1.0)
    return np.asarray(np.clip(values * (255.0 / deep), 0, 255), np.uint8)
