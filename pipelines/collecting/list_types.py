"""The list types of a source: what each needs to know.

Belongs here: the models of `list` and the kinds of values they are made of. Keep out: the rest of a source (`source`),
and how a list is read (`listing`).
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from pipelines.declarations import Declaration, External, FreeText, Regex

FIRST_YEAR, LAST_YEAR = 2008, 2100


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"not an address ({error}); expected https://host/path") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("expected an address that starts with http:// or https:// and names a host")
    return value


def _years(value: tuple[int, int]) -> tuple[int, int]:
    if not FIRST_YEAR <= value[0] <= value[1] <= LAST_YEAR:
        raise ValueError(f"expected two years [first, last] within {FIRST_YEAR}-{LAST_YEAR}, first not above last")
    return value


Address = Annotated[External, AfterValidator(_web_address)]
Years = Annotated[tuple[int, int], AfterValidator(_years)]
Host = Annotated[External, Field(pattern=r"^[a-z0-9.-]+(:\d{1,5})?$", max_length=255)]


class Model(Declaration):
    """A part of a source. Strict in files; what code makes of lists and texts is converted."""

    model_config = ConfigDict(strict=False, str_strip_whitespace=True)


class Item(Model):
    """Where an item stands in a list page (CSS), and which addresses are items (a search, not a full match)."""

    record: External | None = None
    link: External = "a[href]"
    date: External | None = None
    url_regex: Regex | None = None
    same_prefix: bool = True


class _Listed(Model):
    url: Address
    item: Item = Item()


class HanwebJpage(_Listed):
    """A Hanweb column whose records come as XML from dataproxy.jsp; ids left out are read from the page."""

    type: Literal["hanweb_jpage"]
    columnid: int | None = None
    unitid: int | None = None
    webid: int | None = None
    path: External = "/"
    proxy: External = "/module/web/jpage/dataproxy.jsp"
    method: Literal["GET", "POST"] = "GET"
    style: Literal["auto", "page", "startrecord"] = "auto"
    perpage: int = Field(default=100, ge=1, le=300)


class HanwebXxgk(_Listed):
    """A Hanweb disclosure column, read by POST; `column` is the <col> of the art_<col>_ links that are kept."""

    type: Literal["hanweb_xxgk"]
    column: int | None = None
    search: External = "/module/xxgk/search.jsp"
    infotypeId: External | None = None  # noqa: N815
    jdid: External | None = None
    area: External | None = None
    divid: External | None = None


class JpaasUnit(_Listed):
    """A unit of a JPAAS column: JSON with HTML inside; ids left out are read from the column page at `url`."""

    type: Literal["jpaas_unit"]
    endpoint: External = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    parseType: External | None = None  # noqa: N815
    webId: External | None = None  # noqa: N815
    tplSetId: External | None = None  # noqa: N815
    pageId: External | None = None  # noqa: N815
    tagId: External | None = None  # noqa: N815
    page_size: int = Field(default=15, ge=1, le=300)


class Gkmlpt(_Listed):
    """A Guangdong disclosure platform; the category may stand behind the # of the address."""

    type: Literal["gkmlpt"]
    category: int | None = None
    sid: int | None = None


class TrsStatic(_Listed):
    """Static pages of TRS WCM: index.html, index_1.html, ..."""

    type: Literal["trs_static"]
    next: External = "index_{n}.html"

    @model_validator(mode="after")
    def _numbered(self) -> TrsStatic:
        if "{n}" not in self.next:
            raise ValueError("list.next: expected {n} where the number of the page stands")
        return self


class Locate(Model):
    """Where to find the columns of the years again when their addresses have drifted."""

    url: Address
    link_text: Regex = "年报|年度报告"


class Follow(Model):
    """Which sub-columns to follow, and how deep."""

    max_depth: int = Field(default=2, ge=0, le=5)
    link_text: Regex = "镇|乡|街道|地区|委|局|办|年度报告|年报"
    same_prefix: bool = True


class YearTree(Model):
    """One column for each year: `url` holds {Y}."""

    type: Literal["year_tree"]
    url: Address
    years: Years
    item: Item = Item()
    next: External = "index_{n}.html"
    locate: Locate | None = None
    follow: Follow = Follow()

    @model_validator(mode="after")
    def _templated(self) -> YearTree:
        if "{Y}" not in self.url:
            raise ValueError("list.url: expected {Y} where the year stands")
        if "{n}" not in self.next:
            raise ValueError("list.next: expected {n} where the number of the page stands")
        return self


class AspnetQuery(_Listed):
    """Pages requested by a query parameter; `item.url_regex` says which links are items."""

    type: Literal["aspnet_query"]
    page_param: External = "page"
    total_regex: Regex | None = None

    @model_validator(mode="after")
    def _item_named(self) -> AspnetQuery:
        if self.item.url_regex is None and self.item.record is None:
            raise ValueError("list.item: expected url_regex or record, since any link of the page could be an item")
        return self


class Sitemap(_Listed):
    """A sitemap or an index of sitemaps; `item.url_regex` says which addresses are items."""

    type: Literal["sitemap"]

    @model_validator(mode="after")
    def _item_named(self) -> Sitemap:
        if self.item.url_regex is None:
            raise ValueError("list.item.url_regex: expected, since a sitemap names every page of the site")
        return self


class TrueCms(_Listed):
    """A TrueCMS column, whose records come from getMessage.do; what is left out is read from the page."""

    type: Literal["truecms"]
    columnid: External | None = None
    proxy: External | None = None
    perpage: int | None = Field(default=None, ge=1, le=50)


class Ewb(_Listed):
    """A list of Epoint's web builder; the category may stand in the address, the site's id is read from a script."""

    type: Literal["ewb"]
    siteGuid: External | None = None  # noqa: N815
    project: External | None = None
    categorynum: External | None = None
    deptcode: External | None = None
    page_size: int = Field(default=20, ge=1, le=100)
    wrapped: bool = False


class Eportal(_Listed):
    """A column of an eportal; `moduleid` says which list of a page is meant, where there are several."""

    type: Literal["eportal"]
    moduleid: External | None = None


class ManualRow(Model):
    """One line of the CSV file of a manual source."""

    url: Address
    title: str
    date: External | None = None
    agency: External | None = None
    year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR)


class Manual(Model):
    """A list kept by hand: a CSV file beside the YAML file (url,title,date,agency,year)."""

    type: Literal["manual"]
    csv: str = Field(pattern=r"^[\w.-]+\.csv$")
    rows: tuple[ManualRow, ...] = ()


class Browser(Model):
    """A list that only a browser shows. It is named, not read: its walk ends with the problem needs_browser."""

    type: Literal["browser"]
    url: Address
    why: Annotated[FreeText, Field(min_length=10)]


ListSpec = Annotated[
    HanwebJpage
    | HanwebXxgk
    | JpaasUnit
    | Gkmlpt
    | TrsStatic
    | YearTree
    | AspnetQuery
    | TrueCms
    | Ewb
    | Eportal
    | Sitemap
    | Manual
    | Browser,
    Field(discriminator="type"),
]
