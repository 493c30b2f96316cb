"""Contracts of the audit: rules, the cells they use, every evaluation, and the findings."""

from __future__ import annotations

from pipelines.contracts.codes import code_list
from pipelines.contracts.column_types import BOOLEAN, INT32, INT64, NUMBER, STRING, YUAN
from pipelines.contracts.table import column, key, table, year_key

SEVERITIES, RULE_OUTCOMES = code_list("severity"), code_list("rule_outcome")

AUDIT_RULE = table(
    "audit_rule",
    "审核规则",
    "What an expert checks in a report.",
    column("rule", STRING, "规则标识", "Stable slug of the rule."),
    column("severity", STRING, "严重程度", "error: contradiction; warning: probably wrong; info.", isin=SEVERITIES),
    column("forms", STRING, "适用格式", "Forms the rule applies to, separated by commas."),
    column("description_zh", STRING, "规则说明", "The rule in Chinese."),
    column("description_en", STRING, "英文说明", "The rule in English."),
    column("formula", STRING, "公式", "The relation checked."),
    column("legal_source", STRING, "依据", "Document and article that the rule comes from, in Chinese."),
    column("legal_source_en", STRING, "依据（英文）", "Document and article that the rule comes from, in English."),
    column(
        "division_code",
        STRING,
        "适用地区",
        "Rules of a local pack: the division below which they apply; NULL: everywhere.",
        nullable=True,
        pattern=r"^\d{6}$",
    ),
    primary_key=["rule"],
    partitioned=False,
)

AUDIT_RULE_CELL = table(
    "audit_rule_cell",
    "规则单元格",
    "The cells that a rule uses, by form and scope.",
    column("rule", STRING, "规则标识", "References audit_rule."),
    column("scope", STRING, "范围", "What the evaluation is about: an applicant, a line, a channel."),
    column("form", STRING, "格式", "Form of the report.", isin=code_list("form")),
    column("side", STRING, "等式一侧", "Side of the relation.", isin=code_list("relation_side")),
    column("cell_path", STRING, "单元格路径", "Cell whose number is added or subtracted."),
    column("sign", INT32, "符号", "1: added, -1: subtracted.", minimum=-1, maximum=1),
    column("is_last_year", BOOLEAN, "是否上年", "True for the cell of last year's report of the same agency."),
    primary_key=["rule", "scope", "form", "side", "cell_path", "is_last_year"],
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
    column("rule", STRING, "规则标识", "References audit_rule."),
    column("scope", STRING, "范围", "What the evaluation is about."),
    column("outcome", STRING, "结果", "Outcome, with what a blank was taken for.", isin=RULE_OUTCOMES),
    *_EVALUATED,
    column("cell_path", STRING, "单元格路径", "First cell concerned; references cell.", nullable=True),
    column("detail", STRING, "详情", "What the evaluation turned on: a sentence, a meaning, a year.", nullable=True),
    column(
        "detail_en",
        STRING,
        "详情（英文）",
        "`detail` in English; NULL where it is nothing but what is printed, a code or a number.",
        nullable=True,
    ),
    column("hint", STRING, "可能原因", "A single change that would explain a failure, in Chinese.", nullable=True),
    column("hint_en", STRING, "可能原因（英文）", "The same in English.", nullable=True),
    primary_key=["report_key", "rule", "scope"],
    sort=["year_key", "report_key", "rule", "scope"],
)

NARRATIVE_FIGURE = table(
    "narrative_figure",
    "正文数字",
    "Numbers that the text of a report states, to hold the tables against them.",
    key("report_key", "报告键", "References dim_report."),
    year_key(),
    column("ordinal", INT32, "序号", "Order in the report, from 1.", minimum=1),
    column("section", INT32, "章节", "Section, 0 to 7.", minimum=0, maximum=7),
    column("start", INT32, "起始位置", "First character of the number in the section's body, from 0.", minimum=0),
    column("stop", INT32, "结束位置", "First character after it.", minimum=0),
    column("sentence", STRING, "句子", "The sentence as printed."),
    column("raw_text", STRING, "原文", "The number as printed, with its unit."),
    column("value", NUMBER, "数值", "The number, in the unit printed."),
    column("unit", STRING, "单位", "Unit as printed.", nullable=True),
    column("yuan", YUAN, "金额（元）", "Amounts only: yuan, exact.", nullable=True),
    column(
        "kind",
        STRING,
        "类别",
        "count, amount, share, or none (the text says there was none).",
        isin=code_list("figure_kind"),
    ),
    column(
        "meanings",
        STRING,
        "可能含义",
        "Measures it can mean, any of them, separated by commas: a cell path, "
        "or a sum of cells (applications.denied); of a share the part / the whole.",
    ),
    column("figure_group", INT32, "分组", "Parts and total of one sentence.", nullable=True),
    column("figure_role", STRING, "角色", "total or part of its group.", nullable=True, isin=code_list("figure_role")),
    primary_key=["report_key", "ordinal"],
    sort=["year_key", "report_key", "ordinal"],
)

AUDIT_FINDING = table(
    "audit_finding",
    "审核发现",
    "What a reader should look at: failed rules and what the extraction noticed.",
    key("report_key", "报告键", "References dim_report."),
    year_key(),
    column("rule", STRING, "规则标识", "References audit_rule."),
    column("scope", STRING, "范围", "What the finding is about."),
    column("severity", STRING, "严重程度", "error, warning or info.", isin=SEVERITIES),
    column("outcome", STRING, "结果", "Outcome of the evaluation.", isin=RULE_OUTCOMES),
    *_EVALUATED,
    column("cell_path", STRING, "单元格路径", "First cell concerned; references cell.", nullable=True),
    column("message", STRING, "说明", "The finding in Chinese, with its figures."),
    column("message_en", STRING, "说明（英文）", "The finding in English, with the same figures."),
    column("hint", STRING, "可能原因", "A cause that would explain it, in Chinese.", nullable=True),
    column("hint_en", STRING, "可能原因（英文）", "The same in English.", nullable=True),
    primary_key=["report_key", "rule", "scope"],
    sort=["year_key", "report_key", "severity", "rule", "scope"],
)

CELL_CORRECTION = table(
    "cell_correction",
    "数值更正",
    "Printed numbers that a reader with evidence corrected. Published values stay as printed; the view cell_corrected "
    "shows both.",
    column("correction", INT32, "更正序号", "Entry of corrections/cells.yml, from 1.", minimum=1),
    column("report_key", INT64, "报告键", "References dim_report; 0 where no report has the cell.", minimum=0),
    column("year_key", INT32, "报告年度", "Year of the report.", nullable=True, minimum=0),
    column("cell_path", STRING, "单元格路径", "The cell; references cell."),
    column("printed", STRING, "应有原文", "What the cell must print for the entry to hold."),
    column("published_value", NUMBER, "原数值", "The number as published.", nullable=True),
    column("corrected_value", NUMBER, "更正数值", "What it should be; NULL: it should not be used.", nullable=True),
    column("corrected_yuan", YUAN, "更正金额（元）", "Amounts only: yuan.", nullable=True),
    column(
        "state",
        STRING,
        "更正状态",
        "applied; expired: prints another text now; unused.",
        isin=code_list("correction_state"),
    ),
    column("reason", STRING, "更正理由", "Why."),
    column("evidence", STRING, "更正依据", "Where that can be seen."),
    column("detail", STRING, "详情", "Why the entry is not applied; in English.", nullable=True),
    column("detail_zh", STRING, "中文详情", "The same in Chinese.", nullable=True),
    primary_key=["correction", "report_key"],
    partitioned=False,
)
