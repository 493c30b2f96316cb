"""What a run tells of reports that are in doubt: which agency, under which printed name."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.releases.summary import _NAMED


@pytest.mark.parametrize(
    ("name", "printed", "told"),
    [
        ("博山区城市管理局", "博山区综合行政执法局", "博山区城市管理局（博山区综合行政执法局）"),
        ("博山区城市管理局", "淄博市博山区城市管理局", "博山区城市管理局"),
        ("博山区博山镇人民政府", "博山镇", "博山区博山镇人民政府"),
        ("博山区城市管理局", None, "博山区城市管理局"),
        (None, "我镇", ""),
    ],
)
def test_an_agency_is_told_with_the_name_that_is_printed_where_that_is_another(
    name: str | None, printed: str | None, told: str
) -> None:
    of = "(SELECT $name::VARCHAR AS name) AS a, (SELECT $printed::VARCHAR AS agency_printed) AS r"
    assert duckdb.execute(f"SELECT {_NAMED} FROM {of}", {"name": name, "printed": printed}).fetchone() == (told,)
