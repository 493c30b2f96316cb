"""Query results and the audit overview, printed as a table on a terminal or as lines in a pipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pipelines.commands.terminal import line, say_csv, say_folded, say_json, show_table, waiting, warn

if TYPE_CHECKING:
    import duckdb
    from rich.console import Console

    from pipelines.language import Language

FORMATS = ("table", "csv", "json")
_ROWS_AT_ONCE = 10_000
SHOWN_ROWS = 200
# Rows that are not shown are counted so far: to count on costs about a second for each million.
_COUNTED_ROWS = 1_000_000
_SHOWN_FINDINGS = 50
_SHOWN_AGENCIES = 20


class Rows(Protocol):
    """The answer of a query: its columns, and its rows from the first on."""

    description: Sequence[Sequence[object]]
    # Whether there are rows beyond those that it gives out.
    is_cut: bool

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        """Return the next rows; none where there are no more."""


def write_rows(cursor: Rows, output: str, console: Console) -> None:
    """Write a result to standard output as a table (first 200 rows), CSV, or one JSON object per line."""
    names = [str(name) for name, *_ in cursor.description]
    if output == "json":
        _require_apart(names)
    if output == "table":
        _table(cursor, names, console)
        return
    batch = cursor.fetchmany(_ROWS_AT_ONCE)
    # Not before the first rows are there: where the query fails, names alone would be an answer without rows.
    if output == "csv":
        say_csv([names])
    while batch:
        if output == "csv":
            say_csv(batch)
        else:
            for row in batch:
                say_json(dict(zip(names, row, strict=True)))
        batch = cursor.fetchmany(_ROWS_AT_ONCE)


def _require_apart(names: Sequence[str]) -> None:
    """End the process with 2 where columns share a name: an object of JSON holds one of each."""
    if shared := sorted(name for name, times in Counter(names).items() if times > 1):
        from pipelines.commands.failures import fail_with

        fail_with("commands.columns_share_names", exit_code=2, names=", ".join(shared))


def _table(cursor: Rows, names: list[str], console: Console) -> None:
    rows = cursor.fetchmany(SHOWN_ROWS)
    show_table(None, names, rows, console)
    if not rows:
        from pipelines.messages import message

        warn(message("listed.no_rows"))
    total = len(rows)
    while total < _COUNTED_ROWS and (more := len(cursor.fetchmany(_ROWS_AT_ONCE))):
        total += more
    # Whether there are more is known of one row more alone, or where the answer itself is cut.
    more = bool(cursor.fetchmany(1)) or cursor.is_cut
    print_cut(SHOWN_ROWS, total, "--format csv, --format json", console, more=more)


def print_cut(most: int, total: int, everything: str, console: Console, *, more: bool = False) -> None:
    """Print of how many a list shows the first `most`, and what shows all; nothing where it shows all itself."""
    if total <= most:
        return
    # Only who has more to tell loads messages.
    from pipelines.messages import message

    code = "listed.cut_of_more" if more else "listed.cut"
    console.print(line(message(code, shown=most, total=total, everything=everything)), soft_wrap=True)


# Headings of the overview, which loads no messages: to read their file takes longer than to ask a release.
_HEADINGS: dict[str, dict[Language, str]] = {
    "by_rule": {"zh": "按规则", "en": "By rule"},
    "by_province": {"zh": "按省份", "en": "By province"},
    "by_agency": {"zh": "按行政机关", "en": "By agency"},
    "with_source": {"zh": "错误和警告", "en": "Errors and warnings"},
    "severities": {"zh": "严重程度", "en": "severity"},
    "rule": {"zh": "规则", "en": "rule"},
    "description": {"zh": "说明", "en": "what it checks"},
    "reports": {"zh": "报告", "en": "reports"},
    "findings": {"zh": "问题", "en": "findings"},
    "province": {"zh": "省份", "en": "province"},
    "agency": {"zh": "行政机关", "en": "agency"},
    "errors": {"zh": "错误", "en": "errors"},
    "warnings": {"zh": "警告", "en": "warnings"},
    "infos": {"zh": "提示", "en": "info"},
    "year": {"zh": "年度", "en": "year"},
    "finding": {"zh": "问题", "en": "finding"},
    "cell": {"zh": "单元格", "en": "cell"},
    "file": {"zh": "文件", "en": "file"},
    "unknown": {"zh": "未识别", "en": "unknown"},
}
_COUNTS = ("reports", "errors", "warnings", "infos")
# A code of another version has no label, and stands as it is.
_LABELLED = "LEFT JOIN code_list AS k ON k.code_list = 'severity' AND k.code ="


# Several places have agencies of one name: such a name stands with its place, and with the agency's key where places
# do not tell them apart either.
_NAMED = """
WITH named AS (
    SELECT agency_sk, agency_key, concat(name, CASE
        WHEN min(agency_key) OVER here < max(agency_key) OVER here
            THEN concat('（', concat_ws(' ', nullif(place, ''), agency_key), '）')
        WHEN min(agency_key) OVER anywhere < max(agency_key) OVER anywhere
            THEN concat('（', coalesce(nullif(place, ''), agency_key::VARCHAR), '）')
    END) AS agency
    FROM (SELECT *, concat_ws(' ', province, prefecture, county, township) AS place FROM dim_agency)
    WINDOW here AS (PARTITION BY name, place), anywhere AS (PARTITION BY name)
)
"""


def _by_rule(language: Language) -> str:
    return f"""
SELECT coalesce(k.label_{language}, severity), rule, description, reports, findings
FROM (
    SELECT
        f.severity, f.rule, r.description_{language} AS description,
        count(DISTINCT f.report_key) AS reports, count(*) AS findings
    FROM audit_finding AS f
    JOIN dim_report AS d USING (report_key)
    JOIN audit_rule AS r USING (rule)
    WHERE d.status = 'current' AND ($year IS NULL OR f.year_key = $year)
    GROUP BY ALL
)
{_LABELLED} severity
ORDER BY list_position(['error', 'warning', 'info'], severity), rule
"""  # noqa: S608  # of constants alone


def _with_source(language: Language, message: str) -> str:
    # In releases that were made before, the view has findings of reports that do not count, too.
    return f"""
{_NAMED}
SELECT coalesce(k.label_{language}, s.severity), n.agency, s.year_key, s.{message}, s.cell_path, s.location,
    count(*) OVER () AS total
FROM finding_source AS s
JOIN dim_report AS r USING (report_key)
JOIN named AS n USING (agency_sk)
{_LABELLED} s.severity
WHERE r.status = 'current' AND s.severity <> 'info' AND ($year IS NULL OR s.year_key = $year)
ORDER BY s.severity, n.agency, s.rule, s.cell_path, s.report_key
LIMIT $most
"""  # noqa: S608  # of constants alone


_COUNTED = """
    count(DISTINCT r.report_key) AS reports,
    count(*) FILTER (WHERE f.severity = 'error') AS errors,
    count(*) FILTER (WHERE f.severity = 'warning') AS warnings,
    count(*) FILTER (WHERE f.severity = 'info') AS infos
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
JOIN named AS n USING (agency_sk)
LEFT JOIN audit_finding AS f USING (report_key)
WHERE r.status = 'current' AND ($year IS NULL OR r.year_key = $year)
GROUP BY {group}
"""
_BY_PROVINCE = (
    f"{_NAMED} SELECT coalesce(a.province, $unknown) AS group_name, {_COUNTED.format(group='group_name')} "
    "ORDER BY errors DESC, group_name"
)
# An agency that was renamed is one, under the name that it had last.
_BY_AGENCY = f"""
{_NAMED}
SELECT * EXCLUDE (agency_key), count(*) OVER () AS total
FROM (
    SELECT n.agency_key, arg_max(n.agency, r.year_key) AS agency, {_COUNTED.format(group="n.agency_key")}
    HAVING count(f.rule) > 0
)
ORDER BY errors DESC, warnings DESC, infos DESC, agency, agency_key
LIMIT $most
"""  # noqa: S608  # of constants alone
# Findings of what does not count: of copies, of reports that others superseded, of those that are undecided.
_NOT_COUNTED = """
SELECT count(DISTINCT r.report_key), count(f.rule)
FROM dim_report AS r
LEFT JOIN audit_finding AS f USING (report_key)
WHERE r.status <> 'current' AND ($year IS NULL OR r.year_key = $year)
"""
_LISTED_ELSEWHERE = "SELECT status, f.* FROM audit_finding AS f JOIN dim_report USING (report_key)"
# Releases that were made before findings were told in English have no such column.
_IN_ENGLISH = """
SELECT count(*) FROM duckdb_columns() WHERE table_name = 'finding_source' AND column_name = 'message_en'
"""


def audit_overview(connection: duckdb.DuckDBPyConnection, year: int | None, console: Console) -> None:
    """Print findings by rule and by province, the agencies with most, then errors and warnings with their source.

    Of current reports alone, as in every sum; how many others there are is told where there are any. In the language
    that was chosen; findings of a release that tells them in Chinese alone, in Chinese.
    """
    # Only who is told in a language asks for it.
    from pipelines.language import chosen

    language = chosen()
    asked, unknown = {"year": year}, _HEADINGS["unknown"][language]
    with waiting("progress.querying"):
        has_english = language == "en" and connection.execute(_IN_ENGLISH).fetchone() == (1,)
        with_source = _with_source(language, "message_en" if has_english else "message")
        by_rule = connection.execute(_by_rule(language), asked).fetchall()
        by_place = connection.execute(_BY_PROVINCE, {**asked, "unknown": unknown}).fetchall()
        by_agency = connection.execute(_BY_AGENCY, {**asked, "most": _SHOWN_AGENCIES}).fetchall()
        found = connection.execute(with_source, {**asked, "most": _SHOWN_FINDINGS}).fetchall()
        ((others, of_others),) = connection.execute(_NOT_COUNTED, asked).fetchall()
    _show_overview(by_rule, by_place, by_agency, found, year, language, console)
    if others:
        listed = f'gongkai sql "{_LISTED_ELSEWHERE}" --format csv'
        _say("listed.not_counted", console, reports=others, findings=of_others, everything=listed)


def _show_overview(
    by_rule: list[tuple[Any, ...]],
    by_place: list[tuple[Any, ...]],
    by_agency: list[tuple[Any, ...]],
    found: list[tuple[Any, ...]],
    year: int | None,
    language: Language,
    console: Console,
) -> None:
    if not by_rule:
        _say_nothing_found(sum(reports for _, reports, *_ in by_place), year, console)
        return
    titles = {name: words[language] for name, words in _HEADINGS.items()}
    counts = [titles[name] for name in _COUNTS]
    names = [titles[name] for name in ("severities", "rule", "description", "reports", "findings")]
    show_table(titles["by_rule"], names, by_rule, console)
    show_table(titles["by_province"], [titles["province"], *counts], by_place, console)
    _show_first(titles["by_agency"], [titles["agency"], *counts], by_agency, "finding_source", console)
    if not found:
        _say("listed.no_errors_or_warnings", console)
        return
    names = [titles[name] for name in ("severities", "agency", "year", "finding", "cell", "file")]
    _show_first(titles["with_source"], names, found, "finding_source", console)


def _show_first(title: str, names: list[str], rows: list[tuple[Any, ...]], source: str, console: Console) -> None:
    """Show rows that end with how many there are, and where the others stand."""
    show_table(title, names, [row[:-1] for row in rows], console)
    print_cut(len(rows), rows[0][-1] if rows else 0, f'gongkai sql "FROM {source}" --format csv', console)


def _say(code: str, console: Console, **values: object) -> None:
    # Only who has nothing to show loads messages.
    from pipelines.messages import message

    say_folded(line(message(code, **values)), console)


def _say_nothing_found(reports: int, year: int | None, console: Console) -> None:
    if year is None:
        _say("listed.no_findings", console, reports=reports)
    else:
        _say("listed.no_findings_of_year", console, reports=reports, year=str(year))
