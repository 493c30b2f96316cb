"""Last year's figures are those of the report that counts, in the units of this year's form."""

from __future__ import annotations

from pathlib import Path

from pipelines.forms import FORMS
from pipelines.office.last_year import last_year
from pipelines.releases.open_release import connect

_FORM = FORMS["2021"]


def test_figures_are_those_of_the_report_that_counts(seed_release: Path) -> None:
    with connect(seed_release) as connection:
        keys = [key for (key,) in connection.execute("SELECT DISTINCT agency_key FROM dim_agency").fetchall()]
        printed = connection.execute(
            "SELECT agency_key, cell_path, value FROM cell JOIN dim_report USING (report_key) "
            "JOIN dim_agency USING (agency_sk) WHERE cell.status = 'value' AND cell_path NOT LIKE '%amount%' "
            "AND dim_report.status = 'current' AND scope <> 'summary'"
        ).fetchall()
    found = last_year(seed_release, keys, 2021, _FORM)
    assert printed and all(found[key][path] == value for key, path, value in printed)
    with connect(seed_release, memory_limit="1GB"):
        assert last_year(seed_release, keys, 2021, _FORM) == found, "another reader has it open with bounds of its own"
    assert last_year(seed_release, keys, 2022, _FORM) == {} == last_year(seed_release, [-1], 2021, _FORM)
