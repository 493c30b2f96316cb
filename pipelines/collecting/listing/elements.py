"""Elements of XML that portals write by hand: found by their tags, in one pass, since no XML parser accepts them all.

Belongs here: cutting text between tags. Keep out: what the elements mean.
"""

from __future__ import annotations

from html import unescape

_CDATA, _CDATA_END = "<![CDATA[", "]]>"


def between(text: str, name: str) -> list[str]:
    """Return what stands between each <name> and the next </name>; an element that never ends is left out."""
    opened, closed = f"<{name}>", f"</{name}>"
    found, position = [], 0
    while (start := text.find(opened, position)) >= 0:
        end = text.find(closed, start)
        if end < 0:
            break
        found.append(text[start + len(opened) : end])
        position = end + len(closed)
    return found


def never_ends(text: str, name: str) -> bool:
    """Return whether the last <name> of a text is never closed."""
    return text.rfind(f"<{name}>") > text.rfind(f"</{name}>")


def plain(text: str) -> str:
    """Return the content of an element without the CDATA mark, or with its references resolved."""
    text = text.strip()
    if text.startswith(_CDATA):
        text = text[len(_CDATA) :].rstrip()
        return text[: -len(_CDATA_END)] if text.endswith(_CDATA_END) else text
    return unescape(text) if "&lt;" in text else text
