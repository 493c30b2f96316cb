"""A unit of a JPAAS column: JSON with HTML inside, paged only through paramJson."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pipelines.collecting.list_types import JpaasUnit
from pipelines.collecting.listing import markup
from pipelines.collecting.listing.json_answer import object_of
from pipelines.collecting.listing.lister import Lister, ListError
from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source

_IDS = ("webId", "tplSetId", "pageId", "tagId")
_PAIR = re.compile(r"['\"](\w{1,40})['\"]\s{0,9}:\s{0,9}['\"]([^'\"]{0,200})['\"]")
_TOTAL = re.compile(r"\bcount\s{0,9}=\s{0,9}['\"]?(\d{1,9})|共\s{0,9}(\d{1,9})\s{0,9}条")


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the unit, or of the column's page where the source leaves ids to be read from it."""
    spec = _spec(source)
    if all(getattr(spec, name) for name in _IDS):
        return (_list_request(spec, {}, spec.url),)
    return (Request(spec.url, kind="list", page=0),)


def read(source: Source, response: Response) -> ListPage:
    """Return the items of the unit's HTML, or the unit's first request. Raises ListError."""
    spec, text = _spec(source), markup.text_of(response)
    if response.request.page == 0:
        return ListPage(following=(_list_request(spec, _discovered(spec, text, response.url), response.url),))
    answer = object_of(text, response.url)
    data = answer.get("data")
    html = data.get("html") if isinstance(data, dict) else None
    if not isinstance(html, str):
        detail = f"{response.url}: expected data.html, found the keys {sorted(answer)[:10]}"
        raise ListError("no_html", detail)
    if not html.strip():
        return ListPage()
    tree = markup.tree_of(html, response.url)
    rule = spec.item if spec.item.record else spec.item.model_copy(update={"record": "li, tr"})
    rows = {anchor.url: anchor for anchor in markup.anchors(tree, spec.url, rule, response.url)}
    wanted = re.compile(spec.item.url_regex) if spec.item.url_regex else None
    found = [row for url, row in rows.items() if (wanted.search(url) if wanted else markup.is_document(url))]
    stated = _TOTAL.search(html)
    total = int(stated[1] or stated[2]) if stated else None
    following = (_paged(spec, response.request, response.request.page + 1),) if found else ()
    return ListPage(markup.links(found, spec.url), following, len(found), total)


def _spec(source: Source) -> JpaasUnit:
    assert isinstance(source.list, JpaasUnit)
    return source.list


def _discovered(spec: JpaasUnit, text: str, place: str) -> dict[str, str]:
    """Return the parameters of the column's list: of several units the one that the source names by tagId."""
    units: list[dict[str, str]] = []
    for node in markup.select(markup.tree_of(text, place), "[querydata]", place):
        params = dict(_PAIR.findall(unescape(node.attributes.get("querydata") or "")))
        if params.get("pageId") and params not in units:
            units.append({key: params[key] for key in (*_IDS, "parseType", "pageType", "editType") if key in params})
    if spec.tagId is not None:
        units = [unit for unit in units if unit.get("tagId") == spec.tagId] or units
    if len(units) > 1:
        tags = ", ".join(unit.get("tagId", "") for unit in units)
        raise ListError("several_lists", f"{place}: several units in the page; set list.tagId to one of: {tags}")
    if not units:
        raise ListError("parameter_missing", f"{place}: no queryData with a pageId in the page: set {', '.join(_IDS)}")
    return units[0]


def _list_request(spec: JpaasUnit, params: dict[str, str], page_url: str) -> Request:
    own = {name: getattr(spec, name) for name in (*_IDS, "parseType") if getattr(spec, name) is not None}
    named = {"parseType": "bulidstatic", "pageType": "column", "editType": "null", **params, **own}
    url = f"{urljoin(page_url, spec.endpoint)}?{urlencode(named)}"
    return _paged(spec, Request(url, kind="list", referer=page_url), 1)


def _paged(spec: JpaasUnit, request: Request, page: int) -> Request:
    parts = urlsplit(request.url)
    pairs = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "paramJson"]
    pairs.append(("paramJson", json.dumps({"pageNo": page, "pageSize": spec.page_size}, separators=(",", ":"))))
    return replace(request, url=parts._replace(query=urlencode(pairs)).geturl(), page=page)


LISTER = Lister(first, read)
