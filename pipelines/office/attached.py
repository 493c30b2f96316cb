"""A text and the table that came with it: one report for an office as for a run, which decides what belongs together.

Belongs here: the tables of what was read, with those reports made one. Keep out: which files belong together
(`warehouse.report_sources`), judging (`judged`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl
import pyarrow as pa

from pipelines.contracts.keys import content_key
from pipelines.engine.stored_tables import SCHEMAS, Tables
from pipelines.forms import NARRATIVE
from pipelines.warehouse.agreements import Agreements
from pipelines.warehouse.report_sources import ATTACHMENT, files_of_reports, lines_of

# What a report has of its attachment as well, and what the attachment only fills in.
_OF_BOTH = ("cells", "unmapped_rows")
_PLACE: dict[str, Any] = {
    **dict.fromkeys(("location", "file_sha256", "parent_location", "fetched_from"), pl.String),
    "arrived_at": pl.Datetime("us", "UTC"),
    "is_latest": pl.Boolean,
}


class Joined(NamedTuple):
    """Tables in which a text and its attachment are one report; the names of the texts by the attachment's sha256."""

    tables: Tables
    texts_of: dict[str, tuple[str, ...]]


def joined(tables: Tables, named: Sequence[tuple[str, str]]) -> Joined:
    """Join texts and their attachments among the files of some tables; `named` are their names and sha256."""
    reports = _frame(tables["reports"])
    forms = set(reports["form"].to_list())
    if NARRATIVE not in forms or forms == {NARRATIVE}:
        return Joined(tables, {})
    frames = {name: _frame(tables[name]) for name in (*_OF_BOTH, "sections", "figures")}
    places = pl.DataFrame(
        [(name, sha256, None, None, None, True) for name, sha256 in named], schema=_PLACE, orient="row"
    )

    def of(name: str, keys: list[int]) -> pl.DataFrame:
        return frames[name].filter(pl.col("report_key").is_in(keys))

    agreements = Agreements(lambda keys: of("cells", keys).filter("is_statutory"))
    found = files_of_reports(
        reports, places, agreements, lambda keys: lines_of(keys, of("sections", keys), of("unmapped_rows", keys))
    )
    pairs = found.filter(pl.col("role") == ATTACHMENT).select(page="report_key", table="source_key")
    if pairs.is_empty():
        return Joined(tables, {})
    # The same text with another attachment is another report.
    pairs = pairs.with_columns(key=pl.struct("page", "table").map_elements(_key, return_dtype=pl.Int64))
    made = {name: _under_key(frame, pairs, both=name in _OF_BOTH) for name, frame in frames.items()}
    made["sections"] = _sections(frames["sections"], pairs)
    made["reports"] = _reports(reports, pairs)
    told = {name: frame.select(SCHEMAS[name].names).to_arrow().cast(SCHEMAS[name]) for name, frame in made.items()}
    return Joined(tables | told, _texts_of(pairs, reports, named))


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _key(pair: dict[str, int]) -> int:
    return content_key("attached", pair["page"], pair["table"])


def _under_key(frame: pl.DataFrame, pairs: pl.DataFrame, *, both: bool) -> pl.DataFrame:
    """Return rows under the keys of reports: those of texts, and of their attachments where they are of `both`."""
    apart = frame.filter(~pl.col("report_key").is_in(pl.concat([pairs["page"], pairs["table"]]).implode()))
    parts = [apart]
    for source in ("page", "table") if both else ("page",):
        own = frame.join(pairs.select("key", report_key=source), on="report_key", maintain_order="left")
        parts.append(own.with_columns(report_key="key").drop("key"))
    return pl.concat(parts)


def _sections(sections: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the sections of reports: of one with an attachment the text's, and what that lacks from the attachment."""
    whole = _under_key(sections, pairs, both=True)
    return whole.unique(["report_key", "section"], keep="first", maintain_order=True)


def _reports(reports: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the reports: of a text and its attachment what the text states, and what it does not state the other."""
    attached = reports.rename({"report_key": "table"}).select(
        pl.all().exclude("table").name.suffix("_attached"), "table"
    )
    own = reports.join(pairs, left_on="report_key", right_on="page", maintain_order="left").join(attached, on="table")
    no_year = pl.col("year") == 0
    stated = ("title", "agency_printed", "agency_code_printed", "published_on")
    both = own.with_columns(
        *(pl.coalesce(name, f"{name}_attached") for name in stated),
        report_key="key",
        year_source=pl.when(no_year).then("year_source_attached").otherwise("year_source"),
        year=pl.when(no_year).then("year_attached").otherwise("year"),
        form="form_attached",
    )
    made = pl.concat([pairs["page"], pairs["table"]]).implode()
    return pl.concat([reports.filter(~pl.col("report_key").is_in(made)), both.select(reports.columns)])


def _texts_of(
    pairs: pl.DataFrame, reports: pl.DataFrame, named: Sequence[tuple[str, str]]
) -> dict[str, tuple[str, ...]]:
    sha256_of = dict(reports.select("report_key", "file_sha256").rows())
    found: dict[str, tuple[str, ...]] = {}
    for page, table in pairs.select("page", "table").rows():
        names = tuple(name for name, sha256 in named if sha256 == sha256_of[page])
        found[sha256_of[table]] = (*found.get(sha256_of[table], ()), *names)
    return found
