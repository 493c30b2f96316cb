"""Which files make up a report: a page and its attachment, two formats of one report in one place.

One set of facts, all provenance kept. Files are companions where they differ only in extension or attachment suffix
inside one folder, where one page links them, or are members of one archive; whatever they state then must not conflict.
Belongs here: files that belong together by their place. Keep out: which agency a report is of (`agencies`), which of
several reports of one agency counts (`standing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.forms import NARRATIVE
from pipelines.warehouse.agreements import Agreements

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
SCHEMA = {
    "report_key": pl.Int64,
    "source_key": pl.Int64,
    "file_sha256": pl.String,
    "ordinal": pl.Int32,
    "role": pl.String,
}


def files_of_reports(reports: pl.DataFrame, locations: pl.DataFrame, agreements: Agreements) -> pl.DataFrame:
    """Return the files of every report (columns of SCHEMA): main and attachments make it up, duplicates repeat it.

    `reports` are rows of the work store; `locations` have location, file_sha256, parent_location, fetched_from and
    is_latest.
    A duplicate is listed twice: as main file of its own report, and as duplicate of the report it repeats.
    """
    own = reports.select(
        report_key="report_key",
        source_key="report_key",
        file_sha256="file_sha256",
        ordinal="ordinal",
        role=pl.lit(MAIN),
    )
    joined: dict[int, int] = {}
    copies: list[tuple[int, int]] = []
    groups = [_Companions(group, named=not by_name) for group, by_name in _companions(reports, locations)]
    agreements.ready(pair for group in groups for pair in group.candidates)
    for group in groups:
        pairs, page = group.copies_and_attachment(agreements)
        copies.extend(pairs)
        if page is not None:
            joined[page[1]] = page[0]
    if not joined and not copies:
        return own.cast(SCHEMA)  # type: ignore[arg-type]
    attached = own.with_columns(
        report_key=pl.col("source_key").replace(joined),
        role=pl.when(pl.col("source_key").is_in(list(joined))).then(pl.lit(ATTACHMENT)).otherwise(pl.lit(MAIN)),
    )
    pairs_frame = pl.DataFrame(copies, schema={"source_key": pl.Int64, "kept": pl.Int64}, orient="row")
    repeated = own.join(pairs_frame, on="source_key").select(
        pl.col("kept").replace(joined).alias("report_key"),
        "source_key",
        "file_sha256",
        "ordinal",
        role=pl.lit(DUPLICATE),
    )
    return pl.concat([attached, repeated]).cast(SCHEMA)  # type: ignore[arg-type]


def _companions(reports: pl.DataFrame, locations: pl.DataFrame) -> Iterator[tuple[list[dict[str, Any]], bool]]:
    """Yield groups of reports, one a file, whose files belong together by their names, or (False) by their archive."""
    single = reports.filter(pl.len().over("file_sha256") == 1)
    # What a URL no longer holds belongs to what it held then, which is not known.
    present = locations.filter("is_latest").select("location", "file_sha256", "parent_location", "fetched_from")
    placed = single.join(present, on="file_sha256").with_columns(trust=trust(pl.col("media_type")))
    folder = pl.col("location").str.extract(r"^(.*/)?[^/]*$").fill_null("")
    stem = pl.col("location").str.extract(r"([^/]+)$").str.replace(_EXTENSION, "").str.replace(_ATTACHED, "")
    archive = pl.col("location").str.extract(r"^(.*!/)")
    # A page and what it links: an address says less than the link itself.
    page = pl.coalesce("parent_location", "fetched_from")
    named = pl.when(pl.col("fetched_from").is_null()).then(pl.concat_str(folder, stem))
    seen: set[frozenset[int]] = set()
    for place in (page, named, archive):
        grouped = (
            placed.with_columns(place=place)
            .filter(pl.col("place").is_not_null())
            .unique(["place", "report_key"])
            .filter(pl.len().over("place") > 1)
            .sort("place", "report_key")
        )
        for group in grouped.partition_by("place", maintain_order=True):
            keys = frozenset(group["report_key"].to_list())
            if not any(keys <= other for other in seen):
                seen.add(keys)
                yield group.to_dicts(), place is not archive


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

    def copies_and_attachment(self, agreements: Agreements) -> tuple[list[tuple[int, int]], tuple[int, int] | None]:
        """Return the copies as (copy, kept), and the (page, attachment) that make one report, if they do."""
        copies: dict[int, int] = {}
        for kept, other in self.candidates:
            if kept not in copies and other not in copies and agreements(kept, other):
                copies[other] = kept
        left = [report for report in self._tables if report["report_key"] not in copies]
        together = len(left) == len(self._pages) == 1 and _no_conflict(self._pages[0], left[0])
        return list(copies.items()), (self._pages[0]["report_key"], left[0]["report_key"]) if together else None


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
