"""Stamps and signatures in colour are dropped; words, figures and rules in colour are not."""

from __future__ import annotations

from typing import Any

import pytest

cv2 = pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")
numpy = pytest.importorskip("numpy")

from pipelines.reading.scan.coloured_ink import Planes, hides_text, without_stamps  # noqa: E402  # needs the extra

_EM = 30.0
RED, BLUE, BLACK = (215, 40, 45), (40, 50, 160), (10, 10, 10)


def paper() -> Any:
    return numpy.full((900, 900, 3), 250, numpy.uint8)


def planes(picture: Any) -> Planes:
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return Planes(gray, picture.max(axis=2), picture.min(axis=2))


def stamped(picture: Any, colour: tuple[int, int, int], centre: tuple[int, int] = (450, 450)) -> Any:
    layer = numpy.full_like(picture, 255)
    cv2.circle(layer, centre, 230, colour, 8)
    cv2.putText(layer, "*", (centre[0] - 60, centre[1] + 70), cv2.FONT_HERSHEY_SIMPLEX, 5, colour, 12)
    return (picture.astype(numpy.float32) * layer / 255).astype(numpy.uint8)


def figures(picture: Any, colour: tuple[int, int, int], at: tuple[int, int] = (300, 460)) -> Any:
    return cv2.putText(picture, "12345", at, cv2.FONT_HERSHEY_SIMPLEX, 1.0, colour, 3)


@pytest.mark.parametrize("colour", [RED, BLUE])
def test_a_stamp_goes_and_the_figures_under_it_stay(colour: tuple[int, int, int]) -> None:
    plain = figures(paper(), BLACK)
    gray, dropped = without_stamps(planes(stamped(plain.copy(), colour)), _EM)
    assert dropped is not None and dropped.any()
    assert (gray < 120).sum() == pytest.approx((planes(plain).gray < 120).sum(), rel=0.15)


@pytest.mark.parametrize("colour", [RED, BLUE])
def test_figures_and_lines_of_words_in_colour_stay(colour: tuple[int, int, int]) -> None:
    picture = figures(paper(), colour)
    for row in range(5):
        cv2.putText(picture, "abc def 67890 ghi", (60, 560 + 60 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.0, colour, 3)
    seen = planes(picture)
    gray, dropped = without_stamps(seen, _EM)
    assert dropped is None and (gray == seen.gray).all()


def test_a_table_ruled_in_colour_stays() -> None:
    picture = figures(paper(), BLACK)
    for place in range(100, 801, 100):
        cv2.line(picture, (100, place), (800, place), BLUE, 3)
        cv2.line(picture, (place, 100), (place, 800), BLUE, 3)
    seen = planes(picture)
    gray, dropped = without_stamps(seen, _EM)
    assert dropped is None and (gray == seen.gray).all()


def test_a_line_of_large_red_characters_stays() -> None:
    picture = cv2.putText(paper(), "REDHEAD", (60, 200), cv2.FONT_HERSHEY_SIMPLEX, 5.0, RED, 16)
    assert without_stamps(planes(picture), _EM)[1] is None


def test_a_picture_in_grays_is_as_it_was() -> None:
    gray = planes(figures(paper(), BLACK)).gray
    assert without_stamps(Planes(gray), _EM) == (gray, None)


def test_what_may_have_been_text_of_a_cell_is_told() -> None:
    dropped = numpy.zeros((100, 200), numpy.uint8)
    cell, line = (0, 0, 200, 100), (80, 35, 140, 65)
    assert not hides_text(dropped, cell, [line], _EM)
    # A stroke that runs through the cell is none of its characters; in a cell with nothing else it may be.
    dropped[:, 30:36] = 1
    assert not hides_text(dropped, cell, [line], _EM) and hides_text(dropped, cell, [], _EM)
    dropped[36:64, 150:165] = 1
    assert hides_text(dropped, cell, [line], _EM)
