"""The year turns in China, wherever the machine stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipelines.warehouse.clock import last_report_year


@pytest.mark.parametrize(("hour", "year"), [(15, 2026), (16, 2027)])
def test_the_year_turns_when_it_does_in_shanghai(hour: int, year: int) -> None:
    moment = datetime(2026, 12, 31, hour, 59 if hour == 15 else 0, tzinfo=UTC)
    assert last_report_year(moment) == year
    assert last_report_year(moment.astimezone(timezone(timedelta(hours=-8)))) == year
