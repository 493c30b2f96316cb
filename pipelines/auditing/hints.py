"""Possible causes: one change to one cell that would make a failed relation hold.

A hint is never a finding of its own and never changes a value. Belongs here: causes that figures alone can show.
"""

from __future__ import annotations

import polars as pl

_SCALE = 1_000_000


def relation_hints(terms: dict[str, list[tuple[str, int]]]) -> pl.Expr:
    """Return the hint of a failed equality over columns v:<path>, left_value and right_value."""
    difference = pl.col("left_value") - pl.col("right_value")
    causes: list[tuple[pl.Expr, str]] = []
    if len(terms["right"]) == 1:
        causes.append(((pl.col("right_value") == 0) & (pl.col("left_value") != 0), "总计未填"))
    else:
        causes.append(((pl.col("right_value") == 0) & (pl.col("left_value") != 0), "等式右侧各项均为 0，可能未填"))
    for side, sign_of_side in (("right", 1), ("left", -1)):
        for name, sign in terms[side]:
            value = pl.col(f"v:{name}")
            wanted = value + difference * sign_of_side * sign
            causes.append((_swapped(value, wanted), f"{name} 的数字可能颠倒"))
    for side, sign_of_side in (("right", 1), ("left", -1)):
        for name, sign in terms[side]:
            wanted = pl.col(f"v:{name}") + difference * sign_of_side * sign
            for other in _neighbours(name, terms):
                causes.append(
                    ((pl.col(f"v:{other}") == wanted) & (wanted != 0), f"{name} 可能误填为别栏，应与 {other} 相同")
                )
    hint = pl.lit(None, pl.String)
    for holds, text in reversed(causes):
        hint = pl.when(holds.fill_null(False)).then(pl.lit(text)).otherwise(hint)
    return hint


def _swapped(value: pl.Expr, wanted: pl.Expr) -> pl.Expr:
    """Tell whether two whole numbers of several digits differ in the order of two digits side by side only.

    Exchanging two neighbouring digits changes a number by 9, 90, 900 ... times the difference of the digits.
    """
    gap = (value - wanted).abs() // _SCALE
    same = _digits(value) == _digits(wanted)
    return (wanted > 9 * _SCALE) & (value > 9 * _SCALE) & (gap % 9 == 0) & same


def _digits(value: pl.Expr) -> pl.Expr:
    """Return how often each digit stands in a whole number, as one text."""
    text = (value // _SCALE).cast(pl.String)
    return pl.concat_str((text.str.count_matches(str(digit)).cast(pl.String) for digit in range(10)), separator=",")


def _neighbours(name: str, terms: dict[str, list[tuple[str, int]]]) -> list[str]:
    """Return the cells beside one in the same sum: those before and after it."""
    for side in terms.values():
        names = [other for other, _ in side]
        if name in names:
            at = names.index(name)
            return [names[i] for i in (at - 1, at + 1) if 0 <= i < len(names)]
    return []
