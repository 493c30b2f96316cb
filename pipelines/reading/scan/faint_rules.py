"""A second, more sensitive look for the ruling lines of a page: thin gray ones, of which a first look saw some or none.

Belongs here: rules by how they stand out from the paper on both of their sides, and which of two looks is believed.
Keep out: how rules draw cells (`rules`). What only the second look sees is never ignored: it is a rule, or it makes the
cells doubtful that it runs through.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.scan.character_strokes import without_strokes
from pipelines.reading.scan.masks import Gray, Mask, components, darker, dilated, opened, turned
from pipelines.reading.scan.rules import RULE_INK, RulingLines, crossing_rules, near_rule, ruled_tables, strokes

# How much darker than the paper on both sides a rule is at least: so many gray values, so many times the noise of
# smoothed paper, and this share of what the rules of the page have that are plain to see: streaks are fainter.
_LEAST, _NOISE, _SHARE = 16.0, 8.0, 0.3
# By the height of a character: a rule is thinner than the first; what is seen anew is no rule below the second.
_THIN, _SHORT = 0.25, 0.6
# The fainter places of a rule stand out by this share of what half of it does.
_EVEN = 0.5
# What is seen anew, is as dark as plain rules over this share of its length and no higher than this by the height of a
# character, is the stroke of one that stands near the rules above and below it.
_DARK, _HIGH = 0.8, 1.4
# Gray values are smoothed along a rule over so many pixels.
_ALONG = 3


class _Standing(NamedTuple):
    """How much darker each pixel is than the paper above and below it, and than that on its left and right."""

    across: Gray
    down: Gray


def with_faint_rules(plain: RulingLines, gray: Gray, em: float, noise: float, limits: Limits) -> RulingLines:
    """Return the rules of a page, those included that are too faint to be seen at first.

    `plain` are those that were seen, `em` the height of characters in pixels, `noise` the deviation of empty paper
    smoothed over 3 x 3 pixels. What was seen at first is returned where a second look gives no surer cells; what it saw
    beside is `unsure` then. Raises ReadError as `ruled_tables` does.
    """
    standing = _Standing(_hat(gray, em), turned(_hat(turned(gray), em)))
    has_tables = bool(ruled_tables(plain, em, limits))
    seen = _contrast(plain, standing) if has_tables else 0.0
    level = max(_LEAST, _NOISE * noise, _SHARE * seen)
    fine = _fine(plain, standing, em, level)
    dark = darker(gray, RULE_INK)
    rules = without_strokes(fine.down, dark, fine.across, em) | plain.down
    fine = fine._replace(down=_without_characters(rules, plain.down, dark, fine.across, em))
    unsure = _seen_anew(plain, fine, em)
    if not unsure.any():
        return plain
    doubted, fine = plain._replace(unsure=unsure), fine._replace(faint=unsure)
    return fine if _trusted(fine, em, limits) > _trusted(doubted, em, limits) else doubted


def _hat(gray: Gray, em: float) -> Gray:
    """Return how much darker pixels are than what lies above and below what is dark, if that is thin."""
    smooth = cv2.blur(gray, (_ALONG, 1))
    thin = np.ones((max(5, round(em * _THIN)), 1), np.uint8)
    return np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_BLACKHAT, thin), np.uint8)


def _contrast(plain: RulingLines, standing: _Standing) -> float:
    """Return how much the rules that are plain to see stand out; 0 where none is thin."""
    values = np.concatenate([standing.across[plain.across > 0], standing.down[plain.down > 0]])
    values = values[values >= _LEAST]
    return float(np.median(values)) if len(values) else 0.0


def _fine(plain: RulingLines, standing: _Standing, em: float, level: float) -> RulingLines:
    """Return the rules that stand out by a level. A stroke of a character stands on another one, a rule on nothing."""
    across = np.asarray(standing.across >= level, np.uint8)
    down = np.asarray(standing.down >= level, np.uint8)
    # Where rules cross, each hides the other.
    first = strokes(across, em, is_down=False) | plain.across
    second = strokes(down, em, is_down=True) | plain.down
    level_ones = _even(strokes(across | second, em, is_down=False), standing.across, second)
    upright_ones = turned(_even(turned(strokes(down | first, em, is_down=True)), turned(standing.down), turned(first)))
    return crossing_rules(level_ones | plain.across, upright_ones | plain.down, em)


def _even(along: Mask, standing: Gray, crossing: Mask) -> Mask:
    """Return the runs along rows that are alike from end to end: strokes of characters beside each other are not."""
    parts = components(along)
    kept = np.zeros(len(parts.areas), np.bool_)
    free = dilated(crossing, 3, 1) == 0
    for index in parts.numbers():
        left, top, right, bottom = parts.box(index)
        own = parts.labels[top:bottom, left:right] == index
        # Between the rules that cross it.
        inside = (own & free[top:bottom, left:right]).any(axis=0)
        values = np.where(own, standing[top:bottom, left:right], 0).max(axis=0)[inside]
        kept[index] = len(values) > 0 and float(np.percentile(values, 10)) >= _EVEN * float(np.median(values))
    return np.asarray(kept[parts.labels], np.uint8)


def _without_characters(down: Mask, plain: Mask, dark: Mask, across: Mask, em: float) -> Mask:
    """Return upright runs without those that a first look would have seen were they rules: they end at no rule."""
    parts = components(down)
    free = dilated(across, 1, 5) == 0
    kept = np.ones(len(parts.areas), np.bool_)
    for index in parts.numbers():
        left, top, right, bottom = parts.box(index)
        own = parts.labels[top:bottom, left:right] == index
        if bottom - top > em * _HIGH or (own & (plain[top:bottom, left:right] > 0)).any():
            continue
        rows = (own & free[top:bottom, left:right]).any(axis=1)
        is_dark = (own & (dark[top:bottom, left:right] > 0)).any(axis=1)[rows]
        kept[index] = len(is_dark) == 0 or float(is_dark.mean()) < _DARK
    kept[0] = False
    return np.asarray(kept[parts.labels], np.uint8)


def _seen_anew(plain: RulingLines, fine: RulingLines, em: float) -> Mask:
    """Return what of the finer rules is none of the plain ones."""
    reach, short = 2 * near_rule(em) + 1, round(em * _SHORT)
    across = opened(fine.across & (1 - dilated(plain.across, reach, reach)), short, 1)
    down = opened(fine.down & (1 - dilated(plain.down, reach, reach)), 1, short)
    return across | down


def _trusted(rules: RulingLines, em: float, limits: Limits) -> int:
    """Return how many cells rules draw without a doubt, none where there are more than a budget allows."""
    try:
        tables = ruled_tables(rules, em, limits)
    except ReadError:
        return 0
    return sum(cell.closed and cell.doubt is None for table in tables for cell in table.cells)
