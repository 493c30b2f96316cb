"""Which files make up a report: a page and its attachment, two formats of one report in one place.

One set of facts, all provenance kept. Files are companions where they differ only in extension or attachment suffix
inside one folder, where one page links them, or are members of one archive; whatever they state then must not conflict.
Belongs here: files that belong together by their place. Keep out: which agency a report is of (`agencies`), which of
several reports of one agency counts (`standing`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple

import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.forms import NARRATIVE
from pipelines.warehouse.agreements import Agreements
from pipelines.warehouse.named_by_files import Said, is_of_another, lines_that_tell

MAIN, ATTACHMENT, DUPLICATE = code_list("file_role").named("main", "attachment", "duplicate")
# Which of several formats of one report counts: text before layout, layout before recognition.
_FORMATS_BY_TRUST = (
    "text/html",
    "text/plain",
    "multipart/related",
    "wordprocessingml",
    "word2006ml",
    "ms-wordml",
    "spreadsheetml",
    "msword",
    "ms-excel",
    "pdf",
    "image/",
)
_GOVERNMENT = re.compile(r"(?:人民)?政府$|办事处$")
_EXTENSION = r"\.[A-Za-z0-9]{2,5}$"
_ATTACHED = r"[\s_\-—－（(\[【]*(?:附件|附表|附|attachment|annex)[\s\d一二三四五六七八九十：:]*[)）\]】]*$"
_NAME = re.compile(_EXTENSION)
_PLACE = ("location", "file_sha256", "parent_location", "fetched_from", "arrived_at")
# What sources say in lines, by their keys.
Lines = Callable[[list[int]], dict[int, tuple[str, ...]]]
SCHEMA = {
    "report_key": pl.Int64,
    "source_key": pl.Int64,
    "file_sha256": pl.String,
    "ordinal": pl.Int32,
    "role": pl.String,
}


class _Join(NamedTuple):
    """A page and the table that belongs to it, and since when they lie together."""

    page: int
    table: int
    since: datetime | None


def files_of_reports(
    reports: pl.DataFrame, locations: pl.DataFrame, agreements: Agreements, lines: Lines = lambda _: {}
) -> pl.DataFrame:
    """Return the files of every report (columns of SCHEMA): main and attachments make it up, duplicates repeat it.

    `reports` are rows of the work store; `locations` have location, file_sha256, parent_location, fetched_from,
    arrived_at and is_latest; `lines` returns what sources say in lines (`named_by_files`), by their keys.
    A duplicate is listed twice: as main file of its own report, and as duplicate of the report it repeats. An
    attachment that came with several pages is listed with each of them, since each has its figures.
    """
    own = reports.select(
        report_key="report_key",
        source_key="report_key",
        file_sha256="file_sha256",
        ordinal="ordinal",
        role=pl.lit(MAIN),
    )
    copies: dict[int, int] = {}
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    groups = [_Companions(group, named=not by_name) for group, by_name in _companions(reports, locations)]
    agreements.ready(pair for group in groups for pair in group.candidates)
    for group in groups:
        of_group, pair = group.copies_and_attachment(agreements)
        for copy, kept in of_group:
            copies.setdefault(copy, kept)
        pairs += [pair] if pair is not None else []
    joined = _joined(pairs, lines)
    if joined.is_empty() and not copies:
        return own.cast(SCHEMA)  # type: ignore[arg-type]
    alone = own.join(joined, on="source_key", how="anti")
    attached = joined.join(own.drop("report_key"), on="source_key").with_columns(role=pl.lit(ATTACHMENT))
    # A copy of an attachment repeats the first report that this is of.
    first = dict(joined.unique("source_key", keep="first", maintain_order=True).rows())
    pairs_frame = pl.DataFrame(list(copies.items()), schema={"source_key": pl.Int64, "kept": pl.Int64}, orient="row")
    repeated = own.join(pairs_frame, on="source_key").with_columns(
        report_key=pl.col("kept").replace(first), role=pl.lit(DUPLICATE)
    )
    return pl.concat(frame.select(list(SCHEMA)).cast(SCHEMA) for frame in (alone, attached, repeated))  # type: ignore[arg-type]


def _joined(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]], lines: Lines) -> pl.DataFrame:
    """Return (source_key, report_key) of attachments and their pages: of a page the table that came with it first."""
    told = lines(sorted({row["report_key"] for pair in pairs for row in pair})) if pairs else {}
    found = [
        _Join(page["report_key"], table["report_key"], max(filter(None, (page["since"], table["since"])), default=None))
        for page, table in pairs
        if not is_of_another(_said(table, told), _said(page, told))
    ]
    found.sort(key=lambda each: (each.since is None, each.since))
    tables: dict[int, int] = {}
    for each in found:
        tables.setdefault(each.page, each.table)
    rows = [(table, page) for page, table in tables.items()]
    return pl.DataFrame(rows, schema={"source_key": pl.Int64, "report_key": pl.Int64}, orient="row")


def lines_of(keys: list[int], sections: pl.DataFrame, unmapped: pl.DataFrame) -> dict[int, tuple[str, ...]]:
    """Return what sources say in lines (`Lines`), from rows of theirs in two tables of the work store."""
    said: dict[int, list[tuple[int, str]]] = {}
    for key, number, body in sections.select("report_key", "section", "body").sort("report_key", "section").rows():
        said.setdefault(key, []).append((number, body or ""))
    rows: dict[int, list[list[str]]] = {}
    for key, label, cells in unmapped.sort("report_key", "ordinal").select("report_key", "label", "cells").rows():
        rows.setdefault(key, []).append([each or "" for each in (label, *(cells or ()))])
    return {key: lines_that_tell(said.get(key, ()), rows.get(key, ())) for key in keys}


def _said(report: dict[str, Any], lines: dict[int, tuple[str, ...]]) -> Said:
    name = _NAME.sub("", report["inside"]).split("/") if report["inside"] else ()
    return Said(report["agency_printed"], report["year"], tuple(name), lines.get(report["report_key"], ()))


def _companions(reports: pl.DataFrame, locations: pl.DataFrame) -> Iterator[tuple[list[dict[str, Any]], bool]]:
    """Yield groups of reports, one a file, whose files belong together by their names, or (False) by their archive."""
    single = reports.filter(pl.len().over("file_sha256") == 1)
    # What a URL no longer holds belongs to what it held then, which is not known.
    present = locations.filter("is_latest").select(*_PLACE)
    placed = single.join(present.rename({"arrived_at": "since"}), on="file_sha256").with_columns(
        trust=trust(pl.col("media_type")), inside=pl.lit(None, pl.String)
    )
    folder = pl.col("location").str.extract(r"^(.*/)?[^/]*$").fill_null("")
    stem = pl.col("location").str.extract(r"([^/]+)$").str.replace(_EXTENSION, "").str.replace(_ATTACHED, "")
    archive = pl.col("location").str.extract(r"^(.*!/)")
    in_archive = pl.when(archive.is_not_null()).then(folder)
    # A page and what it links: an address says less than the link itself.
    page = pl.coalesce("parent_location", "fetched_from")
    named = pl.when(pl.col("fetched_from").is_null()).then(pl.concat_str(folder, stem))
    seen: set[frozenset[int]] = set()
    for place in (page, named, in_archive, archive):
        by_archive = place is in_archive or place is archive
        grouped = (
            placed.with_columns(
                place=place, inside=pl.col("location").str.extract(r"^.*!/(.*)$") if by_archive else None
            )
            .filter(pl.col("place").is_not_null())
            .sort("place", "report_key", "since", "location", nulls_last=True)
            .unique(["place", "report_key"], keep="first")
            .filter(pl.len().over("place") > 1)
            .sort("place", "report_key")
        )
        for group in grouped.partition_by("place", maintain_order=True):
            keys = frozenset(group["report_key"].to_list())
            if not any(keys <= other for other in seen):
                seen.add(keys)
                yield group.to_dicts(), not by_archive


class _Companions:
    """Reports whose files belong together by their place.

    `named`: copies must name their agency and year themselves, since nothing else ties their files together.
    """

    def __init__(self, group: list[dict[str, Any]], *, named: bool) -> None:
        ranked = sorted(group, key=lambda report: (report["trust"], report["report_key"]))
        self._tables = [report for report in ranked if report["form"] != NARRATIVE]
        self._pages = [report for report in ranked if report["form"] == NARRATIVE]
        known = [r for r in self._tables if not named or (r["agency_printed"] and r["year"])]
        # Pairs that may be one report, the more trusted one first.
        self.candidates = [
            (kept["report_key"], other["report_key"])
            for kept, other in combinations(known, 2)
            if _no_conflict(kept, other)
        ]

    def copies_and_attachment(
        self, agreements: Agreements
    ) -> tuple[list[tuple[int, int]], tuple[dict[str, Any], dict[str, Any]] | None]:
        """Return the copies as (copy, kept), and the (page, attachment) that may be one report, if there are such."""
        copies: dict[int, int] = {}
        for kept, other in self.candidates:
            if kept not in copies and other not in copies and agreements(kept, other):
                copies[other] = kept
        left = [report for report in self._tables if report["report_key"] not in copies]
        together = len(left) == len(self._pages) == 1 and _no_conflict(self._pages[0], left[0])
        return list(copies.items()), (self._pages[0], left[0]) if together else None


def trust(media_type: pl.Expr) -> pl.Expr:
    """Return the place of a media type among the formats by trust, 0 for the best (Int32)."""
    ranks = [
        pl.when(media_type.str.contains(part, literal=True)).then(rank) for rank, part in enumerate(_FORMATS_BY_TRUST)
    ]
    return pl.coalesce(*ranks, len(_FORMATS_BY_TRUST)).cast(pl.Int32)


def _no_conflict(one: dict[str, Any], other: dict[str, Any]) -> bool:
    years = {one["year"], other["year"]} - {0}
    names = [name for name in (one["agency_printed"], other["agency_printed"]) if name]
    return len(years) <= 1 and (len(names) < 2 or _is_one_name(*map(_plain, names)))


def _is_one_name(one: str, other: str) -> bool:
    """Tell whether two names are one: the same, or one with the places above it. 公安局 is not 公安局交警支队."""
    return one.endswith(other) or other.endswith(one)


def _plain(name: str) -> str:
    """Return a printed name without spaces, and a government's without the words for it: 博山镇 is its government."""
    return _GOVERNMENT.sub("", "".join(name.split()))
