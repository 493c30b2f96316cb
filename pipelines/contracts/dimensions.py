"""Contracts of the dimensions: year, agency, report, application line, applicant, review, code lists."""

from __future__ import annotations

import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.contracts.table import column, key, table, year_key

DIM_YEAR = table(
    "dim_year",
    "年度",
    "One row per report year; year 0 holds the reports whose year cannot be read.",
    column("year_key", pl.Int32, "报告年度", "Report year, 0 where unreadable.", minimum=0),
    column("label", pl.String, "年度名称", "Year as shown to readers."),
    column(
        "form_in_force", pl.String, "适用格式", "Form in force for the year.", nullable=True, isin=code_list("form")
    ),
    column("form_source", pl.String, "格式依据", "Notice that prescribes the form.", nullable=True),
    column("period_start", pl.Date, "统计起始日", "First day of the statistics period.", nullable=True),
    column("period_end", pl.Date, "统计截止日", "Last day of the statistics period.", nullable=True),
    column(
        "department_deadline", pl.Date, "部门公布期限", "Legal deadline of departments (31 January).", nullable=True
    ),
    column("government_deadline", pl.Date, "政府公布期限", "Legal deadline of governments (31 March).", nullable=True),
    primary_key=["year_key"],
    partitioned=False,
)

DIM_AGENCY = table(
    "dim_agency",
    "行政机关",
    "One row per agency version. An unresolved report has a row of its own, shared with no other.",
    key("agency_sk", "机关版本键", "Key of the agency version in force on 31 December of the report year."),
    key("agency_key", "机关键", "Key of the agency, stable across renames."),
    column("name", pl.String, "机关名称", "Name of the agency; as printed where unresolved.", nullable=True),
    column(
        "agency_type",
        pl.String,
        "机关类型",
        "Type of agency, from its name.",
        nullable=True,
        isin=code_list("agency_type"),
    ),
    column(
        "agency_function",
        pl.String,
        "职能",
        "Function of a department (education, finance ...), the same through reforms.",
        nullable=True,
    ),
    column("level", pl.String, "层级", "Administrative level.", nullable=True, isin=code_list("level")),
    column("code", pl.String, "行政区划代码", "Division code, county or above.", nullable=True, pattern=r"^\d{6}$"),
    column("township_code", pl.String, "乡级区划代码", "Code of the township.", nullable=True, pattern=r"^\d{9}$"),
    column("province", pl.String, "省级", "Province-level division.", nullable=True),
    column("prefecture", pl.String, "地级", "Prefecture-level division.", nullable=True),
    column("county", pl.String, "县级", "County-level division.", nullable=True),
    column("township", pl.String, "乡级", "Township-level division.", nullable=True),
    key("parent_agency_key", "上级机关键", "Key of the parent agency.", nullable=True),
    column("region", pl.String, "区域", "Region: 东部, 中部, 西部, 东北.", nullable=True, isin=code_list("region")),
    column("valid_from", pl.Int32, "有效起始年", "First year the version is in force.", nullable=True),
    column("valid_to", pl.Int32, "有效终止年", "First year the version is no longer in force.", nullable=True),
    column(
        "division_code_latest",
        pl.String,
        "现行区划代码",
        "Today's code of most of the division, for series on constant geography.",
        nullable=True,
        pattern=r"^\d{6}$",
    ),
    column(
        "status",
        pl.String,
        "识别状态",
        "How surely the surest of its reports was identified.",
        isin=code_list("agency_status"),
    ),
    primary_key=["agency_sk"],
    partitioned=False,
)

DIM_DIVISION = table(
    "dim_division",
    "行政区划",
    "One row per administrative division (county and above) under one name: in force on 31 December of "
    "valid_from ... valid_to - 1.",
    column("code", pl.String, "行政区划代码", "Six-digit code (GB/T 2260).", pattern=r"^\d{6}$"),
    column("name", pl.String, "名称", "Official name."),
    column("level", pl.String, "层级", "Province, prefecture or county.", isin=code_list("division_level")),
    column("kind", pl.String, "类别", "Official type (市辖区, 县级市 ...); pseudo for zones of the bureau's lists."),
    column("province_code", pl.String, "省级代码", "Code of the province."),
    column("prefecture_code", pl.String, "地级代码", "Code of the prefecture; NULL under the province.", nullable=True),
    column("parent_code", pl.String, "上级代码", "Code of the division above.", nullable=True),
    column("region", pl.String, "区域", "Region: 东部, 中部, 西部, 东北.", nullable=True, isin=code_list("region")),
    column("valid_from", pl.Int32, "有效起始年", "First year in force; 2002 is the first list."),
    column("valid_to", pl.Int32, "有效终止年", "First year no longer in force.", nullable=True),
    column("division_code_latest", pl.String, "现行区划代码", "Today's code of most of it.", nullable=True),
    column("is_official", pl.Boolean, "是否法定区划", "False for zones that only the statistics bureau lists."),
    primary_key=["code", "valid_from"],
    partitioned=False,
)

DIVISION_SUCCESSION = table(
    "division_succession",
    "区划沿革",
    "One row per predecessor, successor and year: renames, upgrades, merges, splits.",
    column("succession_order", pl.Int32, "序号", "Order by year and codes.", minimum=1),
    column("from_code", pl.String, "原代码", "Code before.", nullable=True),
    column("from_name", pl.String, "原名称", "Name before.", nullable=True),
    column("to_code", pl.String, "新代码", "Code after.", nullable=True),
    column("to_name", pl.String, "新名称", "Name after.", nullable=True),
    column("year", pl.Int32, "年份", "Year at whose end it is in force."),
    column("kind", pl.String, "变更类型", "How the one became the other.", isin=code_list("division_change")),
    primary_key=["succession_order"],
    partitioned=False,
)

DIM_REPORT = table(
    "dim_report",
    "年度报告",
    "One row per report: what it says of itself and how much of its form could be read.",
    key("report_key", "报告键", "Key of the report, from the sha256 of its main file and its place in it."),
    key("agency_sk", "机关版本键", "References dim_agency."),
    column(
        "agency_status",
        pl.String,
        "机关识别状态",
        "How surely the agency of this report was identified; agency_match has the evidence.",
        isin=code_list("agency_status"),
    ),
    year_key(),
    column("year_source", pl.String, "年度依据", "Where the year was read.", isin=code_list("year_source")),
    column("title", pl.String, "标题", "Title as printed.", nullable=True),
    column("agency_printed", pl.String, "署名机关", "Agency as printed in title or signature.", nullable=True),
    column(
        "scope", pl.String, "统计范围", "Own figures, a summary of subordinates, or unknown.", isin=code_list("scope")
    ),
    column(
        "form",
        pl.String,
        "格式",
        "Form recognised from its labels; narrative: no statutory tables.",
        isin=code_list("form"),
    ),
    column("published_on", pl.Date, "公布日期", "Publication date, else the date of the signature.", nullable=True),
    column("media_type", pl.String, "文件类型", "Media type of the main file, by content."),
    column("encoding", pl.String, "编码", "Encoding the text was read in.", nullable=True),
    column("cells_expected", pl.Int32, "应有单元格数", "Cells of the form (58, 198 or 200; narrative 0).", minimum=0),
    column("cells_value", pl.Int32, "有数单元格数", "Cells with a number.", minimum=0),
    column("cells_blank", pl.Int32, "空白单元格数", "Cells that are there and empty.", minimum=0),
    column("cells_nil_mark", pl.Int32, "无值符号单元格数", "Cells with a nil mark (-, /, 无).", minimum=0),
    column("cells_text", pl.Int32, "文字单元格数", "Cells with words instead of a number.", minimum=0),
    column("cells_ambiguous", pl.Int32, "存疑单元格数", "Cells whose place cannot be known.", minimum=0),
    column("cells_absent", pl.Int32, "缺失单元格数", "Cells of the form the report does not print.", minimum=0),
    column(
        "status", pl.String, "状态", "Current, or a copy or older version of another.", isin=code_list("report_status")
    ),
    key("related_report_key", "关联报告键", "The report this one duplicates or is superseded by.", nullable=True),
    primary_key=["report_key"],
    sort=["year_key", "agency_sk", "report_key"],
    partitioned=False,
)

DIM_APPLICATION_LINE = table(
    "dim_application_line",
    "申请办理行",
    "Lines of the applications table of both forms; the id is the segment of the cell path.",
    column("line", pl.String, "行标识", "Id of the line: segment of the cell path."),
    column("line_order", pl.Int32, "行序", "Order in print.", minimum=1),
    column(
        "stage",
        pl.String,
        "阶段",
        "Received, carried in, outcome, total of outcomes, carried out.",
        isin=code_list("stage"),
    ),
    column("line_group", pl.String, "类别", "Group of outcomes (denied, unable ...).", nullable=True),
    column("label", pl.String, "行名称", "Official label."),
    column("group_label", pl.String, "类别名称", "Official label of the group.", nullable=True),
    column("article", pl.String, "条款", "Article of the regulation.", nullable=True),
    column("forms", pl.String, "适用格式", "Forms that print the line, separated by commas."),
    column("is_total", pl.Boolean, "是否合计", "True for lines that add up others."),
    primary_key=["line"],
    sort=["line_order"],
    partitioned=False,
)

DIM_APPLICANT = table(
    "dim_applicant",
    "申请人",
    "Columns of the applications table.",
    column("applicant", pl.String, "申请人标识", "Id of the applicant: segment of the cell path."),
    column("applicant_order", pl.Int32, "序号", "Order in print.", minimum=1),
    column("label", pl.String, "申请人名称", "Official label."),
    column("is_organisation", pl.Boolean, "是否组织", "True for 法人或其他组织."),
    column("is_total", pl.Boolean, "是否合计", "True for the total."),
    primary_key=["applicant"],
    sort=["applicant_order"],
    partitioned=False,
)

DIM_REVIEW = table(
    "dim_review",
    "复议诉讼项",
    "Channel and result of reconsiderations and lawsuits.",
    column("channel", pl.String, "途径标识", "Channel: segment of the cell path."),
    column("result", pl.String, "结果标识", "Result: segment of the cell path."),
    column("review_order", pl.Int32, "序号", "Order in print.", minimum=1),
    column("channel_label", pl.String, "途径名称", "Official label of the channel."),
    column("result_label", pl.String, "结果名称", "Official label of the result."),
    column("is_total", pl.Boolean, "是否合计", "True for the total of a channel."),
    primary_key=["channel", "result"],
    sort=["review_order"],
    partitioned=False,
)

DIM_INDICATOR = table(
    "dim_indicator",
    "统计指标",
    "Indicators of form 2014 (政府信息公开情况统计表), one number each.",
    column("indicator", pl.String, "指标标识", "Id of the indicator: segment of the cell path."),
    column("indicator_order", pl.Int32, "指标序", "Order in print.", minimum=1),
    column("section", pl.String, "部分标识", "Section of the form."),
    column("section_label", pl.String, "部分名称", "Official label of the section."),
    column("number", pl.String, "编号", "Number printed before the label.", nullable=True),
    column("label", pl.String, "指标名称", "Official label."),
    column("unit", pl.String, "单位", "Unit the form prints."),
    column("part_of", pl.String, "所属指标", "Indicator this one is a part of (其中).", nullable=True),
    primary_key=["indicator"],
    sort=["indicator_order"],
    partitioned=False,
)

CODE_LIST = table(
    "code_list",
    "代码表",
    "Every code that the tables hold, with its meaning and what a reader can do about it.",
    column("code_list", pl.String, "代码表标识", "Vocabulary; the dictionary names that of each column."),
    column("code", pl.String, "代码", "Value as it stands in the tables."),
    column("code_order", pl.Int32, "序号", "Order in the vocabulary, from 1.", minimum=1),
    column("label_zh", pl.String, "中文名称", "Meaning in Chinese."),
    column("label_en", pl.String, "英文名称", "Meaning in English."),
    column("advice_zh", pl.String, "中文处理建议", "What to do about it, in Chinese.", nullable=True),
    column("advice_en", pl.String, "英文处理建议", "What to do about it, in English.", nullable=True),
    primary_key=["code_list", "code"],
    sort=["code_list", "code_order"],
    partitioned=False,
)
