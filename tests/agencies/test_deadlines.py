"""By when a report must be published."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.agencies.deadlines import department_deadline, due_on, government_deadline
from pipelines.contracts.codes import code_list

DEPARTMENTS = {"department", "ministry", "vertical"}


@pytest.mark.parametrize("kind", [*code_list("agency_type"), None])
@pytest.mark.parametrize("year", [0, 2008, 2017, 2018, 2019, 2020, 2024])
def test_every_type_has_one_deadline_a_year(kind: str | None, year: int) -> None:
    frame = pl.DataFrame({"year_key": [year], "agency_type": [kind]}, schema_overrides={"agency_type": pl.String})
    (found,) = frame.select(due_on())["due_on"]
    expected = date(year + 1, 1, 31) if kind in DEPARTMENTS and year >= 2019 else date(year + 1, 3, 31)
    assert found == (expected if year else None)
    if year:
        assert found in (department_deadline(year), government_deadline(year))
