"""A column of an eportal (easysite): its first page names the module, how many pages there are and how they are called.

The name of a page stands in the `tagname` of the pager and is never made up from the module's id, with whose beginning
it may begin; where no pager names one, `/eportal/ui?pageId=…&currentPage=N&moduleId=…&staticRequest=yes` gives it.
Articles are folders of a long number.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.collecting.list_types import Eportal
from pipelines.collecting.listing import markup, static_pages
from pipelines.collecting.listing.lister import Lister, ListError
from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source

_PAGING = 'input[name="article_paging_list_hidden"]'
# The product's own spelling.
_PAGE_ID = "#eprotalCurrentPageId"
_NUMBERED = re.compile(r"(-|[?&]currentPage=)\d{1,6}(?=\.s?html?$|&|$)")
_ARTICLE = r"/\d{7,}/(?:index\.s?html?)?$"


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the column's page."""
    return (Request(_spec(source).url, kind="list"),)


def read(source: Source, response: Response) -> ListPage:
    """Return the articles of a page, and of the first page the requests of all others. Raises ListError."""
    spec, text = _spec(source), markup.text_of(response)
    tree = markup.tree_of(text, response.url)
    found = _items(spec, tree)
    following: tuple[Request, ...] = ()
    if response.request.page == 1:
        following = _paging(spec, tree, response) or (() if found else static_pages.frames(tree, response))
    problem = static_pages.emptied(response) if not found and response.request.page > 1 else None
    return ListPage(markup.links(found, spec.url), following, len(found), problem=problem)


def _spec(source: Source) -> Eportal:
    assert isinstance(source.list, Eportal)
    return source.list


def _items(spec: Eportal, tree: LexborHTMLParser) -> list[markup.Anchor]:
    """Return the items by the source's rule, else the documents and the articles below the column."""
    found = markup.items(tree, spec.url, spec.item)
    if spec.item.url_regex is not None or spec.item.record is not None:
        return found
    articles = markup.items(tree, spec.url, spec.item.model_copy(update={"url_regex": _ARTICLE}))
    folder = markup.folder_of(spec.url)
    below = [each for each in articles if not spec.item.same_prefix or markup.is_below(each.url, folder)]
    return list({each.url: each for each in [*found, *below]}.values())


def _paging(spec: Eportal, tree: LexborHTMLParser, response: Response) -> tuple[Request, ...]:
    modules = {node.attributes.get("moduleid") or "": node for node in markup.select(tree, _PAGING, response.url)}
    if spec.moduleid is not None:
        modules = {name: node for name, node in modules.items() if name == spec.moduleid}
    numbers = {name: _number(node) for name, node in modules.items()}
    paged = [name for name, number in numbers.items() if number > 1]
    if len(paged) > 1:
        detail = f"{response.url}: several lists in the page; set list.moduleid to one of: {', '.join(paged)}"
        raise ListError("several_lists", detail)
    if not paged:
        return ()
    template = _template(tree, modules[paged[0]], paged[0], response)
    last = min(numbers[paged[0]], 5001)
    return tuple(
        Request(template.replace("{n}", str(page)), kind="list", referer=response.url, page=page)
        for page in range(2, last + 1)
    )


def _number(node: LexborNode) -> int:
    stated = node.attributes.get("totalpage") or ""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 7 else 1


def _template(tree: LexborHTMLParser, node: LexborNode, module: str, response: Response) -> str:
    """Return the address of a page with {n} for its number: that of the pager beside the list, else the interface's."""
    parent = node.parent
    for root in (parent, tree):
        for link in markup.select(root, "[tagname]", response.url) if root is not None else ():
            named = (link.attributes.get("tagname") or "").strip()
            if _NUMBERED.search(named):
                return urljoin(response.url, _NUMBERED.sub(r"\g<1>{n}", named))
    page = next((each.attributes.get("value") for each in markup.select(tree, _PAGE_ID, response.url)), None)
    if not page or not module:
        detail = f"{response.url}: more pages are stated, and neither tagname nor the ids of page and module name them"
        raise ListError("parameter_missing", detail)
    parts = urlsplit(response.url)
    query = urlencode({"pageId": page, "currentPage": "{n}", "moduleId": module, "staticRequest": "yes"}, safe="{}")
    return f"{parts.scheme}://{parts.netloc}/eportal/ui?{query}"


LISTER = Lister(first, read)
