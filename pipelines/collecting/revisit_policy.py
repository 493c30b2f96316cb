"""When a known URL is requested again. Belongs here: the policy and its reasons. Keep out: requesting (`crawl_run`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from pipelines.collecting.ledger import UrlRow, timestamp

# Reports are corrected and annexes added in the year after they are published; the two latest years are requested,
# conditionally, in every run.
RECENT_YEARS = 2
# Older reports change when a portal moves house; once a month finds that without a request for each every night.
OLD_AFTER = timedelta(days=30)
# What was refused (by robots.txt, as a login page, as no report) mostly stays so; a week shows when it does not.
REFUSED_AFTER = timedelta(days=7)


def is_due(row: UrlRow, *, since: str, now: datetime, usable_list: bool) -> bool:
    """Return whether a URL is to be visited in a run whose visits count from `since` on.

    Never had: in every run, refused ones weekly. Had: if still listed, by age. Without a usable list (`usable_list`
    False) only what was never had is visited, since nobody knows what is still listed.
    """
    if row.tried_at is not None and row.tried_at >= since:
        return False
    if row.file_sha256 is None:
        return row.tried_at is None or row.state != "refused" or _is_older(row.tried_at, now, REFUSED_AFTER)
    if not usable_list or row.gone_reason == "not_listed":
        return False
    return is_recent(row, now) or _has_new_date(row) or _is_older(row.fetched_at, now, OLD_AFTER)


def is_recent(row: UrlRow, now: datetime) -> bool:
    """Return whether a report is of the two latest years (that of 2025 comes in 2026) or of an unknown one."""
    return row.report_year is None or row.report_year >= now.year - RECENT_YEARS


def _has_new_date(row: UrlRow) -> bool:
    """Return whether the list has stated another date since the last visit."""
    return row.date_changed_at is not None and (row.fetched_at is None or row.date_changed_at > row.fetched_at)


def _is_older(at: str | None, now: datetime, age: timedelta) -> bool:
    return at is None or at < timestamp(now - age)


def in_order(rows: Iterable[UrlRow]) -> list[UrlRow]:
    """Sort URLs: those never had first, then the newest first, then as listed."""
    listed = sorted(rows, key=lambda row: (row.position or 0, row.url))
    newest = sorted(listed, key=lambda row: row.published_on or str((row.report_year or 0) + 1), reverse=True)
    return sorted(newest, key=lambda row: row.file_sha256 is not None)
