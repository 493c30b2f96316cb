"""A sheet on a desk is found and laid flat; a page that fills its picture is left alone."""

from __future__ import annotations

from typing import Any

import pytest

cv2 = pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")
numpy = pytest.importorskip("numpy")

from pipelines.reading.scan.flattening import flattening  # noqa: E402  # needs the extra

_WIDTH, _HEIGHT = 900, 1270


def sheet() -> Any:
    """Return a page with a grid of lines and blocks like characters, so that it can be told where each came to lie."""
    page = numpy.full((_HEIGHT, _WIDTH), 245, numpy.uint8)
    for row in range(120, _HEIGHT - 100, 60):
        page[row : row + 2, 90:-90] = 0
        for column in range(110, _WIDTH - 120, 40):
            page[row + 20 : row + 40, column : column + 18] = 30
    return page


def on_desk(page: Any, corners: list[tuple[int, int]], desk: Any, size: tuple[int, int] = (1300, 1600)) -> Any:
    """Return a picture of a page whose corners lie at places of a desk, clockwise from the upper left."""
    height, width = page.shape
    flat = numpy.array([(0, 0), (width, 0), (width, height), (0, height)], numpy.float32)
    way = cv2.getPerspectiveTransform(flat, numpy.array(corners, numpy.float32))
    seen = cv2.warpPerspective(page, way, size, flags=cv2.INTER_CUBIC)
    covered = cv2.warpPerspective(numpy.full_like(page, 255), way, size) > 127
    return numpy.where(covered, seen, desk).astype(numpy.uint8)


def desk(level: int, size: tuple[int, int] = (1300, 1600)) -> Any:
    grain = numpy.random.default_rng(level).normal(0, 5, (size[1], size[0]))
    return numpy.clip(level + grain, 0, 255)


def off(picture: Any) -> float:
    """Return how far the lines of a flattened page lie from being level, in pixels over its width."""
    height, width = picture.shape
    ends = []
    for columns in (slice(width // 6, width // 6 + 5), slice(-width // 6 - 5, -width // 6)):
        dark = picture[: height // 2, columns].mean(axis=1) < 140
        thin = numpy.flatnonzero(dark)
        ends.append(float(thin[0]))
    return abs(ends[0] - ends[1])


@pytest.mark.parametrize("level", [15, 90, 170])
@pytest.mark.parametrize(
    "corners",
    [
        [(200, 160), (1100, 160), (1100, 1430), (200, 1430)],
        [(170, 200), (1080, 150), (1140, 1450), (210, 1400)],
        [(240, 130), (1050, 190), (1120, 1380), (160, 1460)],
    ],
)
def test_a_sheet_on_a_desk_is_laid_flat(level: int, corners: list[tuple[int, int]]) -> None:
    found = flattening(on_desk(sheet(), corners, desk(level)))
    assert found is not None
    width, height = found.size
    assert abs(width / height - _WIDTH / _HEIGHT) < 0.06
    flat = found.applied(on_desk(sheet(), corners, desk(level)))
    assert flat.shape == (height, width) and off(flat) <= 4
    # Nothing of the desk is left: the border is as bright as paper.
    border = numpy.concatenate([flat[3], flat[-4], flat[:, 3], flat[:, -4]])
    assert numpy.median(border) > 230


def test_where_a_pixel_of_the_flat_page_stood_is_known() -> None:
    corners = [(170, 200), (1080, 150), (1140, 1450), (210, 1400)]
    found = flattening(on_desk(sheet(), corners, desk(60)))
    assert found is not None
    for x, y, corner in ((0, 0, corners[0]), (found.size[0], 0, corners[1]), (*found.size, corners[2])):
        place = found.homography @ numpy.array([x, y, 1.0])
        assert numpy.hypot(*(place[:2] / place[2] - corner)) < 25


def test_a_curled_sheet_is_flattened_along_its_edges() -> None:
    page = sheet()
    across = numpy.arange(_WIDTH, dtype=numpy.float32)
    bulge = 30 * numpy.sin(across / _WIDTH * numpy.pi)
    tall = _HEIGHT + 40
    x, y = numpy.meshgrid(across, numpy.arange(tall, dtype=numpy.float32))
    curled = cv2.remap(page, x, (y + bulge - 35).astype(numpy.float32), cv2.INTER_LINEAR, borderValue=0)
    picture = numpy.clip(desk(60, (1300, 1700)), 0, 255).astype(numpy.uint8)
    inside = picture[150 : 150 + tall, 200 : 200 + _WIDTH]
    inside[curled > 0] = curled[curled > 0]
    found = flattening(picture)
    assert found is not None and found.bends is not None
    flat = found.applied(picture)
    rows = [numpy.flatnonzero(flat[:300, c : c + 3].mean(axis=1) < 140)[0] for c in (150, flat.shape[1] // 2, -150)]
    assert max(rows) - min(rows) <= 8


def test_another_sheet_beside_it_is_not_taken_for_a_part() -> None:
    picture = on_desk(sheet(), [(200, 160), (1100, 160), (1100, 1430), (200, 1430)], desk(60))
    picture[1200:1600, 1140:1300] = 238
    found = flattening(picture)
    assert found is not None and abs(found.size[0] - _WIDTH) < 30


def test_a_page_that_fills_its_picture_is_left_alone() -> None:
    page = sheet()
    assert flattening(page) is None
    shade = numpy.linspace(1.0, 0.75, _WIDTH)[None, :]
    assert flattening((page * shade).astype(numpy.uint8)) is None
    assert flattening(numpy.full((600, 400), 255, numpy.uint8)) is None


def test_the_black_edge_of_a_scanner_is_cut_off() -> None:
    page = numpy.pad(sheet(), ((0, 0), (110, 0)), constant_values=8)
    found = flattening(page)
    assert found is not None and abs(found.size[0] - _WIDTH) < 15
