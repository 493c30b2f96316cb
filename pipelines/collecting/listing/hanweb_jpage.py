"""A Hanweb column: the page holds the first records in a script, dataproxy.jsp gives the others as XML.

Some portals obey only `page`, others only `startrecord`; `perpage` may be cut without a word.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborNode

from pipelines.collecting.list_types import HanwebJpage
from pipelines.collecting.listing import markup
from pipelines.collecting.listing.elements import between, never_ends, plain
from pipelines.collecting.listing.lister import Lister, ListError
from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source

_TOTAL = re.compile(r"\s{0,20}(\d{1,9})\s{0,20}")
_PARAMS = ("columnid", "unitid", "webid", "webname", "permissiontype", "appid", "sourceContentType", "col")
_STATED = {name: re.compile(rf"\b{name}['\"]?\s{{0,9}}[:=]\s{{0,9}}['\"]?([\w.-]{{1,100}})") for name in _PARAMS}
_PAGING = ("page", "startrecord", "endrecord", "perpage")


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the column's page, which is page 0."""
    return (Request(_spec(source).url, kind="list", page=0),)


def read(source: Source, response: Response) -> ListPage:
    """Return the records of the column's page or of the data proxy. Raises ListError."""
    spec, text = _spec(source), markup.text_of(response)
    if response.request.page > 0:
        page = _records(spec, text, response)
        return replace(page, following=(_next(spec, response.request, page.records),)) if page.records else page
    script, unit = _own_script(spec, text, response.url)
    page = _records(spec, script, response) if "<datastore" in script else ListPage()
    if page.total is not None and 0 < page.total <= page.records:
        return page
    params = _params(spec, script, unit, text, response)
    return replace(page, following=(_first_of_proxy(spec, params, response.url),))


def repeated(source: Source, request: Request, seen: int) -> Request | None:
    """Return the request for what follows in the other style, where the portal ignored the one used."""
    spec = _spec(source)
    if spec.style != "auto":
        return None
    params = dict(_query(request))
    style = "page" if "startrecord" in params else "startrecord"
    return _paged(spec, request, request.page, seen + 1, style)


def _spec(source: Source) -> HanwebJpage:
    assert isinstance(source.list, HanwebJpage)
    return source.list


def _records(spec: HanwebJpage, text: str, response: Response) -> ListPage:
    if "<datastore" not in text and "<record>" not in text:
        if response.request.form or "<html" not in text[:2000].lower():
            detail = f"{response.url}: expected <datastore> with <record> elements, found {text[:60]!r}"
            raise ListError("not_a_datastore", detail)
        raise ListError("not_a_datastore", f"{response.url}: a page instead of records: is the Referer missing?")
    if never_ends(text, "record"):
        raise ListError("truncated", f"{response.url}: the answer ends inside <record>: fetch it again")
    records = between(text, "record")
    found = []
    for record in records[: markup.MAX_LINKS]:
        tree = markup.tree_of(plain(record), response.url)
        anchor = markup.record_anchor(tree, spec.url, spec.item, response.url)
        if anchor is not None:
            found.append(anchor)
    stated = _TOTAL.fullmatch(next(iter(between(text, "totalrecord")), ""))
    problem = None
    if len(found) < len(records):
        problem = f"{response.url}: {len(records) - len(found)} of {len(records)} records hold no link"
    links = markup.links(found, response.url)
    return ListPage(links, (), len(records), int(stated[1]) if stated else None, problem)


def _own_script(spec: HanwebJpage, text: str, place: str) -> tuple[str, str | None]:
    """Return the script with the records of this column, and the id of what holds it (the unit).

    Templates of other columns stand in the same page: the unit, or the only script there is, tells which is meant.
    """
    scripts: list[tuple[str, str | None]] = []
    for node in markup.select(markup.tree_of(text, place), "script", place):
        if "<datastore" in (content := node.text()):
            scripts.append((content, _holder(node)))
    if spec.unitid is not None:
        scripts = [(content, unit) for content, unit in scripts if unit in {None, str(spec.unitid)}] or scripts
    if spec.columnid is not None and len(scripts) > 1:
        named = f"columnid={spec.columnid}"
        scripts = [(content, unit) for content, unit in scripts if named in content] or scripts
    if len(scripts) > 1:
        units = ", ".join(unit or "without id" for _, unit in scripts)
        detail = f"{place}: several lists in the page; set list.unitid to one of: {units}"
        raise ListError("several_lists", detail)
    return scripts[0] if scripts else ("", None)


def _holder(node: LexborNode) -> str | None:
    parent = node.parent
    name = (parent.attributes.get("id") or "") if parent is not None else ""
    return name if name.isdigit() else None


def _params(spec: HanwebJpage, script: str, unit: str | None, text: str, response: Response) -> dict[str, str]:
    """Return the proxy's parameters: the source's, else those of the next group's link, else those of the scripts."""
    params: dict[str, str] = {}
    for group in between(script, "nextgroup"):
        if (start := group.find("dataproxy.jsp?")) >= 0:
            query = re.split(r"[\"'>]", group[start:], maxsplit=1)[0].partition("?")[2].replace("&amp;", "&")
            params = {key: value for key, value in parse_qsl(query, keep_blank_values=True) if key not in _PAGING}
    for name, pattern in _STATED.items():
        if name not in params and (found_value := pattern.search(text)):
            params[name] = found_value[1]
    own = {"columnid": spec.columnid, "unitid": spec.unitid or unit, "webid": spec.webid}
    params.update({name: str(value) for name, value in own.items() if value is not None})
    params.setdefault("path", spec.path)
    if "columnid" not in params and (column := re.search(r"/col/col(\d{1,15})/", response.url)):
        params["columnid"] = column[1]
    missing = [name for name in ("columnid", "unitid") if not params.get(name)]
    if missing:
        names = " and ".join(missing)
        detail = f"{response.url}: {names} stand neither in the page nor in the source: set list.{missing[0]}"
        raise ListError("parameter_missing", detail)
    return params


def _first_of_proxy(spec: HanwebJpage, params: dict[str, str], page_url: str) -> Request:
    url = urljoin(page_url, spec.proxy)
    request = Request(f"{url}?{urlencode(params)}", kind="list", method="GET", referer=page_url)
    return _paged(spec, request, 1, 1, "startrecord" if spec.style == "startrecord" else "page")


def _next(spec: HanwebJpage, request: Request, came: int) -> Request:
    params = dict(_query(request))
    start = params.get("startrecord", "")
    if start.isdigit():
        return _paged(spec, request, request.page + 1, int(start) + came, "startrecord")
    return _paged(spec, request, request.page + 1, 0, "page")


def _query(request: Request) -> list[tuple[str, str]]:
    return [*parse_qsl(urlsplit(request.url).query, keep_blank_values=True), *request.form]


def _paged(spec: HanwebJpage, request: Request, page: int, start: int, style: str) -> Request:
    params = {key: value for key, value in _query(request) if key not in _PAGING}
    if style == "page":
        paging = {"page": str(page), "perpage": str(spec.perpage)}
    else:
        paging = {"startrecord": str(start), "endrecord": str(start + spec.perpage - 1), "perpage": str(spec.perpage)}
    base = request.url.partition("?")[0]
    if spec.method == "POST":
        form = tuple(params.items())
        return replace(request, url=f"{base}?{urlencode(paging)}", method="POST", form=form, page=page)
    return replace(request, url=f"{base}?{urlencode({**paging, **params})}", page=page)


LISTER = Lister(first, read, repeated=repeated)
