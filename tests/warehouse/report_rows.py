"""Rows as the work store and the inventory have them: reports of the extraction, places of files, published reports."""

from __future__ import annotations

from datetime import date
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


PLACE = {
    "location": pl.String,
    "file_sha256": pl.String,
    "parent_location": pl.String,
    "fetched_from": pl.String,
    "is_latest": pl.Boolean,
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
    base = {"report_key": key, "file_sha256": f"{key:064x}", "ordinal": 0, "agency_key": 9, "agency_status": "exact"}
    told = {"agency_printed": "东山区财政局", "year_key": 2020, "scope": "unknown", "form": "2019"}
    return {**base, **told, "published_on": date(2021, 1, key), **changes}
