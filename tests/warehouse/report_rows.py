"""Rows as the work store and the inventory have them: reports of the extraction, places of files, published reports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl


def report(key: int, form: str, media_type: str, **changes: Any) -> dict[str, Any]:
    return {
        "report_key": key,
        "file_sha256": f"{key:064x}",
        "ordinal": 0,
        "form": form,
        "media_type": media_type,
        "agency_printed": "东山区财政局",
        "year": 2020,
        **changes,
    }


PLACE: dict[str, Any] = {
    "location": pl.String,
    "file_sha256": pl.String,
    "parent_location": pl.String,
    "fetched_from": pl.String,
    "fetched_at": pl.Datetime("us", "UTC"),
    "is_latest": pl.Boolean,
    "arrived_at": pl.Datetime("us", "UTC"),
}


def located(*places: dict[str, Any]) -> pl.DataFrame:
    """Return places as the inventory has them; those without other word stand in the inbox."""
    return pl.DataFrame([{"is_latest": True, **place} for place in places], schema=PLACE)


URL = "https://www.example.gov.cn/nb/t1.html"


def web(key: int, url: str, *, version: str = "", parent: str | None = None, latest: bool = True) -> dict[str, Any]:
    name = url + version
    place = {"location": name, "file_sha256": f"{key:064x}", "fetched_from": name}
    return {**place, "parent_location": parent, "is_latest": latest}


def published(key: int, **changes: Any) -> dict[str, Any]:
    """Return a report of one agency and year, with a date of publication of its own."""
    base = {"report_key": key, "file_sha256": f"{key:064x}", "ordinal": 0, "agency_key": 9, "agency_status": "exact"}
    told = {"agency_printed": "东山区财政局", "title": None, "year_key": 2020, "scope": "unknown", "form": "2019"}
    told |= {"scope_basis": "stated" if changes.get("scope", "unknown") != "unknown" else None}
    return {**base, **told, "media_type": "text/html", "published_on": date(2021, 1, key), **changes}


REPORT: dict[str, Any] = {
    **{"report_key": pl.Int64, "file_sha256": pl.String, "ordinal": pl.Int32, "agency_key": pl.Int64},
    **dict.fromkeys(("agency_status", "agency_printed", "title"), pl.String),
    **{
        "year_key": pl.Int32,
        "scope": pl.String,
        "scope_basis": pl.String,
        "form": pl.String,
        "media_type": pl.String,
        "published_on": pl.Date,
    },
}


def inbox(key: int, name: str | None = None, *, arrived: int = 1) -> dict[str, Any]:
    """Return the place of a report in the inbox; `arrived` is the day of March 2021."""
    moment = datetime(2021, 3, arrived, tzinfo=UTC)
    return {"location": f"2020/{name or f'{key}.html'}", "file_sha256": f"{key:064x}", "arrived_at": moment}
