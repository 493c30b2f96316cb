"""What sources that load may still have wrong with them.

Belongs here: rules between fields and between sources. Keep out: what a model refuses by itself (`source`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from pipelines.collecting.list_types import HanwebJpage, HanwebXxgk, JpaasUnit, Manual, TrueCms, YearTree
from pipelines.collecting.source import Source

_PLACEHOLDERS = ("?", "todo", "fixme", "xxx", "placeholder", "待定", "待填")
_EXAMPLES = ("example.com", "example.org", "example.cn")


def lint(sources: Mapping[str, Source] | Iterable[Source], today: date) -> tuple[str, ...]:
    """Return one line for each fault: source, field, what is wrong and what to do; none for sound sources."""
    known = list(sources.values()) if isinstance(sources, Mapping) else list(sources)
    lines = [f"{source.id}: {fault}" for source in known for fault in _faults(source, today)]
    return tuple(lines + list(_shared(known)))


def _faults(source: Source, today: date) -> Iterator[str]:
    yield from _addresses(source)
    yield from _years(source, today)
    yield from _selectors(source)
    for exception in source.tls_exceptions:
        if exception.until < today:
            yield f"tls_exceptions: that of {exception.host} expired on {exception.until}: look again or remove it"
        if exception.host not in source.hosts:
            yield f"tls_exceptions: {exception.host} is none of hosts"
    for place, text in _texts(source.model_dump(mode="json"), ""):
        if text.strip().lower() in _PLACEHOLDERS or any(name in text.lower() for name in _EXAMPLES):
            yield f"{place}: the placeholder {text[:40]!r} is left: fill it or leave the field out"


def _addresses(source: Source) -> Iterator[str]:
    for place, url in _urls(source):
        parts = urlsplit(url)
        if parts.netloc.lower() not in source.hosts:
            yield f"{place}: the host {parts.netloc.lower()} is none of hosts ({', '.join(source.hosts)})"
        if parts.scheme == "http" and not source.scheme_http_allowed:
            yield f"{place}: http, but scheme_http_allowed is not set: use https or set it"


def _urls(source: Source) -> Iterator[tuple[str, str]]:
    spec = source.list
    if isinstance(spec, Manual):
        yield from ((f"list.rows[{number}].url", row.url) for number, row in enumerate(spec.rows, start=1))
        return
    yield "list.url", spec.url
    if isinstance(spec, YearTree) and spec.locate is not None:
        yield "list.locate.url", spec.locate.url
    if isinstance(spec, HanwebJpage):
        yield "list.proxy", urljoin(spec.url, spec.proxy)
    if isinstance(spec, TrueCms) and spec.proxy is not None:
        yield "list.proxy", urljoin(spec.url, spec.proxy)
    if isinstance(spec, HanwebXxgk):
        yield "list.search", urljoin(spec.url, spec.search)
    if isinstance(spec, JpaasUnit):
        yield "list.endpoint", urljoin(spec.url, spec.endpoint)


def _years(source: Source, today: date) -> Iterator[str]:
    ranges = {"expect.years": source.expect.years}
    if isinstance(source.list, YearTree):
        ranges["list.years"] = source.list.years
    for place, years in ranges.items():
        if years is not None and years[1] >= today.year:
            yield f"{place}: reports on {years[1]} are not published before {years[1] + 1}: end with {today.year - 1}"


def _selectors(source: Source) -> Iterator[str]:
    item = getattr(source.list, "item", None)
    named = [(f"list.item.{name}", getattr(item, name, None)) for name in ("record", "link", "date")]
    named += [(f"detail.body[{number}]", css) for number, css in enumerate(source.detail.body)]
    page = LexborHTMLParser("<p></p>")
    for place, css in named:
        try:
            page.css(css or "p")
        except (SelectolaxError, ValueError) as error:
            yield f"{place}: {css!r} is no CSS selector ({error})"


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{place}[{number}]")


def _shared(sources: list[Source]) -> Iterator[str]:
    ids: dict[str, int] = {}
    lists: dict[str, str] = {}
    for source in sources:
        ids[source.id] = ids.get(source.id, 0) + 1
        url = getattr(source.list, "url", None)
        if url is None:
            continue
        if (other := lists.setdefault(url, source.id)) != source.id:
            yield f"{source.id}: list.url: {url} is the list of {other} too: keep one of them"
    yield from (
        f"{name}: id: {count} sources have it: ids are never reused" for name, count in ids.items() if count > 1
    )
