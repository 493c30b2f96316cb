"""Reports and the files they come from: dim_report, report_file, raw_file and raw_file_location."""

from __future__ import annotations

import polars as pl

from pipelines.agencies.assigning import dim_agency as agencies_of
from pipelines.agencies.deadlines import due_on
from pipelines.contracts import contract
from pipelines.contracts.codes import code_list
from pipelines.corrections.reports import report_decisions
from pipelines.engine.reader_fingerprint import reader_fingerprint
from pipelines.forms import ALL_FORMS, NARRATIVE
from pipelines.messages import Language, message_in
from pipelines.raw.inventory import NO_REPORT
from pipelines.reading.sniffing import PAGES
from pipelines.warehouse.agencies import assigned_agencies
from pipelines.warehouse.agreements import PAIRS, Agreements
from pipelines.warehouse.copies import NUMBERS, SAID, Numbers, Said
from pipelines.warehouse.dimensions import FIRST_YEAR
from pipelines.warehouse.kept_rows import KeptRows
from pipelines.warehouse.report_sources import (
    ATTACHMENT,
    DUPLICATE,
    MAIN,
    Lines,
    files_of_reports,
    lines_of,
)
from pipelines.warehouse.retelling import in_both_languages
from pipelines.warehouse.run_inputs import DeclaredInputs
from pipelines.warehouse.source_contents import in_tables, in_words, said_by_sources
from pipelines.warehouse.standing import standing
from pipelines.warehouse.table_code import table_code

ARCHIVE_MEMBER = "!/"
_STATUSES = code_list("cell_status")
_CURRENT, _DUPLICATE = code_list("report_status").named("current", "duplicate_of")
# Where sources say in lines whose they are.
_LINES = ("sections", "unmapped_rows")
(_COMPANION,) = code_list("status_basis").named("companion")


def report_file(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return report_file: the files of every report."""
    for table in ("cells", *_LINES):
        inputs.extracted_rows(table, [])
    kept = KeptRows(inputs.source_cache / "agreements", f"{reader_fingerprint()}-{table_code('contents')[:16]}", PAIRS)
    agreements = Agreements(lambda keys: _statutory_cells(inputs, keys), kept)
    found = files_of_reports(inputs.extracted_of_run("reports"), _locations(inputs), agreements, _lines_of(inputs))
    agreements.keep()
    return found


def _lines_of(inputs: DeclaredInputs) -> Lines:
    """Return a function that reads what sources say in lines beside their figures."""

    def lines(keys: list[int]) -> dict[int, tuple[str, ...]]:
        sections, unmapped = (inputs.extracted_rows(table, keys).collect() for table in _LINES)
        return lines_of(keys, sections, unmapped)

    return lines


def _statutory_cells(inputs: DeclaredInputs, keys: list[int]) -> pl.DataFrame:
    """Return the statutory cells of some sources, as they were extracted."""
    return inputs.extracted_rows("cells", keys).filter("is_statutory").collect()


def report_rows(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return one row per published report: what it states of itself, with agency_sk and year_key.

    Of a report made of a page and an attachment the page counts first, and for what it lacks the attachment.
    """
    stored = inputs.extracted_of_run("reports").rename({"report_key": "source_key"})
    files = inputs.table("report_file")
    own = files.filter(pl.col("role") == MAIN).select("report_key", "source_key").join(stored, on="source_key")
    attached = (
        files.filter(pl.col("role") == ATTACHMENT).select("report_key", "source_key").join(stored, on="source_key")
    )
    both = own.join(attached, on="report_key", how="left", suffix="_attached")
    no_year = pl.col("year") == 0
    is_narrative = (pl.col("form") == NARRATIVE) & pl.col("form_attached").is_not_null()
    reports = both.with_columns(
        title=pl.coalesce("title", "title_attached"),
        agency_printed=pl.coalesce("agency_printed", "agency_printed_attached"),
        agency_code_printed=pl.coalesce("agency_code_printed", "agency_code_printed_attached"),
        published_on=pl.coalesce("published_on", "published_on_attached"),
        year_source=pl.when(no_year).then(pl.coalesce("year_source_attached", "year_source")).otherwise("year_source"),
        year=pl.when(no_year).then(pl.coalesce("year_attached", "year")).otherwise("year"),
        form=pl.when(is_narrative).then("form_attached").otherwise("form"),
    ).select(own.columns)
    dated = reports.with_columns(_year_key(inputs)).join(_listed(inputs), on="file_sha256", how="left")
    dated = dated.with_columns(published_on=pl.coalesce("published_on", "listed_on")).drop("listed_on")
    agencies = assigned_agencies(inputs, dated).rename({"status": "agency_status", "name": "agency_name"})
    return dated.join(agencies, on="report_key")


def _listed(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return (file_sha256, listed_on): the earliest date that a list gives a content."""
    return _locations(inputs).group_by("file_sha256").agg(listed_on=pl.col("published_on").min())


def dim_agency(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return dim_agency: the agency versions of all reports."""
    return agencies_of(as_assigned(report_rows(inputs)))


def as_assigned(reports: pl.DataFrame) -> pl.DataFrame:
    """Return rows of `report_rows` under the names that assigned agencies have."""
    return reports.rename({"agency_status": "status", "agency_name": "name"})


def _year_key(inputs: DeclaredInputs) -> pl.Expr:
    in_range = pl.col("year").is_between(FIRST_YEAR, inputs.last_year)
    return pl.when(in_range).then("year").otherwise(0).cast(pl.Int32).alias("year_key")


def years_read(inputs: DeclaredInputs) -> set[int]:
    """Return the years that any source states, before it is known which sources make a report."""
    return set(inputs.extracted_of_run("reports").select(_year_key(inputs))["year_key"].unique().to_list())


def dim_report(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return dim_report: every report with its coverage, copies marked as such."""
    reports = report_rows(inputs)
    table = contract("dim_report")
    expected = pl.DataFrame(
        {"form": list(ALL_FORMS), "cells_expected": [len(form.cell_paths) for form in ALL_FORMS.values()]}
    )
    types = inputs.table("dim_agency").select("agency_sk", "agency_type")
    made_of = inputs.table("report_file").filter(pl.col("role") != DUPLICATE).select("report_key", "source_key")
    said_of = said_by_sources(inputs, made_of["source_key"])
    return (
        reports.join(types, on="agency_sk", how="left")
        .with_columns(due_on())
        .join(expected, on="form", how="left")
        .join(_coverage(said_of, made_of), on="report_key", how="left")
        .join(_standing(inputs, reports, said_of), on="report_key", how="left")
        .with_columns(pl.col(f"cells_{status}").fill_null(0) for status in _STATUSES)
        .with_columns(pl.col("status").fill_null(_CURRENT))
        .select(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items())
        .sort(table.sort)
    )


def _standing(inputs: DeclaredInputs, reports: pl.DataFrame, said_of: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, status, related_report_key, status_basis) of reports that are not current without more."""
    files = inputs.table("report_file")
    companions = (
        files.filter(pl.col("role") == DUPLICATE)
        .select(report_key="source_key", related_report_key="report_key")
        .with_columns(status=pl.lit(_DUPLICATE), status_basis=pl.lit(_COMPANION))
    )
    left = reports.join(companions, on="report_key", how="anti")
    made_of = files.filter(pl.col("role") != DUPLICATE).select("report_key", "source_key")
    numbers = _numbers(inputs, made_of)
    said = _said(said_of, made_of)
    found = standing(left, files, _locations(inputs), numbers, report_decisions(), said=said)
    return pl.concat([companions.select(found.columns), found])


def _numbers(inputs: DeclaredInputs, made_of: pl.DataFrame) -> Numbers:
    """Return a function that reads what reports say in numbers: their statutory cells, of a narrative its figures."""

    def numbers(keys: list[int]) -> pl.DataFrame:
        sources = made_of.filter(pl.col("report_key").is_in(keys))
        printed = _of_reports(in_tables(inputs, sources["source_key"]), sources)
        without = sources.join(printed, on="report_key", how="anti")
        return pl.concat([printed, _of_reports(in_words(inputs, without["source_key"]), without)])

    return numbers


def _of_reports(rows: pl.LazyFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Return rows of sources (NUMBERS) under the keys of their reports."""
    named = rows.rename({"report_key": "source_key"}).join(sources.lazy(), on="source_key")
    return named.select(list(NUMBERS)).collect()


def _said(said_of: pl.DataFrame, made_of: pl.DataFrame) -> Said:
    """Return a function that tells what reports say in numbers: what the one of their sources does that has any."""
    of_reports = made_of.join(said_of, left_on="source_key", right_on="report_key").filter(pl.col("content") != "")
    ordered = of_reports.sort("report_key", ~pl.col("in_tables"), "source_key")
    first = ordered.unique("report_key", keep="first", maintain_order=True).select(list(SAID))
    return lambda keys: first.filter(pl.col("report_key").is_in(keys))


def _coverage(said_of: pl.DataFrame, made_of: pl.DataFrame) -> pl.DataFrame:
    """Count the statutory cells of each report by status."""
    counts = [f"cells_{status}" for status in _STATUSES]
    cells = made_of.join(said_of.filter("in_tables"), left_on="source_key", right_on="report_key")
    return cells.group_by("report_key").agg(pl.col(counts).sum())


def _locations(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return the inventory with moments and dates as such; why a location was refused under other names."""
    frame = in_both_languages(inputs.locations()).rename(
        {"reason": "refused", "detail": "refused_detail", "detail_zh": "refused_detail_zh"}
    )
    moments = pl.col("fetched_at", "gone_at", "arrived_at").str.to_datetime(time_unit="us", time_zone="UTC")
    # A list states whatever it likes for a date: what is no date is left out.
    return frame.with_columns(moments, pl.col("published_on").str.slice(0, 10).str.to_date(strict=False))


def _documents(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return the documents with their outcomes; a page that only hands out its report is none itself."""
    documents = in_both_languages(inputs.extracted_of_run("documents"))
    placed = _locations(inputs).join(documents.select("file_sha256", "outcome", "reason"), on="file_sha256")
    attached = placed.filter((pl.col("outcome") == "parsed") & pl.col("parent_location").is_not_null())
    # A page with its pictures is named by both, and fetched from where the page was.
    unread = pl.col("reason").is_in(("truncated", "pictures_missing"))
    unread |= (pl.col("reason") == "needs_ocr") & (pl.col("media_type") == PAGES)
    lacking = (pl.col("outcome") == "quarantined") & unread
    page = pl.coalesce("fetched_from", "location")
    covers = placed.filter(lacking & page.is_in(attached["parent_location"].unique().to_list()))
    if covers.is_empty():
        return documents
    is_cover = pl.col("file_sha256").is_in(covers["file_sha256"].unique().to_list())
    told = {"detail": message_in("en", "outcomes.cover_page"), "detail_zh": message_in("zh", "outcomes.cover_page")}
    cover_page = {"outcome": "not_a_report", "reason": "cover_page", **told}
    return documents.with_columns(
        pl.when(is_cover).then(pl.lit(text)).otherwise(name).alias(name) for name, text in cover_page.items()
    )


def _outcomes(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return every location with outcome, reason, details and reports; an archive has those of its members."""
    documents = _documents(inputs).select("file_sha256", "outcome", "reason", "detail", "detail_zh", "reports")
    refused = pl.col("refused").is_not_null()
    found = (
        _locations(inputs)
        .join(documents, on="file_sha256", how="left")
        .with_columns(
            outcome=pl.when(pl.col("refused").is_in(NO_REPORT))
            .then(pl.lit("not_a_report"))
            .when(refused)
            .then(pl.lit("quarantined"))
            .otherwise("outcome"),
            reason=pl.coalesce("refused", "reason"),
            detail=pl.coalesce("refused_detail", "detail"),
            detail_zh=pl.coalesce("refused_detail_zh", "detail_zh"),
        )
    )
    archives = found.filter(pl.col("is_archive") & ~refused)
    if archives.is_empty():
        return found
    return found.update(_archive_outcomes(found, archives), on="location", how="left")


def _archive_outcomes(found: pl.DataFrame, archives: pl.DataFrame) -> pl.DataFrame:
    """Return (location, outcome, reason, details, reports) of archives: parsed where any member is, else its reason."""
    parts = pl.col("location").str.split(ARCHIVE_MEMBER)
    depth = int(found.select(parts.list.len().max()).item())
    inside = [
        found.filter(parts.list.len() > level, ~pl.col("is_archive")).with_columns(
            archive=parts.list.head(level).list.join(ARCHIVE_MEMBER)
        )
        for level in range(1, depth)
    ]
    members = pl.concat([*inside, found.clear().with_columns(archive=pl.lit(None, pl.String))])
    best = {outcome: place for place, outcome in enumerate(code_list("outcome"))}
    ranked = members.sort(pl.col("outcome").replace_strict(best, return_dtype=pl.Int8), "location")
    counted = ranked.group_by("archive", maintain_order=True).agg(
        outcome=pl.col("outcome").first(),
        reason=pl.when(pl.col("outcome").first() != "parsed").then(pl.col("reason").first()),
        members=pl.len(),
        outcomes=pl.col("outcome").value_counts(sort=True).struct.field("outcome"),
        reports=pl.col("reports").fill_null(0).sum().cast(pl.Int32),
    )
    known = archives.select("location").join(counted, left_on="location", right_on="archive", how="left")
    is_empty = pl.col("outcome").is_null()
    return known.select(
        "location",
        pl.col("outcome").fill_null("quarantined"),
        pl.when(is_empty).then(pl.lit("empty")).otherwise("reason").alias("reason"),
        _members_in(known, "en").alias("detail"),
        _members_in(known, "zh").alias("detail_zh"),
        pl.col("reports").fill_null(0),
    )


def _members_in(archives: pl.DataFrame, language: Language) -> pl.Series:
    """Say of each archive how many files are in it, and what became of them."""
    outcome = code_list("outcome")
    between = "、" if language == "zh" else ", "
    told = [
        message_in(language, "outcomes.archive_empty")
        if members is None
        else message_in(
            language,
            "outcomes.archive_members",
            n=members,
            outcomes=between.join(code if language == "en" else outcome.label(code, language) for code in outcomes),
        )
        for members, outcomes in archives.select("members", "outcomes").iter_rows()
    ]
    return pl.Series(told, dtype=pl.String)


def raw_file(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return raw_file: every content with its outcome; of an archive the outcome of its members."""
    table = contract("raw_file")
    documents = _documents(inputs)
    outcomes = _outcomes(inputs)
    kinds = outcomes.filter(pl.col("file_sha256").is_not_null()).unique(
        "file_sha256", keep="first", maintain_order=True
    )
    known = documents.join(
        kinds.select("file_sha256", sniffed="media_type"), on="file_sha256", how="left"
    ).with_columns(media_type=pl.coalesce("media_type", "sniffed"))
    archives = kinds.filter("is_archive").join(documents, on="file_sha256", how="anti")
    rows = archives.with_columns(encoding=pl.lit(None, pl.String), reports=pl.col("reports").fill_null(0))
    parts = [frame.select(pl.col(n).cast(t) for n, t in table.dtypes.items()) for frame in (known, rows)]
    return pl.concat(parts)


def raw_file_location(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return raw_file_location: every location ends in exactly one outcome."""
    table = contract("raw_file_location")
    found = _outcomes(inputs)
    return found.select(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items())
