"""What of a style may show the digits of a cell otherwise than they stand: hidden, moved, turned round, added to.

Belongs here: the one table of properties that may do so and of the values that do not, and elements whose parts are no
line of text. A browser is not built: what is not in the table is harmless, and what is and is not known to be is
doubted. Keep out: what is read exactly (`visibility`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

from pipelines.contracts.codes import code_list
from pipelines.reading.html.signs import HIDING_NAMES

OTHERWISE, PICTURE = code_list("cell_note").named("shown_otherwise", "picture")
# Marks in a look: its digits may not be seen as they stand; its place among others may be another; a line of its own;
# something is added to it.
HIDES, MOVES, BREAKS, ADDS = "-hides", "-moves", "-breaks", "-adds"
_USUAL = r"none|normal|auto|inherit|initial|unset|revert|revert-layer"
_ZERO = r"[-+]?0*\.?0*(?:[a-z]+|%)?"
# By property, the values that hide nothing and turn nothing round.
_HARMLESS = {
    name: re.compile(f"(?:{_USUAL}{f'|{values}' if values else ''})")
    for name, values in {
        "transform": rf"(?:(?:translate|rotate|skew)(?:x|y|z|3d)?\((?:[\s,]*{_ZERO})+\)"
        r"|scale(?:x|y|z|3d)?\((?:[\s,]*1)+\)|\s)+",
        "translate": rf"(?:\s*{_ZERO})+",
        "rotate": _ZERO,
        "scale": r"(?:\s*(?:1|100%))+",
        "filter": r"(?:(?:grayscale|sepia|saturate|hue-rotate|drop-shadow)\([^()]*\)|alpha\(.*\)|progid.*|gray|\s)+",
        "zoom": r"(?:0*[1-9]\d*(?:\.\d+)?|0*\.[3-9]\d*)%?",
        "mask": "",
        "letter-spacing": r"\+?[\d.]+[a-z]*|-(?:[0-2](?:\.\d+)?|\.\d+)(?:px|pt)|-0?\.[0-2]\d*r?em",
        "unicode-bidi": r"embed|isolate|plaintext",
        "direction": r"ltr|row|column",
        "-webkit-text-security": "",
        "-webkit-line-clamp": "",
        "font-size-adjust": r"(?:[a-z]+-[a-z]+ )?(?:0*[1-9][\d.]*|0*\.0*[1-9]\d*|from-font)",
        "font-variant": r"(?!.*\bsu(?:b|per)\b).*",
        "mix-blend-mode": "multiply|darken|color-burn",
        "offset": "",
        "offset-path": "",
    }.items()
}
# By property, the values that leave a text where it stands among others.
_STAYS = {
    "float": re.compile(f"(?:{_USUAL})"),
    "order": re.compile(f"(?:{_USUAL}|0)"),
    "position": re.compile(f"(?:{_USUAL}|static|relative)"),
    **dict.fromkeys(
        ("grid-row", "grid-column", "grid-area", "grid-row-start", "grid-column-start"), re.compile(_USUAL)
    ),
}
# By how much something stands beside its own place, where that is relative.
_OFFSETS = ("left", "right", "inset", "inset-inline")
_NO_OFFSET = re.compile(rf"(?:\s*(?:{_USUAL}|{_ZERO}))+")
_MARGINS = ("margin", "margin-left", "margin-right", "margin-top", "margin-bottom", "margin-inline", "margin-block")
_NEGATIVE = re.compile(r"-(\d+\.?\d*|\.\d+)(px|pt|r?em|%|cm|mm|in|ex)?|calc\(|var\(")
_UNITS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "%": 3.0, "cm": 37.8, "mm": 3.78, "in": 96.0, "ex": 8.0}
_FAR_MARGIN = 24.0  # pixels: programs pull paragraphs by a character or two into the room of their cell
_UNKNOWN = re.compile(r"(?:var|calc|env|min|max|clamp|attr|if|color-mix|light-dark|color|lab|lch|oklab|oklch|hwb)\(")
# What is not known of these hides as well; of those, it matters only beside other text.
_SWITCHES = ("display", "visibility", "opacity", "content-visibility", "clip-path")
_DEGREES = ("font-size", "color", "-webkit-text-fill-color")
_BLOCKS = re.compile(r"(?:inline )?(?:block|flex|grid|table|list-item|flow-root|table-row|table-caption|block flow.*)")
_ADDED = re.compile(r"counter|(?:open|close)-quote|attr\(|[\"'][^\"']*[-+−－.,，．%％\d]")
_ADDED_WORDS = re.compile(r"[\"']\s*\.?\s*[\"']")
NAMES = frozenset((*_HARMLESS, *_STAYS, *_OFFSETS, *_MARGINS, "content", "list-style", "unsure"))
PICTURES = frozenset(("img", "svg", "canvas", "object", "embed", "video", "image", "iframe"))
_LINEAR = frozenset(("math", "mrow", "mn", "mi", "mo", "mtext", "mspace", "mstyle", "-text", "-comment"))
_DOT = frozenset(("0", "1", "0px", "1px"))


def take_otherwise(look: dict[str, str], tag: str, names: str) -> None:
    """Add to the look of an element the marks of what may show its digits otherwise; `names` are its classes."""
    hides = "unsure" in look or any(
        pattern.fullmatch(look[name]) is None for name, pattern in _HARMLESS.items() if name in look
    )
    hides = hides or any(_UNKNOWN.search(look[name]) for name in _SWITCHES if name in look)
    hides = hides or any(_pulls(look[name]) for name in _MARGINS if name in look)
    hides = hides or ("display" not in look and any(name in HIDING_NAMES for name in names.split()))
    if hides:
        look[HIDES] = tag
    moves = any(pattern.fullmatch(look[name]) is None for name, pattern in _STAYS.items() if name in look)
    moves = moves or (
        look.get("position") == "relative"
        and any(_NO_OFFSET.fullmatch(look[name]) is None for name in _OFFSETS if name in look)
    )
    if moves or any(_UNKNOWN.match(look[name]) for name in _DEGREES if name in look):
        look[MOVES] = tag
    if "display" in look and _BLOCKS.fullmatch(look["display"]):
        look[BREAKS] = tag
    added = look.get("content", ""), look.get("list-style", "")
    if any(_ADDED.search(each) and not _ADDED_WORDS.fullmatch(each) for each in added):
        look[ADDS] = tag


def _pulls(value: str) -> bool:
    """Tell whether a margin pulls what it belongs to over something else, or out of sight."""
    for found in _NEGATIVE.finditer(value):
        if found[1] is None or float(found[1]) * _UNITS.get(found[2] or "px", 1.0) >= _FAR_MARGIN:
            return True
    return False


def is_picture(attributes: Mapping[str, str | None]) -> bool:
    """Tell whether a picture has room for a digit: dots of one pixel count visitors or keep a place."""
    return not any((attributes.get(side) or "").strip() in _DOT for side in ("width", "height"))


def is_built_up(math: LexborNode) -> bool:
    """Tell whether a formula has parts above and below its line, or such as are not shown."""
    return any(node.tag not in _LINEAR for node in math.traverse(include_text=True))


def may_be_a_digit(text: str) -> bool:
    """Tell whether something beside a text may be a digit of it: it is a number, or nothing."""
    return not text.strip() or any(map(str.isdigit, text))
