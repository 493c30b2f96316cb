"""Contracts of the dimensions: year, agency, report, application line, applicant, review."""

from __future__ import annotations

from pipelines.contracts.column_types import BOOLEAN, DATE, INT32, STRING
from pipelines.contracts.table import column, key, table, year_key

AGENCY_STATUS = ("exact", "inferred", "ambiguous", "unresolved")
SCOPES = ("own", "summary", "unknown")
REPORT_STATUS = ("current", "duplicate_of", "superseded_by")
STAGES = ("received", "carried_in", "outcome", "outcome_total", "carried_out")
FORM_IDS = ("2014", "2019", "2021", "narrative")
AGENCY_TYPES = (
    *("state_council", "ministry", "vertical", "government", "government_office", "department", "subdistrict", "town"),
    *("functional_zone", "public_institution", "public_utility", "university", "party", "mass_organisation", "xpcc"),
)
AGENCY_LEVELS = ("nation", "province", "prefecture", "county", "township")
DIVISION_LEVELS = ("province", "prefecture", "county")
REGIONS = ("东部", "中部", "西部", "东北")
YEAR_SOURCES = ("title", "period", "text", "date", "none")

DIM_YEAR = table(
    "dim_year",
    "年度",
    "One row per report year; year 0 holds the reports whose year cannot be read.",
    column("year_key", INT32, "报告年度", "Report year, 0 where unreadable.", minimum=0),
    column("label", STRING, "年度名称", "Year as shown to readers."),
    column("form_in_force", STRING, "适用格式", "Form in force for the year.", nullable=True),
    column("form_source", STRING, "格式依据", "Notice that prescribes the form.", nullable=True),
    column("period_start", DATE, "统计起始日", "First day of the statistics period.", nullable=True),
    column("period_end", DATE, "统计截止日", "Last day of the statistics period.", nullable=True),
    column("department_deadline", DATE, "部门公布期限", "Legal deadline of departments (31 January).", nullable=True),
    column("government_deadline", DATE, "政府公布期限", "Legal deadline of governments (31 March).", nullable=True),
    primary_key=["year_key"],
    partitioned=False,
)

DIM_AGENCY = table(
    "dim_agency",
    "行政机关",
    "One row per agency version. An unresolved report has a row of its own, shared with no other.",
    key("agency_sk", "机关版本键", "Key of the agency version in force on 31 December of the report year."),
    key("agency_key", "机关键", "Key of the agency, stable across renames."),
    column("name", STRING, "机关名称", "Name of the agency; as printed where unresolved.", nullable=True),
    column("agency_type", STRING, "机关类型", "Type of agency, from its name.", nullable=True, isin=AGENCY_TYPES),
    column(
        "agency_function",
        STRING,
        "职能",
        "Function of a department (education, finance ...), the same through reforms.",
        nullable=True,
    ),
    column("level", STRING, "层级", "Administrative level.", nullable=True, isin=AGENCY_LEVELS),
    column("code", STRING, "行政区划代码", "Division code, county or above.", nullable=True, pattern=r"^\d{6}$"),
    column("township_code", STRING, "乡级区划代码", "Code of the township.", nullable=True, pattern=r"^\d{9}$"),
    column("province", STRING, "省级", "Province-level division.", nullable=True),
    column("prefecture", STRING, "地级", "Prefecture-level division.", nullable=True),
    column("county", STRING, "县级", "County-level division.", nullable=True),
    column("township", STRING, "乡级", "Township-level division.", nullable=True),
    key("parent_agency_key", "上级机关键", "Key of the parent agency.", nullable=True),
    column("region", STRING, "区域", "Region: 东部, 中部, 西部, 东北.", nullable=True, isin=REGIONS),
    column("valid_from", INT32, "有效起始年", "First year the version is in force.", nullable=True),
    column("valid_to", INT32, "有效终止年", "First year the version is no longer in force.", nullable=True),
    column(
        "division_code_latest",
        STRING,
        "现行区划代码",
        "Today's code of most of the division, for series on constant geography.",
        nullable=True,
        pattern=r"^\d{6}$",
    ),
    column("status", STRING, "识别状态", "How surely the surest of its reports was identified.", isin=AGENCY_STATUS),
    primary_key=["agency_sk"],
    partitioned=False,
)

DIM_DIVISION = table(
    "dim_division",
    "行政区划",
    "One row per administrative division (county and above) under one name: in force on 31 December of "
    "valid_from ... valid_to - 1.",
    column("code", STRING, "行政区划代码", "Six-digit code (GB/T 2260).", pattern=r"^\d{6}$"),
    column("name", STRING, "名称", "Official name."),
    column("level", STRING, "层级", "Province, prefecture or county.", isin=DIVISION_LEVELS),
    column("kind", STRING, "类别", "Official type (市辖区, 县级市 ...); pseudo for zones of the bureau's lists."),
    column("province_code", STRING, "省级代码", "Code of the province."),
    column("prefecture_code", STRING, "地级代码", "Code of the prefecture; NULL under the province.", nullable=True),
    column("parent_code", STRING, "上级代码", "Code of the division above.", nullable=True),
    column("region", STRING, "区域", "Region: 东部, 中部, 西部, 东北.", nullable=True, isin=REGIONS),
    column("valid_from", INT32, "有效起始年", "First year in force; 2002 is the first list."),
    column("valid_to", INT32, "有效终止年", "First year no longer in force.", nullable=True),
    column("division_code_latest", STRING, "现行区划代码", "Today's code of most of it.", nullable=True),
    column("is_official", BOOLEAN, "是否法定区划", "False for zones that only the statistics bureau lists."),
    primary_key=["code", "valid_from"],
    partitioned=False,
)

DIVISION_SUCCESSION = table(
    "division_succession",
    "区划沿革",
    "One row per predecessor, successor and year: renames, upgrades, merges, splits.",
    column("succession_order", INT32, "序号", "Order by year and codes.", minimum=1),
    column("from_code", STRING, "原代码", "Code before.", nullable=True),
    column("from_name", STRING, "原名称", "Name before.", nullable=True),
    column("to_code", STRING, "新代码", "Code after.", nullable=True),
    column("to_name", STRING, "新名称", "Name after.", nullable=True),
    column("year", INT32, "年份", "Year at whose end it is in force."),
    column("kind", STRING, "变更类型", "renamed, recoded, upgraded, moved, merged, split, established, delisted."),
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
        STRING,
        "机关识别状态",
        "How surely the agency of this report was identified; agency_match has the evidence.",
        isin=AGENCY_STATUS,
    ),
    year_key(),
    column("year_source", STRING, "年度依据", "Where the year was read.", isin=YEAR_SOURCES),
    column("title", STRING, "标题", "Title as printed.", nullable=True),
    column("agency_printed", STRING, "署名机关", "Agency as printed in title or signature.", nullable=True),
    column("scope", STRING, "统计范围", "Own figures, a summary of subordinates, or unknown.", isin=SCOPES),
    column("form", STRING, "格式", "Form recognised from its labels; narrative: no statutory tables.", isin=FORM_IDS),
    column("published_on", DATE, "公布日期", "Publication date, else the date of the signature.", nullable=True),
    column("media_type", STRING, "文件类型", "Media type of the main file, by content."),
    column("encoding", STRING, "编码", "Encoding the text was read in.", nullable=True),
    column("cells_expected", INT32, "应有单元格数", "Cells of the form (58, 198 or 200; narrative 0).", minimum=0),
    column("cells_value", INT32, "有数单元格数", "Cells with a number.", minimum=0),
    column("cells_blank", INT32, "空白单元格数", "Cells that are there and empty.", minimum=0),
    column("cells_nil_mark", INT32, "无值符号单元格数", "Cells with a nil mark (-, /, 无).", minimum=0),
    column("cells_text", INT32, "文字单元格数", "Cells with words instead of a number.", minimum=0),
    column("cells_ambiguous", INT32, "存疑单元格数", "Cells whose place cannot be known.", minimum=0),
    column("cells_absent", INT32, "缺失单元格数", "Cells of the form the report does not print.", minimum=0),
    column("status", STRING, "状态", "Current, or a copy or older version of another.", isin=REPORT_STATUS),
    key("related_report_key", "关联报告键", "The report this one duplicates or is superseded by.", nullable=True),
    primary_key=["report_key"],
    sort=["year_key", "agency_sk", "report_key"],
    partitioned=False,
)

DIM_APPLICATION_LINE = table(
    "dim_application_line",
    "申请办理行",
    "Lines of the applications table of both forms; the id is the segment of the cell path.",
    column("line", STRING, "行标识", "Id of the line: segment of the cell path."),
    column("line_order", INT32, "行序", "Order in print.", minimum=1),
    column("stage", STRING, "阶段", "Received, carried in, outcome, total of outcomes, carried out.", isin=STAGES),
    column("line_group", STRING, "类别", "Group of outcomes (denied, unable ...).", nullable=True),
    column("label", STRING, "行名称", "Official label."),
    column("group_label", STRING, "类别名称", "Official label of the group.", nullable=True),
    column("article", STRING, "条款", "Article of the regulation.", nullable=True),
    column("forms", STRING, "适用格式", "Forms that print the line, separated by commas."),
    column("is_total", BOOLEAN, "是否合计", "True for lines that add up others."),
    primary_key=["line"],
    sort=["line_order"],
    partitioned=False,
)

DIM_APPLICANT = table(
    "dim_applicant",
    "申请人",
    "Columns of the applications table.",
    column("applicant", STRING, "申请人标识", "Id of the applicant: segment of the cell path."),
    column("applicant_order", INT32, "序号", "Order in print.", minimum=1),
    column("label", STRING, "申请人名称", "Official label."),
    column("is_organisation", BOOLEAN, "是否组织", "True for 法人或其他组织."),
    column("is_total", BOOLEAN, "是否合计", "True for the total."),
    primary_key=["applicant"],
    sort=["applicant_order"],
    partitioned=False,
)

DIM_REVIEW = table(
    "dim_review",
    "复议诉讼项",
    "Channel and result of reconsiderations and lawsuits.",
    column("channel", STRING, "途径标识", "Channel: segment of the cell path."),
    column("result", STRING, "结果标识", "Result: segment of the cell path."),
    column("review_order", INT32, "序号", "Order in print.", minimum=1),
    column("channel_label", STRING, "途径名称", "Official label of the channel."),
    column("result_label", STRING, "结果名称", "Official label of the result."),
    column("is_total", BOOLEAN, "是否合计", "True for the total of a channel."),
    primary_key=["channel", "result"],
    sort=["review_order"],
    partitioned=False,
)

DIM_INDICATOR = table(
    "dim_indicator",
    "统计指标",
    "Indicators of form 2014 (政府信息公开情况统计表), one number each.",
    column("indicator", STRING, "指标标识", "Id of the indicator: segment of the cell path."),
    column("indicator_order", INT32, "指标序", "Order in print.", minimum=1),
    column("section", STRING, "部分标识", "Section of the form."),
    column("section_label", STRING, "部分名称", "Official label of the section."),
    column("number", STRING, "编号", "Number printed before the label.", nullable=True),
    column("label", STRING, "指标名称", "Official label."),
    column("unit", STRING, "单位", "Unit the form prints."),
    column("part_of", STRING, "所属指标", "Indicator this one is a part of (其中).", nullable=True),
    primary_key=["indicator"],
    sort=["indicator_order"],
    partitioned=False,
)
