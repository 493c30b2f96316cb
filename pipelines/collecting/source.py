"""What a source is: the portal column that lists an agency's reports, written in one YAML file.

Belongs here: the models of a source, loading them, their JSON Schema. Keep out: how a list is read (`listing`), what a
loaded source may still have wrong with it (`source_checks`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from pipelines.collecting.list_types import Host, ListSpec, Model, Pattern, Years

SOURCES = Path(__file__).parent / "sources"
MANUAL_COLUMNS = ("url", "title", "date", "agency", "year")
EXTENSIONS = ("doc", "docx", "pdf", "xls", "xlsx", "wps", "et", "ofd", "zip", "rar")


class SourceErrors(ValueError):
    """All that is wrong with the files of a folder; `errors` holds one line for each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(f"{len(errors)} errors in the sources:\n" + "\n".join(errors))
        self.errors = tuple(errors)


Level = Literal[
    "central", "province", "province_dept", "city", "city_dept", "county", "county_dept", "township", "other"
]  # fmt: skip


class SourceAgency(Model):
    """Whose reports are listed; with `many_publishers` an item's own agency stands in the item."""

    name: str = Field(min_length=2)
    code: str | None = None
    level: Level = "other"
    region: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    many_publishers: bool = False


class Title(Model):
    """Which items of the list are reports, by their titles."""

    include: Pattern = "信息公开.{0,20}(报告|年报|总结)|年度报告|年报"
    exclude: Pattern = "网站(工作)?年度(工作)?报表|决算|预算|解读|指南"


class Publisher(Model):
    """How an item's agency is taken from its title: a named group (?P<agency>...)."""

    title_regex: Pattern

    @model_validator(mode="after")
    def _named(self) -> Publisher:
        if "(?P<agency>" not in self.title_regex:
            raise ValueError("publisher.title_regex: expected a named group (?P<agency>...)")
        return self


class DetailOptions(Model):
    """Where a report's page holds its body, and how many of the six sections it must show."""

    body: tuple[str, ...] = ()
    min_markers: int = Field(default=3, ge=0, le=6)


class Attachments(Model):
    """Which files of a report's page are taken."""

    extensions: tuple[Annotated[str, Field(pattern=r"^[a-z0-9]{2,5}$")], ...] = EXTENSIONS
    same_site_only: bool = True
    cross_hosts: tuple[Host, ...] = ()


class Canonical(Model):
    """What of an address names the visit, not the page, beside what always does (`detail.canonical`)."""

    drop_params: tuple[str, ...] = ()
    keep_params: tuple[str, ...] = ()
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
    reason: str = Field(min_length=10)
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
    note: str | None = None
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
    """Return the sources of a folder by id, in order of id. Raises SourceErrors with every error of every file."""
    errors: list[str] = []
    loaded: dict[str, Source] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            loaded[path.stem] = load_source(path)
        except SourceErrors as failure:
            errors.extend(failure.errors)
    if errors:
        raise SourceErrors(errors)
    return loaded


def load_source(path: Path) -> Source:
    """Return the source of one file. Raises SourceErrors."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        message = " ".join(str(error).split())
        raise SourceErrors([f"{path.name}: not readable as YAML in UTF-8: {message}"]) from error
    return parse_source(raw, path)


def parse_source(raw: object, path: Path) -> Source:
    """Return the source that a mapping states; `path` is the file it is of. Raises SourceErrors."""
    if not isinstance(raw, Mapping):
        raise SourceErrors([f"{path.name}: expected a mapping with id, agency, hosts and list"])
    values = dict(raw)
    listed = values.get("list")
    errors: list[str] = []
    if isinstance(listed, Mapping) and listed.get("type") == "manual":
        if "rows" in listed:
            errors.append(f"{path.name}: list.rows: the rows stand in the CSV file that list.csv names")
        rows, csv_errors = _manual_rows(path.parent / str(listed.get("csv") or ""))
        values["list"] = {**listed, "rows": rows}
        errors.extend(csv_errors)
    if values.get("id") != path.stem:
        errors.append(f"{path.name}: id: expected {path.stem!r}, the name of the file, found {values.get('id')!r}")
    try:
        source = Source.model_validate(values)
    except ValidationError as failure:
        errors.extend(_error_lines(path, failure))
    if errors:
        raise SourceErrors(errors)
    return source


def _error_lines(path: Path, failure: ValidationError) -> list[str]:
    lines = []
    for error in failure.errors(include_url=False):
        place = ".".join(str(part) for part in error["loc"]) or "the whole"
        found = "" if error["type"] == "missing" else f"; found {str(error['input'])[:80]!r}"
        lines.append(f"{path.name}: {place}: {error['msg']}{found}")
    return lines


def _manual_rows(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    if not path.is_file():
        return [], [f"{path.name}: expected a CSV file beside the source with the columns {', '.join(MANUAL_COLUMNS)}"]
    try:
        rows = list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [f"{path.name}: not readable as CSV in UTF-8: {error}"]
    if not rows or tuple(rows[0]) != MANUAL_COLUMNS:
        return [], [f"{path.name}: line 1: expected {','.join(MANUAL_COLUMNS)}"]
    errors = [
        f"{path.name}: line {number}: expected {len(MANUAL_COLUMNS)} columns, found {len(row)}"
        for number, row in enumerate(rows[1:], start=2)
        if row and len(row) != len(MANUAL_COLUMNS)
    ]
    if errors:
        return [], errors
    filled = [dict(zip(MANUAL_COLUMNS, row, strict=True)) for row in rows[1:] if row]
    return [{name: value for name, value in row.items() if value or name == "title"} for row in filled], []
