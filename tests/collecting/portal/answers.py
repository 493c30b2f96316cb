"""What sites answer: pages, files, conditional answers, redirects.

Belongs here: answers that a sound server gives. Keep out: faults (`faults`), lists of reports (`lists`).
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from tests.collecting.portal.server import Answer, Hit, Reply, head

HTML = "text/html; charset=utf-8"


def reply(body: bytes | str, *headers: str, status: int = 200, kind: str = HTML) -> Reply:
    """Return a whole answer in one piece."""
    data = body.encode() if isinstance(body, str) else body
    return (head(status, len(data), *headers, kind=kind) + data,)


def html(title: str, body: str) -> bytes:
    text = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
    return text.encode()


def kept(body: bytes, *, kind: str = HTML, by: str = "etag") -> Answer:
    """Answer a page that knows whether it changed: `by` is etag, last-modified or nothing."""
    tag, day = f'"{sha256(body).hexdigest()[:12]}"', "Mon, 04 May 2026 08:00:00 GMT"

    def answered(hit: Hit) -> Reply:
        if by == "etag" and hit.headers.get("if-none-match") == tag:
            return (head(304, None, f"ETag: {tag}"),)
        if by == "last-modified" and hit.headers.get("if-modified-since") == day:
            return (head(304, None, f"Last-Modified: {day}"),)
        mark = {"etag": [f"ETag: {tag}"], "last-modified": [f"Last-Modified: {day}"]}.get(by, [])
        return reply(body, *mark, kind=kind)

    return answered


def redirect(location: str | Callable[[Hit], str], *headers: str, status: int = 302) -> Answer:
    """Redirect to a location, or to what a function of the request says."""

    def answered(hit: Hit) -> Reply:
        target = location if isinstance(location, str) else location(hit)
        return reply("", f"Location: {target}", *headers, status=status)

    return answered
