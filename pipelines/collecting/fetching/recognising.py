"""Recognise pages that are not what was requested: challenges, logins, maintenance, soft 404.

Belongs here: marks of such pages. Keep out: working around any of them, ever.

A page of some length that only mentions such words is a report: a verdict needs a page with next to no text of its
own, or a title that says so on a page with little. Text in links is menu and is not counted as text of its own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from pipelines.collecting.records import RequestKind


class Verdict(NamedTuple):
    """The reason of a refusal, and what was seen."""

    reason: str
    detail: str


class _Page(NamedTuple):
    title: str
    text: str
    own: str
    links: int
    source: str


# Above this size a page is content: the largest challenges carry some 300 KB of script.
_PAGE_LIMIT = 1 << 20
# Characters of visible text: all of it on a bare page; without links on a page whose title gives it away.
_BARE, _LITTLE, _NONE = 300, 1_000, 120
_FEW_LINKS = 12

# None of these looks at a character more than a few times, whatever is left open or nested.
_DROPPED = re.compile(r"<(script|style|noscript|template)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I)
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{0,500})", re.I)
_LINK = re.compile(r"<a\b[^<>]*>.*?(?=<a\b|</a\b|\Z)", re.S | re.I)
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")
_SCRIPT = re.compile(r"<script\b", re.I)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?!\?xml|datastore|rss|urlset|sitemapindex)", re.I)
_XHTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^<]*<(?:!doctype html|html)\b", re.I)
# What a report may consist of when it has no text: a scan, a table, a file. Challenges have none of it.
_CONTENT = re.compile(
    r"<(?:img|iframe|frame|embed|object|table)\b|\.(?:pdf|docx?|xlsx?|wps|rtf|od[ts]|zip|rar)\b", re.I
)
_REPORT_TITLE = re.compile(r"年度?报告?|信息公开")

# Names that the products put into their pages. 加速乐 (Jiasule), 瑞数 (River), Aliyun, 云锁, 360, 雷池, Cloudflare.
_PRODUCTS = (
    ("加速乐", re.compile(r"__jsl_clearance|__jsluid|jsl_?clearance", re.I)),
    ("瑞数", re.compile(r"\$_ts\s*(?:=\s*window|\.(?:nsd|cd)\b)|window\[['\"]\$_ts['\"]\]")),
    ("阿里云", re.compile(r"acw_sc__v[23]|aliyun_?waf|var\s+arg1\s*=\s*['\"][0-9a-f]{20,}", re.I)),
    ("云锁", re.compile(r"yunsuo_session|security_session_(?:verify|mid_verify)|security_verify_data")),
    ("360", re.compile(r"wzws_?(?:challenge|sid|template)|wangzhan\.360|WZWS-RAY", re.I)),
    ("雷池", re.compile(r"safeline|sl-challenge", re.I)),
    ("Cloudflare", re.compile(r"challenge-platform|cf[-_]chl[-_]", re.I)),
    ("知道创宇", re.compile(r"知道创宇|创宇盾")),
)
_SETS_COOKIE = re.compile(r"document\.cookie\s*=|document\[['\"]cookie['\"]\]", re.I)
_RELOADS = re.compile(r"location\.(?:reload|href|replace|assign)|location\s*=|\.reload\s*\(|eval\s*\(", re.I)
_VERIFY = re.compile(
    r"滑块|滑动验证|拖动.{0,8}(?:滑|拼图|验证)|向右滑动|人机验证|安全验证|访问验证|行为验证|请完成.{0,6}验证|请输入验证码|点击.{0,6}验证"
    r"|正在进行.{0,10}(?:安全|浏览器)检[查测]|浏览器安全检查|访问(?:过于|太)频繁|您的(?:请求|访问).{0,12}(?:被拦截|被阻断|存在(?:威胁|风险|异常))"
    r"|网站防火墙|Just a moment|captcha|are you (?:a )?human|verify you are human|checking your browser",
    re.I,
)
_PASSWORD = re.compile(r"<input\b[^<>]*\btype\s*=\s*['\"]?password", re.I)
_LOGIN = re.compile(r"登[录陆]|统一(?:身份|用户)?认证|身份认证|单点登录|\blog\s?in\b|\bsign in\b|\bCAS\b|\bSSO\b", re.I)
_MAINTENANCE = re.compile(
    r"(?:系统|网站|平台|服务器?|站点|页面)(?:正在|正|例行|临时)?(?:进行)?(?:升级|维护|改版|检修)|(?:正在|停机)(?:升级|维护)|升级维护|维护升级|暂停(?:访问|服务)"
    r"|网站(?:已|暂时|临时)?关[闭停]|under maintenance|temporarily unavailable",
    re.I,
)
_MISSING = re.compile(
    r"(?:页面|网页|网址|文件|资源|栏目|地址|链接).{0,8}(?:不存在|未找到|找不到|没有找到|已(?:被)?(?:删除|移除|撤下|失效)|丢失|走丢|已下线)"
    r"|(?:文章|信息|内容).{0,4}(?:不存在或|已(?:被)?(?:删除|移除|撤下|失效)|已下线)"
    r"|(?:找不到|未找到|无法找到|没有找到|无法显示|无法访问).{0,12}(?:页面?|网页|网址|文件|文章|信息|内容|资源|地址)"
    r"|(?:您|你)(?:要|所|想)?(?:访问|查看|浏览)的.{0,10}(?:不存在|出错|有误|已)"
    r"|404\s*(?:错误|页面|-|:|：|not found|error)|(?:错误|error)\s*(?:代码)?[:：]?\s*404"
    r"|page (?:was )?not found|\bnot found\b|(?:cannot|can't|could not) be found",
    re.I,
)
_TITLE_404 = re.compile(r"^\W*404\b|\b404\W*$|HTTP (?:错误|Status) 404", re.I)
_HOME = re.compile(r"^/?(?:(?:index|default|main|home)\.(?:s?html?|jsp|aspx?|php|do))?$", re.I)
_ERROR_PATH = re.compile(r"/(?:404|error|notfound|not_found|err404|page404)[^/]*/?$", re.I)
_STATUSES_OF_CHALLENGES = frozenset({412, 521, 512})


def recognise(
    *, status: int, headers: Mapping[str, str], body: bytes, requested_url: str, url: str, kind: RequestKind
) -> Verdict | None:
    """Return what an answer is that is not what was requested, or None. `url` is where redirects ended."""
    page = _page(headers, body)
    challenge = _challenge(status, page, body)
    if challenge is not None or status != 200:
        return challenge
    if url != requested_url and kind != "probe":
        path = urlsplit(url).path
        if _HOME.match(path) and not _HOME.match(urlsplit(requested_url).path):
            return Verdict("soft_404", f"redirected to the home page {url}")
        if _ERROR_PATH.search(path):
            return Verdict("soft_404", f"redirected to the error page {url}")
    return None if page is None else _login(page) or _notice(page)


def recognise_challenge(*, status: int, headers: Mapping[str, str], body: bytes) -> Verdict | None:
    """Recognise an anti-robot challenge, at whatever status it comes with."""
    return _challenge(status, _page(headers, body), body)


def _challenge(status: int, page: _Page | None, body: bytes) -> Verdict | None:
    if page is None:
        bare = status in (521, 512) and not body.strip()
        return Verdict("challenge", f"status {status} without a body") if bare else None
    scripted = _SCRIPT.search(page.source) is not None
    if status in _STATUSES_OF_CHALLENGES and (scripted or status != 412):
        return Verdict("challenge", f"status {status} with {'a script' if scripted else 'no page'}{_named(page)}")
    empty = len(page.text) < _NONE and not _CONTENT.search(page.source)
    if empty and (named := _named(page)):
        return Verdict("challenge", f"status {status}, next to no text{named}")
    if status == 202 and scripted and len(page.text) < _BARE:
        return Verdict("challenge", "status 202 with a script")
    if empty and _SETS_COOKIE.search(page.source) and _RELOADS.search(page.source):
        return Verdict("challenge", "a script that sets a cookie and loads the page again")
    if _PASSWORD.search(page.source):
        return None  # a login asks for a code as well
    seen = _VERIFY.search(page.title) if len(page.own) < _LITTLE and page.links <= _FEW_LINKS else None
    if seen is None and len(page.text) < _BARE:
        seen = _VERIFY.search(page.text)
    return Verdict("challenge", f"the page says {seen.group()!r}") if seen else None


def _login(page: _Page) -> Verdict | None:
    if len(page.own) >= _LITTLE or not _PASSWORD.search(page.source):
        return None
    in_title = _LOGIN.search(page.title)
    if in_title or (page.links <= _FEW_LINKS and len(page.text) < _BARE and _LOGIN.search(page.text + page.source)):
        return Verdict("login_page", f"a password is asked for, the title is {page.title[:60]!r}")
    return None


def _notice(page: _Page) -> Verdict | None:
    """Tell a notice of maintenance or of a missing page; what has the title of a report is neither."""
    if _REPORT_TITLE.search(page.title):
        return None
    if len(page.own) < _LITTLE and page.links <= _FEW_LINKS and (seen := _MAINTENANCE.search(page.title)):
        return Verdict("maintenance_page", f"the title says {seen.group()!r}")
    if len(page.own) < _LITTLE and (seen := _TITLE_404.search(page.title) or _MISSING.search(page.title)):
        return Verdict("soft_404", f"the title says {seen.group()!r}")
    if len(page.text) < _BARE:
        if seen := _MAINTENANCE.search(page.text):
            return Verdict("maintenance_page", f"the page says {seen.group()!r}")
        if seen := _MISSING.search(page.text) or _TITLE_404.search(page.text):
            return Verdict("soft_404", f"the page says {seen.group()!r}")
    return None


def _named(page: _Page) -> str:
    return next((f", marks of {name}" for name, marks in _PRODUCTS if marks.search(page.source)), "")


def _page(headers: Mapping[str, str], body: bytes) -> _Page | None:
    """Return the parts of an HTML page, or None: files, data and long pages are never looked into."""
    head = body[:1000]
    if len(body) > _PAGE_LIMIT or not (_MARKUP.match(head) or _XHTML.match(head)):
        return None
    media_type = headers.get("content-type", "").lower()
    if "json" in media_type:
        return None
    source = _decode(body)
    titles = _TITLE.search(source)
    shown = _DROPPED.sub(" ", _TITLE.sub(" ", source))
    own, links = _LINK.subn(" ", shown)
    return _Page(
        title=_plain(titles.group(1)) if titles else "",
        text=_plain(shown),
        own=_plain(own),
        links=links,
        source=source,
    )


def _plain(markup: str) -> str:
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", markup))).strip()


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", errors="replace")
