"""Whether a recognised number may be believed: two readings agree, and each piece of ink fits its character.

Belongs here: what proves the digits of one line. Keep out: cells, tables and forms. A recogniser that leaves out,
doubles or mistakes a digit is sure of itself; ink is counted without it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from pipelines.contracts.codes import code_list
from pipelines.reading.marks import without_marks
from pipelines.reading.scan.ink import Ink, Piece
from pipelines.reading.scan.lost_strokes import is_whole_one
from pipelines.reading.scan.masks import Box, darker
from pipelines.reading.scan.recognition import Line
from pipelines.reading.strokes import Strokes

MISSING = "□"
READINGS_DIFFER, LOW_CONFIDENCE = code_list("cell_note").named("readings_differ", "low_confidence")
INK_DIFFERS, FAINT_INK, LOOKALIKE, NO_FIGURE, POINT_OR_COMMA = code_list("cell_note").named(
    "ink_differs", "faint_ink", "lookalike", "no_figure", "point_or_comma"
)
# Measured on 41 degraded and clean reports: above the first both readings had no wrong digit that fitted its ink.
# A 6 of a standard fax that lacks a stroke was read as 5 with 0.79.
_LEAST = {Strokes.WHOLE: 0.7, Strokes.HAIRLINES_LOST: 0.8, Strokes.THIN_LOST: 0.9}
LEAST_WORD_CONFIDENCE = 0.6
# How sure both readings are of a number with zeros that are open at their ends.
_LEAST_OF_OPEN = 0.85

_ZEROS, _ONES, _DASHES = "Oo〇○◯", "lI|丨", "一—–―‐−─_"
_FOLD = str.maketrans({**dict.fromkeys(_ZEROS, "0"), **dict.fromkeys(_ONES, "1"), **dict.fromkeys(_DASHES, "-")})
_LOOKS_ROUND_OR_STRAIGHT = re.compile(rf"[{_ZEROS}lI丨]")
# What stands before and after the digits of a number: signs, words for more and less, a unit, a bracketed note.
_WORDS = r"[^\d\s.,;:'\"`·•…、。“”‘’]"
_NUMBER = re.compile(rf"^({_WORDS}{{0,4}}?)([+-]?)(\d[\d,.]*)({_WORDS}*)$")
_WELL_FORMED = re.compile(r"^(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*|0)(?:\.\d+)?$")
# 1.234 is 1,234 where a scan has worn off the comma's tail.
_THOUSANDTHS = re.compile(r"^\d{1,3}\.\d{3}$")
# A space parts digits from words in print; between two digits it may be a rule that was not found.
_SPACE = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_TIME = re.compile(r"^(?:\d{4}年|\d{1,2}[月日])$")
_ITEM = re.compile(r"^[(（]?\d{1,2}[.、．)）]")
# Words that a recogniser makes of a digit or a mark that stands alone.
_ALONE = frozenset("口日回曰田囗品了丁卜乙己巳门川一丨丶丿人八入十土工")
_HOLES = {
    "0": (1,),
    "1": (0,),
    "2": (0,),
    "3": (0,),
    "4": (0, 1),
    "5": (0,),
    "6": (1,),
    "7": (0,),
    "8": (2,),
    "9": (1,),
}
_LEVELS = (150, 170, 130, 190, 110)
_DIGIT_HEIGHT, _MARK_HEIGHT, _FLAT = 0.72, 0.45, 0.35
_DESCENT = 0.07
# How far a 1 leans at most, in italics too, and how wide it is at least.
_SLANT, _STROKE = 0.5, 0.2
# How wide a minus is at most, by the height of digits: what is wider is a piece of a disturbed line.
_MINUS = 1.3
# What is read of a slash, and how far one leans at least.
_STROKES, _LEANING = frozenset(("", "/", "1", "丿")), 0.7
# What may be left of a 4 or a 7 whose thin strokes are lost; a 1 is told by its form.
_ONE = "1"
_WORN = {Strokes.WHOLE: frozenset(""), Strokes.HAIRLINES_LOST: frozenset("/"), Strokes.THIN_LOST: frozenset("/-")}
# How wide Chinese characters are by their height.
_SQUARE = (0.5, 1.7)
# Digits that touch: how wide one is by their pitch, how much their number may be off, and how sure both readings are.
_DIGIT_WIDTH, _DIGIT_SLACK, _SURE = 0.85, 0.4, 0.95
# The widest pitch of digits by their height, and how much wider than usual two may stand.
_WIDEST_PITCH, _WIDER = 0.9, 1.22


class DigitVerification(NamedTuple):
    """A line as it may be used: its text, the least and the mean probability of its characters, and what speaks
    against it."""

    text: str
    confidence: float
    mean: float
    doubt: str | None


def text_of(line: Line) -> str:
    """Return the characters of a line."""
    return "".join(character.text for character in line)


def confidence_of(line: Line) -> float:
    """Return the probability of the least certain character of a line."""
    return min((character.confidence for character in line), default=0.0)


def mean_confidence(line: Line) -> float:
    """Return the mean probability of the characters of a line."""
    return sum(character.confidence for character in line) / len(line) if line else 0.0


def needs_verification(line: Line) -> bool:
    """Return whether a line can hold a figure: it has digits, their likes, or too few characters to be words."""
    text = text_of(line).strip()
    rest = _ITEM.sub("", text)
    figures_in_rest = any(character.isdecimal() for character in rest)
    if len(rest) < len(text) and len(_CHINESE.findall(rest)) >= 2 and not figures_in_rest:
        return False  # a numbered label
    return len(_CHINESE.findall(text)) < 3 or figures_in_rest


def folded(text: str) -> str:
    """Return a text with the likes of digits and signs as digits and signs, where no Latin word stands."""
    if without_marks(text) != text:
        return _SPACE.sub("", text.strip())  # a circled digit is none
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", text).strip())
    if re.search(r"[A-Za-z]{2}", re.sub(_LOOKS_ROUND_OR_STRAIGHT, "", plain)):
        return plain
    figure = plain.translate(_FOLD)
    return figure if _NUMBER.match(figure) or set(figure) <= {"-"} else plain


class Span(NamedTuple):
    """A run of digits in a line: its characters from `start` to `end`, and where it stands (0 to 1)."""

    start: int
    end: int
    left: float
    right: float


def figures(line: Line) -> list[Span]:
    """Return the runs of digits in a line of prose."""
    spans: list[Span] = []
    for i, character in enumerate(line):
        if not _is_digit(character.text):
            continue
        if spans and spans[-1].end == i:
            spans[-1] = spans[-1]._replace(end=i + 1, right=character.at)
        else:
            spans.append(Span(i, i + 1, character.at, character.at))
    return spans


class Again(NamedTuple):
    """A figure in a line of prose, read again; `is_whole`: no 1 of it may be another digit that lacks a stroke."""

    span: Span
    line: Line
    is_whole: bool = True


def prose(line: Line, again: Sequence[Again], *, strokes: Strokes = Strokes.WHOLE) -> DigitVerification:
    """Return a line of prose in which a digit stands only where both readings have it, else □ in its place.

    Where thin strokes may be lost only years, months and days stand: of any other figure the words around it tell what
    it counts, and they are misread there, too (申请 for what was applied for may be read as anything).
    """
    texts = [character.text for character in line]
    for span, second, is_whole in again:
        digits = [character for character in second if _is_digit(character.text)]
        least = min((c.confidence for c in (*line[span.start : span.end], *digits)), default=0.0)
        read = "".join(texts[span.start : span.end])
        stands = is_whole and "".join(c.text for c in digits) == read and least >= _LEAST[strokes]
        if strokes == Strokes.THIN_LOST:
            stands = stands and _TIME.match(read + "".join(texts[span.end : span.end + 1])) is not None
        if not stands:
            texts[span.start : span.end] = [MISSING] * (span.end - span.start)
    return DigitVerification("".join(texts).strip(), confidence_of(line), mean_confidence(line), None)


def word(line: Line) -> DigitVerification:
    """Return a line of words of a cell, which one reading may tell."""
    confidence = confidence_of(line)
    doubt = LOW_CONFIDENCE if confidence < LEAST_WORD_CONFIDENCE else None
    return DigitVerification(text_of(line).strip(), confidence, mean_confidence(line), doubt)


def _is_digit(text: str) -> bool:
    return text.isdecimal()


def verify_digits(
    first: Line, second: Line, ink: Ink, pitch: float | None = None, *, strokes: Strokes = Strokes.WHOLE
) -> DigitVerification:
    """Prove a line by its two readings and by its ink.

    `pitch` is the distance of digits by their height on this page, where it is known: digits that touch each other
    are then counted by their width. `strokes`: what may be lost of a figure.
    """
    text, other = folded(text_of(first)), folded(text_of(second))
    confidence = min(confidence_of(first), confidence_of(second))
    doubt: str | None
    if {text, other} <= _STROKES and _is_slash(ink):
        text, confidence, doubt = "/", 1.0, None
    elif any(character.isdecimal() for character in text + other):
        doubt = _against_figure(text, other, confidence, first, ink, pitch, strokes=strokes)
    elif _is_dash(ink):
        text, confidence, doubt = "-", 1.0, None
    else:
        doubt = _against_word(text, other, confidence, ink)
    if text in _WORN[strokes]:
        doubt = doubt or FAINT_INK
    return DigitVerification(text, confidence, mean_confidence(first), doubt)


def _against_figure(
    text: str, other: str, confidence: float, line: Line, ink: Ink, pitch: float | None, *, strokes: Strokes
) -> str | None:
    if text != other:
        return READINGS_DIFFER
    if confidence < _LEAST[strokes]:
        return LOW_CONFIDENCE
    found = _NUMBER.match(text)
    if not found or not _WELL_FORMED.match(found[3]):
        return NO_FIGURE
    if _THOUSANDTHS.match(found[3]):
        return POINT_OR_COMMA
    fitting = _fitting_ink(found, line, ink, ink.pieces)
    if fitting is None and "0" in found[3] and confidence >= _LEAST_OF_OPEN:
        fitting = _fitting_ink(found, line, ink, ink.pieces_with_zeros)
    wanted = found[2] + found[3]
    if fitting is not None:
        if strokes and not _are_whole(wanted, fitting, ink, strokes):
            return FAINT_INK
        return None if _evenly_spaced(wanted, fitting, pitch) else INK_DIFFERS
    if strokes and _ONE in wanted:
        return INK_DIFFERS
    touching = pitch is not None and text.isdecimal() and confidence >= _SURE and _width_fits(text, ink, pitch)
    return None if touching else INK_DIFFERS


def are_whole_ones(line: Line, ink: Ink) -> bool:
    """Return whether each 1 of a line is one by its form: of a 4 and of a 7 a stroke may be lost."""
    ones = [character.at * ink.width for character in line if character.text == _ONE]
    boxes = [piece.box for piece in ink.pieces(_LEVELS[0])] if ones else []
    at = [next((box for box in boxes if box[0] <= place <= box[2]), None) for place in ones]
    return all(box is not None and _is_whole_one(ink, box) for box in at)


def _are_whole(wanted: str, pieces: list[Piece], ink: Ink, strokes: Strokes) -> bool:
    """Return whether no sign of a number may be a digit that lacks a stroke."""
    return all(
        c not in _WORN[strokes] and (c != _ONE or _is_whole_one(ink, piece.box))
        for c, piece in zip(wanted, pieces, strict=True)
    )


def _is_whole_one(ink: Ink, box: Box) -> bool:
    left, top, right, bottom = box
    return is_whole_one(darker(ink.gray[top:bottom, left:right], _LEVELS[0]) > 0)


def pitches(text: str, ink: Ink) -> list[float]:
    """Return the distances of digits that stand side by side, by their height, in a number that fits its ink."""
    found = ink.pieces(_LEVELS[0]) if text.isdecimal() else []
    return _distances(text, found) if len(found) == len(text) else []


def _distances(text: str, found: list[Piece]) -> list[float]:
    middles = [(piece.box[0] + piece.box[2]) / 2 for piece in found]
    tall = _height(found)
    beside = zip(pairwise(text), pairwise(middles), strict=True)
    return [(b - a) / tall for (one, other), (a, b) in beside if (one + other).isdecimal()]


def _evenly_spaced(wanted: str, found: list[Piece], pitch: float | None) -> bool:
    """Return whether digits stand as near as on the whole page: between others a point may be worn off or hidden."""
    distances = _distances(wanted, found)
    if not distances:
        return True
    usual = pitch if pitch is not None else min(*distances, _WIDEST_PITCH)
    return max(distances) <= usual * _WIDER


def _height(found: list[Piece]) -> int:
    return max(piece.box[3] for piece in found) - min(piece.box[1] for piece in found)


def _width_fits(text: str, ink: Ink, pitch: float) -> bool:
    """Return whether digits that touch are as wide as so many digits are, and have as many holes."""
    found = ink.pieces(_LEVELS[0])
    if not 0 < len(found) < len(text):
        return False  # nothing touches: each piece was looked at, and one did not fit
    tall = _height(found)
    width = (max(piece.box[2] for piece in found) - min(piece.box[0] for piece in found)) / tall
    digits = (width - _DIGIT_WIDTH * pitch) / pitch + 1
    least, most = (sum(limit(_HOLES[c]) for c in text) for limit in (min, max))
    flush = all(piece.box[3] - piece.box[1] >= _DIGIT_HEIGHT * tall for piece in found)
    return flush and abs(digits - len(text)) < _DIGIT_SLACK and least <= sum(p.holes for p in found) <= most


def _against_word(text: str, other: str, confidence: float, ink: Ink) -> str | None:
    if (len(text) == 1 and text in _ALONE) or not (_CHINESE.search(text) or text == "/"):
        return LOOKALIKE  # no word: a digit, a mark or a speck
    if len(text) < 3 and text != other:
        return READINGS_DIFFER
    if len(text) < 3 and _CHINESE.match(text) and not _is_square(len(text), ink):
        return INK_DIFFERS
    return LOW_CONFIDENCE if confidence < LEAST_WORD_CONFIDENCE else None


def _is_square(characters: int, ink: Ink) -> bool:
    """Return whether ink is as wide as so many Chinese characters: a dash is no character."""
    boxes = [piece.box for piece in ink.pieces(max(_LEVELS))]
    if not boxes:
        return False
    width = max(box[2] for box in boxes) - min(box[0] for box in boxes)
    height = max(box[3] for box in boxes) - min(box[1] for box in boxes)
    return _SQUARE[0] <= width / height / characters <= _SQUARE[1]


def _is_dash(ink: Ink) -> bool:
    """Tell a line of nothing but dashes by its ink: a recogniser takes one for 一 or for nothing."""
    found = ink.pieces(_LEVELS[0])
    return bool(found) and all(_is_flat(piece) for piece in found)


def _is_slash(ink: Ink) -> bool:
    """Tell a slash by its ink: a recogniser takes one that stands alone for 1."""
    found = ink.pieces(_LEVELS[0])
    return len(found) == 1 and found[0].holes == 0 and found[0].slant <= -_LEANING


def _fitting_ink(
    found: re.Match[str], line: Line, ink: Ink, pieces_at: Callable[[int], list[Piece]]
) -> list[Piece] | None:
    """Return the ink of a number at a level of darkness at which it fits, if the faintest shows no more beside it."""
    faintest = ink.pieces(max(_LEVELS))
    for level in _LEVELS:
        pieces = _of_number(found, line, pieces_at(level), ink.width)
        if _fits(found[2] + found[3], pieces):
            shown = _of_number(found, line, faintest, ink.width)
            return pieces if all(any(_overlaps(piece, one) for one in pieces) for piece in shown) else None
    return None


def _overlaps(piece: Piece, other: Piece) -> bool:
    return piece.box[0] < other.box[2] and other.box[0] < piece.box[2]


def _is_flat(piece: Piece) -> bool:
    left, top, right, bottom = piece.box
    return bottom - top <= _FLAT * (right - left)


def _fits(wanted: str, ink: list[Piece]) -> bool:
    """Return whether there is one piece of ink for each digit and mark of the number, of the right kind."""
    if len(ink) != len(wanted):
        return False
    tall = max(piece.box[3] - piece.box[1] for piece in ink)
    base = float(np.median([p.box[3] for p, c in zip(ink, wanted, strict=True) if c.isdecimal()]))
    return all(_fits_character(piece, c, tall, base) for piece, c in zip(ink, wanted, strict=True))


def _of_number(found: re.Match[str], line: Line, ink: list[Piece], width: int) -> list[Piece]:
    """Return the pieces of a number's sign and digits, without those of the words around it."""
    before, sign, digits, after = found.groups()
    if not before and not after:
        return ink
    return _between(line, ink, len(before), len(before) + len(sign) + len(digits), width)


def _between(line: Line, ink: list[Piece], start: int, end: int, width: int) -> list[Piece]:
    """Return the pieces that stand at the characters from `start` to `end`, by where the recogniser saw them."""
    at = [character.at * width for character in line if character.text.strip()]
    if len(at) < end:
        return []
    # A digit is half as wide as what stands beside it.
    left = (at[start - 1] + 2 * at[start]) / 3 if start else 0.0
    right = (2 * at[end - 1] + at[end]) / 3 if end < len(at) else float(width)
    return [piece for piece in ink if left <= (piece.box[0] + piece.box[2]) / 2 <= right]


def _fits_character(piece: Piece, character: str, tall: int, base: float) -> bool:
    left, top, right, bottom = piece.box
    height = bottom - top
    if character.isdecimal():
        if character == "1" and (abs(piece.slant) > _SLANT or right - left < _STROKE * height):
            return False  # a slash, or a piece of a rule
        return height >= _DIGIT_HEIGHT * tall and piece.holes in _HOLES[character]
    if character in ",.":
        hangs = bottom > base + _DESCENT * tall
        return height <= _MARK_HEIGHT * tall and top > base - 0.5 * tall and hangs == (character == ",")
    if character == "-":
        return _is_flat(piece) and right - left <= _MINUS * tall
    return height <= tall * 1.05 and piece.holes == 0
