"""Which family of portal software a page is of, by what stands in it.

Belongs here: fingerprints, and what of a draft follows from a page. Keep out: requests (`probe`).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipelines.collecting.list_types import Item
from pipelines.collecting.listing import markup

# In this order: a page of a later family may quote an earlier one's scripts, hardly the other way round.
_FINGERPRINTS = (
    ("sitemap", re.compile(r"<(?:urlset|sitemapindex)\b")),
    ("gkmlpt", re.compile(r"/gkmlpt/|\bSID:\s{0,9}['\"]?\d")),
    ("jpaas_unit", re.compile(r"jpaas-publish-server")),
    ("hanweb_jpage", re.compile(r"jpage/dataproxy\.jsp|<datastore\b")),
    ("hanweb_xxgk", re.compile(r"module/xxgk/")),
    ("truecms", re.compile(r"getMessage\.do")),
    ("ewb", re.compile(r"EWB-FRONT|lightfrontaction|webBuilderCommon\.js", re.IGNORECASE)),
    ("eportal", re.compile(r"article_paging_list_hidden|eprotalCurrentPageId", re.IGNORECASE)),
    ("trs_static", re.compile(r"createPageHTML\s{0,9}\(", re.IGNORECASE)),
)
_REPORT = re.compile("年报|年度报告")
_YEAR = re.compile(r"20[012]\d")
_APP = re.compile(r"<div[^>]{0,200}\bid=['\"]?(?:app|root)\b", re.IGNORECASE)
_CATEGORY = re.compile(r"annualreport#(\d{1,9})|\"id\"\s?:\s?(\d{1,9})\s?,\s?\"name\"\s?:\s?\"[^\"]{0,40}年报")


def family(text: str, tree: LexborHTMLParser, url: str) -> str:
    """Return the family of a page: a list type, or unknown."""
    if "/gkmlpt" in urlsplit(url).path:
        return "gkmlpt"
    for name, pattern in _FINGERPRINTS:
        if pattern.search(text):
            return name
    if year_template(tree, url):
        return "year_tree"
    if query_item(tree, url):
        return "aspnet_query"
    if reports(tree, url):
        return "trs_static"
    return "browser" if _APP.search(text) else "unknown"


def _anchors(tree: LexborHTMLParser, url: str) -> list[markup.Anchor]:
    host = urlsplit(url).netloc.lower()
    return [anchor for anchor in markup.anchors(tree, url, Item(), url) if urlsplit(anchor.url).netloc.lower() == host]


def reports(tree: LexborHTMLParser, url: str) -> list[markup.Anchor]:
    """Return the links of a page that are reports by their titles."""
    return [found for found in _anchors(tree, url) if _REPORT.search(found.title) and markup.is_document(found.url)]


def year_template(tree: LexborHTMLParser, url: str) -> tuple[str, int, int] | None:
    """Return (address with {Y}, first year, last year) where two columns of a page differ by the year alone."""
    years: dict[str, set[int]] = {}
    for anchor in _anchors(tree, url):
        path = urlsplit(anchor.url).path
        named = _YEAR.findall(path)
        if len(named) == 1 and path.endswith("/") and (_YEAR.search(anchor.title) or _REPORT.search(anchor.title)):
            template = anchor.url.partition("?")[0].replace(named[0], "{Y}", 1)
            years.setdefault(template, set()).add(int(named[0]))
    wanted = {template: found for template, found in years.items() if len(found) > 1 and min(found) >= 2008}
    if not wanted:
        return None
    template = max(wanted, key=lambda key: (len(wanted[key]), key))
    return template, min(wanted[template]), max(wanted[template])


def query_item(tree: LexborHTMLParser, url: str) -> tuple[str, str] | None:
    """Return (paging parameter, pattern of the items) of a page whose reports and paging stand in queries."""
    pages: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for anchor in _anchors(tree, url):
        parts = urlsplit(anchor.url)
        keys = parse_qs(parts.query)
        if parts.path == urlsplit(url).path:
            pages.update(key for key in keys if key.lower() in {"page", "pageindex", "currentpage", "p"})
        elif _REPORT.search(anchor.title):
            name = re.escape(parts.path.rpartition("/")[2])
            found.update(rf"/{name}\?(.*&)?{re.escape(key)}=" for key in keys if key.lower().endswith("id"))
    if not pages or not found:
        return None
    return pages.most_common(1)[0][0], found.most_common(1)[0][0]


def drafted(name: str, text: str, tree: LexborHTMLParser, url: str) -> dict[str, Any] | None:
    """Return the `list` of a draft as far as the first page tells it; None where there is no family."""
    if name == "unknown":
        return None
    draft: dict[str, Any] = {"type": name, "url": url}
    if name == "browser":
        draft["why"] = "the page holds an application of scripts and no links"
    elif name == "sitemap":
        draft["item"] = {"url_regex": "nb|nianbao|ndbg|annual"}
    elif name == "gkmlpt" and not urlsplit(url).fragment and (named := _CATEGORY.search(text)):
        draft["category"] = int(named[1] or named[2])
    elif name == "year_tree" and (columns := year_template(tree, url)):
        draft |= {"url": columns[0], "years": [columns[1], columns[2]], "locate": {"url": url}}
    elif name == "aspnet_query" and (found := query_item(tree, url)):
        draft |= {"page_param": found[0], "item": {"url_regex": found[1]}}
    elif name == "trs_static":
        below = [found for found in reports(tree, url) if markup.is_below(found.url, markup.folder_of(url))]
        if reports(tree, url) and not below:
            draft["item"] = {"same_prefix": False, "url_regex": r"/t\d{8}_\d+\.s?html?$"}
    return draft
