"""Faults of portals, each as an answer. Belongs here: what goes wrong. Keep out: sound answers (`answers`)."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

from tests.collecting.portal.answers import html, redirect, reply
from tests.collecting.portal.server import Answer, Hit, Reply, head

PASSWORD = '<form action="/login"><input name=u><input type="password" name=p></form>'
RESET: Answer = lambda _: ("reset",)  # noqa: E731
EMPTY_ANSWER: Answer = lambda _: (b"",)  # noqa: E731
BAD_RESPONSE: Answer = lambda _: (b"\x00\x01 this is no HTTP\r\n\r\n",)  # noqa: E731


def trickle(body: bytes, *, pieces: int = 2000, pause: float = 0.02) -> Answer:
    """Send a body a few bytes at a time: each in time for a reader, the whole never."""
    size = max(1, len(body) // pieces)
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return lambda _: (head(200, len(body)), *(step for part in parts for step in (pause, part)))


def stall(body: bytes, *, seconds: float = 30.0) -> Answer:
    """Send half a body, then nothing for long."""
    half = len(body) // 2
    return lambda _: (head(200, len(body)) + body[:half], seconds, body[half:])


def busy(status: int, retry_after: float | str | None, *, times: int, then: Answer) -> Answer:
    """Answer 429 or 503 so many times; a number is Retry-After in seconds, "date:N" a moment in N seconds."""

    def answered(hit: Hit) -> Reply:
        if hit.nth > times:
            return reply(then) if isinstance(then, bytes) else then(hit)
        now = datetime.now(UTC)
        said = str(retry_after)
        if said.startswith("date:"):
            said = format_datetime(now + timedelta(seconds=float(said[5:])), usegmt=True)
        header = () if retry_after is None else (f"Retry-After: {said}", f"Date: {format_datetime(now, usegmt=True)}")
        return reply(html("busy", "busy"), *header, status=status)

    return answered


def length(body: bytes, *, stated: int) -> Answer:
    """State another Content-Length than the body has."""
    return lambda _: (head(200, len(body) + stated) + body,)


def cut_chunks(body: bytes) -> Answer:
    """End a chunked body without its last chunk."""
    half = body[: len(body) // 2]
    chunk = f"{len(half):x}\r\n".encode() + half + b"\r\n"
    return lambda _: (head(200, None, "Transfer-Encoding: chunked") + chunk + b"400\r\nonly this",)


def cut_gzip(body: bytes) -> Answer:
    """End a compressed body early, with the length it then has."""
    data = gzip.compress(body)[:-20]
    return lambda _: (head(200, len(data), "Content-Encoding: gzip") + data,)


def bomb(decoded: int) -> Answer:
    """Send some bytes that unpack to very many."""
    data = gzip.compress(b"\0" * decoded, 9)
    return lambda _: (head(200, len(data), "Content-Encoding: gzip") + data,)


def huge(size: int) -> Answer:
    """Send a body without a stated length, larger than is taken."""
    return lambda _: (head(200, None), *([b"<p>long</p>" * 6000] * (size // 66_000 + 1)))


def header_bomb(size: int = 4 << 20) -> Answer:
    """Send a head that does not end."""
    return lambda _: (b"HTTP/1.1 200 OK\r\n", *([b"X-More: " + b"a" * 8000 + b"\r\n"] * (size // 8000)), b"\r\n")


def redirect_chain(path: str, count: int, last: str) -> dict[str, Answer]:
    """Return so many redirects, one to the next, from path on."""
    names = [path, *(f"{path}?hop={number}" for number in range(1, count)), last]
    return {here: redirect(there) for here, there in pairwise(names)}


def cookie_loop(path: str) -> Answer:
    """Redirect to itself until a cookie is kept."""
    return redirect(path, "Set-Cookie: security_session_verify=1")


_SLIDER = html("安全验证", '<div id="slider">请向右滑动完成验证</div><script src="/captcha.js"></script>')
_SCRIPTED = b"<script>document.cookie='__jsl_clearance='+(1+2);location.href=location.pathname;</script>"
CHALLENGES: dict[str, Answer] = {
    "521": lambda _: reply(_SCRIPTED, "Set-Cookie: __jsluid=1", status=521),
    "412": lambda _: reply(html("", "<script>$_ts=window['$_ts'];$_ts.nsd=1;</script>"), status=412),
    "slider": lambda _: reply(_SLIDER),
    "script": lambda _: reply(_SCRIPTED),
}
SOFT_404: Answer = lambda _: reply(html("错误提示", "<p>您访问的页面不存在或已删除</p>"))  # noqa: E731
LOGIN: Answer = lambda _: reply(html("统一身份认证 登录", PASSWORD))  # noqa: E731
MAINTENANCE: Answer = lambda _: reply(html("系统维护", "<p>网站正在升级维护，暂停访问。</p>"))  # noqa: E731


def robots(text: str | bytes, *, status: int = 200) -> Answer:
    """Answer a robots.txt."""
    return lambda _: reply(text, status=status, kind="text/plain")


def robots_variants(disallowed: str) -> dict[str, bytes]:
    """Return files that all disallow a path, written in ways that crawlers stumble over."""
    rule = f"User-agent: *\nDisallow: {disallowed}\n"
    return {
        "plain": rule.encode(),
        "bom": b"\xef\xbb\xbf" + rule.encode(),
        "gb18030": "# 本站禁止抓取\n".encode("gb18030") + rule.encode(),
        "crlf_and_comments": rule.replace("\n", " # 说明\r\n").encode(),
        "cr_only": rule.replace("\n", "\r").encode(),
        "case": rule.replace("User-agent", "USER-AGENT").replace("Disallow", "disallow").encode(),
        "named": f"User-agent: *\nAllow: /\n\nUser-agent: gongkai\nDisallow: {disallowed}\n".encode(),
        "huge": rule.encode() + b"# filling\n" * 200_000,
    }


def endless_calendar(page: Callable[[int, int], bytes]) -> Answer:
    """Answer every month of every year with a page that links to the next month."""

    def answered(hit: Hit) -> Reply:
        year, month = (int(part) for part in hit.path.strip("/").split("/")[-2:])
        return reply(page(year + month // 12, month % 12 + 1))

    return answered
