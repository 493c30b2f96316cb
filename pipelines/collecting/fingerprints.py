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
# How portals call the number of a page, what stands on the links to other pages, and how many items they say there are.
_PAGE_KEYS = frozenset(
    ("page", "pageindex", "pageno", "pagenum", "pagenumber", "currentpage", "curpage", "currpage", "cpage", "pg", "p")
)
_TURNS = re.compile(
    r"\[?\d{1,4}\]?|[<>«»]{1,2}|(?:上|下|前|后)一?页|首页|尾页|末页|最后一?页|next|last|prev(?:ious)?", re.IGNORECASE
)
_STATED_TOTAL = re.compile(r"((?:共|总共|总计|总数|记录数?)\s?[:：]?\s?(?:有)?)\s?\d{1,6}\s?(?:条|个|项|篇)")
_FILE = re.compile(r"\.(pdf|docx?|xlsx?|wps|zip|rar)$", re.IGNORECASE)
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
    if query_list(tree, text, url):
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


def query_list(tree: LexborHTMLParser, text: str, url: str) -> dict[str, Any] | None:
    """Return the draft of a list whose reports and paging stand in queries: wide enough for every report of its page.

    Of the items each form that a report has is taken, whatever its key is called, and the files among them; a portal
    shows notices, files and older pages under addresses of their own.
    """
    pages: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    here = urlsplit(url)
    own = parse_qs(here.query)
    for anchor in _anchors(tree, url):
        parts = urlsplit(anchor.url)
        keys = parse_qs(parts.query)
        if parts.path.lower() == here.path.lower():
            pages.update(key for key in keys if _pages_by(key, keys[key][0], own, anchor.title))
        elif _REPORT.search(anchor.title) and (parts.query or _FILE.search(parts.path)):
            name = re.escape(parts.path.rpartition("/")[2])
            ending = _FILE.search(parts.path)
            forms[rf"/{name}\?" if parts.query else rf"\.{ending[1].lower() if ending else ''}$"] += 1
    if not pages or not any(form.endswith(r"\?") for form in forms):
        return None
    draft: dict[str, Any] = {"page_param": pages.most_common(1)[0][0]}
    draft["item"] = {
        "url_regex": "|".join(form for form, _ in sorted(forms.items(), key=lambda item: (-item[1], item[0])))
    }
    if stated := _STATED_TOTAL.search(" ".join(tree.body.text().split()) if tree.body else text):
        draft["total_regex"] = re.escape(stated[1]).replace(r"\ ", r"\s*") + r"(?:<[^<>]*>|\s)*(\d+)"
    return draft


def _pages_by(key: str, value: str, own: dict[str, list[str]], title: str) -> bool:
    """Tell the parameter of a page's number: by its name, or since it alone differs on a link that says so."""
    if not (value.isascii() and value.isdigit()):
        return False
    if key.lower() in _PAGE_KEYS:
        return True
    return own.get(key) != [value] and bool(_TURNS.fullmatch("".join(title.split()))) and not key.lower().endswith("id")


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
    elif name == "aspnet_query" and (found := query_list(tree, text, url)):
        draft |= found
    elif name == "trs_static":
        below = [found for found in reports(tree, url) if markup.is_below(found.url, markup.folder_of(url))]
        if reports(tree, url) and not below:
            draft["item"] = {"same_prefix": False, "url_regex": r"/t\d{8}_\d+\.s?html?$"}
    return draft
