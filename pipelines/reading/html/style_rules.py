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

from pipelines.reading.html.otherwise import NAMES
from pipelines.reading.html.signs import has_moving_sign, has_sign, moving_places, sign_places

# Name, value, whether it is important.
Declarations = tuple[tuple[str, str, bool], ...]
# An element, how specific the rule is, its place in the page, and what it declares.
Matched = tuple[LexborNode, int, int, Declarations]

_NAMES = frozenset(
    (
        *("display", "visibility", "content-visibility", "opacity", "text-decoration", "vertical-align", "font-size"),
        *("font", "color", "-webkit-text-fill-color", "background", "clip", "clip-path", "text-indent", "position"),
        *("left", "top", "right", "bottom", "transform", "overflow", "width", "height", "max-width", "max-height"),
        *("mso-hide", *NAMES),
    )
)
_SAME = {
    "text-decoration-line": "text-decoration", "background-color": "background", "overflow-x": "overflow",
    "overflow-y": "overflow", "-webkit-mask": "mask", "mask-image": "mask", "-webkit-mask-image": "mask",
    "-webkit-transform": "transform", "-moz-transform": "transform", "-webkit-filter": "filter",
    "flex-direction": "direction", "flex-flow": "direction", "list-style-type": "list-style",
    "-webkit-clip-path": "clip-path", "font-variant-position": "vertical-align", "overflow-inline": "overflow",
    "overflow-block": "overflow", "inset-inline-start": "left", "inset-inline-end": "right", "inset-block-start": "top",
    "inset-block-end": "bottom", "margin-inline-start": "margin-left", "margin-inline-end": "margin-right",
    "margin-block-start": "margin-top", "margin-block-end": "margin-bottom",
    # Text of reports runs from left to right in lines below each other.
    **{f"{bound}inline-size": f"{bound}width" for bound in ("", "max-")},
    **{f"{bound}block-size": f"{bound}height" for bound in ("", "max-")},
}  # fmt: skip
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_BLOCK = re.compile(r"([^{}]*)([{}])")
_MEDIUM = re.compile(r"\b(?:print|speech|tty|tv|braille)\b")
_WIDTH = re.compile(r"\(\s*(min|max)-(?:device-)?width\s*:\s*([\d.]+)(px|em|rem)?\s*\)")
_LANDSCAPE = re.compile(r"\(\s*orientation\s*:\s*(landscape|portrait)\s*\)")
# A screen that people read reports on is so wide, in pixels; between the two it is not known.
_NARROW, _BROAD, _EM = 1000.0, 1280.0, 16.0
# Blocks whose rules show on a screen, and those of no element.
_ALWAYS, _NEVER = ("@layer", "@supports"), ("@font-face", "@keyframes", "@-", "@page", "@property", "@counter-style")
# Rules for moments and for what is no element; what is put before and behind one is part of it, its first letter too.
_MOMENT = re.compile(r"::|:(?:hover|focus|active|visited|target|checked|placeholder|selection)")
_ADDITION = re.compile(r"::?(?:before|after)\b|::marker\b")
_PIECE = re.compile(r"::?first-l(?:etter|ine)\b")
# What browsers choose elements by and the parser here does not.
_CHOSEN_ELSEWHERE = re.compile(
    r":(?:lang|dir|-webkit-any|-moz-any|matches)\([^()]*\)|:(?:defined|scope|(?:user-)?(?:in)?valid|in-range|default)\b"
)
_DOCTYPE = re.compile(r"\s*(?:<!--.*?-->\s*|<\?xml[^<>]*>\s*)*<!doctype\s+html", re.IGNORECASE | re.DOTALL)
_KEY = re.compile(r"[.#]((?:[\w-]|[^\x00-\x7f])+)")
_LAST = re.compile(r"[^\s>+~]*$")
_ATTRIBUTE = re.compile(r"\[[^\]]*\]|::?[\w-]+(?:\([^()]*\))?")


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
    """Selectors and declarations of a rule that counts on a screen; `is_odd`: it may hide, strike or raise text.

    `is_moving`: it may show digits of a cell otherwise. `is_sure` is not set where a condition decides whether it
    counts.
    """

    selectors: str
    text: str
    is_odd: bool
    is_moving: bool
    is_sure: bool = True


@lru_cache(maxsize=16)
def rules_of(sheet: str) -> tuple[Rule, ...]:
    """Return the rules of a style sheet, which is searched as a whole: of hundreds of rules few are odd."""
    sheet = _COMMENT.sub("", sheet)
    escaped = "\\" in sheet
    source = b"" if escaped else sheet.encode("ascii", "replace").lower()
    odd, moving = _Places(sign_places(source)), _Places(moving_places(source))
    rules: list[Rule] = []
    open_blocks: list[str] = []

    def take(selectors: str, text: str, begin: int, end: int) -> None:
        states = {state_of(block) for block in open_blocks if block.startswith("@")}
        if selectors.startswith("@") or not text.strip() or False in states:
            return
        around = [block for block in open_blocks if not block.startswith("@")]
        for outer in reversed(around):
            selectors = _nested(selectors, outer)
        signs = (_is_odd(text), _is_moving(text)) if escaped else (odd.within(begin, end), moving.within(begin, end))
        rules.append(Rule(selectors, text, *signs, None not in states))

    for found in _BLOCK.finditer(sheet):
        text, brace = found[1], found[2]
        begin, end = found.span(1)
        if brace == "{":
            own, _, selectors = text.rpartition(";")
            if own and open_blocks:
                last = open_blocks.pop()
                take(last, own, begin, end)
                open_blocks.append(last)
            open_blocks.append(selectors.strip())
        elif open_blocks:
            take(open_blocks.pop(), text, begin, end)
    return tuple(rules)


class _Places:
    """Where signs stand in a sheet."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        spans.sort()
        self._starts, self._ends = [start for start, _ in spans], list(accumulate((end for _, end in spans), max))

    def within(self, begin: int, end: int) -> bool:
        """Tell whether a sign stands between two places."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > begin


def _nested(selectors: str, outer: str) -> str:
    """Return the selectors of a rule that stands within another."""
    found = (
        inner.replace("&", part) if "&" in inner else f"{part} {inner}"
        for part in _split(outer)
        for inner in _split(selectors)
    )
    return ",".join(found)


def state_of(block: str) -> bool | None:
    """Tell whether what stands in a block counts on a screen: `@media print` does not; None where it is not known."""
    block = block.lower()
    if block.startswith("@media"):
        queries = [_query_state(query) for query in block.removeprefix("@media").split(",")]
        return True if True in queries else None if None in queries else False
    if block.startswith(_NEVER):
        return False
    return True if block.startswith(_ALWAYS) and " not " not in block else None


def _query_state(query: str) -> bool | None:
    if _MEDIUM.search(query):
        return "not" in query
    states: list[bool | None] = []
    for bound, size, unit in _WIDTH.findall(query):
        pixels = float(size) * (_EM if unit in ("em", "rem") else 1.0) if size.count(".") < 2 else 0.0
        is_broad = None if _NARROW <= pixels <= _BROAD else pixels < _NARROW
        states.append(is_broad if bound == "min" or is_broad is None else not is_broad)
    states.extend(found == "landscape" for found in _LANDSCAPE.findall(query))
    if "not" in query or len(states) < query.count("("):
        states.append(None)
    return False if False in states else None if None in states else True


def _parts(selectors: str) -> list[str]:
    """Return the selectors of a list that apply to elements, or to pieces of them, at any time."""
    return [part for part in _split(selectors) if not _MOMENT.search(_PIECE.sub("", _ADDITION.sub("", part)))]


def _split(selectors: str) -> list[str]:
    """Return the selectors of a list; commas in brackets part nothing."""
    parts, depth = [""], 0
    for character in selectors:
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


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


@lru_cache(maxsize=16)
def _is_moving(source: str) -> bool:
    if "\\" in source or "/*" in source:
        source = _COMMENT.sub("", source) + _ESCAPE.sub(_unescaped, _COMMENT.sub("", source))
    return has_moving_sign(source.encode("utf-8", "ignore").lower())


@lru_cache(maxsize=16)
def _moving_words(sheet: str) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of a sheet that may show digits otherwise, by the words of the elements that they find."""
    found: dict[str, list[Rule]] = {}
    for rule in rules_of(sheet):
        if rule.is_moving and not rule.is_odd:
            for word in {word for part in _parts(rule.selectors) for word in _words_of(part)}:
                found.setdefault(word, []).append(rule)
    return {word: tuple(rules) for word, rules in found.items()}


class Rules:
    """The rules of the style sheets of a page, in their order."""

    def __init__(self, tree: LexborHTMLParser, page: str) -> None:
        self._tree = tree
        read = [sheet for style in tree.css("style") if _counts(style) and (sheet := style.text())]
        self._rules: list[Rule] = []
        self._words: tuple[str, ...] = ()
        moving: set[Rule] = set()
        words: set[str] = set()
        lower = page.lower() if any(map(_is_moving, read)) else ""
        begin, end = lower.find("<table"), lower.rfind("</table")
        # The last table may have no end.
        tables = lower[begin : end if end > lower.rfind("<table") else None] if begin >= 0 else ""
        for sheet in read if tables else ():
            for word, rules in _moving_words(sheet).items():
                if word.lower() in tables:
                    moving.update(rules)
                    words.add(word)
        if moving or any(map(_is_odd, read)):
            self._rules = [rule._replace(is_odd=rule.is_odd or rule in moving) for s in read for rule in rules_of(s)]
            parts = (
                part for rule in self._rules if rule.is_odd and rule not in moving for part in _parts(rule.selectors)
            )
            words.update(word for part in parts for word in _words_of(part))
            self._words = tuple(words if _DOCTYPE.match(page) else _spellings(words, page))

    @property
    def words(self) -> tuple[str, ...]:
        """Return what stands in the source of each element that a rule may hide, strike or raise."""
        return self._words

    def odd(self) -> dict[int, list[Matched]]:
        """Return the rules that may hide, strike or raise elements, by the number of the element in the tree."""
        found: dict[int, list[Matched]] = {}
        for order, rule in enumerate(self._rules):
            if rule.is_odd:
                self._match(found, rule, order)
        return found

    def add_others(self, found: dict[int, list[Matched]]) -> None:
        """Add the rules that may show again what others hide, and those that state a background."""
        for order, rule in enumerate(self._rules):
            if not rule.is_odd and rule.is_sure:
                self._match(found, rule, order)

    def _match(self, found: dict[int, list[Matched]], rule: Rule, order: int) -> None:
        declared = declarations(rule.text)
        added = tuple(each for each in declared if each[0] == "content")
        own = tuple(each for each in declared if each[0] != "content")
        if not rule.is_sure:
            own = added = (("unsure", "", False),) if declared else ()
        for part in _parts(rule.selectors) if declared else ():
            shown, selector = added if _ADDITION.search(part) else own, _ADDITION.sub("", part)
            selector, pieces = _PIECE.subn("", selector)
            selector, elsewhere = _CHOSEN_ELSEWHERE.subn("", selector)
            if pieces or elsewhere:
                shown = (("unsure", "", False),) if rule.is_odd else ()
            if not shown:
                continue
            try:
                nodes = self._tree.css(selector or "*")
            except Exception:  # a selector that no parser knows applies to nothing
                continue
            specific = _specificity(selector)
            for node in nodes:
                found.setdefault(node.mem_id, []).append((node, specific, order, shown))


def _counts(style: LexborNode) -> bool:
    """Tell whether a style element is one of a sheet for a screen that browsers apply."""
    attributes, around = style.attributes, style.parent
    if (attributes.get("type") or "text/css").strip().lower() != "text/css":
        return False
    if (media := attributes.get("media") or "") and state_of(f"@media {media}") is False:
        return False
    while around is not None and around.tag not in ("noscript", "template"):
        around = around.parent
    return around is None


def _spellings(words: set[str], page: str) -> set[str]:
    """Return words as a page spells them that has no document type: browsers then take no heed of their case."""
    names = {word for word in words if word[0] != "<"}
    if not names:
        return words
    return words | set(re.findall("|".join(map(re.escape, sorted(names))), page, re.IGNORECASE))


# Tags that no plain table holds.
_OUTSIDE = frozenset(("body", "html", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "form", "input"))


def _specificity(selector: str) -> int:
    """Return how specific a selector is: identities before classes before tags."""
    plain = _ATTRIBUTE.sub("", selector)
    classes = plain.count(".") + selector.count("[") + selector.count(":")
    return plain.count("#") * 10_000 + classes * 100 + len(re.findall(r"(?:^|[\s>+~])[a-zA-Z]", plain))
