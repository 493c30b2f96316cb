"""Which report counts: of one agency, year and scope at most one, every other with its status and what it rests on.

Reports of one agency and year that say the same are copies. Of those that differ the latest counts, by the first of
these that tells: the content an address has now, a decision by hand, that one is marked as withdrawn, the date of
publication, the edition that file name or title says, the time of arrival in the inbox. Where none tells, date and
edition contradict each other, or the latest prints but a part of the tables (a correction of one of them), all of them
are `conflicting` and none is in any sum: a total that lacks a report says so, one that has it twice does not.
Belongs here: the order, and what follows from it. Keep out: which files make up one report (`report_sources`), words of
editions (`editions`), which agency a report is of (`agencies`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipelines.collecting.fetched_locations import VERSION_MARK
from pipelines.contracts.codes import code_list
from pipelines.corrections.reports import ReportDecision
from pipelines.forms import NARRATIVE
from pipelines.warehouse.copies import (
    GROUP,
    KNOWN,
    SAID_SCOPE,
    Numbers,
    Said,
    agreeing,
    alike_by_name,
    basis_of,
    beside_tables,
    class_of_scope,
    contents,
    is_sure,
    same_content,
    summed_up,
)
from pipelines.warehouse.editions import WITHDRAWN, edition, without_edition
from pipelines.warehouse.report_sources import trust

_SUPERSEDED, CONFLICTING = code_list("report_status").named("superseded_by", "conflicting")
_VERSION, _PUBLISHED, _EDITION, _ARRIVED, _DECISION = code_list("status_basis").named(
    "later_version", "published_later", "edition", "arrived_later", "decision"
)
_UNORDERED, _CONTRADICTORY, _PART = code_list("status_basis").named("unordered", "contradictory", "part_of_whole")
_LEFT, _WITHDRAWN = code_list("status_basis").named("left_address", "marked_withdrawn")
_CURRENT, _DUPLICATE = code_list("report_status").named("current", "duplicate_of")
# By which two contents of an address are one report, or are not.
_OF_ONE = ("agency_key", "agency_status", "year_key", "class_of_scope", "scope_basis", "name")
STANDING: dict[str, Any] = {
    "report_key": pl.Int64,
    "status": pl.String,
    "related_report_key": pl.Int64,
    "status_basis": pl.String,
}
# So many cells of the form that others print make a table; a row may be left out by mistake.
_CELLS_OF_A_TABLE = 5
# 城关镇 and 城关镇政府 are one, 城南街道 and 城南街道办事处.
_OF_TOWN = r"([^政府]{2}(?:镇|乡|街道))(?:政府|办事处)"


def standing(
    reports: pl.DataFrame,
    files: pl.DataFrame,
    places: pl.DataFrame,
    numbers: Numbers,
    decisions: Sequence[ReportDecision] = (),
    *,
    said: Said | None = None,
) -> pl.DataFrame:
    """Return the reports that are not current without more (columns of STANDING, one row each).

    A report that counts though there is a doubt is current, with the doubt as its basis.
    `reports` are rows of dim_report before their status, with agency_key, file_sha256 and ordinal, without companions;
    `files` is report_file; `places` have location, file_sha256, fetched_from, fetched_at, is_latest
    and arrived_at. `numbers` reads
    the rows NUMBERS of reports by key: their statutory cells in the order of the form, of a narrative its figures;
    `said` the same summed up (SAID), where that is known already.
    """
    older = _older_contents(reports, places)
    known = _with_evidence(reports.join(older, on="report_key", how="anti"), files, places, decisions)
    told = said or (lambda keys: summed_up(numbers(keys).lazy()).collect())
    contenders = known.join(contents(known, told), on="report_key", how="left")
    same = same_content(contenders)
    sure = _without(contenders, same).filter(is_sure()).with_columns(class_of_scope())
    texts = beside_tables(sure)
    rivals = sure.join(texts, on="report_key", how="anti").filter(pl.len().over(*GROUP) > 1)
    alike = agreeing(rivals, numbers)
    parts = (older, same, texts, alike, _ordered(_without(rivals, alike)))
    found = pl.concat([_as_standing(part) for part in parts])
    return pl.concat([found, _noted(known, found, alike_by_name(contenders, same), places)])


def _gone(places: pl.DataFrame) -> pl.DataFrame:
    """Return (url, file_sha256): the contents that no place has any more, by the URL that had them."""
    kept = places.filter("is_latest").select("file_sha256").unique()
    return _fetched(places).filter(~pl.col("is_latest")).join(kept, on="file_sha256", how="anti")


def _fetched(places: pl.DataFrame) -> pl.DataFrame:
    """Return (url, file_sha256, is_latest, fetched_at): what addresses have had, members of archives left out."""
    url = pl.col("fetched_from").str.split(VERSION_MARK).list.first().alias("url")
    own = places.filter(pl.col("fetched_from").is_not_null() & (pl.col("location") == pl.col("fetched_from")))
    return own.select(url, "file_sha256", "is_latest", pl.col("fetched_at").max().over("file_sha256"))


def _older_contents(reports: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Pair the reports of a content that no place has any more with what its URL had later of the same report.

    The same agency, year and scope make it the same report. An address that was given to another year's report, or
    another agency's, takes nothing away from the one that stood there before.
    """
    rows = reports.with_columns(class_of_scope(), name=_plain_name(pl.coalesce("agency_printed", "title")))
    columns = ["report_key", "file_sha256", "ordinal", *_OF_ONE]
    older = rows.select(columns).join(_gone(places), on="file_sha256")
    later = rows.select(columns).join(_fetched(places), on="file_sha256")
    follows = pl.col("is_latest_later") | (pl.col("fetched_at_later") > pl.col("fetched_at")).fill_null(False)
    other_place = pl.col("ordinal") != pl.col("ordinal_later")
    best = ["report_key", "is_latest_later", "fetched_at_later", other_place, "report_key_later"]
    return (
        older.join(later, on=["url", "year_key"], suffix="_later")
        .filter(pl.col("file_sha256") != pl.col("file_sha256_later"), follows, _is_one_report())
        .sort(best, descending=[False, True, True, False, False], nulls_last=True)
        .unique("report_key", keep="first", maintain_order=True)
        .with_columns(basis_of(_SUPERSEDED, _VERSION), related_report_key="report_key_later")
    )


def _is_one_report() -> pl.Expr:
    """Tell of two contents of an address whether they are of one agency, year and scope, as far as that is known.

    An agency that is not sure is known by its printed name; a scope that is not stated says nothing against another.
    """
    both_known = pl.col("agency_status").is_in(KNOWN) & pl.col("agency_status_later").is_in(KNOWN)
    same_key, same_name = (pl.col(each) == pl.col(f"{each}_later") for each in ("agency_key", "name"))
    same_agency = pl.when(both_known).then(same_key).otherwise(same_name).fill_null(False)
    stated = [pl.col(f"scope_basis{side}").is_in(SAID_SCOPE).fill_null(False) for side in ("", "_later")]
    same_scope = (pl.col("class_of_scope") == pl.col("class_of_scope_later")) | ~pl.all_horizontal(stated)
    return same_agency & same_scope & (pl.col("year_key") > 0)


def _noted(reports: pl.DataFrame, found: pl.DataFrame, alike: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Return the reports that count though there is a doubt, with that as their basis: the first that there is."""
    copies = found.filter(pl.col("status") == _DUPLICATE).select("report_key", "related_report_key")
    withdrawn = reports.filter(pl.col("edition") <= WITHDRAWN).select("report_key")
    of_copies = copies.join(withdrawn, on="report_key").select(report_key="related_report_key")
    gone = reports.join(_gone(places), on="file_sha256", how="semi").select("report_key")
    doubts = [
        pl.concat([withdrawn, of_copies]).with_columns(basis_of(_CURRENT, _WITHDRAWN)),
        gone.with_columns(basis_of(_CURRENT, _LEFT)),
        alike.select("report_key", "status", "status_basis"),
    ]
    first = pl.concat(doubts).unique("report_key", keep="first", maintain_order=True)
    noted = first.join(found, on="report_key", how="anti").with_columns(related_report_key=pl.lit(None, pl.Int64))
    return _as_standing(noted)


def _as_standing(part: pl.DataFrame) -> pl.DataFrame:
    return part.select(pl.col(name).cast(dtype) for name, dtype in STANDING.items())


def _with_evidence(
    reports: pl.DataFrame, files: pl.DataFrame, places: pl.DataFrame, decisions: Sequence[ReportDecision]
) -> pl.DataFrame:
    """Add what tells the order: name, edition, arrival (null of what was fetched), and decisions by hand.

    The evidence of a report is that of all its files, companions included: a sealed scan of it is the report sealed.
    """
    stem = pl.col("location").str.extract(r"([^/]+)$").fill_null("")
    of_files = (
        files.select("report_key", "file_sha256")
        .join(places.filter("is_latest"), on="file_sha256")
        .group_by("report_key")
        .agg(
            edition_of_name=edition(stem).max(),
            is_inbox=pl.col("fetched_from").is_null().all(),
            arrived_at=pl.col("arrived_at").min(),
        )
    )
    title = pl.col("title").fill_null("")
    return (
        reports.join(of_files, on="report_key", how="left")
        .join(_decided(reports, places, decisions), on="report_key", how="left")
        .with_columns(
            edition=_edition_of(edition(title), pl.col("edition_of_name").fill_null(0.0)),
            arrived_at=pl.when("is_inbox").then("arrived_at"),
            name=_plain_name(pl.coalesce("agency_printed", "title")),
            trust=trust(pl.col("media_type")),
            is_kept=pl.col("over").is_not_null(),
            sha256s=pl.concat_list("file_sha256"),
        )
    )


def _edition_of(title: pl.Expr, name: pl.Expr) -> pl.Expr:
    """Return the edition that title or file name says: a draft is one even where the other says nothing.

    What either says is withdrawn is so.
    """
    return (
        pl.when(pl.min_horizontal(title, name) <= WITHDRAWN)
        .then(pl.lit(WITHDRAWN))
        .when(pl.max_horizontal(title, name) > 0)
        .then(pl.max_horizontal(title, name))
        .otherwise(pl.min_horizontal(title, name))
    )


def _plain_name(name: pl.Expr) -> pl.Expr:
    """Return a printed name without spaces and edition, a people's government as a government, a town's as the town."""
    # 行 has three code points, and fonts of PDF name each of them; é may be one character or two.
    plain = (
        without_edition(name.str.normalize("NFKC"))
        .str.replace_all(r"\s+", "")
        .str.replace("人民政府", "政府", literal=True)
    )
    return plain.str.replace(_OF_TOWN, "${1}")


def _decided(reports: pl.DataFrame, places: pl.DataFrame, decisions: Sequence[ReportDecision]) -> pl.DataFrame:
    """Return (report_key, over): the reports that a decision keeps, with the files whose reports they replace."""
    schema: dict[str, Any] = {"file_sha256": pl.String, "ordinal": pl.Int32, "over": pl.List(pl.String)}
    rows: list[tuple[str, int, list[str]]] = []
    for entry in decisions:
        pattern = entry.location_pattern
        if pattern is None:
            rows.append((str(entry.sha256), entry.report, list(entry.over)))
            continue
        found = places.filter(pl.col("location").str.contains(pattern) & pl.col("is_latest"))
        rows += [(sha, entry.report, list(entry.over)) for sha in found["file_sha256"].drop_nulls().unique()]
    declared = (
        pl.DataFrame(rows, schema=schema, orient="row")
        .group_by("file_sha256", "ordinal")
        .agg(pl.col("over").explode(empty_as_null=False).unique())
    )
    return (
        reports.select("report_key", "file_sha256", "ordinal")
        .join(declared, on=["file_sha256", "ordinal"])
        .drop("file_sha256", "ordinal")
    )


def _without(reports: pl.DataFrame, copies: pl.DataFrame) -> pl.DataFrame:
    """Take out copies, and give the reports that they repeat their evidence.

    A content is as old as its first copy, and of the latest edition that any of them says.
    """
    paired = copies.select("report_key", "related_report_key")
    one = reports.join(paired, on="report_key", how="left").with_columns(
        pl.coalesce("related_report_key", "report_key").alias("related_report_key")
    )
    told = one.group_by("related_report_key").agg(
        pl.col("published_on").min(),
        pl.col("edition").max(),
        pl.when(pl.col("arrived_at").is_not_null().all()).then(pl.col("arrived_at").min()).alias("arrived_at"),
        pl.col("over", "sha256s").explode(empty_as_null=False).drop_nulls().unique(),
    )
    left = reports.join(paired, on="report_key", how="anti").drop(told.columns[1:])
    return left.join(told, left_on="report_key", right_on="related_report_key", how="left")


def _ordered(rivals: pl.DataFrame) -> pl.DataFrame:
    """Return the reports of groups in which several are left: superseded by the one that counts, or conflicting."""
    replaced = _replaced(rivals)
    left = rivals.join(replaced, on="report_key", how="anti").with_columns(alive=True, basis=pl.lit(None, pl.String))
    left = left.filter(pl.len().over(*GROUP) > 1).with_columns(one_name=_one_name())
    left = _latest(left.with_columns(is_valid=(pl.col("edition") > WITHDRAWN).cast(pl.Int8)), "is_valid", _EDITION)
    for column, basis in (("published_on", _PUBLISHED), ("edition", _EDITION), ("arrived_at", _ARRIVED)):
        left = _latest(left, column, basis)
    winner = pl.col("report_key").filter("alive").first().over(*GROUP)
    alone = pl.col("alive").sum().over(*GROUP) == 1
    # The date of a later report may be that of an earlier list, or of a signature that nobody changed.
    contradicted = pl.col("edition").filter("alive").max().over(*GROUP) < pl.col("edition").max().over(*GROUP)
    absent = pl.col("absent").filter("alive").max().over(*GROUP) - _least_absent()
    is_part = (absent >= _CELLS_OF_A_TABLE).fill_null(False)
    decided = left.with_columns(winner=winner, alone=alone, contradicted=contradicted, is_part=is_part)
    is_decided = pl.col("alone") & ~pl.col("contradicted") & ~pl.col("is_part")
    lost = decided.filter(is_decided, ~pl.col("alive")).select(
        "report_key", related_report_key="winner", status=pl.lit(_SUPERSEDED), status_basis="basis"
    )
    undecided = decided.filter(~is_decided).select(
        "report_key",
        related_report_key=pl.lit(None, pl.Int64),
        status=pl.lit(CONFLICTING),
        status_basis=pl.when(~pl.col("alone"))
        .then(pl.lit(_UNORDERED))
        .when("contradicted")
        .then(pl.lit(_CONTRADICTORY))
        .otherwise(pl.lit(_PART)),
    )
    return pl.concat([part.select(list(STANDING)) for part in (replaced, lost, undecided)])


def _least_absent() -> pl.Expr:
    """Return how many cells of its form the fullest report of a group does not print; a text has no form."""
    return pl.col("absent").filter((pl.col("form") != NARRATIVE) & (pl.col("edition") > WITHDRAWN)).min().over(*GROUP)


def _replaced(rivals: pl.DataFrame) -> pl.DataFrame:
    """Pair reports with the one that a decision keeps instead; of a report that lost itself nothing is kept."""
    keepers = rivals.filter(pl.col("over").list.len() > 0).select(*GROUP, "over", related_report_key="report_key")
    pairs = (
        rivals.join(keepers.explode("over"), on=list(GROUP), suffix="_kept")
        .filter(pl.col("report_key") != pl.col("related_report_key"))
        .filter(pl.col("sha256s").list.contains(pl.col("over_kept")))
        .sort("report_key", "related_report_key")
    )
    lost = pairs["report_key"].unique().to_list()
    found = pairs.filter(~pl.col("related_report_key").is_in(lost)).unique(
        "report_key", keep="first", maintain_order=True
    )
    return found.with_columns(basis_of(_SUPERSEDED, _DECISION))


def _one_name() -> pl.Expr:
    """Tell whether the reports of a group print one agency: the shortest of their names stands in all of them."""
    shortest = pl.col("name").sort_by(pl.col("name").str.len_chars(), nulls_last=True).first().over(*GROUP)
    return pl.col("name").str.contains(shortest, literal=True).fill_null(True).all().over(*GROUP)


def _latest(left: pl.DataFrame, column: str, basis: str) -> pl.DataFrame:
    """Keep alive those of a group with the latest value, where all of them have one and print one agency's name."""
    alive = pl.col("alive")
    told = pl.col("one_name") & (pl.col(column).is_not_null() | ~alive).all().over(*GROUP)
    latest = pl.col(column).filter(alive).max().over(*GROUP)
    falls = alive & told & (pl.col(column) < latest).fill_null(False)
    return left.with_columns(alive=alive & ~falls, basis=pl.when(falls).then(pl.lit(basis)).otherwise("basis"))
