"""Query results and the audit overview, printed as a table on a terminal or as lines in a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pipelines.commands.terminal import line, say_csv, say_json, show_table, waiting, warn

if TYPE_CHECKING:
    import duckdb
    from rich.console import Console

FORMATS = ("table", "csv", "json")
_ROWS_AT_ONCE = 10_000
_SHOWN_ROWS = 200
# Rows that are not shown are counted so far: to count on costs about a second for each million.
_COUNTED_ROWS = 1_000_000
_SHOWN_FINDINGS = 50
_SHOWN_AGENCIES = 20


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
    if output == "csv":
        say_csv([names])
    for batch in _batches(cursor):
        if output == "csv":
            say_csv(batch)
        else:
            for row in batch:
                say_json(dict(zip(names, row, strict=True)))


def _batches(cursor: Rows) -> Iterator[list[tuple[object, ...]]]:
    while batch := cursor.fetchmany(_ROWS_AT_ONCE):
        yield batch


def _table(cursor: Rows, names: list[str], console: Console) -> None:
    rows = cursor.fetchmany(_SHOWN_ROWS)
    show_table(None, names, rows, console)
    if not rows:
        from pipelines.messages import message

        warn(message("listed.no_rows"))
    total = len(rows)
    while total < _COUNTED_ROWS and (more := len(cursor.fetchmany(_ROWS_AT_ONCE))):
        total += more
    print_cut(_SHOWN_ROWS, total, "--format csv, --format json", console, more=total >= _COUNTED_ROWS)


def print_cut(most: int, total: int, everything: str, console: Console, *, more: bool = False) -> None:
    """Print of how many a list shows the first `most`, and what shows all; nothing where it shows all itself."""
    if total <= most:
        return
    # Only who has more to tell loads messages.
    from pipelines.messages import message

    code = "listed.cut_of_more" if more else "listed.cut"
    console.print(line(message(code, shown=most, total=total, everything=everything)), soft_wrap=True)


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
SELECT severity, agency_name, year_key, message, cell_path, location, count(*) OVER () AS total
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
SELECT *, count(*) OVER () AS total
FROM (SELECT a.name, {_COUNTED} HAVING count(f.rule) > 0)
ORDER BY errors DESC, warnings DESC, infos DESC, name
LIMIT $most
"""  # noqa: S608  # of constants alone


def audit_overview(connection: duckdb.DuckDBPyConnection, year: int | None, console: Console) -> None:
    """Print findings by rule and by province, the agencies with most, then errors and warnings with their source."""
    with waiting("progress.querying"):
        by_rule = connection.execute(_BY_RULE, {"year": year}).fetchall()
        by_place = connection.execute(_BY_PROVINCE, {"year": year}).fetchall()
        by_agency = connection.execute(_BY_AGENCY, {"year": year, "most": _SHOWN_AGENCIES}).fetchall()
        found = connection.execute(_WITH_SOURCE, {"year": year, "most": _SHOWN_FINDINGS}).fetchall()
    if not by_rule:
        _say_nothing_found(sum(reports for _, reports, *_ in by_place), year, console)
        return
    names = ["严重程度 severity", "规则 rule", "说明", "报告 reports", "发现 findings"]
    show_table("按规则 by rule", names, by_rule, console)
    counts = ["报告 reports", "错误 errors", "警告 warnings", "提示 info"]
    show_table("按省份 by province", ["省份 province", *counts], by_place, console)
    _show_first("按机关 by agency", ["机关 agency", *counts], by_agency, "audit_finding", console)
    names = ["严重程度", "机关", "年度", "发现", "单元格", "文件"]
    if not found:
        _say("listed.no_errors_or_warnings", console)
        return
    _show_first("错误和警告 errors and warnings", names, found, "finding_source", console)


def _show_first(title: str, names: list[str], rows: list[tuple[Any, ...]], source: str, console: Console) -> None:
    """Show rows that end with how many there are, and where the others stand."""
    show_table(title, names, [row[:-1] for row in rows], console)
    print_cut(len(rows), rows[0][-1] if rows else 0, f'gongkai sql "FROM {source}" --format csv', console)


def _say(code: str, console: Console, **values: object) -> None:
    # Only who has nothing to show loads messages.
    from pipelines.messages import message

    console.print(line(message(code, **values)))


def _say_nothing_found(reports: int, year: int | None, console: Console) -> None:
    if year is None:
        _say("listed.no_findings", console, reports=reports)
    else:
        _say("listed.no_findings_of_year", console, reports=reports, year=str(year))
