"""What a source is: the portal column that lists an agency's reports, written in one YAML file.

Belongs here: the models of a source, loading them, their JSON Schema. Keep out: how a list is read (`listing`), what a
loaded source may still have wrong with it (`source_checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from pipelines.collecting.list_types import Host, ListSpec, Manual, Model, Years
from pipelines.collecting.manual_rows import MANUAL_COLUMNS, manual_rows
from pipelines.declarations import DeclarationError, External, Fault, FreeText, Regex, Wrong, load, parse

SOURCES = Path(__file__).parent / "sources"
EXTENSIONS = ("doc", "docx", "pdf", "xls", "xlsx", "wps", "et", "rtf", "odt", "ods", "ofd", "zip", "rar")


Level = Literal[
    "central", "province", "province_dept", "city", "city_dept", "county", "county_dept", "township", "other"
]  # fmt: skip


class SourceAgency(Model):
    """Whose reports are listed; with `many_publishers` an item's own agency stands in the item."""

    name: Annotated[FreeText, Field(min_length=2)]
    code: External | None = None
    level: Level = "other"
    region: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    many_publishers: bool = False


class Title(Model):
    """Which items of the list are reports, by their titles."""

    include: Regex = "信息公开.{0,20}(报告|年报|总结)|年度报告|年报"
    exclude: Regex = "网站(工作)?年度(工作)?报表|决算|预算|解读|指南"


class Publisher(Model):
    """How an item's agency is taken from its title: a named group (?P<agency>...)."""

    title_regex: Regex

    @model_validator(mode="after")
    def _named(self) -> Publisher:
        if "(?P<agency>" not in self.title_regex:
            raise ValueError("publisher.title_regex: expected a named group (?P<agency>...)")
        return self


class DetailOptions(Model):
    """Where a report's page holds its body, and how many of the six sections it must show."""

    body: tuple[External, ...] = ()
    min_markers: int = Field(default=3, ge=0, le=6)


class Attachments(Model):
    """Which files of a report's page are taken."""

    extensions: tuple[Annotated[External, Field(pattern=r"^[a-z0-9]{2,5}$")], ...] = EXTENSIONS
    same_site_only: bool = True
    cross_hosts: tuple[Host, ...] = ()


class Canonical(Model):
    """What of an address names the visit, not the page, beside what always does (`detail.canonical`)."""

    drop_params: tuple[External, ...] = ()
    keep_params: tuple[External, ...] = ()
    wap_twins: bool = True


class Expect(Model):
    """What the list should yield; what lies outside is reported, never dropped."""

    reports_per_year: tuple[int, int] | None = None
    years: Years | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Expect:
        if self.reports_per_year and not 0 <= self.reports_per_year[0] <= self.reports_per_year[1]:
            raise ValueError("expect.reports_per_year: expected [least, most], least not above most")
        return self


class TlsException(Model):
    """A host whose certificate is not verified: why, and until when."""

    host: Host
    reason: Annotated[FreeText, Field(min_length=10)]
    until: date


class PolitenessOptions(Model):
    """The least seconds between two requests to one host; never below the rule."""

    min_delay_s: float = Field(default=3.0, ge=3.0, le=300.0)


class WalkLimits(Model):
    """Where a walk through a list stops and says so."""

    list_pages: int = Field(default=200, ge=1, le=5000)
    items: int = Field(default=20_000, ge=1, le=200_000)
    depth: int = Field(default=3, ge=0, le=6)


class Source(Model):
    """One portal column that lists reports. `confirmed` says that a probe of the live page has agreed."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    agency: SourceAgency
    hosts: tuple[Host, ...] = Field(min_length=1)
    scheme_http_allowed: bool = False
    confirmed: bool = False
    note: FreeText | None = None
    title: Title = Title()
    publisher: Publisher | None = None
    detail: DetailOptions = DetailOptions()
    attachments: Attachments = Attachments()
    canonical: Canonical = Canonical()
    expect: Expect = Expect()
    tls_exceptions: tuple[TlsException, ...] = ()
    politeness: PolitenessOptions = PolitenessOptions()
    limits: WalkLimits = WalkLimits()
    list: ListSpec


def source_schema() -> dict[str, Any]:
    """Return the JSON Schema of a source file."""
    return Source.model_json_schema()


def load_sources(folder: Path = SOURCES) -> dict[str, Source]:
    """Return the sources of a folder by id, in order of id. Raises DeclarationError with every fault of every file."""
    faults: list[Fault] = []
    loaded: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            loaded[path.stem] = load_source(path)
        except DeclarationError as failure:
            faults.extend(failure.faults)
    if faults:
        raise DeclarationError(faults)
    return loaded


def load_source(path: Path) -> Source:
    """Return the source of one file. Raises DeclarationError."""
    return _with_rows(load(path, Source, also=_checked(path)), path)


def parse_source(text: str, path: Path) -> Source:
    """Return the source that a text states; `path` is the file it would be of. Raises DeclarationError."""
    return _with_rows(parse(text, path, Source, also=_checked(path)), path)


def _checked(path: Path) -> Callable[[Source], Iterator[Wrong]]:
    def faults(source: Source) -> Iterator[Wrong]:
        if source.id != path.stem:
            yield Wrong(("id",), f"expected {path.stem!r}, the name of the file, found {source.id!r}")
        if isinstance(source.list, Manual):
            if source.list.rows:
                yield Wrong(("list", "rows"), "the rows stand in the CSV file that list.csv names")
            if not (path.parent / source.list.csv).is_file():
                columns = ", ".join(MANUAL_COLUMNS)
                fault = f"expected a CSV file beside the source with the columns {columns}, found no {source.list.csv}"
                yield Wrong(("list", "csv"), fault)

    return faults


def _with_rows(source: Source, path: Path) -> Source:
    """Return a source with the rows of its CSV file, if its list is manual."""
    if not isinstance(source.list, Manual):
        return source
    listed = source.list.model_copy(update={"rows": manual_rows(path.parent / source.list.csv)})
    return source.model_copy(update={"list": listed})
