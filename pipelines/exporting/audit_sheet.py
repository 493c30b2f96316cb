"""审核, a sheet for readers: findings of current reports with severity, rule, message, agency, and the printed cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.contracts.codes import Language, code_list
from pipelines.exporting.selection import ROWS_AT_ONCE, Row, Selected
from pipelines.exporting.wide import Heading
from pipelines.forms.measures import with_labels

HEADINGS = (
    Heading("严重程度", "severity", "string", domain="severity"),
    Heading("规则", "rule_description", "string"),
    Heading("报告年度", "year_key", "integer", "0"),
    Heading("行政机关名称", "agency_name", "string"),
    Heading("层级", "level", "string", domain="level"),
    Heading("省级", "province", "string"),
    Heading("地级", "prefecture", "string"),
    Heading("县级", "county", "string"),
    Heading("说明", "message", "string"),
    Heading("可能原因", "hint", "string"),
    Heading("左侧", "left_value", "decimal", "#,##0.######"),
    Heading("右侧", "right_value", "decimal", "#,##0.######"),
    Heading("差额", "difference", "decimal", "#,##0.######"),
    Heading("单元格路径", "cell_path", "string"),
    Heading("原文", "raw_text", "string"),
    Heading("单元格状态", "cell_status", "string", domain="cell_status"),
    Heading("文件位置", "location", "string"),
    Heading("页", "page", "integer", "0"),
    Heading("行号", "line_number", "integer", "0"),
    Heading("依据", "legal_source", "string"),
    Heading("规则标识", "rule", "string"),
    Heading("报告键", "report_key", "integer", "0"),
)
# Their words name cells and sums of cells by their paths; readers of a sheet know them by their labels.
_NAMES_MEASURES = frozenset(("message", "hint"))
_QUERY = """
SELECT f.severity, CASE WHEN $chinese THEN u.description_zh ELSE u.description_en END, f.year_key, a.name, a.level,
    a.province, a.prefecture, a.county, CASE WHEN $chinese THEN f.message ELSE f.message_en END,
    CASE WHEN $chinese THEN f.hint ELSE f.hint_en END, f.left_value, f.right_value, f.difference, f.cell_path,
    c.raw_text, c.status, l.location, c.page, c.line_number,
    CASE WHEN $chinese THEN u.legal_source ELSE u.legal_source_en END, f.rule, f.report_key
FROM audit_finding AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
LEFT JOIN audit_rule AS u ON u.rule = f.rule
LEFT JOIN cell AS c ON c.report_key = f.report_key AND c.cell_path = f.cell_path
LEFT JOIN (
    SELECT p.report_key, min(o.location) AS location
    FROM report_file AS p JOIN raw_file_location AS o USING (file_sha256)
    WHERE p.role = 'main' GROUP BY p.report_key
) AS l ON l.report_key = f.report_key
WHERE r.status = 'current' AND f.report_key IN (SELECT report_key FROM selected)
ORDER BY CASE f.severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, f.year_key, f.report_key, f.rule, f.scope
"""


def batches(selected: Selected, language: Language) -> Iterator[list[Row]]:
    """Yield the findings of current reports of the selection, errors first: those that 年报总表 has."""
    found = selected.connection.execute(_QUERY, {"chinese": language == "zh"})
    lists = [code_list(heading.domain) if heading.domain else None for heading in HEADINGS]
    while batch := found.fetchmany(ROWS_AT_ONCE):
        yield [
            tuple(
                codes.label(value, language)
                if codes is not None and value is not None
                else _labelled(heading, value, language)
                for heading, value, codes in zip(HEADINGS, row, lists, strict=True)
            )
            for row in batch
        ]


def _labelled(heading: Heading, value: Any, language: Language) -> Any:
    return with_labels(value, language) if value is not None and heading.en in _NAMES_MEASURES else value
