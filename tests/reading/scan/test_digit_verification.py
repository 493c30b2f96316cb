"""A number is believed where its ink fits it: a minus is as wide as one, not as long as a disturbed line."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

import cv2
import numpy as np

from pipelines.reading.scan.digit_verification import verify_digits  # needs the extra
from pipelines.reading.scan.ink import Ink
from pipelines.reading.scan.recognition import Character


@pytest.mark.parametrize(("width", "doubt"), [(28, None), (58, None), (90, "ink_differs"), (160, "ink_differs")])
def test_a_minus_is_no_longer_than_one(width: int, doubt: str | None) -> None:
    paper = np.full((80, 300), 255, np.uint8)
    cv2.putText(paper, "7", (200, 70), cv2.FONT_HERSHEY_SIMPLEX, 2.6, (0,), 6)
    cv2.rectangle(paper, (190 - width, 40), (190, 44), (0,), -1)
    read = (Character("-", 0.99, 0.4), Character("7", 0.99, 0.75))
    assert verify_digits(read, read, Ink(paper, 30.0)).doubt == doubt
