"""What lies below each government's summary: the sum of the reports there, and which known agencies are not in it.

A part of a summary is the own report of an agency below the government (its office, departments, towns), and the
summary of a government below it; where that one has none, what lies below counts in its place. Known is an agency that
reported for the year or the year before. Belongs here: frames in, frames out. Keep out: rules (`auditing.levels`).
"""

from __future__ import annotations

import polars as pl

from pipelines.auditing.in_words import BETWEEN, SUFFIX, told
from pipelines.auditing.levels import BELOW, compared_cells, figure
from pipelines.auditing.wide import NUMBER, held
from pipelines.contracts.codes import code_list
from pipelines.messages import LANGUAGES
from pipelines.warehouse.copies import is_sure

_OWN, _SUMMARY = code_list("scope").named("own", "summary")
_GOVERNMENT, _OFFICE = code_list("agency_type").named("government", "government_office")
# What a government sums up: its office, departments, institutions, and what governs in its name. What is run
# from above (taxes, customs), party organs and associations lie in the place, and are none of its agencies.
_PARTS = (
    _OFFICE,
    *code_list("agency_type").named("department", "public_institution", "functional_zone", "town", "subdistrict"),
)
_TOWNS = code_list("agency_type").named("town", "subdistrict")
# From below: what a county adds up to is a part of what its prefecture does.
_LEVELS = ("county", "prefecture", "province", "nation")
# Every government has departments and governments (a county: towns) below it. Where a kind is missing, or there are
# fewer agencies than any government has, most are simply not in the warehouse.
_FEWEST = 5
_NAMED = 5
_BLANK = ("blank", "nil_mark")


def with_agency(reports: pl.DataFrame, agencies: pl.DataFrame) -> pl.DataFrame:
    """Return reports (rows of dim_report) with key, type, parent, level and division of their agency."""
    own = agencies.select(
        *("agency_sk", "agency_key", "agency_type", "parent_agency_key", "prefecture"),
        agency_level="level",
        division_code="code",
    )
    return reports.join(own, on="agency_sk", how="left")


def below_summaries(
    known: pl.DataFrame, reports: pl.DataFrame, agencies: pl.DataFrame, cells: pl.LazyFrame
) -> pl.DataFrame | None:
    """Return what the reports below each summary add up to (columns of BELOW), None without summaries of a year.

    `known` are reports of one year with their agency, `reports` dim_report, `agencies` dim_agency, `cells` the cells of
    that year.
    """
    surely = is_sure()
    wanted = known.filter(surely & _is_summary() & (pl.col("status") == "current"))
    if wanted.is_empty():
        return None
    year = int(wanted["year_key"][0])
    both = reports.filter(surely & pl.col("year_key").is_in([year - 1, year]))
    units = _units(with_agency(both, agencies).join(agencies.select("agency_sk", "name"), on="agency_sk"))
    counted = units.filter(_counts() & (pl.col("year_key") == year))
    governments = _governments(agencies)
    sums = _sums(counted, governments, cells)
    found = wanted.select("report_key", "scope_basis", parent="agency_key").join(sums, on="parent")
    covered = found.join(_coverage(units, counted), on="parent")
    whole = pl.col("is_complete") & (pl.col("reported") == pl.col("known"))
    return covered.with_columns(is_complete=whole).select(pl.col(name).cast(dtype) for name, dtype in BELOW.items())


# What of a report and its agency decides what lies below whom.
_PLACED = (
    *("report_key", "year_key", "status", "scope", "scope_basis", "agency_status", "agency_key", "agency_sk"),
    *("agency_type", "parent_agency_key", "name"),
)


def what_lies_below_depends_on(
    known: pl.DataFrame, reports: pl.DataFrame, agencies: pl.DataFrame
) -> tuple[pl.DataFrame, ...]:
    """Return the rows that `below_summaries` follows from besides the cells of the year, and no more of them.

    `known` and `reports` are reports with their agency, of the year and of all years, `agencies` dim_agency.
    """
    if known.is_empty():
        return ()
    year = int(known["year_key"][0])
    both = reports.filter(pl.col("year_key").is_in([year - 1, year]))
    placed = both.join(agencies.select("agency_sk", "name"), on="agency_sk", how="left").select(_PLACED)
    # Of the governments those above any of these, from the counties up; others have nothing below them.
    governments = _governments(agencies)
    keys = pl.concat([placed["agency_key"], placed["parent_agency_key"]]).drop_nulls().unique()
    for _ in _LEVELS:
        above = governments.filter(pl.col("parent").is_in(keys.implode()))["above"].drop_nulls()
        keys = pl.concat([keys, above]).unique()
    return placed, governments.filter(pl.col("parent").is_in(keys.implode()))


def _is_summary() -> pl.Expr:
    return (pl.col("scope") == _SUMMARY) & (pl.col("agency_type") == _GOVERNMENT)


def _counts() -> pl.Expr:
    """Tell whether a report is the only current one of its agency, year and scope, and a part of a sum."""
    return (pl.col("status") == "current") & (pl.col("same") == 1) & (pl.col("is_government") == _is_summary())


def _units(reports: pl.DataFrame) -> pl.DataFrame:
    """Return the reports of what can lie below a summary with `parent`, the government it is a part of.

    Of a government itself, the own report is a part of its own summary where no office reports for it.
    """
    current = pl.col("status") == "current"
    reports = reports.with_columns(same=current.sum().over("agency_key", "year_key", "scope"))
    is_government = (pl.col("agency_type") == _GOVERNMENT).fill_null(False)
    below = reports.with_columns(parent="parent_agency_key", is_government=is_government).filter(
        pl.col("is_government") | ((pl.col("scope") == _OWN) & pl.col("agency_type").is_in(_PARTS))
    )
    offices = reports.filter(pl.col("agency_type") == _OFFICE).select(parent="parent_agency_key").unique()
    itself = (
        reports.filter(is_government & (pl.col("scope") == _OWN))
        .with_columns(parent="agency_key", is_government=pl.lit(False))
        .join(offices, on="parent", how="anti")
    )
    return pl.concat([below, itself], how="diagonal").filter(pl.col("parent").is_not_null())


def _governments(agencies: pl.DataFrame) -> pl.DataFrame:
    """Return (parent, above, level) of every government: its key, that of the government above, and its level."""
    own = agencies.filter((pl.col("agency_type") == _GOVERNMENT) & pl.col("level").is_in(_LEVELS))
    keys = own.select("level", "agency_sk", parent="agency_key", above="parent_agency_key").sort("agency_sk")
    return keys.unique("parent", keep="first", maintain_order=True).drop("agency_sk")


def _sums(counted: pl.DataFrame, governments: pl.DataFrame, cells: pl.LazyFrame) -> pl.DataFrame:
    """Return (parent, cell_path, below, reported, assumed): what lies below every government, from the counties up."""
    printed = cells.filter(pl.col("cell_path").is_in(compared_cells())).select(
        "report_key", "cell_path", "status", number=figure()
    )
    own = counted.filter(~pl.col("is_government")).select("report_key", "parent").lazy()
    direct = printed.join(own, on="report_key").group_by("parent", "cell_path").agg(_added()).collect()
    summaries = counted.filter("is_government").select("report_key", itself="agency_key").lazy()
    stated = printed.join(summaries, on="report_key").select("itself", "cell_path", "status", "number").collect()
    parts = [direct]
    totals = []
    for level in _LEVELS:
        here = governments.filter(pl.col("level") == level)
        sums = (
            pl.concat(parts)
            .join(here, on="parent", how="semi")
            .group_by("parent", "cell_path")
            .agg(_sum_of("below"), pl.col("reported", "assumed").sum())
        )
        totals.append(sums)
        parts.append(_contributions(here, sums, stated))
    return pl.concat(totals)


def _sum_of(column: str) -> pl.Expr:
    """Return a sum, none where it or one of its parts is too large to be held."""
    whole = held(pl.col(column).cast(pl.Decimal(38, 6)).sum())
    return pl.when(pl.col(column).is_null().any()).then(pl.lit(None, NUMBER)).otherwise(whole).alias(column)


def _added() -> tuple[pl.Expr, ...]:
    is_blank = pl.col("status").is_in(_BLANK)
    return (
        held(pl.col("number").sum()).alias("below"),
        (pl.col("number").is_not_null() | is_blank).sum().alias("reported"),
        is_blank.sum().alias("assumed"),
    )


def _contributions(here: pl.DataFrame, sums: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """Return what governments of a level are in the sums above: what they state, else what lies below them.

    What stands in for a summary is no report of the government: it adds to the sum, and not to who reported.
    """
    own = here.select(itself="parent", parent="above").drop_nulls("parent")
    told = stated.join(own, on="itself").group_by("parent", "itself", "cell_path").agg(_added())
    silent = told.filter(pl.col("reported") == 0).select("itself", "cell_path")
    heard = told.join(silent, on=["itself", "cell_path"], how="anti")
    instead = (
        sums.rename({"parent": "itself"})
        .join(heard, on=["itself", "cell_path"], how="anti")
        .join(own, on="itself")
        .with_columns(pl.lit(0, heard.schema["reported"]).alias(name) for name in ("reported", "assumed"))
    )
    columns = sums.columns
    return pl.concat([heard.select(columns), instead.select(columns)])


def _coverage(units: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Return (parent, known, counted, missing, missing_en, is_complete): which known agencies are not in the sum."""
    is_lower = pl.col("is_government") | pl.col("agency_type").is_in(_TOWNS)
    there = counted.select("parent", "agency_key", pl.lit(True).alias("is_counted")).unique()
    known = (
        units.sort("year_key", "report_key")
        .group_by("parent", "agency_key")
        .agg(pl.col("name").last(), is_lower=is_lower.any().fill_null(False))
        .join(there, on=["parent", "agency_key"], how="left")
        .sort("parent", "name", "agency_key")
    )
    left_out = pl.col("name").filter(pl.col("is_counted").is_null())
    first = left_out.fill_null("").head(_NAMED)
    counted_below = known.group_by("parent").agg(
        known=pl.len(),
        counted=pl.col("is_counted").is_not_null().sum(),
        **{f"missing{SUFFIX[language]}": first.str.join(BETWEEN[language]) for language in LANGUAGES},
        more=left_out.len() > _NAMED,
        is_complete=(left_out.len() == 0)
        & (pl.len() >= _FEWEST)
        & pl.col("is_lower").any()
        & (~pl.col("is_lower")).any(),
    )
    names = {language: f"missing{SUFFIX[language]}" for language in LANGUAGES}
    return counted_below.with_columns(
        pl.when("more").then(told(language, "auditing.and_others", names=name)).otherwise(name).alias(name)
        for language, name in names.items()
    )
