"""Contracts of the audit: rules, the cells they use, every evaluation, and the findings."""

from __future__ import annotations

import polars as pl

from pipelines.contracts.table import NUMBER, column, key, table, year_key

SEVERITIES = ("error", "warning", "info")
RULE_OUTCOMES = ("pass", "fail", "assumed_zero_pass", "assumed_zero_fail", "not_assessable")
SIDES = ("left", "right")

AUDIT_RULE = table(
    "audit_rule",
    "审核规则",
    "What an expert checks in a report.",
    column("rule", pl.String, "规则标识", "Stable slug of the rule."),
    column("severity", pl.String, "严重程度", "error: contradiction; warning: probably wrong; info.", isin=SEVERITIES),
    column("forms", pl.String, "适用格式", "Forms the rule applies to, separated by commas."),
    column("description_zh", pl.String, "规则说明", "The rule in Chinese."),
    column("description_en", pl.String, "英文说明", "The rule in English."),
    column("formula", pl.String, "公式", "The relation checked."),
    column("legal_source", pl.String, "依据", "Where the rule comes from.", nullable=True),
    primary_key=["rule"],
    partitioned=False,
)

AUDIT_RULE_CELL = table(
    "audit_rule_cell",
    "规则单元格",
    "The cells that a rule uses, by form and scope.",
    column("rule", pl.String, "规则标识", "References audit_rule."),
    column("scope", pl.String, "范围", "What the evaluation is about: an applicant, a line, a channel."),
    column("form", pl.String, "格式", "Form of the report."),
    column("side", pl.String, "等式一侧", "Side of the relation.", isin=SIDES),
    column("cell_path", pl.String, "单元格路径", "Cell whose number is added."),
    primary_key=["rule", "scope", "form", "side", "cell_path"],
    partitioned=False,
)

_EVALUATED = (
    column("left_value", NUMBER, "左侧", "Sum of the left side.", nullable=True),
    column("right_value", NUMBER, "右侧", "Sum of the right side.", nullable=True),
    column("difference", NUMBER, "差额", "Left minus right.", nullable=True),
)

AUDIT_EVALUATION = table(
    "audit_evaluation",
    "规则结果",
    "Every evaluation of a rule. The database holds those that are not a plain pass, Parquet holds all.",
    key("report_key", "报告键", "References dim_report."),
    year_key(),
    column("rule", pl.String, "规则标识", "References audit_rule."),
    column("scope", pl.String, "范围", "What the evaluation is about."),
    column("outcome", pl.String, "结果", "Outcome, with what a blank was taken for.", isin=RULE_OUTCOMES),
    *_EVALUATED,
    primary_key=["report_key", "rule", "scope"],
    sort=["year_key", "report_key", "rule", "scope"],
)

AUDIT_FINDING = table(
    "audit_finding",
    "审核发现",
    "What a reader should look at: failed rules and what the extraction noticed.",
    key("report_key", "报告键", "References dim_report."),
    year_key(),
    column("rule", pl.String, "规则标识", "References audit_rule."),
    column("scope", pl.String, "范围", "What the finding is about."),
    column("severity", pl.String, "严重程度", "error, warning or info.", isin=SEVERITIES),
    column("outcome", pl.String, "结果", "Outcome of the evaluation.", isin=RULE_OUTCOMES),
    *_EVALUATED,
    column("cell_path", pl.String, "单元格路径", "First cell concerned; references cell.", nullable=True),
    column("message", pl.String, "说明", "The finding in Chinese, with its figures."),
    column("hint", pl.String, "可能原因", "A cause that would explain it.", nullable=True),
    primary_key=["report_key", "rule", "scope"],
    sort=["year_key", "report_key", "severity", "rule", "scope"],
)
