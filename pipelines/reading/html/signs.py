"""Signs in the source that text may be hidden, struck, raised or faint: without any, nothing needs to be looked at.

Belongs here: patterns that miss nothing and may be wrong. Keep out: what is really seen (`visibility`).
"""

from __future__ import annotations

import re
from functools import lru_cache

# In attributes and rules that match nothing of this there is nothing to be seen otherwise. Each pattern has a word that
# stands in whatever it matches: looking for words is many times as fast.
_SIGNS = tuple(
    (word.encode(), pattern)
    for word, pattern in (
        ("none", r"display\s*:\s*none"),
        ("visibility", r"visibility\s*:"),
        ("mso-hide", r"mso-hide\s*:\s*(?:all|screen)"),
        ("hidden", r"(?<!:)\shidden(?=[\s=/>]|$)"),
        ("popover", r"(?<!:)\spopover(?=[\s=/>]|$)"),
        ("opacity", r"opacity\s*[:=(]"),
        ("line-through", r"line-through"),
        ("vertical-align", r"vertical-align\s*:\s*(?:super|sub|[-+.\d])"),
        ("font-size", r"font-size\s*:\s*(?:[0-2](?:\.\d*)?|\.\d+)\s*(?:px|pt|r?em|%|[^\d.\w]|$)"),
        ("font", r"font\s*:\s*(?:[^;\"']*\s)?(?:[0-2](?:\.\d*)?|\.\d+)(?:px|pt|r?em|%|[\s/])"),
        ("text-fill", r"text-fill-color"),
        ("clip", r"clip(?:-path)?\s*:"),
        ("text-indent", r"text-indent\s*:\s*-\d{3}"),
        ("position", r"position\s*:\s*(?:absolute|fixed|relative)"),
        ("scale", r"scale\s*\(\s*0"),
        ("overflow", r"overflow(?:-\w+)?\s*:\s*(?:hidden|clip)"),
    )
)  # fmt: skip
# Names that many sites' sheets, which are not in the page, hide by.
HIDING_NAMES = ("hidden", "hide", "d-none", "sr-only", "visually-hidden", "invisible", "ng-hide")
# Of what may show the digits of a cell otherwise (`otherwise`): outside tables these say nothing.
_MOVING_SIGNS = tuple(
    (word.encode(), re.compile(pattern.encode()))
    for word, pattern in (
        ("margin", r"margin[\w-]*\s*:[^;\"'{}]*(?:-(?:\d\d|\d*\.?\d+(?:r?em|%|in|cm))|calc|var)"),
        ("transform", r"(?<!text-)transform\s*:\s*(?!none)"),
        ("translate", r"(?<![-\w])translate\s*:"),
        ("rotate", r"(?<![-\w])rotate\s*:"),
        ("scale", r"(?<![-\w])scale\s*:"),
        ("filter", r"(?<!backdrop-)filter\s*:\s*(?!none|alpha|progid|gray)"),
        ("zoom", r"zoom\s*:\s*(?!1\b|normal|100)"),
        ("mask", r"mask(?:-image)?\s*:\s*(?!none)"),
        ("letter-spacing", r"letter-spacing\s*:\s*(?:-(?:[3-9]|\d\d|\d*\.?\d+r?em)|calc|var)"),
        ("bidi", r"unicode-bidi\s*:"),
        ("direction", r"direction\s*:\s*(?:rtl|[\w-]*reverse|var)"),
        ("text-security", r"text-security\s*:"),
        ("line-clamp", r"line-clamp\s*:\s*\d"),
        ("font-size-adjust", r"font-size-adjust\s*:"),
        ("font-variant", r"font-variant(?:-position)?\s*:[^;{}]*\bsu(?:b|per)\b"),
        ("mix-blend", r"mix-blend-mode\s*:\s*(?!normal)"),
        ("offset", r"(?<![-\w])offset(?:-path)?\s*:"),
        ("float", r"(?<![-\w])float\s*:\s*(?!none)"),
        ("grid-", r"grid-(?:row|column|area)(?:-start)?\s*:"),
        ("order", r"(?<![-\w])order\s*:\s*[-+\d]"),
        ("display", r"display\s*:\s*(?:block|flex|grid|table(?!-cell)|list|flow|[^;\"']*\()"),
        (
            "(",
            r"(?:visibility|font-size|(?<![-\w])color)\s*:[^;\"'{}]*"
            r"(?:var|calc|min|max|clamp|env|mix|dark|l[ac][bh])\(",
        ),
        (
            "content",
            r"content\s*:[^;{}]*(?:counter|-quote|attr\(|[\"'][^\"';{}\\]*[-+\d%][^\"';{}\\]*[\"']|\\0{0,4}(?:3\d|2[bd])\b)",
        ),
        ("list-style", r"list-style(?:-type)?\s*:[^;{}]*[\"'][^;{}]*[-+.%\d]"),
        ("dir", r"(?<![-\w:])dir\s*=\s*[\"']?\s*rtl"),
        ("class", rf"class\s*=\s*[\"']?(?:[^\"'<>]*\s)?(?:{'|'.join(HIDING_NAMES)})(?![-\w])"),
    )
)
_COLOUR = re.compile(
    rb"color(?<![-\w]color)\s*[:=]\s*[\"']?\s*(?:#f{3,4}(?![0-9a-f])|#(?:f[0-9a-f]){3}|rgba?\(\s*2[45]\d|rgba|hsl"
    rb"|#[0-9a-f]{3}0(?![0-9a-f])|#[0-9a-f]{6}[01][0-9a-f]|rgb\([^()]*/|rgb\(\s*(?:9[4-9]|100)"
    rb"|transparent|white|snow|ivory|ghostwhite|floralwhite|azure|mintcream|aliceblue|honeydew|lavenderblush"
    rb"|canvas|field|window|infobackground|background|menu|appworkspace|inactivecaption|buttonhighlight|threedhighlight)"
)
_BLANKS = b" \t\r\n\f\"'"
# The beginnings of faint colours behind `color`, without blanks and quotes.
_FAINT = re.compile(
    rb"color[:=](?:#f|#[0-9a-f]{3}0(?![0-9a-f])|#[0-9a-f]{8}|rgb|hsl|transparent|white|snow|ivory|ghost|floral|azure|mint"
    rb"|alice|honey|lavenderb|canvas|field|window|infob|background|menu|appw|inactivec|buttonh|threedh)"
)
# What takes longer to find: text in the colour of its own background, and declarations that are written oddly.
_RARE = tuple(
    re.compile(pattern.encode())
    for pattern in (
        r"style\s*=\s*[\"'][^\"'>]*?(?<![-\w])color\s*:\s*([^;\"'\s>]+)\s*;[^\"'>]*background(?:-color)?\s*:\s*\1",
        r"style\s*=\s*[\"'][^\"'>]*?background(?:-color)?\s*:\s*([^;\"'\s>]+)\s*;(?:[^\"'>]*[\s;])?color\s*:\s*\1(?!\w)",
        r"style\s*=\s*(?:\"[^\">]*|'[^'>]*)(?:\\|/\*|&)",
    )
)
# A style as nearly all are written, and signs that stand in no style.
_STYLE = re.compile(rb'style="([^"<>]*)"')
_BESIDE_STYLES = (b"hidden", b"popover", b"opacity", b"color=", b"color =")
_PATTERNS = tuple((word, re.compile(pattern.encode())) for word, pattern in _SIGNS)


@lru_cache(maxsize=4096)
def is_odd(attributes: str) -> bool:
    """Tell whether the attributes of a tag may change how its text is seen."""
    source = attributes.encode("utf-8", "ignore").lower()
    return has_sign(source) or has_rare_sign(source) or has_moving_sign(source)


def may_be_odd(source: bytes, *, has_tables: bool) -> bool:
    """Tell whether a page in lower case shows a sign; in its tables also one that takes longer to find.

    Nearly all signs stand in styles of elements, which are few and much the same throughout a page.
    """
    styles = _STYLE.findall(source)
    if source.count(b"style") > len(styles) or any(word in source for word in _BESIDE_STYLES):
        return has_sign(source) or (has_tables and (has_rare_sign(source) or has_moving_sign(source)))
    if has_tables and has_moving_sign(source):
        return True
    return any(map(_is_odd_style, set(styles)))


@lru_cache(maxsize=4096)
def _is_odd_style(style: bytes) -> bool:
    source = b'style="' + style + b'"'
    return has_sign(source) or has_rare_sign(source)


def has_sign(source: bytes) -> bool:
    """Tell whether lower-case source shows a sign of text that is seen otherwise; it may be a false one."""
    if any(word in source and pattern.search(source) for word, pattern in _PATTERNS):
        return True
    if b"color" not in source:
        return False
    return _FAINT.search(source.translate(None, _BLANKS)) is not None and _COLOUR.search(source) is not None


def sign_places(source: bytes) -> list[tuple[int, int]]:
    """Return where the signs of lower-case source begin and end."""
    found = [sign.span() for word, pattern in _PATTERNS if word in source for sign in pattern.finditer(source)]
    if b"color" in source:
        found.extend(sign.span() for sign in _COLOUR.finditer(source))
    return found


def has_moving_sign(source: bytes) -> bool:
    """Tell whether lower-case source shows a sign of digits that are shown otherwise than they stand in their cell."""
    return any(word in source and pattern.search(source) for word, pattern in _MOVING_SIGNS)


def moving_places(source: bytes) -> list[tuple[int, int]]:
    """Return where such signs of lower-case source begin and end."""
    return [s.span() for word, pattern in _MOVING_SIGNS if word in source for s in pattern.finditer(source)]


def has_rare_sign(source: bytes) -> bool:
    """Tell the same of styles in attributes whose signs take longer to find."""
    return any(pattern.search(source) for pattern in _RARE)
