"""A copy of a release with a second agency of a name, and with copies and superseded and undecided reports."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from pipelines.contracts import CONTRACTS
from pipelines.releases.manifest import DATABASE

NAME = "东昌区人民政府"
OTHERS = ("duplicate_of", "superseded_by", "conflicting")
# What is known of a report whether it counts or not; facts and printed amounts are those of current reports.
_OF_ANY = (
    *("dim_report", "report_file", "cell", "unmapped_row", "report_section", "agency_match", "narrative_figure"),
    *("audit_evaluation", "audit_finding", "report_audit", "finding_cell"),
)


def planted(release: Path, folder: Path, *, twin: str | None = NAME, others: bool = True) -> Path:
    """Return a copy of the seeds with a twin agency (of this name; None: none) and with reports that do not count.

    The report of 东昌区 has rows in every table that queries read, five errors among them. The twin of another
    prefecture has the same, and another number in each indicator.
    """
    copy = folder / release.name
    shutil.copytree(release, copy)
    database = copy / DATABASE
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        asked = "SELECT report_key, agency_sk FROM dim_report JOIN dim_agency USING (agency_sk) WHERE name = ?"
        ((report, agency),) = connection.execute(asked, [NAME]).fetchall()
        _fill(connection, report, agency)
        if twin is not None:
            connection.execute(
                "INSERT INTO dim_agency SELECT * REPLACE (7 AS agency_sk, 7 AS agency_key, ? AS name, "
                "'四平市' AS prefecture) FROM dim_agency WHERE agency_sk = ?",
                [twin, agency],
            )
            _again(connection, report, 7, "current", agency_sk=7)
            connection.execute("UPDATE fact_statistics_2014 SET number = number + 1 WHERE report_key = 7")
        for key, status in enumerate(OTHERS if others else (), start=8):
            _again(connection, report, key, status, agency_sk=agency)
    return copy


def _fill(connection: duckdb.DuckDBPyConnection, report: int, agency: int) -> None:
    """Give a report rows in the tables that queries read and in which the seeds have none."""
    connection.execute(
        "INSERT INTO fact_statistics_2014 BY NAME SELECT $report AS report_key, $agency AS agency_sk, "
        "2020 AS year_key, indicator, 10 AS number, 'value' AS status FROM dim_indicator",
        {"report": report, "agency": agency},
    )
    connection.execute(
        "UPDATE dim_report SET agency_status = 'ambiguous', agency_code = '01527918X', "
        "due_on = DATE '2021-03-31', published_on = DATE '2021-05-01' WHERE report_key = ?",
        [report],
    )
    connection.execute(
        "INSERT INTO unmapped_row SELECT * REPLACE ($report AS report_key) FROM unmapped_row LIMIT 1",
        {"report": report},
    )
    connection.execute(
        "UPDATE cell SET status = 'blank' WHERE report_key = ? AND cell_path = 'documents.rules.newly_made'", [report]
    )
    for table in ("audit_finding", "audit_evaluation", "finding_cell"):
        connection.execute(
            f"INSERT INTO {table} SELECT * REPLACE ($report AS report_key) FROM {table} WHERE report_key <> $report "
            "AND rule LIKE 'narrative.documents'",
            {"report": report},
        )


def _again(connection: duckdb.DuckDBPyConnection, report: int, key: int, status: str, *, agency_sk: int) -> None:
    """Add a report with all rows of another."""
    for name, table in CONTRACTS.items():
        if "report_key" not in table.columns or (status != "current" and name not in _OF_ANY):
            continue
        given = {"report_key": str(key)}
        given |= {"agency_sk": str(agency_sk)} if "agency_sk" in table.columns else {}
        given |= {"status": f"'{status}'"} if name == "dim_report" else {}
        replaced = ", ".join(f"{value} AS {column}" for column, value in given.items())
        connection.execute(f"INSERT INTO {name} SELECT * REPLACE ({replaced}) FROM {name} WHERE report_key = {report}")
