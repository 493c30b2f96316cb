"""What stands of reports made by hand: which is current, of which it is a copy, and on what that rests."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.corrections.reports import ReportDecision
from pipelines.warehouse.copies import NUMBERS, SAID, summed_up
from pipelines.warehouse.standing import STANDING, standing
from tests.warehouse.report_rows import REPORT, located, published

Said = dict[int, Sequence[int | str | None]]
Stand = dict[int, tuple[str, int | None, str]]
ZEROS = (0, 0, 0, 0, 0)


def numbers_of(said: Said) -> pl.DataFrame:
    """Return the cells of reports: a number, None for a blank, words for the status of a cell without a number."""
    rows = []
    for key, values in said.items():
        for place, value in enumerate(values, start=1):
            status = value if isinstance(value, str) else "blank" if value is None else "value"
            number = Decimal(value) if isinstance(value, int) else None
            rows.append((key, place, status, number, None))
    return pl.DataFrame(rows, schema=NUMBERS, orient="row")


def stand(
    reports: list[dict[str, Any]],
    places: list[dict[str, Any]],
    said: Said | None = None,
    decisions: Sequence[ReportDecision] = (),
    words: dict[int, str] | None = None,
) -> Stand:
    """Return what stands of reports by key; those current without more are left out. Unsaid, each says its own."""
    cells = numbers_of({row["report_key"]: (row["report_key"],) * 5 for row in reports} if said is None else said)
    frame = pl.DataFrame(reports, schema=REPORT)
    files = frame.select("report_key", "file_sha256")
    worded = pl.DataFrame(
        list((words or {}).items()), schema={"report_key": pl.Int64, "words": pl.String}, orient="row"
    )
    summed = summed_up(cells.lazy()).collect().drop("words").join(worded, on="report_key", how="left")
    found = standing(
        frame,
        files,
        located(*places),
        lambda keys: cells.filter(pl.col("report_key").is_in(keys)),
        decisions,
        said=lambda keys: summed.filter(pl.col("report_key").is_in(keys)).select(list(SAID)),
    )
    assert dict(found.schema) == STANDING
    assert found["report_key"].is_unique().all()
    return {key: (status, related, basis) for key, status, related, basis in found.rows()}


def undated(key: int, **changes: Any) -> dict[str, Any]:
    return published(key, **{"published_on": None, **changes})


def same(*keys: int, values: Sequence[int | str | None] = (5, 0, 0, 0, 5)) -> Said:
    return dict.fromkeys(keys, values)


def keep(key: int, *over: int) -> ReportDecision:
    return ReportDecision.model_validate(
        {"sha256": f"{key:064x}", "over": tuple(f"{other:064x}" for other in over), "reason": "r", "evidence": "e"}
    )


CONFLICT = {1: ("conflicting", None, "unordered"), 2: ("conflicting", None, "unordered")}
