"""The page of one item: its title, date, body and attachments; the one address it has.

Belongs here: what a page of the portal says about a report. Keep out: the figures of the report, and fetching.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.collecting.listing import markup, static_pages
from pipelines.collecting.records import Response
from pipelines.collecting.source import Source
from pipelines.reading.html.pictures import ARTICLES, data_of, pictures_in
from pipelines.reading.pages.beside_text import TABLE_CELLS

CONTAINERS = ARTICLES
# A page shows so many pictures as pages of a report at most; more are an album.
_MOST_PICTURES = 60
_MARKERS = tuple(
    re.compile(pattern)
    for pattern in (
        "一[、.．]总体情况",
        "二[、.．]主动公开",
        "三[、.．]收到和处理",
        "四[、.．](?:因)?(?:政府信息公开)?(?:工作)?(?:被申请)?行政复议",
        "五[、.．](?:政府信息公开工作)?(?:存在的)?(?:主要)?问题",
        "六[、.．]其他需要报告",
    )
)
# Names that always name a visit, and names that do so only where the value looks like a time or a random number:
# sid=175 is a site, t=2 a type, and two items must never become one.
_VISITS = frozenset({"jsessionid", "phpsessid", "aspsessionid", "sessionid", "session_id"})
_MAYBE = frozenset(
    {"sid", "token", "_", "t", "_t", "ts", "time", "timestamp", "random", "rnd", "rand", "r", "v", "nocache", "uuid"}
)
_RANDOM = re.compile(r"\d{10,}|\d?\.\d{4,}|(?=[^&]*\d)(?=[^&]*[a-z])[0-9a-z_-]{12,}", re.IGNORECASE)
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;?#]*", re.IGNORECASE)
_DOWNLOADS = re.compile(r"downfile|filedownload|downloadfile|download\.(?:jsp|do|aspx|action)", re.IGNORECASE)
_LABELLED = re.compile(r"(?:发布|发文|公开|成文|更新)?(?:时间|日期)\s{0,5}[:：]\s{0,5}(.{8,20})")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True)
class Attachment:
    """A file that a page links to, with the link's text."""

    url: str
    title: str


@dataclass(frozen=True)
class ItemDetail:
    """What a page says. `next_url` is where an interstitial page leads; `outside`: files on other hosts, not taken."""

    title: str
    published_on: str | None
    body_length: int
    markers: int
    attachments: tuple[Attachment, ...] = ()
    outside: tuple[str, ...] = ()
    next_url: str | None = None


def canonical(url: str, source: Source) -> str:
    """Return the one address of a page: without session, fragment and per-visit ids, and of twins the full page."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.lower()
    except ValueError:
        return url
    name, colon, port = host.rpartition(":")
    # "::" and ":80" name no host: shortened, they would be read as another address the next time.
    if colon and name and not name.endswith(":") and port in {"", _DEFAULT_PORTS.get(parts.scheme)}:
        host = name
    path = _SESSION_PATH.sub("", parts.path) or "/"
    if source.canonical.wap_twins and path.endswith("_wap.html"):
        path = path.removesuffix("_wap.html") + ".html"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _of_visit(pair, source))
    # A fragment that is a route of a script (#/detail/7) tells items apart; any other is a place in the page.
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    return urlunsplit((parts.scheme.lower(), host, path, query, fragment))


def _of_visit(pair: str, source: Source) -> bool:
    key, _, value = pair.partition("=")
    if key in source.canonical.keep_params:
        return False
    lowered = key.lower()
    if key in source.canonical.drop_params or lowered in _VISITS:
        return True
    return lowered in _MAYBE and bool(_RANDOM.fullmatch(value[:200]))


def read_detail(source: Source, response: Response) -> ItemDetail:
    """Return what the page of an item says. Raises ListError where it cannot be read as a page."""
    text = markup.text_of(response)
    tree = markup.tree_of(text, response.url)
    target = static_pages.interstitial_target(text, tree, response.url)
    body, markers = _body(source, tree, response.url)
    found, outside = _attachments(source, tree, response.url)
    return ItemDetail(_title(tree, response.url), _date(tree, response.url), len(body), markers, found, outside, target)


def _body(source: Source, tree: LexborHTMLParser, place: str) -> tuple[str, int]:
    best, most = "", -1
    for css in (*source.detail.body, *(() if source.detail.body else CONTAINERS), "body"):
        for node in markup.select(tree, css, place)[:5]:
            text = "".join(node.text().split())
            markers = sum(bool(pattern.search(text)) for pattern in _MARKERS)
            if markers > most or (markers == most and css != "body" and len(text) > len(best)):
                best, most = text, markers
    return best, max(most, 0)


def _title(tree: LexborHTMLParser, place: str) -> str:
    for css in ('meta[name="ArticleTitle" i]', "h1", "title"):
        for node in markup.select(tree, css, place)[:5]:
            text = node.attributes.get("content") if node.tag == "meta" else node.text()
            if title := " ".join((text or "")[:1000].split()):
                return title
    return ""


def _date(tree: LexborHTMLParser, place: str) -> str | None:
    for name in ("PubDate", "PublishDate", "publishdate", "firstpublishedtime"):
        for node in markup.select(tree, f'meta[name="{name}" i]', place)[:5]:
            if day := markup.iso_date(node.attributes.get("content")):
                return day
    stated = _LABELLED.search(tree.body.text()[:20_000]) if tree.body else None
    return markup.iso_date(stated[1]) if stated else None


def _attachments(source: Source, tree: LexborHTMLParser, place: str) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    hosts = {*source.hosts, *source.attachments.cross_hosts, urlsplit(place).netloc.lower()}
    inside: dict[str, Attachment] = {}
    outside: dict[str, None] = {}
    pictures = ((url, "") for url in _pictures(source, tree, place))
    for url, title in chain(_files(source, tree, place), pictures):
        if source.attachments.same_site_only and urlsplit(url).netloc.lower() not in hosts:
            outside[url] = None
        else:
            inside.setdefault(canonical(url, source), Attachment(url, title))
    return tuple(inside.values()), tuple(outside)


def _files(source: Source, tree: LexborHTMLParser, place: str) -> Iterator[tuple[str, str]]:
    endings = tuple(f".{name}" for name in source.attachments.extensions)
    for root in _roots(source, tree, place):
        for node in markup.select(root, "a[href], iframe[src], embed[src], object[data]", place)[: markup.MAX_LINKS]:
            named = node.attributes
            url = markup.absolute(place, named.get("href") or named.get("src") or named.get("data"))
            if url is None:
                continue
            title = markup.title_of(node) if node.tag == "a" else ""
            if node.tag != "a":
                url = _viewed(url, place) or url
            if _is_file(url, title if node.tag == "a" else "", endings):
                yield url, title


def _pictures(source: Source, tree: LexborHTMLParser, place: str) -> Iterator[str]:
    """Yield the pictures of an article without tables that may be the pages of its report, in order."""
    if len(tree.css("td, th")) >= TABLE_CELLS:
        return
    for stated in pictures_in(tree, source.detail.body or ARTICLES)[:_MOST_PICTURES]:
        if data_of(stated) is None and (url := markup.absolute(place, stated)) is not None:
            yield url


def _roots(source: Source, tree: LexborHTMLParser, place: str) -> list[LexborHTMLParser | LexborNode]:
    found = [node for css in source.detail.body for node in markup.select(tree, css, place)]
    return [*found] or [tree]


def _is_file(url: str, title: str, endings: tuple[str, ...]) -> bool:
    parts = urlsplit(url)
    if unquote(parts.path).lower().endswith(endings) or _DOWNLOADS.search(parts.path):
        return True
    values = [value.lower() for _, value in parse_qsl(parts.query)]
    return any(value.endswith(endings) for value in values) or title.strip().lower().endswith(endings)


def _viewed(url: str, place: str) -> str | None:
    """Return the file that a viewer in a frame shows (viewer.html?file=...)."""
    for key, value in parse_qsl(urlsplit(url).query):
        if key.lower() in {"file", "src", "url"}:
            return markup.absolute(place, value)
    return None
