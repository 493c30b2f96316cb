"""The edges of a sheet are found where other sheets and shadows hide them, and a table is not taken for a sheet."""

from __future__ import annotations

from typing import Any

import pytest

cv2 = pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")
numpy = pytest.importorskip("numpy")

from pipelines.reading.scan.flattening import flattening  # noqa: E402  # needs the extra

_SIZE = (1000, 1400)
_CORNERS = ((120, 90), (880, 120), (900, 1290), (100, 1310))


def desk(level: float) -> Any:
    grain = numpy.random.default_rng(7).normal(0, 3, (_SIZE[1], _SIZE[0]))
    return numpy.clip(level + grain, 0, 255).astype(numpy.float32)


def with_sheet(picture: Any, corners: tuple[tuple[int, int], ...] = _CORNERS, paper: float = 240) -> Any:
    """Lay a sheet on a picture: it throws a narrow shadow on whatever it lies on."""
    cover = numpy.zeros(picture.shape, numpy.float32)
    cv2.fillConvexPoly(cover, numpy.array(corners, numpy.int32), (1.0,), lineType=cv2.LINE_AA)
    below = cv2.GaussianBlur(cover, (0, 0), 6)
    return picture * (1 - 0.35 * below) * (1 - cover) + paper * cover


def farthest(picture: Any, corners: tuple[tuple[int, int], ...] = _CORNERS) -> float:
    """Return how far a corner of the sheet that is found lies from where it is; infinite where none is found."""
    found = flattening(numpy.clip(picture, 0, 255).astype(numpy.uint8))
    if found is None:
        return float("inf")
    width, height = found.size
    flat = numpy.array([[(0, 0), (width, 0), (width, height), (0, height)]], numpy.float32)
    placed = cv2.perspectiveTransform(flat, found.homography.astype(numpy.float32))[0]
    return float(numpy.hypot(*(placed - numpy.array(corners)).T).max())


@pytest.mark.parametrize("level", [30, 130, 205])
@pytest.mark.parametrize("begins", [0, 500])
@pytest.mark.parametrize("side", [slice(0, 200), slice(800, 1000)])
def test_a_sheet_that_lies_on_another_one_is_parted_from_it(level: float, begins: int, side: slice) -> None:
    """What lies beyond is paper as well: only the shadow between them tells."""
    picture = desk(level)
    picture[begins:, side] = 225
    assert farthest(with_sheet(picture)) < 14


def test_the_end_of_a_shadow_is_no_edge() -> None:
    picture = with_sheet(desk(70))
    across = numpy.linspace(0, 1, _SIZE[0])[None, :]
    assert farthest(picture * (1 - 0.5 / (1 + numpy.exp((across - 0.4) / 0.05)))) < 14


def test_a_sheet_that_the_picture_cuts_off_ends_at_its_border() -> None:
    corners = ((120, 0), (880, 0), (900, 1290), (100, 1310))
    assert farthest(with_sheet(desk(60), corners), corners) < 14


@pytest.mark.parametrize("thick", [2, 4, 8])
def test_the_frame_of_a_table_is_not_taken_for_a_sheet(thick: int) -> None:
    """A page of a scanner has no surroundings, whatever is drawn on it, and a photograph in it is dark."""
    page = numpy.full((_SIZE[1], _SIZE[0]), 246, numpy.uint8)
    page[60:260, 600:950] = 40
    cv2.rectangle(page, (90, 330), (910, 1310), (0,), thick)
    for row in range(380, 1300, 50):
        page[row : row + 2, 90:910] = 0
    found = flattening(page)
    assert found is None or min(found.size[0] / _SIZE[0], found.size[1] / _SIZE[1]) > 0.95
