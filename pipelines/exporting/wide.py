"""年报总表: one row per current report of a known year, with every main figure beside it, for those who filter.

A cell of the form without a number is empty here and counted in the columns of cells; a sum of reasons is empty unless
every reason has a number. The tables of the export hold the status of each cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.contracts.codes import Language, code_list
from pipelines.exporting.columns import Kind
from pipelines.exporting.selection import ROWS_AT_ONCE, Row, Selected
from pipelines.forms import FORMS, Column, Table
from pipelines.forms import Row as FormRow

_TOTAL, _APPLICATIONS = "total", "applications"
_GROUPS = (("denied", "不予公开合计"), ("unable", "无法提供合计"), ("not_processed", "不予处理合计"))


@dataclass(frozen=True)
class Heading:
    """A column of a sheet made for readers: header in two languages, kind of its values, format if not the kind's."""

    zh: str
    en: str
    kind: Kind
    number_format: str | None = None
    domain: str | None = None


@dataclass(frozen=True)
class _Figure:
    path: str
    heading: Heading
    line: FormRow | None = None


_REPORT = (
    ("year_key", Heading("报告年度", "year_key", "integer", "0")),
    ("agency_name", Heading("行政机关名称", "agency_name", "string")),
    ("level", Heading("层级", "level", "string", domain="level")),
    ("province", Heading("省级", "province", "string")),
    ("prefecture", Heading("地级", "prefecture", "string")),
    ("county", Heading("县级", "county", "string")),
    ("township", Heading("乡级", "township", "string")),
    ("agency_type", Heading("行政机关类型", "agency_type", "string", domain="agency_type")),
    ("scope", Heading("统计范围", "scope", "string", domain="scope")),
    ("scope_basis", Heading("统计范围依据", "scope_basis", "string", domain="scope_basis")),
    ("form", Heading("格式", "form", "string", domain="form")),
)
_ABOUT = (
    ("title", Heading("标题", "title", "string")),
    ("published_on", Heading("公布日期", "published_on", "date")),
    ("cells_expected", Heading("应有单元格数", "cells_expected", "integer")),
    ("cells_value", Heading("数值单元格数", "cells_value", "integer")),
    ("cells_blank", Heading("空白单元格数", "cells_blank", "integer")),
    ("cells_ambiguous", Heading("存疑单元格数", "cells_ambiguous", "integer")),
    ("cells_absent", Heading("未列出单元格数", "cells_absent", "integer")),
    ("errors", Heading("审核错误数", "errors", "integer")),
    ("warnings", Heading("审核警告数", "warnings", "integer")),
    ("corrected_cells", Heading("更正单元格数", "corrected_cells", "integer")),
    ("location", Heading("文件位置", "location", "string")),
    ("report_key", Heading("报告键", "report_key", "integer", "0")),
)
_DERIVED = (
    Heading("不予公开合计", "denied", "integer"),
    Heading("不予公开率", "denied_rate", "number", "0.0%"),
    Heading("主要不予公开情形", "main_reason_denied", "string"),
    Heading("主要情形件数", "main_reason_denied_cases", "integer"),
    Heading("公开率", "granted_rate", "number", "0.0%"),
    Heading("无法提供合计", "unable", "integer"),
    Heading("不予处理合计", "not_processed", "integer"),
)


def _figure(table: Table, row: FormRow, column: Column) -> _Figure | None:
    path = f"{table.id}.{row.id}.{column.id}"
    if table.id == _APPLICATIONS:
        group = next((group.label for group in table.groups if row.id.startswith(f"{group.id}.")), None)
        label = f"{group}：{row.label}" if group else row.label
        if row.id == "outcome_total":
            label = "办理结果总计"
        if column.id == _TOTAL:
            return _Figure(path, Heading(label, path, "integer"), row)
        return _Figure(path, Heading(f"新收：{column.label}", path, "integer")) if row.id == "received" else None
    unit = "（元）" if column.kind == "amount" else ""
    label = f"{row.label}：{column.label}{unit}"
    return _Figure(path, Heading(label, path, "decimal" if unit else "integer"))


def figures() -> tuple[_Figure, ...]:
    """Return the figures of both forms, each path once; raises ValueError where two would have one header."""
    found: dict[str, _Figure] = {}
    for form in FORMS.values():
        for table in form.tables:
            for row in table.rows:
                for column in table.columns:
                    figure = _figure(table, row, column)
                    if figure is not None:
                        found.setdefault(figure.path, figure)
    ordered = sorted(found.values(), key=lambda figure: not figure.path.startswith(_APPLICATIONS))
    headers = [figure.heading.zh for figure in ordered]
    if twice := {header for header in headers if headers.count(header) > 1}:
        raise ValueError(f"two figures are called {', '.join(sorted(twice))}")
    return tuple(ordered)


def headings() -> list[Heading]:
    """Return the columns of the sheet, in order."""
    report, about = [h for _, h in _REPORT], [h for _, h in _ABOUT]
    return [*report, *_DERIVED, *(figure.heading for figure in figures()), *about]


def _query(kept: Sequence[_Figure]) -> str:
    """Return the query of a year. Paths and names are those of the forms and of the view."""
    places = ", ".join(f"('{figure.path}', {number})" for number, figure in enumerate(kept))
    numbers = ", ".join(
        f"max({'yuan' if figure.heading.kind == 'decimal' else 'value'}) FILTER (WHERE place = {number})"
        for number, figure in enumerate(kept)
    )
    names = ", ".join(f"f{number}" for number in range(len(kept)))
    about = ", ".join(f"o.{name}" for name, _ in (*_REPORT, *_ABOUT))
    return (
        f"WITH placed (cell_path, place) AS (VALUES {places}), "  # noqa: S608
        f"wide (report_key, {names}) AS (SELECT report_key, {numbers} FROM cell JOIN placed USING (cell_path) "
        "WHERE year_key = $year AND report_key IN (SELECT report_key FROM selected) GROUP BY report_key) "
        f"SELECT {about}, {names} FROM report_overview AS o LEFT JOIN wide USING (report_key) "
        "WHERE o.year_key = $year AND o.report_key IN (SELECT report_key FROM selected) "
        "ORDER BY o.province NULLS LAST, o.prefecture NULLS FIRST, o.county NULLS FIRST, o.agency_name, o.report_key"
    )


def _whole(value: Decimal | None) -> Decimal | int | None:
    return int(value) if value is not None and value == value.to_integral_value() else value


def _sum(lines: Sequence[tuple[FormRow, Any]], group: str) -> Any:
    values = [value for line, value in lines if line.id.startswith(f"{group}.")]
    return None if not values or None in values else sum(values)


def _derived(lines: Sequence[tuple[FormRow, Any]], language: Language) -> list[Any]:
    by_id = {line.id: value for line, value in lines}
    denied, total = _sum(lines, "denied"), by_id["outcome_total"]
    granted, partly = by_id["granted"], by_id["partially_granted"]
    reasons = [(line, value) for line, value in lines if line.id.startswith("denied.") and value]
    most = max((value for _, value in reasons), default=None) if denied is not None else None
    names = "、".join(line.label if language == "zh" else line.id for line, value in reasons if value == most)
    public = None if granted is None or partly is None else granted + partly
    return [
        *(denied, _share(denied, total), names if most else None, most, _share(public, total)),
        *(_sum(lines, "unable"), _sum(lines, "not_processed")),
    ]


def _share(part: Any, whole: Any) -> float | None:
    return float(part / whole) if part is not None and whole else None


def _words(row: Sequence[Any], columns: Sequence[tuple[str, Heading]], language: Language) -> list[Any]:
    return [
        code_list(heading.domain).label(value, language) if heading.domain and value is not None else value
        for value, (_, heading) in zip(row, columns, strict=True)
    ]


def batches(selected: Selected, language: Language) -> Iterator[list[Row]]:
    """Yield the rows of the sheet, year by year, so that memory holds one year of reports at most."""
    kept = figures()
    years = selected.connection.execute(
        "SELECT DISTINCT year_key FROM dim_report "
        "WHERE year_key > 0 AND report_key IN (SELECT report_key FROM selected) ORDER BY year_key"
    ).fetchall()
    first, second = len(_REPORT), len(_REPORT) + len(_ABOUT)
    for (year,) in years:
        found = selected.connection.execute(_query(kept), {"year": year})
        while batch := found.fetchmany(ROWS_AT_ONCE):
            rows = []
            for row in batch:
                numbers = [
                    value if figure.heading.kind == "decimal" else _whole(value)
                    for value, figure in zip(row[second:], kept, strict=True)
                ]
                lines = [(f.line, v) for f, v in zip(kept, numbers, strict=True) if f.line is not None]
                report = _words(row[:first], _REPORT, language)
                about = _words(row[first:second], _ABOUT, language)
                rows.append((*report, *_derived(lines, language), *numbers, *about))
            yield rows
