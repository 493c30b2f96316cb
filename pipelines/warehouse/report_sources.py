"""Which files make up a report: a page and its attachment, two formats of one report in one place.

One set of facts, all provenance kept. Files are companions where they differ only in extension or attachment suffix
inside one folder, where one page links them, or are members of one archive; whatever they state then must not conflict.
Belongs here: files that belong together by their place. Keep out: which agency a report is of (`agencies`), which of
several reports of one agency counts (`standing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.forms import NARRATIVE

MAIN, ATTACHMENT, DUPLICATE = code_list("file_role").named("main", "attachment", "duplicate")
Cells = Callable[[list[int]], pl.DataFrame]
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
_EXTENSION = r"\.[A-Za-z0-9]{2,5}$"
_ATTACHED = r"[\s_\-—－（(\[【]*(?:附件|附表|附|attachment|annex)[\s\d一二三四五六七八九十：:]*[)）\]】]*$"
# Cells of two formats agree when none contradicts and this share of numbers is the same in both.
MIN_SHARED = 0.8
SCHEMA = {
    "report_key": pl.Int64,
    "source_key": pl.Int64,
    "file_sha256": pl.String,
    "ordinal": pl.Int32,
    "role": pl.String,
}


def files_of_reports(reports: pl.DataFrame, locations: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    """Return the files of every report (columns of SCHEMA): main and attachments make it up, duplicates repeat it.

    `reports` are rows of the work store; `locations` have location, file_sha256, parent_location, fetched_from and
    is_latest; `cells` reads cells by source key.
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
    for group, by_name in _companions(reports, locations):
        pairs, page = _copies_and_attachment(group, cells, named=not by_name)
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


def _copies_and_attachment(
    group: list[dict[str, Any]], cells: Cells, *, named: bool
) -> tuple[list[tuple[int, int]], tuple[int, int] | None]:
    """Return the copies in a group as (copy, kept), and the (page, attachment) that make one report, if they do.

    `named`: copies must name their agency and year themselves, since nothing else ties their files together.
    """
    ranked = sorted(group, key=lambda report: (report["trust"], report["report_key"]))
    tables = [report for report in ranked if report["form"] != NARRATIVE]
    pages = [report for report in ranked if report["form"] == NARRATIVE]
    copies: dict[int, int] = {}
    if len(tables) > 1:
        read = cells([report["report_key"] for report in tables])
        for kept, other in combinations(tables, 2):
            free = kept["report_key"] not in copies and other["report_key"] not in copies
            known = not named or (kept["agency_printed"] and other["agency_printed"] and kept["year"] and other["year"])
            if free and known and _no_conflict(kept, other) and _agree(read, kept["report_key"], other["report_key"]):
                copies[other["report_key"]] = kept["report_key"]
    left = [report for report in tables if report["report_key"] not in copies]
    together = len(left) == len(pages) == 1 and _no_conflict(pages[0], left[0])
    return list(copies.items()), (pages[0]["report_key"], left[0]["report_key"]) if together else None


def trust(media_type: pl.Expr) -> pl.Expr:
    """Return the place of a media type among the formats by trust, 0 for the best (Int32)."""
    ranks = [
        pl.when(media_type.str.contains(part, literal=True)).then(rank) for rank, part in enumerate(_FORMATS_BY_TRUST)
    ]
    return pl.coalesce(*ranks, len(_FORMATS_BY_TRUST)).cast(pl.Int32)


def _no_conflict(one: dict[str, Any], other: dict[str, Any]) -> bool:
    years = {one["year"], other["year"]} - {0}
    names = [name for name in (one["agency_printed"], other["agency_printed"]) if name]
    same_name = len(names) < 2 or names[0] in names[1] or names[1] in names[0]
    return len(years) <= 1 and same_name


def _agree(cells: pl.DataFrame, one: int, other: int) -> bool:
    """Return whether two readings of a report agree: no two numbers differ, and most stand in both."""
    path = ["table_id", "row_id", "column_id"]
    left = cells.filter(pl.col("report_key") == one).select(*path, "value")
    right = cells.filter(pl.col("report_key") == other).select(*path, "value")
    both = left.join(right, on=path, how="full", coalesce=True)
    numbers = both.filter(pl.col("value").is_not_null() | pl.col("value_right").is_not_null())
    shared = numbers.filter(pl.col("value").is_not_null() & pl.col("value_right").is_not_null())
    if shared.filter(pl.col("value") != pl.col("value_right")).height:
        return False
    return numbers.height > 0 and shared.height >= numbers.height * MIN_SHARED
