r"""Characters that act on a screen, hide or reorder text, and how they are shown instead: `\x1b`, `\u202e`, `\n`.

Belongs here: which characters these are, and their spelling. Keep out: who prints (`commands.terminal`), and what a
spreadsheet takes for a formula (`exporting.safe_text`). As `git` and `ls` do, nothing is left out: it is spelt.
"""

from __future__ import annotations

import re

# Controls (C0, DEL, C1 with the 8-bit forms of CSI and OSC), line and paragraph separators, and what reorders a line.
CONTROLS = "\\x00-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
# What no eye sees: format characters, fillers, selectors and tags (Cf and Default_Ignorable_Code_Point of Unicode),
# halves of characters, and what is none.
_INVISIBLE = (
    "\u00ad\u034f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d"
    "\u2060-\u2065\u206a-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd"
    "\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_HARMFUL = re.compile(f"[{CONTROLS}{_INVISIBLE}]")
_HARMFUL_IN_LINES = re.compile(f"(?!\n)[{CONTROLS}{_INVISIBLE}]")
_IN_CELLS = re.compile(f"[\\\\{CONTROLS}]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_SPELT = re.compile(r"\\(?:([nrt\\])|x([0-9a-f]{2})|u([0-9a-f]{4}))")
_BYTE, _PLANE = 0xFF, 0xFFFF


def shown(text: str) -> str:
    """Return a text as one line that a screen can be given; what acts on it, hides or reorders is spelt."""
    return text if text.isascii() and text.isprintable() else _HARMFUL.sub(_spelt, text)


def shown_lines(text: str) -> str:
    """Return a text of several lines, each as `shown`."""
    return text if text.isascii() and text.isprintable() else _HARMFUL_IN_LINES.sub(_spelt, text)


def in_json(text: str) -> str:
    """Return JSON text in which the same characters are spelt as JSON does, so that it says what it said before."""
    return text if text.isascii() and text.isprintable() else _HARMFUL.sub(_in_json, text)


def in_cell(text: str) -> str:
    """Return a text as a cell of CSV: no control character, all spelt, and so that `from_cell` undoes it exactly."""
    return _IN_CELLS.sub(_spelt, text)


def from_cell(cell: str) -> str:
    """Undo `in_cell`."""
    return _SPELT.sub(_read, cell)


def _spelt(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _NAMED:
        return _NAMED[sign]
    number = ord(sign)
    return f"\\x{number:02x}" if number <= _BYTE else f"\\u{number:04x}" if number <= _PLANE else f"\\U{number:08x}"


def _in_json(found: re.Match[str]) -> str:
    number = ord(found[0])
    if number <= _PLANE:
        return f"\\u{number:04x}"
    high, low = divmod(number - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _read(found: re.Match[str]) -> str:
    if found[1]:
        return {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}[found[1]]
    return chr(int(found[2] or found[3], 16))
