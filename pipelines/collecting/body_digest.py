"""Whether two contents of a page say the same: a counter, a clock or a token that differs makes no new version.

Everything a page holds counts - texts seen and hidden, addresses, attributes that hold text, scripts - but for what is
known to differ at every visit, and that only where no report stands: a changed figure of a report is always another
content. What is in doubt counts. Belongs here: what does not count, and the digest. Keep out: what follows (`visit`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.collecting.item_page import CONTAINERS, canonical
from pipelines.collecting.listing import ListError, markup
from pipelines.collecting.records import Request, Response
from pipelines.collecting.source import Source

_SECTION = re.compile(r"^\s*[一二三四五六][、.．]\s*\S")
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame", "frameset", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "legend", "li", "main", "meta", "nav", "object",
    "ol", "option", "p", "pre", "script", "section", "select", "style", "summary", "table", "tbody", "td",
    "template", "textarea", "tfoot", "th", "thead", "title", "tr", "ul",
))  # fmt: skip
_UNSEEN = frozenset(("-text", "-comment", "!doctype", "-doctype", "-undef"))
# Attributes that lead somewhere, and those that hold text. Others (class, style, ...) count in a report's container.
_ADDRESSES, _TEXTS = (
    ("href", "src", "data", "action", "background"),
    ("title", "alt", "content", "value", "label", "name"),
)
# Names of hidden fields and meta tags whose values are of the visit.
_TOKENS = re.compile(r"^(?:__\w+|.*(?:csrf|xsrf|token|nonce|captcha|session|timestamp).*)$", re.IGNORECASE)
# A line of a page's head or foot; a sentence is none.
_MOST_OF_A_LINE = 300
_DAY = r"20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?"
_CLOCK = r"\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}秒?)?"
_VISITS = re.compile(
    r"((?:浏览|访问|点击|阅读|查看)(?:次数|人数|数|量|率)?|人气|在线人数|hits?|views?)(\s*[:：]?\s*)[\[(（]?\s*\d[\d,]*\s*[\])）]?"
    r"|(您是(?:本站)?第\s*)\d[\d,]*(?=\s*(?:位|个|名)?\s*(?:访|浏览|游))"
    rf"|((?:今天|今日|现在)(?:是|时间)?|当前(?:时间|日期)|(?:系统|服务器|北京)时间)(\s*[:：]?\s*)(?:{_DAY})?\s*(?:{_CLOCK})?"
    rf"\s*(?:星期|周)?[一二三四五六日天]?\s*(?:{_CLOCK})?"
    r"|((?:页面)?(?:执行时间|执行|耗时|processed in)\s*[:：]?\s*)\d+(?:\.\d+)?",
    re.IGNORECASE,
)
# What a script of no report may hold of a visit: times, random words, counts.
_IN_SCRIPTS = re.compile(
    rf"(?<![\w.])\d{{9,}}(?![\w.])|(?<!\d)\d?\.\d{{6,}}|{_DAY}(?:[ T]*{_CLOCK}(?:\.\d+)?)?"
    r"|(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{16,200}(?![\w-])"
    r"|(?<=hits)\W{1,5}\d+|(?<=count)\W{1,5}\d+|(?<=views)\W{1,5}\d+|(?<=pv)\W{1,5}\d+",
    re.IGNORECASE,
)
# Chinese text, or markup that could hold some, in whatever way a script spells it.
_MAY_BE_REPORT = re.compile(
    r"[\u3400-\u9fff]|\\u[3-9][0-9a-f]{3}|%u[3-9][0-9a-f]{3}|%e[4-9]%|&#(?:x[3-9]|[1-5]\d{4})|<t[dr]\b", re.I
)


class _Piece(NamedTuple):
    """A line of text, or a tag with its attributes, in the order of the page.

    `plain` is the text of a line alone, `whole` has the marks of the tags in it; `of_report`: in a report's container.
    """

    whole: str
    of_report: bool = False
    plain: str | None = None


def says_the_same(source: Source, url: str, stored: bytes, came: bytes) -> bool:
    """Tell whether two contents of a page have the same digest; False where either cannot be read as a page."""
    ours = body_digest(source, url, stored)
    return ours is not None and ours == body_digest(source, url, came)


def body_digest(source: Source, url: str, body: bytes) -> str | None:
    """Return a digest of all that a page says but for what differs at every visit, or None for no page that is read."""
    try:
        text = markup.text_of(Response(Request(url), url, 200, {}, body))
        tree = markup.tree_of(text, url)
        containers = _containers(source, tree, url)
    except ListError:
        return None
    # What a template holds is in no tree; what cannot be decoded is not known to be the same.
    if tree.root is None or "\ufffd" in text or "<template" in text.lower():
        return None
    digest = hashlib.sha256()
    sections = 0
    for piece in _Reading(source, url, containers).pieces(tree.root):
        counted = piece.whole
        if piece.plain is not None:
            sections += _SECTION.match(piece.plain) is not None
            may_differ = not piece.of_report and (sections == 0 or bool(containers))
            counted = (may_differ and _without_visit(piece.plain)) or counted
        digest.update(f"{len(counted)}:{counted}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest() if sections or containers else None


def _containers(source: Source, tree: LexborHTMLParser, url: str) -> frozenset[int]:
    """Return the innermost of the elements that hold a report: a line beside them is of the page, not of the report."""
    found = {node.mem_id: node for css in (*source.detail.body, *CONTAINERS) for node in markup.select(tree, css, url)}
    outer: set[int] = set()
    for node in found.values():
        inner = len("".join(node.text().split()))
        for parent in islice(_above(node), markup.MAX_DEPTH):
            # Of two that hold nearly the same the inner one; a small box in a report must not take its place.
            if parent.mem_id in found and inner * 2 > len("".join(parent.text().split())):
                outer.add(parent.mem_id)
    return frozenset(found) - outer


def _above(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _without_visit(line: str) -> str | None:
    """Return a line without what is of the visit, or None where nothing is."""
    if len(line) > _MOST_OF_A_LINE or "。" in line:
        return None
    without, times = _VISITS.subn(lambda found: "".join(part for part in found.groups() if part), line)
    return without if times else None


class _Line:
    """The line that is being read: its text, and its text with the marks of tags."""

    def __init__(self) -> None:
        self._plain: list[str] = []
        self._whole: list[str] = []
        self._of_report = False

    def add(self, text: str, *, of_report: bool) -> None:
        self._plain.append(text)
        self._whole.append(text)
        self._of_report = self._of_report or of_report

    def tag(self, name: str) -> Iterator[_Piece]:
        """Mark the begin or end of an element; that of a block ends the line, which is then yielded, and the mark."""
        if name.removeprefix("/") not in _BLOCKS:
            self._whole.append(f"\x00{name}\x00")
            return
        plain, whole = (" ".join("".join(parts).split()) for parts in (self._plain, self._whole))
        if whole:
            yield _Piece(whole, self._of_report, plain)
        yield _Piece(name)
        self._plain, self._whole, self._of_report = [], [], False


@dataclass
class _Reading:
    source: Source
    url: str
    containers: frozenset[int]

    def pieces(self, root: LexborNode) -> Iterator[_Piece]:
        """Yield all that a page holds, in order."""
        stack: list[tuple[LexborNode | str, bool]] = [("/html", False), (root, False)]
        line = _Line()
        while stack:
            node, of_report = stack.pop()
            if isinstance(node, str):  # the end of an element
                yield from line.tag(node)
                continue
            tag = node.tag or ""
            if tag == "-text":
                line.add(node.text_content or "", of_report=of_report)
            if tag in _UNSEEN:
                continue
            yield from line.tag(tag)
            inside = of_report or node.mem_id in self.containers
            yield from (_Piece(each) for each in self._attributes(node, tag, inside=inside))
            children = list(node.iter(include_text=True))
            if tag in ("script", "style"):
                yield _Piece(_script(tag, "".join(child.text_content or "" for child in children)))
            else:
                stack.append((f"/{tag}", inside))
                stack.extend((child, inside) for child in reversed(children))

    def _attributes(self, node: LexborNode, tag: str, *, inside: bool) -> Iterator[str]:
        named = node.attributes
        if tag == "input" and (named.get("type") or "").lower() == "hidden":
            is_token = _TOKENS.match(named.get("name") or named.get("id") or "")
            # A page may keep its whole text in a field that nobody sees.
            if is_token or not (inside or _MAY_BE_REPORT.search(named.get("value") or "")):
                return
        if tag == "meta" and _TOKENS.match(named.get("name") or ""):
            return
        for name in sorted(named):
            value = named[name] or ""
            if name in _ADDRESSES:
                yield f"{tag} {name}={self._address(value)}"
            elif name in _TEXTS or (inside and name != "nonce"):
                yield f"{tag} {name}={value}"

    def _address(self, value: str) -> str:
        url = markup.absolute(self.url, value)
        return value if url is None else canonical(url, self.source)


def _script(tag: str, text: str) -> str:
    """Return a script or style sheet; of a script that can be no report's, without what is of the visit."""
    return text if tag == "style" or _MAY_BE_REPORT.search(text) else _IN_SCRIPTS.sub("#", text)
