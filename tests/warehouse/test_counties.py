"""What counties send in, by the hundred: of every agency the content that counts is current once, and nothing twice."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from benchmarks.corpus.county import FORM, YEAR, Sent, Story, random_county
from pipelines.forms import NARRATIVE
from pipelines.warehouse.copies import NUMBERS
from pipelines.warehouse.standing import standing
from tests.warehouse.report_rows import REPORT, located

COUNTIES = 1_000
_CELLS = 6


def _frames(stories: list[Story]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return reports, places and numbers as a run has them, and (report_key, agency, content, counts)."""
    reports: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    truth: list[tuple[int, int, int, int | None]] = []
    numbers: list[tuple[int, int, str, Decimal, None]] = []
    for agency, story in enumerate(stories):
        for sent in story.sent:
            key = len(reports) + 1
            reports.append(_report(key, agency, sent))
            arrived = datetime(2022, 4, 1 + sent.run, tzinfo=UTC)
            places.append({"location": sent.name, "file_sha256": f"{key:064x}", "arrived_at": arrived})
            truth.append((key, agency, sent.content, story.counts))
            for place in () if sent.is_text else range(_CELLS):
                numbers.append((key, place, "value", _number(agency, sent.content, place), None))
    columns = {"report_key": pl.Int64, "agency": pl.Int64, "content": pl.Int64, "counts": pl.Int64}
    return (
        pl.DataFrame(reports, schema=REPORT),
        located(*places),
        pl.DataFrame(numbers, schema=NUMBERS, orient="row"),
        pl.DataFrame(truth, schema=columns, orient="row"),
    )


def _number(agency: int, content: int, place: int) -> Decimal:
    return Decimal(1 + agency % 97 + 100 * content + place)


def _report(key: int, agency: int, sent: Sent) -> dict[str, Any]:
    return {
        **{"report_key": key, "file_sha256": f"{key:064x}", "ordinal": 0, "agency_key": agency + 1},
        **{
            "agency_status": "exact",
            "agency_printed": sent.agency,
            "title": None,
            "year_key": YEAR,
            "scope": "own",
            "scope_basis": "by_law",
        },
        **{"form": NARRATIVE if sent.is_text else FORM, "media_type": sent.kind, "published_on": sent.published},
    }


def test_nothing_is_counted_twice_in_a_thousand_counties() -> None:
    rng = random.Random(16)
    stories = [story for number in range(COUNTIES) for story in random_county(rng, f"第{number}县", 16)]
    reports, places, numbers, truth = _frames(stories)
    files = reports.select("report_key", "file_sha256")
    found = standing(reports, files, places, lambda keys: numbers.filter(pl.col("report_key").is_in(keys)))
    assert found["report_key"].is_unique().all()
    stands = truth.join(found, on="report_key", how="left").with_columns(pl.col("status").fill_null("current"))
    current = stands.filter(pl.col("status") == "current")
    assert current["agency"].is_unique().all()
    # What counts is the content that should, and an agency has none where nothing tells.
    assert current.filter(pl.col("content") != pl.col("counts").fill_null(-1)).is_empty()
    decided = stands.filter(pl.col("counts").is_not_null())
    assert set(current["agency"]) == set(decided["agency"])
    undecided = stands.filter(pl.col("counts").is_null())
    assert set(undecided["status"]) == {"conflicting", "duplicate_of"}
    several = undecided.filter(pl.col("status") == "conflicting").group_by("agency").len()
    assert several.filter(pl.col("len") < 2).is_empty()
    total = numbers.join(current, on="report_key")["value"].sum()
    expected = sum(
        _number(agency, story.counts, place)
        for agency, story in enumerate(stories)
        if story.counts is not None
        for place in range(_CELLS)
    )
    assert total == expected
