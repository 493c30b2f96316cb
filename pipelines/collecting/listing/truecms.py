"""A TrueCMS column: the page names the column and the interface, which gives records as XML within JSON (or JSONP).

The interface obeys startrecord and endrecord. How many records it gives at once differs by site (50, 20, 10); asked for
more, one answers nothing and another 404: so the page's own number is asked for, or 10. A Referer is wanted.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pipelines.collecting.list_types import TrueCms
from pipelines.collecting.listing import markup
from pipelines.collecting.listing.elements import between, never_ends, plain
from pipelines.collecting.listing.json_answer import count_of, object_of
from pipelines.collecting.listing.lister import Lister, ListError
from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source

_COLUMN = re.compile(r"columnId['\"]?\s{0,9}:\s{0,9}['\"]([\w-]{1,60})['\"]")
_PROXY = re.compile(r"proxyUrl['\"]?\s{0,9}:\s{0,9}['\"]([^'\"\s]{1,500}getMessage\.do)")
_PER_PAGE = re.compile(r"perPage['\"]?\s{0,9}:\s{0,9}(\d{1,3})")
_CALLBACK = "cb"
_JSONP = re.compile(rf"^\s*{_CALLBACK}\s*\((.*)\)\s*;?\s*$", re.DOTALL)
_LEAST = 10


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the interface where the source names the column, else of the column's page (page 0)."""
    spec = _spec(source)
    if spec.columnid is not None and spec.proxy is not None:
        url = urljoin(spec.url, spec.proxy)
        return (_asked(url, spec.columnid, 1, spec.perpage or _LEAST, Request(spec.url, kind="list", page=0)),)
    return (Request(spec.url, kind="list", page=0),)


def read(source: Source, response: Response) -> ListPage:
    """Return the records of an answer and the request of the next; of the page the first request. Raises ListError."""
    spec, text = _spec(source), markup.text_of(response)
    if response.request.page == 0:
        return ListPage(following=(_from_page(spec, text, response),))
    result = object_of(_unwrapped(text), response.url).get("result")
    if not isinstance(result, str):
        raise ListError("not_a_datastore", f"{response.url}: expected result with <record> elements")
    if not result.strip():
        return ListPage()
    if never_ends(result, "record"):
        raise ListError("truncated", f"{response.url}: the answer ends inside <record>: fetch it again")
    records = between(result, "record")
    read_rows = [
        markup.record_anchor(markup.tree_of(plain(each), response.url), spec.url, spec.item, response.url)
        for each in records[: markup.MAX_LINKS]
    ]
    found = [row for row in read_rows if row is not None]
    total = count_of(next(iter(between(result, "totalrecord")), "").strip())
    problem = None
    if len(found) < len(records):
        problem = f"{response.url}: {len(records) - len(found)} of {len(records)} records hold no link"
    following = (_next(response.request, len(records)),) if records else ()
    return ListPage(markup.links(found, spec.url), following, len(records), total, problem)


def _spec(source: Source) -> TrueCms:
    assert isinstance(source.list, TrueCms)
    return source.list


def _unwrapped(text: str) -> str:
    found = _JSONP.match(text)
    return found[1] if found else text


def _from_page(spec: TrueCms, text: str, response: Response) -> Request:
    column, proxy, size = _COLUMN.search(text), _PROXY.search(text), _PER_PAGE.search(text)
    named = spec.columnid or (column[1] if column else None)
    address = spec.proxy or (proxy[1] if proxy else None)
    missing = [name for name, value in (("columnid", named), ("proxy", address)) if value is None]
    if named is None or address is None:
        names = " and ".join(missing)
        detail = f"{response.url}: {names} stand neither in the page nor in the source: set list.{missing[0]}"
        raise ListError("parameter_missing", detail)
    at_once = spec.perpage or max(int(size[1]) if size else _LEAST, 1)
    return _asked(urljoin(response.url, address), named, 1, at_once, response.request)


def _asked(url: str, column: str, start: int, size: int, page: Request) -> Request:
    paging = {"startrecord": start, "endrecord": start + size - 1, "perpage": size}
    query = urlencode(paging | {"columnId": column, "callback": _CALLBACK})
    return Request(f"{url}?{query}", kind="list", referer=page.referer or page.url, page=page.page + 1)


def _next(request: Request, came: int) -> Request:
    """Return the request of the records after those which came, fewer than asked for as they may be."""
    asked = dict(parse_qsl(urlsplit(request.url).query))
    start = int(asked["startrecord"]) + came
    url = request.url.partition("?")[0]
    return replace(_asked(url, asked["columnId"], start, int(asked["perpage"]), request), referer=request.referer)


LISTER = Lister(first, read)
