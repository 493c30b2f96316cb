"""Contracts of the forms themselves: each form, and each of its cells with its official labels, unit and meaning."""

from __future__ import annotations

from pipelines.contracts.codes import code_list
from pipelines.contracts.column_types import INT32, STRING
from pipelines.contracts.table import column, table

DIM_FORM = table(
    "dim_form",
    "报告格式",
    "One row per form of the report, that in words included.",
    column("form", STRING, "格式", "Id of the form.", isin=code_list("form")),
    column("form_order", INT32, "序号", "Order by the first year in force, from 1.", minimum=1),
    column("label", STRING, "格式名称", "Name of the form."),
    column("label_en", STRING, "格式英文名称", "Name of the form in English."),
    column("legal_source", STRING, "依据", "Notice that prescribes the form."),
    column("layout", STRING, "版式", "How the form is printed.", isin=code_list("form_layout")),
    column("since_year", INT32, "起始年度", "First report year in force."),
    column("until_year", INT32, "截止年度", "Last report year in force; NULL: until a later form.", nullable=True),
    column("cells", INT32, "单元格数", "Cells that a report on the form has.", minimum=0),
    primary_key=["form"],
    sort=["form_order"],
    partitioned=False,
)

DIM_FORM_CELL = table(
    "dim_form_cell",
    "格式单元格",
    "One row per form and cell of it: its official labels, its unit, what its number means, the fact it stands in.",
    column("form", STRING, "格式", "References dim_form.", isin=code_list("form")),
    column("cell_path", STRING, "单元格路径", "table.row.column in canonical names; references cell."),
    column("cell_order", INT32, "单元格序", "Order in print within the form, from 1.", minimum=1),
    column("table_id", STRING, "表标识", "Table of the form."),
    column("row_id", STRING, "行标识", "Row of the table."),
    column("column_id", STRING, "列标识", "Column of the table; empty where it has one column only."),
    column("table_label", STRING, "表名称", "Official label of the table."),
    column("row_label", STRING, "行名称", "Official label of the row."),
    column("column_label", STRING, "列名称", "Official label of the column."),
    column("label_en", STRING, "英文名称", "Row and column in English."),
    column("unit", STRING, "单位", "Unit of the form; empty where it prints none."),
    column("kind", STRING, "数值类别", "How the text of the cell is read.", isin=code_list("cell_kind")),
    column("column_role", STRING, "栏目含义", "What the number is.", isin=code_list("column_role")),
    column("stage", STRING, "阶段", "Applications: stage of the line.", nullable=True, isin=code_list("stage")),
    column("fact", STRING, "事实表", "Table of facts that holds the cell."),
    primary_key=["form", "cell_path"],
    sort=["form", "cell_order"],
    partitioned=False,
)
