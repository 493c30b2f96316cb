"""Query results and the audit overview, printed as a table on a terminal or as lines in a pipe."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import duckdb
    from rich.console import Console

FORMATS = ("table", "csv", "json")
# Wide enough in a pipe or file that no sha256 and no cell path is cut.
_PIPE_WIDTH = 160
_FILLED_SCALE = -6
_ROWS_AT_ONCE = 10_000
_SHOWN_ROWS = 200
_SHOWN_FINDINGS = 50
_SHOWN_AGENCIES = 20


def console_for_people() -> Console:
    """Return the console of standard output: as wide as the terminal, or wide enough for whoever reads a pipe."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=_PIPE_WIDTH)


def show_table(title: str | None, names: list[str], rows: list[tuple[object, ...]], console: Console) -> None:
    """Print rows as a table; long values are folded, never cut."""
    from rich.markup import escape
    from rich.table import Table as RichTable

    table = RichTable(title=title)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*["" if value is None else escape(_shown(value)) for value in row])
    console.print(table)


def _shown(value: object) -> str:
    """Return a value as people write it: printed numbers without the zeros that only fill six decimals."""
    if isinstance(value, Decimal) and value.as_tuple().exponent == _FILLED_SCALE:
        return f"{value.normalize():f}"
    return str(value)


class Rows(Protocol):
    """The answer of a query: its columns, and its rows from the first on."""

    description: Sequence[Sequence[object]]

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        """Return the next rows; none where there are no more."""


def write_rows(cursor: Rows, output: str, console: Console) -> None:
    """Write a result to standard output as a table (first 200 rows), CSV, or one JSON object per line."""
    names = [str(name) for name, *_ in cursor.description]
    if output == "table":
        _table(cursor, names, console)
        return
    writer = csv.writer(sys.stdout)
    if output == "csv":
        writer.writerow(names)
    while batch := cursor.fetchmany(_ROWS_AT_ONCE):
        for row in batch:
            if output == "csv":
                writer.writerow(row)
            else:
                record = dict(zip(names, row, strict=True))
                sys.stdout.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")


def _table(cursor: Rows, names: list[str], console: Console) -> None:
    rows = cursor.fetchmany(_SHOWN_ROWS + 1)
    show_table(None, names, rows[:_SHOWN_ROWS], console)
    if len(rows) > _SHOWN_ROWS:
        console.print(f"... first {_SHOWN_ROWS} rows; use --format csv or json for all")


_BY_RULE = """
SELECT severity, rule, description_zh, reports, findings
FROM (
    SELECT f.severity, f.rule, r.description_zh, count(DISTINCT f.report_key) AS reports, count(*) AS findings
    FROM audit_finding AS f
    JOIN audit_rule AS r USING (rule)
    WHERE $year IS NULL OR f.year_key = $year
    GROUP BY ALL
)
ORDER BY list_position(['error', 'warning', 'info'], severity), rule
"""
_WITH_SOURCE = """
SELECT severity, agency_name, year_key, message, cell_path, location
FROM finding_source
WHERE severity <> 'info' AND ($year IS NULL OR year_key = $year)
ORDER BY severity, agency_name, rule, cell_path
LIMIT $most
"""


_COUNTED = """
    count(DISTINCT r.report_key) AS reports,
    count(*) FILTER (WHERE f.severity = 'error') AS errors,
    count(*) FILTER (WHERE f.severity = 'warning') AS warnings,
    count(*) FILTER (WHERE f.severity = 'info') AS infos
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
LEFT JOIN audit_finding AS f USING (report_key)
WHERE $year IS NULL OR r.year_key = $year
GROUP BY ALL
"""
_BY_PROVINCE = f"SELECT coalesce(a.province, '未识别 unknown') AS province, {_COUNTED} ORDER BY errors DESC, province"
_BY_AGENCY = f"""
SELECT a.name, {_COUNTED}
HAVING count(f.rule) > 0
ORDER BY errors DESC, warnings DESC, infos DESC, a.name
LIMIT $most
"""


def audit_overview(connection: duckdb.DuckDBPyConnection, year: int | None, console: Console) -> None:
    """Print findings by rule and by province, the agencies with most, then errors and warnings with their source."""
    by_rule = connection.execute(_BY_RULE, {"year": year}).fetchall()
    names = ["严重程度 severity", "规则 rule", "说明", "报告 reports", "发现 findings"]
    show_table("按规则 by rule", names, by_rule, console)
    by_place = connection.execute(_BY_PROVINCE, {"year": year}).fetchall()
    counts = ["报告 reports", "错误 errors", "警告 warnings", "提示 info"]
    show_table("按省份 by province", ["省份 province", *counts], by_place, console)
    by_agency = connection.execute(_BY_AGENCY, {"year": year, "most": _SHOWN_AGENCIES}).fetchall()
    show_table("按机关 by agency", ["机关 agency", *counts], by_agency, console)
    found = connection.execute(_WITH_SOURCE, {"year": year, "most": _SHOWN_FINDINGS}).fetchall()
    names = ["严重程度", "机关", "年度", "发现", "单元格", "文件"]
    show_table("错误和警告 errors and warnings", names, found, console)
