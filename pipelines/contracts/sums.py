"""Contracts of sums over current reports of known years, by year, scope and kind of agency, and of what questions of a
single finding or amount need: so that no question walks over all cells.

Belongs here: what may be summed and how that is said. Keep out: how sums are made (`warehouse.sums`), and sums of sums:
own figures and summaries must not be added to each other, nor stages, nor a province's summary to its cities'.
"""

from __future__ import annotations

from pipelines.contracts.codes import code_list
from pipelines.contracts.column_types import INT32, INT64, NUMBER, STRING, YUAN
from pipelines.contracts.facts import CELL_STATUS, UNIT_SOURCES, keys
from pipelines.contracts.provenance import locator, report
from pipelines.contracts.table import Column, Table, column, table, year_key

_SEVERITIES = code_list("severity")
_NOT_KNOWN = "empty where it is not known"


def _groups() -> tuple[Column, ...]:
    """Declare what sums are kept apart by: year, scope and kind of agency."""
    return (
        year_key(),
        column("scope", STRING, "统计范围", "Own figures, a summary, or unknown.", isin=code_list("scope")),
        column("province", STRING, "省份", f"Province of the agencies; {_NOT_KNOWN}."),
        column("level", STRING, "层级", f"Level of the agencies (code list level); {_NOT_KNOWN}."),
        column("agency_type", STRING, "行政机关类型", f"Type of the agencies (code list agency_type); {_NOT_KNOWN}."),
    )


GROUPS = tuple(each.name for each in _groups())


def _count(name: str, zh: str, en: str) -> Column:
    return column(name, INT64, zh, en, minimum=0)


def _sums(name: str, zh: str, en: str, *columns: Column, by: tuple[str, ...]) -> Table:
    return table(name, zh, en, *_groups(), *columns, primary_key=[*GROUPS, *by], partitioned=False)


SUM_REPORTS = _sums(
    "sum_reports",
    "年报汇总",
    "Current reports of known years by year, scope, kind of agency and form: how many, how completely read, how sound.",
    column("form", STRING, "格式", "Form of the reports.", isin=code_list("form")),
    _count("reports", "报告数", "Reports."),
    _count("cells_expected", "应有单元格数", "Cells of their form."),
    *(
        _count(f"cells_{status}", f"{CELL_STATUS.label(status, 'zh')}单元格数", f"Cells of status {status}.")
        for status in CELL_STATUS
    ),
    _count("errors", "错误数", "Findings of severity error."),
    _count("warnings", "警告数", "Findings of severity warning."),
    _count("sound_reports", "无错误和警告的报告数", "Reports without any of them."),
    by=("form",),
)

SUM_APPLICATIONS = _sums(
    "sum_applications",
    "申请件数汇总",
    "Applications by line: sums over reports and applicants of the numbers that may be added (no totals). Sum one "
    "stage and one scope at a time.",
    column("line", STRING, "行标识", "References dim_application_line."),
    _count("numbers", "数值个数", "Numbers that were added: cells of single applicants with a number."),
    column("cases", INT64, "件数", "Their sum, 件."),
    by=("line",),
)

SUM_RATES = _sums(
    "sum_rates",
    "比率汇总",
    "Numerators and denominators of the rates, over the reports that state both. Divide after adding.",
    column("rate", STRING, "比率", "Which rate.", isin=code_list("rate")),
    _count("reports", "报告数", "Reports with both numbers."),
    column("numerator", INT64, "分子", "Sum of the numerators, 件."),
    column("denominator", INT64, "分母", "Sum of the denominators, 件."),
    by=("rate",),
)

SUM_DECISIONS = _sums(
    "sum_decisions",
    "处理决定汇总",
    "Decisions by matter (licensing, penalties, coercion).",
    column("matter", STRING, "事项", "Matter: row of the form."),
    _count("reports", "报告数", "Reports with a number."),
    column("decisions", INT64, "处理决定数量", "Sum of the decisions, 件.", nullable=True),
    by=("matter",),
)

SUM_FINDINGS = _sums(
    "sum_findings",
    "审核发现汇总",
    "Findings by rule.",
    column("rule", STRING, "规则标识", "References audit_rule."),
    column("severity", STRING, "严重程度", "error, warning or info.", isin=_SEVERITIES),
    _count("findings", "问题数", "Findings."),
    _count("reports", "报告数", "Reports that have one."),
    by=("rule", "severity"),
)

SUM_CELLS = table(
    "sum_cells",
    "无数值单元格汇总",
    "Cells without a number by year, form and place in the form, extra cells included. Blank is not zero.",
    year_key(),
    column("form", STRING, "格式", "Form of the reports.", isin=code_list("form")),
    column("table_id", STRING, "表标识", "Table of the form."),
    column("row_id", STRING, "行标识", "Row of the table."),
    column("column_id", STRING, "列标识", "Column of the table; empty where it has one column only."),
    column("status", STRING, "状态", "What is in the cells: all but value.", isin=CELL_STATUS),
    _count("cells", "单元格数", "Cells of current reports: at most one in a report."),
    primary_key=["year_key", "form", "table_id", "row_id", "column_id", "status"],
    partitioned=False,
)

SUM_DIVISIONS = table(
    "sum_divisions",
    "区划申请件数汇总",
    "Applications received on today's geography, of current reports of known years whose agency lies in a division "
    "that is known. Sum one scope and one agency type at a time.",
    *(each for each in _groups() if each.name in ("year_key", "scope", "agency_type")),
    column("division_code_latest", STRING, "现行区划代码", "Today's code of most of the division."),
    column(
        "division_then", STRING, "当时的区划", "Name of the division in the year: county, else prefecture, province."
    ),
    _count("reports", "报告数", "Reports with a row in fact_report_figures."),
    column("received", INT64, "新收申请数", "Sum of the applications received, 件.", nullable=True),
    primary_key=["year_key", "scope", "agency_type", "division_code_latest", "division_then"],
    partitioned=False,
)

REPORT_AUDIT = table(
    "report_audit",
    "年报审核情况",
    "One row per report: its findings by severity, the largest difference, and where its main file lies.",
    *keys(),
    column("errors", INT32, "错误数", "Findings of severity error.", minimum=0),
    column("warnings", INT32, "警告数", "Findings of severity warning.", minimum=0),
    column("remarks", INT32, "提示数", "Findings of severity info.", minimum=0),
    column(
        "largest_difference",
        NUMBER,
        "最大差额",
        "The largest difference of an error, without its sign; empty where no error has one.",
        nullable=True,
        minimum=0,
    ),
    column("location", STRING, "文件位置", "First of the places of its main file.", nullable=True),
    primary_key=["report_key"],
    sort=["year_key", "agency_sk", "report_key"],
)

FINDING_CELL = table(
    "finding_cell",
    "审核发现所指单元格",
    "The cell that a finding leads to, one row per finding that names one: text and place as in cell.",
    report(),
    year_key(),
    column("rule", STRING, "规则标识", "References audit_rule."),
    column("scope", STRING, "范围", "What the finding is about."),
    column("raw_text", STRING, "原文", "Text as printed; of the whole row where ambiguous.", nullable=True),
    *locator(),
    column("location", STRING, "文件位置", "First of the places of the file.", nullable=True),
    primary_key=["report_key", "rule", "scope"],
    sort=["year_key", "report_key", "rule", "scope"],
)

PRINTED_AMOUNT = table(
    "printed_amount",
    "金额原文",
    "Amounts of the statutory tables of current reports as printed, beside what was read of them.",
    *keys(),
    column("cell_path", STRING, "单元格路径", "The cell; references cell."),
    column("raw_text", STRING, "原文", "Text as printed; of the whole row where ambiguous.", nullable=True),
    column("status", STRING, "状态", "What is in the cell.", isin=CELL_STATUS),
    column("value", NUMBER, "数值", "The printed number, in the unit printed.", nullable=True),
    column("unit", STRING, "单位", "Unit read or inferred.", nullable=True),
    column("yuan", YUAN, "金额（元）", "Yuan, exact.", nullable=True),
    column("unit_source", STRING, "单位依据", "Where the unit was read.", nullable=True, isin=UNIT_SOURCES),
    primary_key=["report_key", "cell_path"],
    sort=["year_key", "agency_sk", "report_key", "cell_path"],
)
