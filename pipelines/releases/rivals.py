"""The reports of one agency, year and scope: which counts, what the others are to it, and where they differ.

Belongs here: reading them from a release. Keep out: deciding which counts (`warehouse.standing`).
"""

from __future__ import annotations

from typing import NamedTuple

import duckdb

_RIVALS = """
WITH chosen AS (
    SELECT a.agency_key, r.year_key, r.scope = 'summary' AS is_summary
    FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk)
    WHERE r.report_key = $key
)
SELECT
    r.report_key, f.file_sha256, f.ordinal, min(l.location) AS location, a.name, r.year_key, r.status,
    r.related_report_key, r.status_basis, r.published_on, r.cells_value,
    (
        SELECT c.value FROM cell AS c
        WHERE c.report_key = r.report_key AND c.cell_path = 'applications.received.total'
    ) AS received
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
JOIN chosen AS k ON k.agency_key = a.agency_key AND k.year_key = r.year_key AND k.is_summary = (r.scope = 'summary')
JOIN report_file AS f ON f.report_key = r.report_key AND f.role = 'main'
LEFT JOIN raw_file_location AS l USING (file_sha256)
GROUP BY ALL
ORDER BY r.status, location, r.report_key
"""
_DIFFERENCES = """
SELECT c.cell_path, list(coalesce(c.raw_text, '') ORDER BY list_position($keys, c.report_key)) AS printed
FROM cell AS c
WHERE list_contains($keys, c.report_key)
GROUP BY c.cell_path
HAVING count(DISTINCT (coalesce(c.value::VARCHAR, c.status), c.yuan)) > 1 OR count(*) < len($keys)
ORDER BY min(c.cell_order), c.cell_path
LIMIT $most
"""
_COPY = "duplicate_of"
# Copies that do not print every number of the other: which of them counts can be decided.
_NOT_EQUAL = ("agreeing_content", "part_of_whole")


class Rival(NamedTuple):
    """A report of the agency, year and scope: its main file and place in it, its status, and what it says in short."""

    report_key: int
    file_sha256: str
    ordinal: int
    location: str | None
    agency_name: str | None
    year_key: int
    status: str
    related_report_key: int | None
    status_basis: str | None
    published_on: object
    cells_value: int
    received: object

    @property
    def content(self) -> int:
        """Return the report that it equals, itself where it is no copy or lacks a number of the other."""
        equals = self.status == _COPY and self.status_basis not in _NOT_EQUAL
        return self.related_report_key if equals and self.related_report_key else self.report_key


def rivals_of(connection: duckdb.DuckDBPyConnection, report_key: int) -> list[Rival]:
    """Return all reports of the agency, year and scope of a report, itself among them."""
    return [Rival(*row) for row in connection.execute(_RIVALS, {"key": report_key}).fetchall()]


def differences(connection: duckdb.DuckDBPyConnection, keys: list[int], most: int) -> list[tuple[str, list[str]]]:
    """Return the cells in which reports differ: (cell path, what each of them prints), the first `most`."""
    return [(str(path), list(printed)) for path, printed in
            connection.execute(_DIFFERENCES, {"keys": keys, "most": most}).fetchall()]  # fmt: skip
