"""Specks all over a page: cleared away without anything that may be a point, and clean pages left as they are."""

from __future__ import annotations

from typing import Any

import pytest

numpy = pytest.importorskip("numpy", reason="the extra `ocr` is not installed: make install-ocr")
pytest.importorskip("cv2")

from pipelines.reading.scan.coloured_ink import Planes  # noqa: E402  # needs the extra
from pipelines.reading.scan.specks import may_change_figure, without_specks  # noqa: E402

EM = 26.0
SHAPE = (1024, 1024)
# A figure's place, where a test puts ink.
THERE = (slice(300, 330), slice(300, 400))


def speckled(share: float, paper: int = 255) -> Any:
    """Return a page of which a share of the pixels is black, and none where a test puts ink."""
    page = numpy.where(numpy.random.default_rng(3).random(SHAPE) < share, 0, paper).astype(numpy.uint8)
    page[THERE] = paper
    return page


def cleared(page: Any) -> tuple[Any, Any]:
    planes, specks = without_specks(Planes(page), EM)
    return planes.gray, specks


@pytest.mark.parametrize("share", [0.002, 0.01, 0.03])
@pytest.mark.parametrize("paper", [255, 215])
def test_nearly_all_specks_of_a_dirty_page_are_cleared_away(share: float, paper: int) -> None:
    page = speckled(share, paper)
    after, specks = cleared(page)
    assert (after < paper).sum() < 0.35 * (page < paper).sum()
    assert set(numpy.unique(after)) <= {0, paper}
    assert specks is not None
    assert specks[after != page].all()


@pytest.mark.parametrize("share", [0.0, 0.0002])
def test_a_clean_page_stays_as_it_is(share: float) -> None:
    planes = Planes(speckled(share))
    after, specks = without_specks(planes, EM)
    assert after is planes
    assert specks is None


def test_a_picture_lower_than_a_strip_is_looked_at_whole() -> None:
    page = speckled(0.01)[:90, :700]
    after, specks = cleared(page)
    assert specks is not None
    assert (after < 255).sum() < 0.35 * (page < 255).sum()


def test_the_noise_of_a_grainy_page_is_no_speck() -> None:
    noise = numpy.random.default_rng(5).normal(215, 25, SHAPE)
    assert cleared(numpy.clip(noise, 0, 255).astype(numpy.uint8))[1] is None


@pytest.mark.parametrize("size", [(2, 2), (3, 1), (1, 3), (3, 3), (2, 4)])
def test_what_is_as_large_as_a_point_or_a_dash_stays(size: tuple[int, int]) -> None:
    page = speckled(0.01)
    page[320 : 320 + size[0], 350 : 350 + size[1]] = 0
    after, _ = cleared(page)
    assert (after[THERE] == page[THERE]).all()


def test_a_single_pixel_stays_where_a_point_may_be_as_small() -> None:
    page = speckled(0.01)
    planes = Planes(page)
    assert without_specks(planes, 12.0)[0] is planes


def test_pale_characters_of_a_screen_of_dots_stay() -> None:
    page = speckled(0.01)
    page[302:328:3, 302:398:3] = 0
    after, _ = cleared(page)
    inner = (slice(310, 320), slice(320, 380))
    assert (after[inner] == page[inner]).all()


def test_ink_beside_a_speck_stays() -> None:
    page = speckled(0.01)
    page[305:325, 320:323] = 0
    page[310, 325] = 0
    after, _ = cleared(page)
    assert (after[305:325, 320:323] == 0).all()
    assert after[310, 325] == 255


LINE = (10, 5, 90, 35)


def ink(*pieces: tuple[int, int]) -> Any:
    """Return the ink of a line: where its characters begin and end."""
    mask = numpy.zeros((30, 80), numpy.uint8)
    for start, end in pieces:
        mask[:, start:end] = 1
    return mask


@pytest.mark.parametrize(
    ("speck", "doubted"),
    [((138, 130), True), ((138, 110), False), ((128, 130), False), ((166, 130), False), ((138, 170), False)],
)
def test_a_speck_between_digits_may_have_been_their_point(speck: tuple[int, int], doubted: bool) -> None:
    specks = numpy.zeros((400, 400), numpy.uint8)
    specks[speck[1], speck[0]] = 1
    line = ink((0, 25), (32, 55), (57, 80))
    assert may_change_figure("123", specks, (100, 100, 200, 150), [(LINE, line)], 36.0) is doubted


@pytest.mark.parametrize(
    ("text", "doubted"), [("12.5", True), ("-3", True), (".5", True), ("1,234", False), ("8", False)]
)
def test_the_point_and_the_sign_of_a_figure_may_be_specks(text: str, doubted: bool) -> None:
    specks = numpy.zeros((400, 400), numpy.uint8)
    line = ink((0, 80))
    assert may_change_figure(text, specks, (100, 100, 200, 150), [(LINE, line)], 36.0) is doubted
