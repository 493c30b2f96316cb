"""Contracts of what leads back to the source: cells, unmapped rows, sections, files and their locations."""

from __future__ import annotations

from pipelines.contracts.codes import code_list
from pipelines.contracts.column_types import BOOLEAN, DATE, FLOAT64, INSTANT, INT32, INT64, NUMBER, STRING, YUAN
from pipelines.contracts.facts import CELL_STATUS, UNIT_SOURCES
from pipelines.contracts.table import Column, column, key, table, year_key

OUTCOMES, REASONS = code_list("outcome"), code_list("outcome_reason")
SHA256 = r"^[0-9a-f]{64}$"


def report() -> Column:
    """Declare the reference to the report."""
    return key("report_key", "报告键", "References dim_report.")


def locator() -> tuple[Column, ...]:
    """Declare the place in the file: sha256, page, line, grid, row and column of the grid, bounding box."""
    return (
        column("file_sha256", STRING, "文件校验值", "sha256 of the file the cell is printed in.", pattern=SHA256),
        column("page", INT32, "页", "Page, from 1, where the format has pages.", nullable=True),
        column("line_number", INT32, "行号", "Line of the text file, from 1.", nullable=True),
        column("grid", INT32, "表序", "Ordinal of the table in the file, from 0.", nullable=True),
        column("grid_row", INT32, "表内行", "Row in the table, from 0.", nullable=True),
        column("grid_col", INT32, "表内列", "Column in the table, from 0.", nullable=True),
        column("bbox", STRING, "坐标", "Box on the page in points: left top right bottom.", nullable=True),
        column(
            "cell_reference",
            STRING,
            "单元格地址",
            "Spreadsheet's own reference: Sheet1!B7; of pages that are picture files, the name of the picture.",
            nullable=True,
        ),
        column("confidence", FLOAT64, "识别置信度", "Of recognised text, 0 to 1; NULL: not a scan.", nullable=True),
    )


CELL = table(
    "cell",
    "单元格",
    "One row per report and cell of its form, and per extra cell printed. The single source of every fact.",
    report(),
    year_key(),
    column("cell_path", STRING, "单元格路径", "table.row.column in canonical names."),
    column("cell_order", INT32, "单元格序", "Order in print within the form; extra cells after them.", minimum=1),
    column("table_id", STRING, "表标识", "Table of the form."),
    column("row_id", STRING, "行标识", "Row of the table."),
    column("column_id", STRING, "列标识", "Column of the table; empty where it has one column only."),
    column("is_statutory", BOOLEAN, "是否法定单元格", "False for extra cells (subtotals, sub-rows)."),
    column("raw_text", STRING, "原文", "Text as printed; of the whole row where ambiguous.", nullable=True),
    column("status", STRING, "状态", "What is in the cell; only value has a number.", isin=CELL_STATUS),
    column("value", NUMBER, "数值", "The printed number, in the unit printed.", nullable=True),
    column("unit", STRING, "单位", "Unit of the value; of amounts the unit read or inferred.", nullable=True),
    column("yuan", YUAN, "金额（元）", "Amounts only: yuan, exact.", nullable=True),
    column(
        "unit_source", STRING, "单位依据", "Amounts only: where the unit was read.", nullable=True, isin=UNIT_SOURCES
    ),
    column("matched_by", STRING, "匹配方式", "How the cell was placed.", nullable=True, isin=code_list("matched_by")),
    column("match_score", FLOAT64, "匹配度", "Similarity of the row's label, 0 to 1.", nullable=True),
    column(
        "note", STRING, "说明", "Why the status or value is what it is.", nullable=True, isin=code_list("cell_note")
    ),
    *locator(),
    primary_key=["report_key", "cell_path"],
    sort=["year_key", "report_key", "cell_order"],
)

UNMAPPED_ROW = table(
    "unmapped_row",
    "未识别行",
    "Rows of recognised tables that no row of the form explains: kept, never dropped.",
    report(),
    year_key(),
    column("ordinal", INT32, "序号", "Order in the report, from 1.", minimum=1),
    column("table_id", STRING, "表标识", "Table the row stands in."),
    column("label", STRING, "行名称", "Label as printed; empty where lost."),
    column("cells", STRING, "内容", "Texts of its cells, as a JSON list."),
    *locator(),
    primary_key=["report_key", "ordinal"],
    sort=["year_key", "report_key", "ordinal"],
)

REPORT_SECTION = table(
    "report_section",
    "报告章节",
    "Text of a report by section: 0 before the first heading, 1-6, 7 signature and after.",
    report(),
    year_key(),
    column("section", INT32, "章节", "Section, 0 to 7.", minimum=0, maximum=7),
    column("heading", STRING, "章节标题", "Heading as printed.", nullable=True),
    column("body", STRING, "正文", "Text of the section, without tables."),
    primary_key=["report_key", "section"],
    sort=["year_key", "report_key", "section"],
)

_DETAILS = (
    column("detail", STRING, "详情", "What was seen, what was expected, what to do; in English.", nullable=True),
    column("detail_zh", STRING, "中文详情", "The same in Chinese.", nullable=True),
)
RAW_FILE = table(
    "raw_file",
    "原始文件",
    "One row per content; the same bytes at several locations are one file.",
    column("file_sha256", STRING, "文件校验值", "sha256 of the content.", pattern=SHA256),
    column("size_bytes", INT64, "字节数", "Size in bytes.", minimum=0),
    column("media_type", STRING, "文件类型", "Media type by content.", nullable=True),
    column("encoding", STRING, "编码", "Encoding the text was read in.", nullable=True),
    column("outcome", STRING, "处理结果", "parsed, quarantined or not_a_report.", isin=OUTCOMES),
    column("reason", STRING, "原因", "Stable code of the reason.", nullable=True, isin=REASONS),
    *_DETAILS,
    column("reports", INT32, "报告数", "Reports read from the file.", minimum=0),
    primary_key=["file_sha256"],
    partitioned=False,
)

RAW_FILE_LOCATION = table(
    "raw_file_location",
    "文件位置",
    "One row per path or URL. Locations = parsed + quarantined + not a report.",
    column("location", STRING, "位置", "Path below data/raw, or URL; bytes that are not UTF-8 percent-encoded."),
    column(
        "file_sha256",
        STRING,
        "文件校验值",
        "References raw_file; NULL where unreadable.",
        nullable=True,
        pattern=SHA256,
    ),
    column("folder_year", INT32, "目录年度", "Year of the folder, a hint only.", nullable=True),
    column("outcome", STRING, "处理结果", "parsed, quarantined or not_a_report.", isin=OUTCOMES),
    column("reason", STRING, "原因", "Stable code of the reason.", nullable=True, isin=REASONS),
    *_DETAILS,
    column(
        "fetched_at",
        INSTANT,
        "抓取时间",
        "When this content was first fetched there; NULL for files put by hand.",
        nullable=True,
    ),
    column("source_id", STRING, "来源标识", "Source of collecting/sources that listed it.", nullable=True),
    column("parent_location", STRING, "所属网页", "Page that links the attachment.", nullable=True),
    column("published_on", DATE, "列表所示日期", "Date of publication as its list states it.", nullable=True),
    column("is_latest", BOOLEAN, "是否最新内容", "False: the URL has another content by now."),
    column(
        "gone_at",
        INSTANT,
        "消失时间",
        "When the portal no longer had it; the file is kept.",
        nullable=True,
    ),
    primary_key=["location"],
    partitioned=False,
)

REPORT_FILE = table(
    "report_file",
    "报告文件",
    "Which files a report was read from: its main file, attachments, and copies of it in other formats.",
    report(),
    key("source_key", "来源键", "Key of what was read in this file; equals report_key for the main file."),
    column("file_sha256", STRING, "文件校验值", "References raw_file.", pattern=SHA256),
    column("ordinal", INT32, "序号", "Place of the report in the file, from 0.", minimum=0),
    column("role", STRING, "用途", "main, attachment or duplicate.", isin=code_list("file_role")),
    primary_key=["report_key", "source_key"],
    partitioned=False,
)

AGENCY_MATCH = table(
    "agency_match",
    "行政机关匹配",
    "Candidates of the agency of a report with their evidence.",
    report(),
    year_key(),
    column("ordinal", INT32, "序号", "Rank of the candidate, from 1.", minimum=1),
    column("name", STRING, "候选名称", "Name of the candidate."),
    column("code", STRING, "行政区划代码", "Division code.", nullable=True),
    column("score", FLOAT64, "得分", "Score, 0 to 1."),
    column("evidence", STRING, "依据", "Evidence, as a JSON list."),
    column("gazetteer_version", STRING, "地名库版本", "Version of the gazetteer."),
    primary_key=["report_key", "ordinal"],
    sort=["year_key", "report_key", "ordinal"],
)
