"""What a browser shows of an element: nothing, its text, or text that is struck, raised or too faint to be trusted.

Belongs here: the meaning of tags, attributes and declarations for what is seen, and how children inherit it. Keep out:
which rules of a style sheet apply to an element (`style_rules`), and what is done with the text (`document`, `cells`).
"""

from __future__ import annotations

import re
from colorsys import hls_to_rgb
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.contracts.codes import code_list
from pipelines.reading.html.otherwise import take_otherwise
from pipelines.reading.html.signs import HIDING_NAMES, is_odd, may_be_odd
from pipelines.reading.html.style_rules import Declarations, Rules, declarations

HIDDEN_TEXT, STRUCK_TEXT, RAISED_TEXT = code_list("cell_note").named("hidden_text", "struck_text", "raised_text")
Look = dict[str, str]
# What an element declares about how it is seen, by its number in the tree.
Looks = dict[int, Look]
Colour = tuple[int, int, int]

_WHITE = (255, 255, 255)
# Text this close to its background in every channel cannot be told from it.
_NEAR = 15
# What Word hides and browsers show.
_HIDDEN_IN_WORD = frozenset({"all", "screen"})
_FAINT, _TINY_PX, _FAR_PX = 0.1, 2.0, 200.0
_PX = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "%": 0.16,
    "cm": 37.8,
    "mm": 3.78,
    "in": 96.0,
}
_LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(px|pt|em|rem|ex|%|cm|mm|in|)")
_FONT_SIZE = re.compile(r"(?:^|\s)((?:\d+\.?\d*|\.\d+)(?:px|pt|em|rem|%|))(?:\s*/|\s)")
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_RGB = re.compile(r"rgba?\(([\d.]+)(%?)[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?(?:[\s,/]+([\d.]+)%?)?\s*\)")
_HSL = re.compile(r"hsla?\(\s*(\d{1,4}(?:\.\d+)?)(?:deg)?[\s,]+(\d{1,3}(?:\.\d+)?)%[\s,]+(\d{1,3}(?:\.\d+)?)%")
_CLEAR = re.compile(r"(?:/|,[^,]*,[^,]*,)\s*0*\.?0*%?\s*\)$")
_NAMES = {
    "white": _WHITE, "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255), "floralwhite": (255, 250, 240), "azure": (240, 255, 255),
    "mintcream": (245, 255, 250), "aliceblue": (240, 248, 255), "honeydew": (240, 255, 240),
    "lavenderblush": (255, 240, 245),
    # What a browser paints its own pages and fields with.
    **dict.fromkeys(
        ("canvas", "field", "window", "infobackground", "background", "menu", "appworkspace", "inactivecaption",
         "buttonhighlight", "threedhighlight"),
        _WHITE,
    ),
    "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0),
    "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
}  # fmt: skip
_STRUCK, _RAISED = frozenset({"del", "s", "strike"}), frozenset({"sup", "sub"})
# What browsers show only upon a click, or never: readings of ruby stand above the text, not in it.
_GONE = frozenset({"rt", "rp", "rtc", "datalist", "dialog", "template", "noembed", "noframes"})
_ODD_TAGS = _STRUCK | _RAISED | _GONE | {"bdo"}
_TAGS = ",".join(sorted(_ODD_TAGS))
_ODD_TAG = re.compile(rf"<(?:{'|'.join(sorted(_ODD_TAGS))})[\s>/]".encode())
_BY_NAME = ",".join(f"[class~={name}]" for name in sorted(HIDING_NAMES))
_TABLE_PARTS = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "body"})


class Sight(NamedTuple):
    """How text is seen at a place of the tree, `SEEN` where nothing is odd.

    `is_visible` and `size` (2 as usual, 1 tiny, 0 none) may be set again by children, `is_gone` not; `background` is
    None where it is a picture, `colour` where it is the page's own. `mark` and `doubt` are codes of `cell_note`.
    """

    is_visible: bool = True
    size: int = 2
    is_gone: bool = False
    colour: Colour | None = None
    background: Colour | None = _WHITE
    mark: str | None = None
    doubt: str | None = None

    def shows(self) -> bool:
        """Tell whether text is shown at all."""
        return self.is_visible and self.size > 0 and not self.is_gone

    def doubts(self, text: str) -> str | None:
        """Return the doubt on a shown text, None where it may be trusted or is blank."""
        if text.isspace() or not text:
            return None
        if self.mark == STRUCK_TEXT or (self.mark and any(c.isnumeric() or c in "+-−－.．,，%％" for c in text)):
            return self.mark
        if self.doubt or self.size == 1:
            return HIDDEN_TEXT
        colour, ground = self.colour, self.background
        faint = colour is not None and ground is not None
        if faint and all(abs(a - b) <= _NEAR for a, b in zip(colour or (), ground or (), strict=True)):
            return HIDDEN_TEXT
        return None


SEEN = Sight()


def looks_of(tree: LexborHTMLParser, page: str, rules: Rules, *, has_tables: bool) -> Looks:
    """Return what elements of a page declare about how they are seen; nothing where no element shows a sign of it.

    `has_tables`: tables are to be read from the tree.
    """
    source = (page if rules.words else page[max(page.find("<body"), 0) :]).encode("utf-8", "ignore").lower()
    if not may_be_odd(source, has_tables=has_tables) and not _ODD_TAG.search(source):
        return {}
    matched = rules.odd() if rules.words else {}
    by_name = f",{_BY_NAME}" if has_tables and any(name.encode() in source for name in HIDING_NAMES) else ""
    nodes = tree.css(f"{_TAGS},[hidden],[popover],[style],[color],[bgcolor],[background],[dir]{by_name}")
    if not matched and not any(node.tag in _ODD_TAGS or is_odd(_source_of(node)) for node in nodes):
        return {}
    if rules.words:
        rules.add_others(matched)
    found: Looks = {}
    for node in (*nodes, *(rule[0][0] for rule in matched.values())):
        if node.mem_id not in found and (look := _look(node, matched.get(node.mem_id, []))):
            found[node.mem_id] = look
    return found


def _source_of(node: LexborNode) -> str:
    return " " + " ".join(f'{name}="{value or ""}"' for name, value in node.attributes.items())


def _look(node: LexborNode, rules: list[tuple[LexborNode, int, int, Declarations]]) -> Look:
    """Return the declarations that win for an element: its tag, its attributes, rules, its own style, `!important`."""
    tag, attributes = node.tag or "", node.attributes
    if tag in ("html", "body"):
        return {}  # a page that hides itself is shown by its script
    look: Look = {}
    important: Look = {}
    if tag in _STRUCK:
        look["text-decoration"] = "line-through"
    if not {"hidden", "popover"}.isdisjoint(attributes) or (
        tag in _GONE and not (tag == "dialog" and "open" in attributes)
    ):
        look["display"] = "none"
    for attribute, name in (("color", "color"), ("bgcolor", "background"), ("background", "background")):
        if value := attributes.get(attribute):
            look[name] = value.strip().lower()
    ordered = [found for *_, found in sorted(rules, key=lambda rule: rule[1:3])]
    for name, value, is_important in (
        d for found in (*ordered, declarations(attributes.get("style") or "")) for d in found
    ):
        (important if is_important else look)[name] = value
    look |= important
    if (attributes.get("dir") or "").strip().lower() == "rtl":
        look.setdefault("direction", "rtl")
    take_otherwise(look, tag, (attributes.get("class") or "").lower())
    if tag in _TABLE_PARTS:
        look.pop("vertical-align", None)  # places the whole cell
        if look.get("position") == "relative":
            del look["position"]
    if tag in _RAISED:
        look["vertical-align"] = "super"  # style sheets set the line straight and raise it by other means
    return look


def entered(sight: Sight, look: Look) -> Sight | None:
    """Return how text is seen inside an element that stands where `sight` holds; None where it takes no place."""
    if look.get("display") == "none":
        return None
    visibility, opacity = look.get("visibility"), _number(look.get("opacity"))
    is_visible = sight.is_visible
    if visibility in ("hidden", "collapse", "visible"):
        is_visible = visibility == "visible"
    size = _size(look, sight.size)
    colour, background, doubt = sight.colour, sight.background, sight.doubt
    if (ground := look.get("background")) is not None:
        background = _background(ground, background)
    if (name := look.get("-webkit-text-fill-color") or look.get("color")) is not None:
        if _is_transparent(name):
            doubt = HIDDEN_TEXT
        else:
            colour = _colour(name) if name not in ("inherit", "currentcolor") else colour
    if (opacity is not None and 0 < opacity <= _FAINT) or _is_cut(look) or look.get("mso-hide") in _HIDDEN_IN_WORD:
        doubt = HIDDEN_TEXT
    is_gone = sight.is_gone or opacity == 0 or look.get("content-visibility") == "hidden"
    return Sight(is_visible, size, is_gone, colour, background, _mark(look, sight.mark), doubt)


def _mark(look: Look, mark: str | None) -> str | None:
    if "line-through" in look.get("text-decoration", ""):
        return STRUCK_TEXT
    raised = look.get("vertical-align", "")
    moved = (look.get("top"), look.get("bottom")) if look.get("position") == "relative" else ()
    is_raised = raised in ("super", "sub") or any(_length(value) for value in (raised, *moved))
    return mark or (RAISED_TEXT if is_raised else None)


def _size(look: Look, size: int) -> int:
    """Return 0 for text without size, 1 for tiny text, 2 for any other."""
    value = look.get("font-size")
    if value is None and (font := look.get("font")) is not None and (found := _FONT_SIZE.search(font)):
        value = found[1]
    pixels = _length(value)
    if pixels is None:
        return size
    if value is not None and value.endswith(("%", "em", "ex")) and not value.endswith("rem") and pixels > 0:
        return size if size < 2 or pixels > _TINY_PX else 1  # of the size around it
    return 0 if pixels <= 0 else 1 if pixels <= _TINY_PX else 2


def _is_cut(look: Look) -> bool:
    """Tell whether text is moved out of sight or cut off: how much of it is seen cannot be told."""
    if (_length(look.get("text-indent")) or 0) <= -_FAR_PX or "scale(0" in look.get("transform", "").replace(" ", ""):
        return True
    if look.get("overflow") in ("hidden", "clip"):
        sizes = (look.get(name) for name in ("width", "height", "max-width", "max-height"))
        if any(pixels is not None and pixels <= _TINY_PX for pixels in map(_length, sizes)):
            return True
    if look.get("position") not in ("absolute", "fixed"):
        return look.get("clip-path", "none") != "none"
    places = (_length(look.get(name)) or 0 for name in ("left", "top", "right", "bottom"))
    return "rect" in look.get("clip", "") or look.get("clip-path", "none") != "none" or min(places) <= -_FAR_PX


def _number(value: str | None) -> float | None:
    try:
        return float(value.rstrip("%")) if value else None
    except ValueError:
        return None


def _length(value: str | None) -> float | None:
    found = _LENGTH.fullmatch(value) if value else None
    return float(found[1]) * _PX[found[2]] if found else None


def _is_transparent(value: str) -> bool:
    found = _RGB.fullmatch(value)
    is_clear = found is not None and found[5] is not None and _number(found[5]) == 0
    if _HEX.fullmatch(value):
        return (len(value) == 5 and value[4] == "0") or (len(value) == 9 and int(value[7:], 16) <= _FAINT * 255)
    return is_clear or value == "transparent" or _CLEAR.search(value) is not None


def _background(value: str, around: Colour | None) -> Colour | None:
    """Return the background of an element; None where it is a picture or unknown."""
    if value in ("none", "transparent", "inherit", "initial", "unset") or _is_transparent(value):
        return around
    return _colour(value) or next(filter(None, map(_colour, value.split())), None) if "url" not in value else None


def _colour(value: str) -> Colour | None:
    """Return red, green and blue of a colour; None where it is not known."""
    if _HEX.fullmatch(value):
        digits = value[1:]
        pairs = [digit * 2 for digit in digits[:3]] if len(digits) < 6 else [digits[0:2], digits[2:4], digits[4:6]]
        red, green, blue = (int(pair, 16) for pair in pairs)
        return red, green, blue
    if found := _RGB.fullmatch(value):
        scale = 2.55 if found[2] else 1.0
        return int(float(found[1]) * scale), int(float(found[3]) * scale), int(float(found[4]) * scale)
    if found := _HSL.match(value):
        parts = hls_to_rgb(float(found[1]) % 360 / 360, float(found[3]) / 100, float(found[2]) / 100)
        return round(parts[0] * 255), round(parts[1] * 255), round(parts[2] * 255)
    return _NAMES.get(value)
