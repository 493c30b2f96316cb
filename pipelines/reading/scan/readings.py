"""Pictures of lines -> what they say, every figure read twice in different frames.

Belongs here: how a line is put before the recogniser. Keep out: where lines stand, and what proves a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np

from pipelines.reading.scan.digit_verification import (
    INK_DIFFERS,
    Again,
    DigitVerification,
    Span,
    are_whole_ones,
    figures,
    needs_verification,
    pitches,
    prose,
    verify_digits,
    word,
)
from pipelines.reading.scan.ink import Ink
from pipelines.reading.scan.masks import Gray
from pipelines.reading.scan.recognition import Line, recognise
from pipelines.reading.strokes import Strokes

# The paper around a line for its first and its second reading: height in heights of its ink, margin in heights of the
# frame, and how far the line is stretched. A frame is never lower than this share of a character.
_FIRST, _SECOND = (1.45, 0.3, 1.0), (1.6, 0.35, 1.15)
_LEAST_FRAME = 0.6
_SPECK = 0.07
# How much higher than the characters of the page the lines of a title are at least.
_TITLE = 1.2
_PROOF_HEIGHT = 64
_PAPER = 255.0
_FAINTEST = 160.0
# Numbers that tell the pitch of digits on a page, how near they lie to each other, and how many of them must.
_LEAST_NUMBERS, _SAME_PITCH, _MOST_NUMBERS = 5, 0.12, 0.8


def read_cell_lines(
    pictures: Sequence[Gray], em: float, *, strokes: Strokes = Strokes.WHOLE
) -> list[DigitVerification]:
    """Read lines of cells, each a picture tight around its ink; `em` is the height of characters, `strokes` what may
    be lost of them."""
    first = _read(pictures, em, _FIRST)
    doubtful = [i for i, line in enumerate(first) if needs_verification(line)]
    second = dict(zip(doubtful, _read([pictures[i] for i in doubtful], em, _SECOND), strict=True))
    inks = {i: _enlarged(pictures[i], em) for i in second}
    proofs = {i: verify_digits(first[i], line, inks[i], strokes=strokes) for i, line in second.items()}
    believed = (i for i, one in proofs.items() if one.doubt in (None, INK_DIFFERS))
    pitch = _pitch([distance for i in believed for distance in pitches(proofs[i].text, inks[i])])
    if pitch is not None:
        proofs |= {
            i: verify_digits(first[i], second[i], inks[i], pitch, strokes=strokes)
            for i, one in proofs.items()
            if len(one.text) > 1
        }
    return [proofs[i] if i in proofs else word(line) for i, line in enumerate(first)]


def _pitch(known: Sequence[float]) -> float | None:
    """Return the pitch of a page's digits, where enough of them tell one."""
    if len(known) < _LEAST_NUMBERS:
        return None
    middle = median(known)
    near = sum(abs(pitch - middle) < _SAME_PITCH * middle for pitch in known)
    return middle if near >= _MOST_NUMBERS * len(known) else None


def read_prose_lines(
    pictures: Sequence[Gray], em: float, *, strokes: Strokes = Strokes.WHOLE
) -> list[DigitVerification]:
    """Read lines of text outside tables; only the figures in them are read twice. `strokes`: what may be
    lost of characters."""
    first = _read(pictures, em, _FIRST)
    spans = [(i, span) for i, line in enumerate(first) for span in figures(line)]
    windows = [_window(pictures[i], span) for i, span in spans]
    second = _read(windows, em, _SECOND)
    again: dict[int, list[Again]] = {}
    for (i, span), window, line in zip(spans, windows, second, strict=True):
        is_whole = strokes == Strokes.WHOLE or are_whole_ones(line, _enlarged(window, em))
        again.setdefault(i, []).append(Again(span, line, is_whole or pictures[i].shape[0] >= _TITLE * em))
    return [prose(line, again.get(i, []), strokes=strokes) for i, line in enumerate(first)]


def _read(pictures: Sequence[Gray], em: float, frame: tuple[float, float, float]) -> list[Line]:
    """Return the characters of each picture, their places by its own width without the frame."""
    pictures = [_contrasted(picture) for picture in pictures]
    lines: list[Line] = []
    for line, picture in zip(recognise([_framed(picture, em, frame) for picture in pictures]), pictures, strict=True):
        width = picture.shape[1]
        margin = _frame_height(picture, em, frame) * frame[1]
        lines.append(tuple(c._replace(at=(c.at * (width + 2 * margin) - margin) / width) for c in line))
    return lines


def _contrasted(picture: Gray) -> Gray:
    """Return a line with its darkest ink as black, however thin or faint it is."""
    darkest = min(_FAINTEST, float(np.percentile(picture, 2)))
    stretched = (picture.astype(np.float32) - darkest) * (255.0 / (255.0 - darkest))
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def _frame_height(picture: Gray, em: float, frame: tuple[float, float, float]) -> int:
    height = int(picture.shape[0])
    return max(height + 2, round(max(height * frame[0], em * _LEAST_FRAME)))


def _framed(picture: Gray, em: float, frame: tuple[float, float, float]) -> Gray:
    _, side, stretch = frame
    height, tall = picture.shape[0], _frame_height(picture, em, frame)
    margin, above = round(tall * side), (tall - height) // 2
    paper = cv2.copyMakeBorder(picture, above, tall - height - above, margin, margin, cv2.BORDER_CONSTANT, value=_PAPER)
    if stretch != 1.0:
        paper = cv2.resize(paper, (round(paper.shape[1] * stretch), tall), interpolation=cv2.INTER_CUBIC)
    return np.asarray(paper, np.uint8)


def _enlarged(picture: Gray, em: float) -> Ink:
    """Return a line as large as its pieces are counted in."""
    scale = max(1.0, _PROOF_HEIGHT / max(picture.shape[0], em * 0.4))
    framed = cv2.copyMakeBorder(_contrasted(picture), 3, 3, 3, 3, cv2.BORDER_CONSTANT, value=_PAPER)
    large = cv2.resize(framed, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return Ink(np.asarray(large, np.uint8), max(3.0, (em * _SPECK) ** 2) * scale * scale)


def _window(picture: Gray, span: Span) -> Gray:
    """Return the part of a line around a figure, with about a character on either side."""
    height, width = picture.shape
    left, right = max(0, round(span.left * width - height)), min(width, round(span.right * width + height))
    return picture[:, left:right] if right - left > 2 else picture
