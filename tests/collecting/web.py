"""A web without a network for the tests of the collector: pages by URL, what was asked, what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from pipelines.collecting.records import Outcome, Received, Refused, Request, Response, Unchanged
from pipelines.collecting.source import Source

HOST = "http://www.a.gov.cn"
LIST = f"{HOST}/nb/"
PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


class FakeClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Web:
    """Pages by URL; `outcomes` come in the place of a page, `before` is called with every request."""

    pages: dict[str, bytes] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    before: Callable[[Request], None] = lambda _: None
    knows_etags: bool = True
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def fetch(self, request: Request, *, etag: str | None = None, last_modified: str | None = None) -> Outcome:
        assert last_modified is None
        self.before(request)
        self.asked.append(request.url)
        if request.url in self.outcomes:
            return self.outcomes[request.url]
        if request.url not in self.pages:
            return Refused("not_found", f"{request.url}: status 404")
        body = self.pages[request.url]
        tag = f'"{sha256(body).hexdigest()[:8]}"'
        if self.knows_etags and etag == tag:
            return Unchanged(request.url)
        headers = {"content-type": "text/html", "set-cookie": "a=b"} | ({"etag": tag} if self.knows_etags else {})
        headers |= self.headers.get(request.url, {})
        return Received(Response(request, request.url, 200, headers, body))


def page(text: str, *files: str) -> bytes:
    links = "".join(f'<p><a href="{name}">附件：{name}</a></p>' for name in files)
    body = f"<h1>{text}</h1><div id=zoom><p>一、总体情况</p><p>{text}</p>{links}</div>"
    head = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{text}</title></head>"
    return f"{head}<body>{body}</body></html>".encode()


def title(year: int) -> str:
    return f"某局{year}年政府信息公开工作年度报告"


def report_url(year: int) -> str:
    return f"{LIST}{year + 1}01/t{year + 1}0120_{year}.html"


def list_page(*years: int, pages: int = 1) -> bytes:
    rows = "".join(
        f'<li><a href="./{year + 1}01/t{year + 1}0120_{year}.html" title="{title(year)}">{title(year)}</a>'
        f"<span>{year + 1}-01-20</span></li>"
        for year in years
    )
    script = f'<script>createPageHTML({pages}, 0, "index", "html");</script>'
    head = '<html><head><meta charset="utf-8"><title>年报</title></head>'
    return f"{head}<body><ul>{rows}</ul>{script}</body></html>".encode()


def portal(*years: int, files: dict[int, str] | None = None) -> Web:
    web = Web({LIST: list_page(*years)})
    for year in years:
        names = [files[year]] if files and year in files else []
        web.pages[report_url(year)] = page(title(year), *names)
        for name in names:
            web.pages[f"{LIST}{year + 1}01/{name}"] = PDF + name.encode()
    return web


def source(**more: Any) -> Source:
    values: dict[str, Any] = {
        "id": "test-a",
        "agency": {"name": "某市某局"},
        "hosts": ["www.a.gov.cn"],
        "scheme_http_allowed": True,
        "list": {"type": "trs_static", "url": LIST},
    }
    return Source.model_validate(values | more)
