"""Contracts of the facts: one table per statutory item, applications and reviews. All are projections of `cell`."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.contracts.table import NUMBER, YUAN, Table, column, key, table, year_key
from pipelines.forms.figures import FIGURES

CELL_STATUS, UNIT_SOURCES = code_list("cell_status"), code_list("unit_source")
_ORDER = ("year_key", "agency_sk", "report_key")


def keys() -> tuple[pa.Column, ...]:
    """Declare the keys every fact begins with."""
    return (
        key("report_key", "报告键", "References dim_report."),
        key("agency_sk", "机关版本键", "References dim_agency."),
        year_key(),
    )


def measure(name: str, zh: str, en: str) -> tuple[pa.Column, pa.Column]:
    """Declare a count and its status; NULL where the form has no such cell or the cell holds no number."""
    status = f"Why {name} is NULL; NULL where the report's form has no such cell."
    return (
        column(name, pl.Int64, zh, en, nullable=True),
        column(f"{name}_status", pl.String, f"{zh}状态", status, nullable=True, isin=CELL_STATUS),
    )


def amount(name: str, zh: str, en: str) -> tuple[pa.Column, ...]:
    """Declare an amount in yuan with its status and where its unit was read."""
    source = "Where the unit was read: the cell, the header, inferred from the digits, or none."
    return (
        column(f"{name}_yuan", YUAN, f"{zh}（元）", f"{en} In yuan, exact.", nullable=True),
        column(
            f"{name}_status", pl.String, f"{zh}状态", f"Status of the cell {name}.", nullable=True, isin=CELL_STATUS
        ),
        column("unit_source", pl.String, "单位依据", source, nullable=True, isin=UNIT_SOURCES),
    )


_ITEMS = (
    *measure("prior_year_items", "上一年项目数量", "Items of the previous year (form 2019), 项."),
    *measure("items_change", "本年增/减", "Items added or removed (form 2019), 项, signed."),
)

FACT_ITEM_1_DOCUMENTS = table(
    "fact_item_1_documents",
    "第二十条第（一）项：规章和规范性文件",
    "One row per report and document type. Measures of form 2019 and form 2021 are different things.",
    *keys(),
    column("document_type", pl.String, "文件类型", "rules or normative_documents: segment of the cell path."),
    *measure("newly_made", "本年新制作数量", "Newly made in the year (form 2019), 件."),
    *measure("newly_published", "本年新公开数量", "Newly made public in the year (form 2019), 件."),
    *measure("total_published", "对外公开总数量", "Public in total (form 2019), 件."),
    *measure("issued", "本年制发件数", "Issued in the year (form 2021), 件."),
    *measure("repealed", "本年废止件数", "Repealed in the year (form 2021), 件."),
    *measure("in_force", "现行有效件数", "In force (form 2021), 件."),
    primary_key=["report_key", "document_type"],
    sort=[*_ORDER, "document_type"],
)

FACT_ITEM_5_LICENSING = table(
    "fact_item_5_licensing",
    "第二十条第（五）项：行政许可和其他对外管理服务事项",
    "One row per report and matter.",
    *keys(),
    column("matter", pl.String, "事项", "administrative_licensing or other_public_services."),
    *_ITEMS,
    *measure("decisions", "处理决定数量", "Decisions of the year, 件."),
    primary_key=["report_key", "matter"],
    sort=[*_ORDER, "matter"],
)

FACT_ITEM_6_ENFORCEMENT = table(
    "fact_item_6_enforcement",
    "第二十条第（六）项：行政处罚和行政强制",
    "One row per report and kind of enforcement.",
    *keys(),
    column("matter", pl.String, "事项", "administrative_penalty or administrative_coercion."),
    *_ITEMS,
    *measure("decisions", "处理决定数量", "Decisions of the year, 件."),
    primary_key=["report_key", "matter"],
    sort=[*_ORDER, "matter"],
)

FACT_ITEM_8_FEES = table(
    "fact_item_8_fees",
    "第二十条第（八）项：行政事业性收费",
    "One row per report. Form 2019 counts fee items, form 2021 states the amount collected.",
    *keys(),
    *_ITEMS,
    *amount("amount_collected", "本年收费金额", "Fees collected (form 2021)."),
    primary_key=["report_key"],
    sort=_ORDER,
)

FACT_ITEM_9_PROCUREMENT = table(
    "fact_item_9_procurement",
    "第二十条第（九）项：政府集中采购",
    "One row per report of form 2019; form 2021 does not ask for procurement.",
    *keys(),
    *measure("project_count", "采购项目数量", "Procurement projects, 个."),
    *amount("total_amount", "采购总金额", "Procurement amount; the form prints no unit."),
    primary_key=["report_key"],
    sort=_ORDER,
)

FACT_APPLICATIONS: Table = table(
    "fact_applications",
    "收到和处理政府信息公开申请情况",
    "One row per report, line and applicant: 161 rows of form 2019, 175 of form 2021.",
    *keys(),
    column("line", pl.String, "行标识", "References dim_application_line."),
    column("applicant", pl.String, "申请人标识", "References dim_applicant."),
    column("cases", pl.Int64, "件数", "Applications, 件.", nullable=True),
    column("status", pl.String, "状态", "Status of the cell; only value has a number.", isin=CELL_STATUS),
    primary_key=["report_key", "line", "applicant"],
    sort=[*_ORDER, "line", "applicant"],
)

FACT_REVIEWS = table(
    "fact_reviews",
    "政府信息公开行政复议、行政诉讼情况",
    "One row per report, channel and result: 15 rows.",
    *keys(),
    column("channel", pl.String, "途径标识", "References dim_review."),
    column("result", pl.String, "结果标识", "References dim_review."),
    column("cases", pl.Int64, "件数", "Cases, 件.", nullable=True),
    column("status", pl.String, "状态", "Status of the cell; only value has a number.", isin=CELL_STATUS),
    primary_key=["report_key", "channel", "result"],
    sort=[*_ORDER, "channel", "result"],
)

FACT_STATISTICS_2014 = table(
    "fact_statistics_2014",
    "政府信息公开情况统计表",
    "One row per report of form 2014 and indicator: 58 rows.",
    *keys(),
    column("indicator", pl.String, "指标标识", "References dim_indicator."),
    column("number", NUMBER, "统计数", "The printed number, in the unit of the indicator.", nullable=True),
    column("yuan", YUAN, "金额（元）", "Amounts only: yuan, exact.", nullable=True),
    column(
        "unit_source", pl.String, "单位依据", "Amounts only: where the unit was read.", nullable=True, isin=UNIT_SOURCES
    ),
    column("status", pl.String, "状态", "Status of the cell; only value has a number.", isin=CELL_STATUS),
    primary_key=["report_key", "indicator"],
    sort=[*_ORDER, "indicator"],
)

FACT_REPORT_FIGURES = table(
    "fact_report_figures",
    "年报主要数字",
    "One row per current report of form 2019 or 2021, for rates and comparisons: the facts of its applications and "
    "reviews beside each other. NULL where a number is not there; a sum needs every one of its numbers.",
    *keys(),
    *(column(figure.name, pl.Int64, figure.zh, figure.en, nullable=True) for figure in FIGURES),
    primary_key=["report_key"],
    sort=_ORDER,
)
