"""Which of several reports of one unit counts: the decisions of the warehouse (`standing`), made of what came.

Belongs here: reports as the rows that those decisions ask for. Keep out: the decisions themselves, and whose reports
they are (`coverage`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, NamedTuple

import polars as pl

from pipelines.agencies.resolver import EXACT
from pipelines.contracts.codes import code_list
from pipelines.corrections.reports import report_decisions
from pipelines.office.received import Received
from pipelines.warehouse.copies import NUMBERS
from pipelines.warehouse.editions import is_withdrawn
from pipelines.warehouse.standing import standing

CURRENT, DUPLICATE, CONFLICTING = code_list("report_status").named("current", "duplicate_of", "conflicting")
(_SAME,) = code_list("status_basis").named("same_content")
(_OWN,) = code_list("scope").named("own")
_REPORT: dict[str, Any] = {
    "report_key": pl.Int64,
    "file_sha256": pl.String,
    "ordinal": pl.Int32,
    "title": pl.String,
    "agency_printed": pl.String,
    "published_on": pl.Date,
    "form": pl.String,
    "media_type": pl.String,
    "agency_key": pl.Int64,
    "agency_status": pl.String,
    "year_key": pl.Int32,
    "scope": pl.String,
    "scope_basis": pl.String,
}
_PLACE: dict[str, Any] = {
    "location": pl.String,
    "file_sha256": pl.String,
    "fetched_from": pl.String,
    "fetched_at": pl.Datetime("us", "UTC"),
    "is_latest": pl.Boolean,
    "arrived_at": pl.Datetime("us", "UTC"),
}


class Stood(NamedTuple):
    """A report, whether it counts (report_status), and what that rests on (status_basis): where it counts, a doubt."""

    received: Received
    status: str
    basis: str | None = None

    @property
    def counts(self) -> bool:
        """Tell whether it is the one that counts."""
        return self.status == CURRENT


def decided(sets: Sequence[Sequence[Received]], arrivals: Mapping[str, datetime]) -> list[tuple[Stood, ...]]:
    """Return of each set, the reports of one unit and year, which one counts: at most one does.

    `arrivals` tells when a content (sha256) was first seen; what is not told tells no order.
    """
    rivals = [
        (place, own)
        for place, own in enumerate(sets, start=1)
        if len({each.report_key for each in own}) > 1 or any(map(_is_withdrawn, own))
    ]
    found = _standing([(place, each) for place, own in rivals for each in own], arrivals) if rivals else {}
    return [tuple(_stood(own, place, found)) for place, own in enumerate(sets, start=1)]


def _is_withdrawn(received: Received) -> bool:
    return is_withdrawn(PurePath(received.file.file).name) or is_withdrawn(received.report.title or "")


def _stood(own: Sequence[Received], place: int, found: Mapping[tuple[int, int], tuple[str, str | None]]) -> list[Stood]:
    seen: set[int] = set()
    stood = []
    for each in own:
        status, basis = found.get((place, each.report_key), (CURRENT, None))
        if each.report_key in seen and status == CURRENT:
            status, basis = DUPLICATE, _SAME
        seen.add(each.report_key)
        stood.append(Stood(each, status, basis))
    return stood


def _standing(
    rivals: Sequence[tuple[int, Received]], arrivals: Mapping[str, datetime]
) -> dict[tuple[int, int], tuple[str, str | None]]:
    """Return (status, basis) by unit and report key of those that are not current without more."""
    unit_of = {each.report_key: place for place, each in rivals}
    reports = {
        each.report_key: (
            *(each.report_key, each.sha256, each.ordinal, each.report.title, each.report.agency_printed),
            *(each.published_on, each.report.form, each.media_type, place, EXACT, each.report.year, _OWN, None),
        )
        for place, each in rivals
    }
    places = {
        (each.file.file, each.sha256): (each.file.file, each.sha256, None, None, True, arrivals.get(each.sha256))
        for _, each in rivals
    }
    frame = pl.DataFrame(list(reports.values()), schema=_REPORT, orient="row")
    numbers = pl.concat([{each.report_key: each.numbers for _, each in rivals}[key] for key in reports])
    found = standing(
        frame,
        frame.select("report_key", "file_sha256"),
        pl.DataFrame(list(places.values()), schema=_PLACE, orient="row"),
        lambda keys: numbers.select(list(NUMBERS)).filter(pl.col("report_key").is_in(keys)),
        report_decisions(),
    )
    rows = found.select("report_key", "status", "status_basis").iter_rows()
    return {(unit_of[key], key): (status, basis) for key, status, basis in rows}
