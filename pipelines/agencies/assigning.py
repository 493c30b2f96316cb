"""Reports -> their agencies: the row of dim_agency each belongs to, its scope, and the candidates with their evidence.

A report whose agency is ambiguous or unresolved keeps a row of its own, shared with no other.
Belongs here: frames in, frames out. Keep out: what names mean (`resolver`), what makes an agency one (`identity`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import polars as pl

from pipelines.agencies.gazetteer import normalised_township
from pipelines.agencies.identity import Agency, agency_of
from pipelines.agencies.naming import organ_named
from pipelines.agencies.published_at import host_and_path
from pipelines.agencies.resolver import AMBIGUOUS, EXACT, INFERRED, UNRESOLVED, Candidate, Resolution, resolver
from pipelines.agencies.scopes import scope_of
from pipelines.contracts import contract
from pipelines.contracts.keys import content_key
from pipelines.corrections.agencies import PATH, AgencyCorrection, agency_corrections, twice
from pipelines.declarations import refused
from pipelines.engine.processes import WorkerContext, default_workers

AGENCY_COLUMNS = Agency._fields
# What the evidence of a report says of a correction: of one that changes nothing, and of one that holds.
EXPIRED, NOT_APPLIED, APPLIED = "correction expired", "correction not applied", "correction"
_BRANCH = "分局"
# Reports whose texts are in memory at once, and those that a process is given at once.
_REPORTS_AT_ONCE, _REPORTS_PER_PIECE = 20_000, 250
# So many reports take one process longer than starting others does.
_MANY = 3_000
_CANDIDATE = pl.Struct({"name": pl.String, "code": pl.String, "score": pl.Float64, "evidence": pl.String})
ASSIGNED: dict[str, Any] = {
    "report_key": pl.Int64,
    "agency_sk": pl.Int64,
    "agency_key": pl.Int64,
    **dict.fromkeys(("name", "agency_type", "agency_function", "level", "code", "township_code"), pl.String),
    **dict.fromkeys(("province", "prefecture", "county", "township"), pl.String),
    "parent_agency_key": pl.Int64,
    "region": pl.String,
    "valid_from": pl.Int32,
    "valid_to": pl.Int32,
    "division_code_latest": pl.String,
    "status": pl.String,
    "scope": pl.String,
    "scope_basis": pl.String,
    "gazetteer_version": pl.String,
    "agency_code": pl.String,
    "code_conflict": pl.String,
    "candidates": pl.List(_CANDIDATE),
}
Texts = Callable[[list[int]], dict[int, str]]


class UnassignedReport(NamedTuple):
    """What is known of a report before its agency is: a row of the work store, with where its file lies."""

    report_key: int
    file_sha256: str
    agency_printed: str | None
    title: str | None
    year: int
    locations: tuple[str, ...]
    agency_code_printed: str | None = None


def assign(
    reports: Sequence[UnassignedReport], texts: Texts, corrections: Sequence[AgencyCorrection] | None = None
) -> pl.DataFrame:
    """Return the agency of every report (columns of ASSIGNED, one row a report).

    `texts` returns the texts of reports by key; those without one are resolved without. Raises DeclarationError, also
    where two corrections hold for one report.
    """
    own = tuple(agency_corrections(resolver().gazetteer.by_code) if corrections is None else corrections)
    rows: list[tuple[Any, ...]] = []
    with _side_by_side(len(reports)) as each:
        for start in range(0, len(reports), _REPORTS_AT_ONCE):
            part = reports[start : start + _REPORTS_AT_ONCE]
            found = texts([report.report_key for report in part])
            told = [(report, found.get(report.report_key)) for report in part]
            pieces = [told[place : place + _REPORTS_PER_PIECE] for place in range(0, len(told), _REPORTS_PER_PIECE)]
            for piece in each(partial(_rows, corrections=own), pieces):
                rows.extend(piece)
    return pl.DataFrame(rows, schema=ASSIGNED, orient="row").sort("report_key")


@contextmanager
def _side_by_side(reports: int) -> Iterator[Callable[..., Iterable[list[tuple[Any, ...]]]]]:
    """Yield a `map` over all processors, where there are so many reports that starting processes is worth it."""
    if reports < _MANY:
        yield map
        return
    # Forked from the server, which has no threads of Polars.
    with ProcessPoolExecutor(default_workers(), mp_context=WorkerContext()) as pool:
        yield pool.map


def _rows(
    told: Sequence[tuple[UnassignedReport, str | None]], corrections: tuple[AgencyCorrection, ...]
) -> list[tuple[Any, ...]]:
    return [_row(report, text, corrections) for report, text in told]


def _row(report: UnassignedReport, text: str | None, corrections: tuple[AgencyCorrection, ...]) -> tuple[Any, ...]:
    host, path = host_and_path(report.locations)
    found = resolver().resolve(
        report.agency_printed, report.year, host=host, path=path, text=text, index_number=report.agency_code_printed
    )
    correction, notes = _correction_of(report, corrections)
    if correction is not None:
        return _corrected(report, text, correction, found)
    agency = agency_found(found, report.year) if found.status in (EXACT, INFERRED) else _own_row(report, found)
    return (report.report_key, *agency, *_told(found), _candidates(found, notes))


def _correction_of(
    report: UnassignedReport, corrections: Sequence[AgencyCorrection]
) -> tuple[AgencyCorrection | None, tuple[str, ...]]:
    """Return the correction that holds for a report, or what is told of those that hold no longer.

    Raises DeclarationError where two hold, each of which names the file in its own way.
    """
    own = [
        (number, entry.misfit(report._asdict()))
        for number, entry in enumerate(corrections)
        if entry.is_for(report.file_sha256, report.locations)
    ]
    holding = [number for number, differs in own if differs is None]
    if len(holding) > 1:
        raise refused(PATH, [twice(corrections, *holding[:2])])
    if holding:
        return corrections[holding[0]], ()
    expired = (differs for _, differs in own if differs is not None)
    return None, tuple(f"{EXPIRED}: {d.column} is {d.found!r}, not {d.expected!r}" for d in expired)


def _told(found: Resolution) -> tuple[str | None, ...]:
    """Return what ASSIGNED holds between the agency and its candidates."""
    code = found.code.text if found.code else None
    scope = (found.scope, found.scope_basis)
    return (found.status, *scope, found.gazetteer_version, code, found.code_conflict)


def agency_found(found: Resolution, year: int) -> Agency:
    """Return the agency of the best candidate: what a report of a year is of where its status is exact or inferred."""
    best = found.candidates[0]
    return agency_of(
        resolver().gazetteer,
        best.division,
        year,
        found.organ,
        township=best.township,
        township_code=best.township_code,
        printed=_full_name(best, found),
    )


def _full_name(best: Candidate, found: Resolution) -> str:
    """Return the name in full: the division's official name where the printed one is short or missing."""
    named = found.named
    if best.division.level == "nation":
        return named.organ
    if named.authority:
        return f"{named.authority}{''.join(named.places)}{named.organ}"
    if len(named.places) == 1 and found.organ.type in ("university", "public_utility"):
        return f"{named.places[0]}{named.organ}"
    return f"{best.division.name}{best.township or ''}{named.area or ''}{named.organ}"


def _own_row(report: UnassignedReport, found: Resolution) -> Agency:
    """Return a row shared with no other report: the name as printed, and the type if its words tell it."""
    key = content_key("unresolved", report.report_key)
    blank: dict[str, Any] = dict.fromkeys(AGENCY_COLUMNS)
    return Agency(
        **{**blank, "agency_sk": key, "agency_key": key, "name": report.agency_printed, "agency_type": found.organ.type}
    )


def _corrected(
    report: UnassignedReport, text: str | None, correction: AgencyCorrection, found: Resolution
) -> tuple[Any, ...]:
    gazetteer = resolver().gazetteer
    division = gazetteer.division(correction.agency.code, report.year)
    if division is None:
        note = f"{NOT_APPLIED}: {correction.agency.code} is no division of {report.year}"
        return (report.report_key, *_own_row(report, found), *_told(found), _candidates(found, (note,)))
    # Of the name that is right: by the office that was read, others of that office would bear this name.
    named = resolver().places.read(correction.agency.name)
    organ = organ_named(named)
    if correction.agency.own_office:
        organ = organ._replace(stem=named.organ)
    agency = agency_of(
        gazetteer,
        division,
        report.year,
        organ,
        township=correction.agency.township,
        township_code=_township_code(division.code, correction.agency.township, report.year),
        printed=correction.agency.name,
    )
    evidence = json.dumps([f"{APPLIED}: {correction.reason}"], ensure_ascii=False)
    candidate = {
        "name": gazetteer.path(division.code, report.year),
        "code": division.code,
        "score": 1.0,
        "evidence": evidence,
    }
    # Who corrected it saw what the code says.
    # What the law presumes follows from the agency that is right.
    scope, basis = scope_of(report.agency_printed or "", organ.type, text, has_place=True)
    settled = found._replace(status=EXACT, code_conflict=None, scope=scope, scope_basis=basis)
    return (report.report_key, *agency, *_told(settled), [candidate])


def _township_code(county: str, township: str | None, year: int) -> str | None:
    if township is None:
        return None
    name = normalised_township(township)
    return next((t.code for t in resolver().gazetteer.townships_of(county, year) if t.normalised_name == name), None)


def _candidates(found: Resolution, notes: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{c.path}/{c.township}" if c.township else c.path,
            "code": c.division.code,
            "score": c.score,
            "evidence": json.dumps([*c.evidence, *notes], ensure_ascii=False),
        }
        for c in found.candidates
    ]


def dim_agency(assigned: pl.DataFrame) -> pl.DataFrame:
    """Return dim_agency of assigned reports: one row for each agency version.

    Reports of one agency may print its name differently; the commonest name stands, of equals the fullest. That of a
    branch (公安分局) stands only where no report prints that of the bureau.
    """
    table = contract("dim_agency")
    order = {EXACT: 0, INFERRED: 1, AMBIGUOUS: 2, UNRESOLVED: 3}
    ranked = assigned.with_columns(
        times=pl.len().over("agency_sk", "name"),
        branch=pl.col("name").str.ends_with(_BRANCH),
        length=pl.col("name").str.len_chars(),
        sure=pl.col("status").replace_strict(order, return_dtype=pl.Int8),
    ).with_columns(status=pl.col("status").sort_by("sure").first().over("agency_sk"))
    by_name = ranked.sort(
        "agency_sk", "branch", "times", "length", "name", descending=[False, False, True, True, False], nulls_last=True
    )
    rows = by_name.unique("agency_sk", keep="first")
    return rows.select(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items()).sort(table.sort)


def agency_match(assigned: pl.DataFrame) -> pl.DataFrame:
    """Return agency_match of assigned reports with year_key: one row for each candidate."""
    table = contract("agency_match")
    rows = (
        assigned.select("report_key", "year_key", "gazetteer_version", "candidates")
        .filter(pl.col("candidates").list.len() > 0)
        .explode("candidates")
        .with_columns(ordinal=pl.int_range(1, pl.len() + 1).over("report_key"))
        .unnest("candidates")
    )
    return rows.select(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items()).sort(table.sort)


def unassigned_reports(reports: pl.DataFrame, locations: dict[str, tuple[str, ...]]) -> Iterator[UnassignedReport]:
    """Yield what is known of reports: their key, file, title, agency, its code as printed, and year_key."""
    columns = ("report_key", "file_sha256", "agency_printed", "title", "year_key", "agency_code_printed")
    for key, sha256, agency, title, year, code in reports.select(columns).iter_rows():
        yield UnassignedReport(key, sha256, agency, title, year, locations.get(sha256, ()), code)
