"""Text that is written as that of a program: literals of JavaScript, and escapes that it went through on its way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

# Comments come first: an apostrophe in one opens no literal. All repeats are possessive.
_LITERAL = re.compile(
    r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
    r"|\"((?:[^\"\\\n]|\\.)*+)\"|'((?:[^'\\\n]|\\.)*+)'|`((?:[^`\\]|\\.)*+)`",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_MARKUP = re.compile(r"<(?:table|tbody|tr|td|p|div|span|h[1-6]|section|article)\b[^<>]*>", re.IGNORECASE)
_BY_PERCENT = re.compile(r"%3[cC](?:table|p|div|h\d|span|section)", re.IGNORECASE)
_BY_BACKSLASH = re.compile(r"\\(?:u003[cC]|x3[cC])")
_UNICODE_BY_PERCENT = re.compile(r"%u([0-9a-fA-F]{4})")
# A text escaped more often than so was escaped by mistake, and by whom is not known.
_MOST_LAYERS = 4
_LAST_CODE_POINT = 0x10FFFF


def literals(source: str) -> Iterator[str]:
    """Yield the string literals of a script in order, without their escapes; those that a plus joins are one."""
    joined, end = "", 0
    for found in _LITERAL.finditer(source):
        body = next((text for text in found.groups() if text is not None), None)
        if body is None:
            continue
        if joined and source[end : found.start()].strip() != "+":
            yield joined
            joined = ""
        joined += unescaped(body)
        end = found.end()
    if joined:
        yield joined


def unescaped(text: str) -> str:
    """Return text without the escapes of JavaScript; two surrogates make one character."""
    if "\\" not in text:
        return text
    return whole(_ESCAPE.sub(_character, text))


def whole(text: str) -> str:
    """Return text whose surrogates are joined; one alone is no character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    escape = found[1]
    if len(escape) > 1 and escape[0] in "ux":
        code = int(escape[1:].strip("{}"), 16)
        return chr(code) if code <= _LAST_CODE_POINT else "\ufffd"
    return _PLAIN.get(escape, escape)


def markup(text: str) -> str | None:
    """Return the HTML that a text is, without what it is escaped by; None where it holds no tag."""
    for _ in range(_MOST_LAYERS):
        if _MARKUP.search(text):
            return text
        if "&lt;" in text or "&amp;lt;" in text or "&#60;" in text:
            text = unescape(text)
        elif _BY_PERCENT.search(text):
            text = whole(_UNICODE_BY_PERCENT.sub(lambda found: chr(int(found[1], 16)), unquote(text)))
        elif _BY_BACKSLASH.search(text):
            text = unescaped(text)
        else:
            return None
    return None
