"""The probe of a portal, in at most five requests: its family, a draft of its source, what the first page yields.

Belongs here: the probe. Keep out: fingerprints (`fingerprints`), faults of sources that exist (`source_checks`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from pipelines.collecting import fingerprints
from pipelines.collecting.list_types import FIRST_YEAR
from pipelines.collecting.listing import LISTERS, Guess, ListError, markup, static_pages
from pipelines.collecting.listing.selecting import selects
from pipelines.collecting.records import Failed, ListPage, Outcome, Received, Refused, Request, Response
from pipelines.collecting.source import Source, parse_source
from pipelines.collecting.source_checks import lint
from pipelines.declarations import DeclarationError

MAX_REQUESTS = 5
_HEADER = "# Draft of a probe: look at every line, name the agency, then set confirmed.\n"
# Parameters that the first request of a list states, by the field of the source they belong to.
_STATED = {
    "hanweb_jpage": ("columnid", "unitid", "webid"),
    "hanweb_xxgk": ("infotypeId", "jdid", "area", "divid"),
    "jpaas_unit": ("webId", "tplSetId", "pageId", "tagId", "parseType"),
    "gkmlpt": ("sid",),
    "truecms": ("columnId",),
    "ewb": ("categorynum", "deptcode"),
}
_FIELDS = {"columnId": "columnid"}
_NUMBERS = {"columnid", "unitid", "webid", "sid"}

__all__ = ["MAX_REQUESTS", "Probe", "lint", "probe"]


@dataclass(frozen=True)
class Probe:
    """What a probe found. `draft` is a source file that loads, or None; `items` are reports of the first page."""

    url: str
    family: str
    draft: str | None
    items: int
    requests: int
    seen: tuple[str, ...]


@dataclass
class _Look:
    fetch: Callable[[Request], Outcome]
    requests: int = 0
    seen: list[str] = field(default_factory=list)

    def ask(self, request: Request) -> Response | None:
        if self.requests >= MAX_REQUESTS:
            self.seen.append(f"not asked, since {MAX_REQUESTS} requests are used: {request.url}")
            return None
        self.requests += 1
        outcome = self.fetch(request)
        if isinstance(outcome, Received):
            size = len(outcome.response.body)
            self.seen.append(f"{request.method} {request.url}: {outcome.response.status}, {size} bytes")
            return outcome.response
        described = f"{outcome.reason}: {outcome.detail}" if isinstance(outcome, (Refused, Failed)) else "304"
        self.seen.append(f"{request.method} {request.url}: {described}")
        return None


def probe(url: str, fetch: Callable[[Request], Outcome], today: date) -> Probe:
    """Return what kind of portal an address leads to, with a draft of its source."""
    look = _Look(fetch)
    response = look.ask(Request(url.partition("#")[0], kind="probe"))
    if response is None:
        return _ended(url, "unreachable", look)
    try:
        text, tree, response = _arrived(look, response)
        address = response.url + (f"#{urlsplit(url).fragment}" if urlsplit(url).fragment else "")
        name = fingerprints.family(text, tree, address)
        if name == "unknown" and (framed := _framed(look, tree, response)):
            text, tree, response = framed
            address, name = response.url, fingerprints.family(text, tree, response.url)
        listed = fingerprints.drafted(name, text, tree, address)
    except ListError as error:
        look.seen.append(str(error))
        return _ended(url, "unknown", look)
    look.seen.append(f"family: {name}")
    if listed is None:
        look.seen.append("no list type reads this family: list its reports by hand (type manual)")
        return _ended(url, name, look)
    values = _values(listed, address, _site_name(tree, address), today)
    source = _loaded(values, look)
    if source is None:
        return _ended(url, name, look)
    items = _first_items(look, source, response, values["list"])
    filled = _loaded(values, look)
    draft = _HEADER + _written(values) if filled else None
    return Probe(url, name, draft, items, look.requests, tuple(look.seen))


def _ended(url: str, name: str, look: _Look) -> Probe:
    return Probe(url, name, None, 0, look.requests, tuple(look.seen))


def _arrived(look: _Look, response: Response) -> tuple[str, Any, Response]:
    """Return the page that interstitial pages lead to, with its text and tree; at most two are followed."""
    text = markup.text_of(response)
    tree = markup.tree_of(text, response.url)
    for _ in range(2):
        target = static_pages.interstitial_target(text, tree, response.url)
        if target is None or urlsplit(target).netloc != urlsplit(response.url).netloc:
            break
        following = look.ask(Request(target, kind="probe", referer=response.url))
        if following is None:
            break
        response, text = following, markup.text_of(following)
        tree = markup.tree_of(text, response.url)
    return text, tree, response


def _framed(look: _Look, tree: Any, response: Response) -> tuple[str, Any, Response] | None:
    """Return the first frame of the same host, in which a list may stand."""
    for frame in static_pages.frames(tree, response)[:1]:
        if answer := look.ask(frame):
            text = markup.text_of(answer)
            return text, markup.tree_of(text, answer.url), answer
    return None


def _site_name(tree: Any, place: str) -> str:
    for css in ('meta[name="SiteName" i]', "title"):
        for node in markup.select(tree, css, place)[:1]:
            content = node.attributes.get("content") if node.tag == "meta" else node.text()
            if len(name := " ".join((content or "")[:100].split())) > 1:
                return name
    return urlsplit(place).netloc


def _values(listed: dict[str, Any], address: str, name: str, today: date) -> dict[str, Any]:
    parts = urlsplit(address)
    values: dict[str, Any] = {
        "id": re.sub(r"[^a-z0-9]+", "-", (parts.hostname or "").lower().removeprefix("www.")).strip("-") or "draft",
        "agency": {"name": name, "level": "other"},
        "hosts": [parts.netloc.lower()],
    }
    if parts.scheme == "http":
        values["scheme_http_allowed"] = True
    last = max(FIRST_YEAR, today.year - 1)
    return {**values, "confirmed": False, "list": listed, "expect": {"years": [FIRST_YEAR, last]}}


def _written(values: dict[str, Any]) -> str:
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False)


def _loaded(values: dict[str, Any], look: _Look) -> Source | None:
    try:
        return parse_source(_written(values), Path(f"{values['id']}.yml"))
    except DeclarationError as failure:
        look.seen.extend(f"the draft does not load: {fault}" for fault in failure.faults)
        return None


def _first_items(look: _Look, source: Source, response: Response, listed: dict[str, Any]) -> int:
    """Ask for the list's first page that holds items, fill what the requests on the way state into the draft."""
    lister = LISTERS[source.list.type]
    queue = list(lister.first(source))
    answered = {response.request.url: response}
    done: set[tuple[str, tuple[tuple[str, str], ...], str | None, int]] = set()
    while queue:
        request = queue.pop(0)
        # A frame may hold the very page it stands in.
        if (key := (request.url, request.form, request.json, min(request.page, 1))) in done:
            continue
        done.add(key)
        _fill(source, request, listed)
        known = answered.get(request.url) if request.method == "GET" else None
        answer = Response(request, known.url, known.status, known.headers, known.body) if known else look.ask(request)
        if answer is None and look.requests >= MAX_REQUESTS:
            return 0
        if answer is None and isinstance(request, Guess):
            queue = [*lister.absent(source, request), *queue]
        page = _page(look, source, answer) if answer else None
        if page is not None and page.records:
            wanted = sum(selects(source, link) for link in page.found)
            total = "no total" if page.total is None else f"a total of {page.total}"
            look.seen.append(f"first page: {page.records} items, {wanted} reports by title, {total} stated")
            for following in page.following[:1]:
                _fill(source, following, listed)
            return wanted
        queue = [*(page.following if page else ()), *queue]
    look.seen.append("no page with items found: is this the column of the reports?")
    return 0


def _page(look: _Look, source: Source, answer: Response) -> ListPage | None:
    try:
        return LISTERS[source.list.type].read(source, answer)
    except ListError as error:
        look.seen.append(str(error))
        return None


def _fill(source: Source, request: Request, listed: dict[str, Any]) -> None:
    stated = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()} | dict(request.form)
    stated |= json.loads(request.json or "{}")
    for name in _STATED.get(source.list.type, ()) if request.page > 0 else ():
        value = stated.get(name, "")
        if value and name not in listed and (name not in _NUMBERS or (value.isascii() and value.isdigit())):
            listed[_FIELDS.get(name, name)] = int(value) if name in _NUMBERS else value
