"""Texts that no spreadsheet takes for a formula: the rule of all text formats, and its inverse."""

from __future__ import annotations

import re

# Spreadsheets take a text that begins so for a formula; Chinese input methods write the full-width ones.
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
BLANKS = " \u00a0\u3000\ufeff"
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def is_dangerous(value: str) -> bool:
    """Say whether a spreadsheet may take a text for a formula. A number written as text keeps its sign."""
    start = value.lstrip(BLANKS)[:1] or value[:1]
    return bool(start) and start in FORMULA_STARTS and NUMBER.fullmatch(value) is None


def safe_text(value: str | None) -> str | None:
    """Return a text that no spreadsheet takes for a formula: a leading apostrophe, as spreadsheets themselves use.

    An apostrophe is also put before texts that begin with apostrophes and would be dangerous without them, so that
    `original_text` undoes it exactly.
    """
    if value and is_dangerous(value.lstrip("'")):
        return f"'{value}"
    return value


def original_text(value: str) -> str:
    """Undo `safe_text`."""
    return value[1:] if value.startswith("'") and is_dangerous(value.lstrip("'")) else value
