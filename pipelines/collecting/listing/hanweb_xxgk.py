"""A Hanweb disclosure column: rows by POST to search.jsp, which ignores the column (`selecting` keeps art_<col>_)."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urljoin, urlsplit

from pipelines.collecting.list_types import HanwebXxgk
from pipelines.collecting.listing import markup
from pipelines.collecting.listing.lister import Lister, ListError
from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source

_FIELDS = ("infotypeId", "jdid", "area", "divid")
_CALL = re.compile(r"search\.jsp\?([^\"'<>\s]{0,2000})")
_STATED = {name: re.compile(rf"\b{name}['\"]?\s{{0,9}}[:=]\s{{0,9}}['\"]?([\w-]{{1,60}})") for name in _FIELDS}
_COLUMN = re.compile(r"/col/col(\d{1,15})/")
# "共 58 条", also with tags and spaces between; the number of pages ("共 6 页") is not meant.
_TOTAL = re.compile(r"共[^\d条页]{0,60}(\d{1,9})[^\d条页]{0,60}条")
_ROWS = ".tr_main_value_odd, .tr_main_value_even"


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the column's page, or of the first rows where the source states all of its fields."""
    spec = _spec(source)
    if spec.divid and spec.jdid and (spec.infotypeId or spec.area):
        return (_list_request(spec, {}, spec.url),)
    return (Request(spec.url, kind="list", page=0),)


def column_of(spec: HanwebXxgk) -> str | None:
    """Return the number of the column whose links are kept."""
    if spec.column is not None:
        return str(spec.column)
    found = _COLUMN.search(spec.url)
    return found[1] if found else None


def read(source: Source, response: Response) -> ListPage:
    """Return the rows of an answer, or the first request that the column's page leads to. Raises ListError."""
    spec, text = _spec(source), markup.text_of(response)
    if response.request.page == 0:
        return ListPage(following=(_list_request(spec, _discovered(spec, text, response.url), response.url),))
    tree = markup.tree_of(text, response.url)
    records = markup.select(tree, spec.item.record or _ROWS, response.url)[: markup.MAX_LINKS]
    read_rows = [markup.record_anchor(record, response.url, spec.item, response.url) for record in records]
    found = [anchor for anchor in read_rows if anchor is not None]
    stated = _TOTAL.search(re.sub(r"<[^<>]{0,300}>|&nbsp;", " ", text[-20_000:]))
    problem = None
    if len(found) < len(records):
        problem = f"{response.url}: {len(records) - len(found)} of {len(records)} rows hold no link"
    following = (_paged(response.request, response.request.page + 1),) if found else ()
    total = int(stated[1]) if stated else None
    return ListPage(
        markup.links(found, response.request.referer or response.url), following, len(records), total, problem
    )


def _spec(source: Source) -> HanwebXxgk:
    assert isinstance(source.list, HanwebXxgk)
    return source.list


def _discovered(spec: HanwebXxgk, text: str, place: str) -> dict[str, str]:
    params: dict[str, str] = {}
    for call in _CALL.finditer(text.replace("&amp;", "&")):
        for key, value in parse_qsl(call[1]):
            params.setdefault(key, value)
    for name, pattern in _STATED.items():
        if name not in params and (found_value := pattern.search(text)):
            params[name] = found_value[1]
    if "divid" not in params and (column := column_of(spec)):
        params["divid"] = f"div{column}"
    own = {name: getattr(spec, name) for name in _FIELDS}
    merged = {**params, **{name: value for name, value in own.items() if value is not None}}
    if not (merged.get("divid") and (merged.get("infotypeId") or merged.get("area") or merged.get("jdid"))):
        detail = (
            f"{place}: no call of search.jsp with jdid, area or infotypeId in the page: set them in the source's list"
        )
        raise ListError("parameter_missing", detail)
    return {name: merged[name] for name in (*_FIELDS, "standardXxgk") if name in merged}


def _list_request(spec: HanwebXxgk, params: dict[str, str], page_url: str) -> Request:
    own = {name: getattr(spec, name) for name in _FIELDS if getattr(spec, name) is not None}
    named = {"infotypeId": "", "jdid": "", "area": "", **params, **own}
    blank = {"vc_title": "", "vc_number": "", "vc_filenumber": "", "vc_all": "", "texttype": "", "fbtime": ""}
    form = tuple({**named, **blank, "sortfield": ",compaltedate:0", "currpage": "1"}.items())
    parts = urlsplit(urljoin(page_url, spec.search))
    url = parts._replace(fragment="").geturl()
    return Request(url, kind="list", method="POST", form=form, referer=page_url)


def _paged(request: Request, page: int) -> Request:
    form = tuple((key, str(page) if key == "currpage" else value) for key, value in request.form)
    return replace(request, form=form, page=page)


LISTER = Lister(first, read)
