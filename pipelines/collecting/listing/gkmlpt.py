"""The disclosure platform of Guangdong: an entry page that names the site (SID), and a JSON API of 100 items a page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pipelines.collecting.list_types import Gkmlpt
from pipelines.collecting.listing import markup
from pipelines.collecting.listing.json_answer import count_of, object_of
from pipelines.collecting.listing.lister import Lister, ListError
from pipelines.collecting.records import FoundLink, ListPage, Request, Response
from pipelines.collecting.source import Source

_SID = re.compile(r"\bSID['\"]?\s{0,9}[:=]\s{0,9}['\"]?(\d{1,12})")
_CATEGORY = re.compile(r"^#?/?(\d{1,12})$")
_API = re.compile(r"/gkmlpt/api/all/(\d{1,12})\?page=(\d{1,6})&sid=(\d{1,12})")
# China has one time zone and no summer time since 1992.
_CHINA = timedelta(hours=8)
_DATES = ("display_publish_time", "first_publish_time", "publish_time", "create_time", "date", "created_at")


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the API where the source states sid and category, else of the entry page."""
    spec = _spec(source)
    category = _category(spec)
    if spec.sid is not None and category is not None:
        return (_list_request(spec, category, str(spec.sid), 1),)
    return (Request(spec.url.partition("#")[0], kind="list", page=0),)


def read(source: Source, response: Response) -> ListPage:
    """Return the articles of an answer, or the first request that the entry page leads to. Raises ListError."""
    spec, text = _spec(source), markup.text_of(response)
    if response.request.page == 0:
        return ListPage(following=(_from_entry(spec, text, response.url),))
    answer = object_of(text, response.url)
    articles = answer.get("articles")
    if not isinstance(articles, list):
        raise ListError("no_articles", f"{response.url}: expected articles[], found the keys {sorted(answer)[:10]}")
    read_rows = [_link(row, response.url, position) for position, row in enumerate(articles[: markup.MAX_LINKS], 1)]
    found = tuple(link for link in read_rows if link is not None)
    requested = _API.search(response.request.url)
    following = (_list_request(spec, requested[1], requested[3], int(requested[2]) + 1),) if requested and found else ()
    problem = None
    if len(found) < len(articles):
        problem = f"{response.url}: {len(articles) - len(found)} of {len(articles)} articles hold no address"
    return ListPage(found, following, len(articles), count_of(answer.get("total")), problem)


def day_of(value: object) -> str | None:
    """Return the day in China of a time stated as seconds or milliseconds since 1970, or as text."""
    if isinstance(value, str) and not value.isdigit():
        return markup.iso_date(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)) or len(str(value)[:20]) > 15:
        return None
    seconds = int(value) // 1000 if int(value) >= 10**11 else int(value)
    if not 0 < seconds < 10**10:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds) + _CHINA).date().isoformat()


def _spec(source: Source) -> Gkmlpt:
    assert isinstance(source.list, Gkmlpt)
    return source.list


def _category(spec: Gkmlpt) -> str | None:
    if spec.category is not None:
        return str(spec.category)
    found = _CATEGORY.match(urlsplit(spec.url).fragment)
    return found[1] if found else None


def _from_entry(spec: Gkmlpt, text: str, place: str) -> Request:
    category, stated = _category(spec), _SID.search(text)
    if category is None:
        raise ListError(
            "parameter_missing", f"{place}: the category is not known: set list.category or put it behind #"
        )
    if stated is None and spec.sid is None:
        raise ListError("parameter_missing", f"{place}: no SID in the page: set list.sid")
    if stated and spec.sid is not None and int(stated[1]) != spec.sid:
        raise ListError(
            "sid_differs", f"{place}: the page states SID {stated[1]}, the source {spec.sid}: correct the source"
        )
    return _list_request(spec, category, stated[1] if stated else str(spec.sid), 1)


def _list_request(spec: Gkmlpt, category: str, sid: str, page: int) -> Request:
    base = spec.url.partition("/gkmlpt")[0].rstrip("/")
    url = f"{base}/gkmlpt/api/all/{category}?page={page}&sid={sid}"
    return Request(url, kind="list", referer=spec.url.partition("#")[0], page=page)


def _link(row: Any, place: str, position: int) -> FoundLink | None:
    if not isinstance(row, dict):
        return None
    for name in ("post_url", "url"):
        value = row.get(name)
        if isinstance(value, str) and (url := markup.absolute(place, value)):
            break
    else:
        return None
    title, agency = row.get("title"), row.get("publisher")
    days = (day_of(row.get(name)) for name in _DATES)
    return FoundLink(
        url,
        " ".join(title.split())[:1000] if isinstance(title, str) else "",
        place,
        position,
        next((day for day in days if day), None),
        agency.strip()[:200] or None if isinstance(agency, str) else None,
    )


LISTER = Lister(first, read)
