"""The rules of a page's own style sheets that change how text is seen, and the elements they apply to.

Belongs here: cutting style sheets into rules, and rules into declarations. Keep out: what a declaration means
(`visibility`). Style sheets outside the page are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Name, value, whether it is important.
Declarations = tuple[tuple[str, str, bool], ...]
# An element, how specific the rule is, its place in the page, and what it declares.
Matched = tuple[LexborNode, int, int, Declarations]

_NAMES = frozenset(
    (
        *("display", "visibility", "content-visibility", "opacity", "text-decoration", "vertical-align", "font-size"),
        *("font", "color", "-webkit-text-fill-color", "background", "clip", "clip-path", "text-indent", "position"),
        *("left", "top", "right", "bottom", "transform", "overflow", "width", "height", "max-width", "max-height"),
    )
)
_SAME = {"text-decoration-line": "text-decoration", "background-color": "background", "overflow-x": "overflow"}
# What alone changes nothing: where text is white, its background must be known, too.
_BACKGROUND = frozenset({"background", "width", "height", "left", "top", "right", "bottom"})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)
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


def rules_of(sheet: str) -> Iterator[tuple[str, Declarations]]:
    """Yield each selector of a style sheet with the declarations that tell how text is seen on a screen."""
    open_blocks: list[str] = []
    for found in _BLOCK.finditer(_COMMENT.sub("", sheet)):
        text, brace = found[1], found[2]
        if brace == "{":
            open_blocks.append(text.rpartition(";")[2].strip())
            continue
        if not open_blocks:
            continue
        selectors = open_blocks.pop()
        if selectors.startswith("@") or any(_is_off(block) for block in open_blocks):
            continue
        if declared := declarations(text):
            for selector in _parts(selectors):
                yield selector, declared


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


def hiding_words(page: str) -> re.Pattern[str] | None:
    """Return a pattern of what stands in each element that a rule of the page may hide, strike or raise.

    Looks at the source, so that tables can be judged before the page is parsed. None where there is no such rule.
    """
    if "<style" not in page and "<STYLE" not in page and "<Style" not in page:
        return None
    words: set[str] = set()
    for sheet in _STYLE.finditer(page):
        for selector, declared in rules_of(sheet[1]):
            if all(name in _BACKGROUND or _is_usual(name, value) for name, value, _ in declared):
                continue
            last = _LAST.search(_ATTRIBUTE.sub("", selector))
            keys = _KEY.findall(last[0]) if last else []
            if keys and "\\" not in selector:
                words.add(re.escape(keys[-1]))
            elif last and last[0].lower() not in _OUTSIDE:
                words.add("<")
    return re.compile("|".join(sorted(words)), re.IGNORECASE) if words else None


# Tags that no plain table holds.
_OUTSIDE = frozenset(
    {"body", "html", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "form", "input"}
)
_USUAL = {
    "display": re.compile(r"(?!none)"),
    "visibility": re.compile("visible"),
    "text-decoration": re.compile("(?!.*line-through)"),
    "vertical-align": re.compile(r"(?!super|sub|[-+.\d])"),
    "font-size": re.compile(r"[1-9]\d|[3-9]|[a-z]|1\.\d*r?em|[12]r?em"),
    "font": re.compile(r".*?(?:\b[1-9]\d|\b[3-9]|^[a-z-]+$|\b[12](?:\.\d+)?r?em)"),
    "color": re.compile(
        r"#[0-9ab]|rgb\(\s*1?\d?\d\b|(?!white|snow|ivory|transparent|[a-z]*white|azure|mintcream|#|rgb|hsl)"
    ),
    "overflow": re.compile(""),
    "position": re.compile("static|relative"),
    "max-width": re.compile(r"(?!0)"),
    "max-height": re.compile(r"(?!0)"),
    "transform": re.compile(r"(?!.*scale)"),
    "text-indent": re.compile("(?!-)"),
}


def _is_usual(name: str, value: str) -> bool:
    usual = _USUAL.get(name)
    return usual is not None and usual.match(value) is not None


def matched_rules(tree: LexborHTMLParser) -> dict[int, list[Matched]]:
    """Return the rules that apply to each element, by the number of the element in the tree."""
    found: dict[int, list[Matched]] = {}
    order = 0
    for style in tree.css("style"):
        if _PRINT.search(style.attributes.get("media") or ""):
            continue
        for selector, declared in rules_of(style.text()):
            order += 1
            try:
                nodes = tree.css(selector)
            except Exception:  # a selector that the parser does not know applies to nothing
                continue
            specific = _specificity(selector)
            for node in nodes:
                found.setdefault(node.mem_id, []).append((node, specific, order, declared))
    return found


def _specificity(selector: str) -> int:
    """Return how specific a selector is: identities before classes before tags."""
    plain = _ATTRIBUTE.sub("", selector)
    classes = plain.count(".") + selector.count("[") + selector.count(":")
    return plain.count("#") * 10_000 + classes * 100 + len(re.findall(r"(?:^|[\s>+~])[a-zA-Z]", plain))
