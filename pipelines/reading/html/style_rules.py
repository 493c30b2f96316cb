"""The rules of a page's own style sheets that change how text is seen, and the elements they apply to.

Belongs here: cutting style sheets into rules, and rules into declarations. Keep out: what a declaration means
(`visibility`). Style sheets outside the page are not known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.reading.html.signs import has_sign, sign_places

# Name, value, whether it is important.
Declarations = tuple[tuple[str, str, bool], ...]
# An element, how specific the rule is, its place in the page, and what it declares.
Matched = tuple[LexborNode, int, int, Declarations]

_NAMES = frozenset(
    (
        *("display", "visibility", "content-visibility", "opacity", "text-decoration", "vertical-align", "font-size"),
        *("font", "color", "-webkit-text-fill-color", "background", "clip", "clip-path", "text-indent", "position"),
        *("left", "top", "right", "bottom", "transform", "overflow", "width", "height", "max-width", "max-height"),
        "mso-hide",
    )
)
_SAME = {"text-decoration-line": "text-decoration", "background-color": "background", "overflow-x": "overflow"}
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_BLOCK = re.compile(r"([^{}]*)([{}])")
_PRINT = re.compile(r"\bprint\b|\bspeech\b|\(|\bnot\b", re.IGNORECASE)
# Rules for moments and for what is no element.
_MOMENT = re.compile(r"::|:(?:before|after|first-l|hover|focus|active|visited|target|checked|placeholder|selection)")
_KEY = re.compile(r"[.#]((?:[\w-]|[^\x00-\x7f])+)")
_LAST = re.compile(r"[^\s>+~]*$")
_ATTRIBUTE = re.compile(r"\[[^\]]*\]|:[\w-]+(?:\([^()]*\))?")


@lru_cache(maxsize=4096)
def declarations(style: str) -> Declarations:
    """Return the declarations of a style that tell how text is seen, lower-case, in their order."""
    if ":" not in style:
        return ()
    if "\\" in style or "/*" in style:
        style = _ESCAPE.sub(_unescaped, _COMMENT.sub("", style))
    found = []
    for part in style.lower().split(";"):
        name, _, value = part.partition(":")
        name = name.strip()
        name = _SAME.get(name, name)
        if name in _NAMES:
            value, mark, _ = value.partition("!")
            found.append((name, " ".join(value.split()), bool(mark)))
    return tuple(found)


def _unescaped(found: re.Match[str]) -> str:
    try:
        return chr(int(found[1], 16)) if found[1] else found[2]
    except (ValueError, OverflowError):
        return "\ufffd"


class Rule(NamedTuple):
    """Selectors and declarations of a rule that counts on a screen; `is_odd`: it may hide, strike or raise text."""

    selectors: str
    text: str
    is_odd: bool


@lru_cache(maxsize=16)
def rules_of(sheet: str) -> tuple[Rule, ...]:
    """Return the rules of a style sheet, which is searched as a whole: of hundreds of rules few are odd."""
    sheet = _COMMENT.sub("", sheet)
    escaped = "\\" in sheet
    signs = [] if escaped else sorted(sign_places(sheet.encode("ascii", "replace").lower()))
    starts, ends = [start for start, _ in signs], list(accumulate((end for _, end in signs), max))
    rules: list[Rule] = []
    open_blocks: list[str] = []
    for found in _BLOCK.finditer(sheet):
        text, brace = found[1], found[2]
        if brace == "{":
            open_blocks.append(text.rpartition(";")[2].strip())
            continue
        if not open_blocks:
            continue
        selectors = open_blocks.pop()
        if selectors.startswith("@") or any(_is_off(block) for block in open_blocks):
            continue
        before = bisect_left(starts, found.end(1))  # signs that begin before the rule ends
        is_odd = _is_odd(text) if escaped else before > 0 and ends[before - 1] > found.start(1)
        rules.append(Rule(selectors, text, is_odd))
    return tuple(rules)


def _is_off(block: str) -> bool:
    """Tell whether what stands in a block does not count: `@media print`, key frames, widths of a screen."""
    return not block.startswith(("@layer", "@media")) or (
        block.startswith("@media") and _PRINT.search(block) is not None
    )


def _parts(selectors: str) -> list[str]:
    """Return the selectors of a list; commas in brackets part nothing."""
    parts, depth = [""], 0
    for character in selectors:
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip() and not _MOMENT.search(part)]


def _words_of(selector: str) -> tuple[str, ...]:
    """Return words of which one stands in each element that a selector finds, `<` where it can be any."""
    last = _LAST.search(_ATTRIBUTE.sub("", selector))
    own = last[0] if last else ""
    if "\\" in selector or not own or own[0] == "*":
        return ("<",)
    keys = _KEY.findall(own)
    if keys:
        return (keys[-1],)
    return () if own.lower() in _OUTSIDE else (f"<{own.lower()}", f"<{own.upper()}")


# The pages of a site bear the same sheets.
@lru_cache(maxsize=16)
def _is_odd(source: str) -> bool:
    if "\\" in source or "/*" in source:
        source = _ESCAPE.sub(_unescaped, _COMMENT.sub("", source))
    return has_sign(source.encode("utf-8", "ignore").lower())


class Rules:
    """The rules of the style sheets of a page, in their order."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        sheets = (style.text() for style in tree.css("style") if not _PRINT.search(style.attributes.get("media") or ""))
        read = [sheet for sheet in sheets if sheet]
        self._rules: list[Rule] = []
        self._words: tuple[str, ...] = ()
        if any(map(_is_odd, read)):
            self._rules = [rule for sheet in read for rule in rules_of(sheet)]
            parts = (part for rule in self._rules if rule.is_odd for part in _parts(rule.selectors))
            self._words = tuple({word for part in parts for word in _words_of(part)})

    @property
    def words(self) -> tuple[str, ...]:
        """Return what stands in the source of each element that a rule may hide, strike or raise."""
        return self._words

    def odd(self) -> dict[int, list[Matched]]:
        """Return the rules that may hide, strike or raise elements, by the number of the element in the tree."""
        found: dict[int, list[Matched]] = {}
        for order, (selectors, text, is_odd) in enumerate(self._rules):
            if is_odd:
                self._match(found, selectors, text, order)
        return found

    def add_others(self, found: dict[int, list[Matched]]) -> None:
        """Add the rules that may show again what others hide, and those that state a background."""
        for order, (selectors, text, is_odd) in enumerate(self._rules):
            if not is_odd:
                self._match(found, selectors, text, order)

    def _match(self, found: dict[int, list[Matched]], selectors: str, text: str, order: int) -> None:
        declared = declarations(text)
        for selector in _parts(selectors) if declared else ():
            try:
                nodes = self._tree.css(selector)
            except Exception:  # a selector that the parser does not know applies to nothing
                continue
            specific = _specificity(selector)
            for node in nodes:
                found.setdefault(node.mem_id, []).append((node, specific, order, declared))


# Tags that no plain table holds.
_OUTSIDE = frozenset(("body", "html", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "form", "input"))


def _specificity(selector: str) -> int:
    """Return how specific a selector is: identities before classes before tags."""
    plain = _ATTRIBUTE.sub("", selector)
    classes = plain.count(".") + selector.count("[") + selector.count(":")
    return plain.count("#") * 10_000 + classes * 100 + len(re.findall(r"(?:^|[\s>+~])[a-zA-Z]", plain))
