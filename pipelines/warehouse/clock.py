"""The only thing about a release that the clock decides: the last year that reports can be of.

Belongs here: that year. Keep out: when something was done, which stands in manifests and never in a row.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

# The reports are China's, and so is New Year, wherever the machine stands. There is no summer time.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def last_report_year(now: datetime | None = None) -> int:
    """Return the year it is in China: now, or at a time. Ask once a run, lest New Year fall in the midst of it."""
    return (now or datetime.now(UTC)).astimezone(SHANGHAI).year
