"""A disclosure list of Epoint's web builder: a script of the site names it, a POST of JSON gives the records as JSON.

The address of the page holds the category (and the department); `/js/webBuilderCommon.js`, on older sites
`/js/ajaxReq.js`, the site's id and the name of the project that answers. Pages count from 0.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from pipelines.collecting.list_types import Ewb
from pipelines.collecting.listing import markup
from pipelines.collecting.listing.json_answer import count_of, object_of
from pipelines.collecting.listing.lister import Guess, Lister, ListError
from pipelines.collecting.records import FoundLink, ListPage, Request, Response
from pipelines.collecting.source import Source

_SCRIPTS = ("/js/webBuilderCommon.js", "/js/ajaxReq.js")
_SITE = re.compile(r"siteGuid['\"]?\s{0,9}[:=]\s{0,9}['\"]([0-9a-fA-F-]{32,36})['\"]")
_PROJECT = re.compile(r"projectName['\"]?\s{0,9}[:=]\s{0,9}['\"]/?([\w.-]{1,60})['\"]")
_ACTION = "/rest/lightfrontaction/getgovinfolist"
_DEFAULT_PROJECT = "EWB-FRONT"
_TAG = re.compile(r"<[^<>]{0,500}>")
_ADDRESSES, _TITLES, _DATES = ("infourl", "visiturl", "linkurl"), ("realtitle", "title"), ("infodate", "handsdate")


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the list where the source names the site, else of the script that does (page 0)."""
    spec = _spec(source)
    if spec.siteGuid is not None:
        return (_list_request(spec, spec.siteGuid, spec.project or _DEFAULT_PROJECT, 1),)
    return (Guess(urljoin(spec.url, _SCRIPTS[0]), kind="list", referer=spec.url, page=0),)


def absent(source: Source, request: Request) -> tuple[Request, ...]:
    """Return the request of the script that older sites have in the place of the other."""
    if request.page > 0 or not request.url.endswith(_SCRIPTS[0]):
        return ()
    return (Request(urljoin(_spec(source).url, _SCRIPTS[1]), kind="list", referer=request.referer, page=0),)


def read(source: Source, response: Response) -> ListPage:
    """Return the records of an answer and the request of the next; of a script the first request. Raises ListError."""
    spec, text = _spec(source), markup.text_of(response)
    if response.request.page == 0:
        site, project = _SITE.search(text), _PROJECT.search(text)
        if site is None:
            raise ListError("parameter_missing", f"{response.url}: no siteGuid in the script: set list.siteGuid")
        named = spec.project or (project[1] if project else _DEFAULT_PROJECT)
        return ListPage(following=(_list_request(spec, site[1], named, 1),))
    custom = object_of(text, response.url).get("custom")
    if isinstance(custom, str):
        custom = object_of(custom, response.url)
    rows = custom.get("data") if isinstance(custom, dict) else None
    if not isinstance(custom, dict) or not isinstance(rows, list):
        raise ListError("no_articles", f"{response.url}: expected custom.data[] in the answer")
    read_rows = [_link(row, response.url, number) for number, row in enumerate(rows[: markup.MAX_LINKS], start=1)]
    found = tuple(link for link in read_rows if link is not None)
    problem = None
    if len(found) < len(rows):
        problem = f"{response.url}: {len(rows) - len(found)} of {len(rows)} records hold no address"
    following = (_turned(response.request),) if rows else ()
    return ListPage(found, following, len(rows), count_of(custom.get("total")), problem)


def _spec(source: Source) -> Ewb:
    assert isinstance(source.list, Ewb)
    return source.list


def _list_request(spec: Ewb, site: str, project: str, page: int) -> Request:
    stated = {name.lower(): values[0] for name, values in parse_qs(urlsplit(spec.url).query).items()}
    category = spec.categorynum or stated.get("categorynum")
    if not category:
        detail = f"{spec.url}: the category is neither in the address nor in the source: set list.categorynum"
        raise ListError("parameter_missing", detail)
    asked: dict[str, Any] = {"deptcode": spec.deptcode or stated.get("deptcode", ""), "categorynum": category}
    asked |= {"pageIndex": page - 1, "pageSize": spec.page_size, "siteGuid": site}
    url = urljoin(spec.url, f"/{project}{_ACTION}")
    body = {"token": "", "params": asked} if spec.wrapped else asked
    return Request(url, kind="list", method="POST", json=json.dumps(body), referer=spec.url, page=page)


def _turned(request: Request) -> Request:
    body = json.loads(request.json or "{}")
    asked = body.get("params", body)
    asked["pageIndex"] += 1
    return replace(request, json=json.dumps(body), page=request.page + 1)


def _link(row: Any, place: str, position: int) -> FoundLink | None:
    if not isinstance(row, dict):
        return None
    addresses = (markup.absolute(place, value) for value in _texts(row, _ADDRESSES))
    url = next((address for address in addresses if address), None)
    if url is None:
        return None
    title = " ".join(unescape(_TAG.sub("", next(_texts(row, _TITLES), ""))).split())[:1000]
    day = next((day for value in _texts(row, _DATES) if (day := markup.iso_date(value))), None)
    return FoundLink(url, title, place, position, day)


def _texts(row: dict[str, Any], names: tuple[str, ...]) -> Any:
    return (value for name in names if isinstance(value := row.get(name), str) and value.strip())


LISTER = Lister(first, read, absent)
