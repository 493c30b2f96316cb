"""Workbooks in one file of XML: places, merged and hidden cells, styles, texts of several fonts, damaged files."""

from __future__ import annotations

import pytest

from pipelines.reading import Cell, Document, Grid, Paragraph, ReadError, read
from pipelines.reading.sniffing import EXCEL_XML

HEAD = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
SPACES = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:html="http://www.w3.org/TR/REC-html40"'
)


def cell(value: object = None, attributes: str = "", kind: str = "") -> str:
    """Return a cell; attributes bear the prefix ss: already."""
    if value is None:
        return f"<Cell {attributes}/>"
    kind = kind or ("Number" if isinstance(value, int) else "String")
    return f'<Cell {attributes}><Data ss:Type="{kind}">{value}</Data></Cell>'


def rich(content: str, attributes: str = "") -> str:
    return f'<Cell><ss:Data ss:Type="String" {attributes}>{content}</ss:Data></Cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<Row {attributes}>{''.join(cells)}</Row>"


def sheet(*rows: str, name: str = "Sheet1", options: str = "", columns: str = "") -> str:
    options = f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">{options}</WorksheetOptions>'
    return f'<Worksheet ss:Name="{name}"><Table>{columns}{"".join(rows)}</Table>{options}</Worksheet>'


def style(name: str, inner: str, attributes: str = "") -> str:
    return f'<Style ss:ID="{name}" {attributes}>{inner}</Style>'


def workbook(*sheets: str, styles: str = "", head: str = HEAD) -> str:
    default = style("Default", '<Font ss:FontName="宋体"/>', 'ss:Name="Normal"')
    return f"{head}<Workbook {SPACES}><Styles>{default}{styles}</Styles>{''.join(sheets)}</Workbook>"


PLAIN = workbook(sheet(row(cell("规章"), cell(5))))


def grids(found: Document) -> list[Grid]:
    return [block for block in found.blocks if isinstance(block, Grid)]


def texts(markup: str) -> list[list[list[str]]]:
    return [[[c.text for c in line] for line in grid.rows] for grid in grids(read(markup.encode()))]


def value(content: str, styles: str = "", options: str = "") -> Cell:
    """Return the cell beside a label."""
    (grid,) = grids(read(workbook(sheet(row(cell("规章"), content), options=options), styles=styles).encode()))
    return grid.rows[0][1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("head", [HEAD, "", "\n\n" + HEAD, HEAD.replace('"1.0"', '"1.0" encoding="GB2312"')])
def test_a_workbook_is_read_whatever_its_encoding(encoding: str, head: str) -> None:
    found = read(PLAIN.replace(HEAD, head).encode(encoding))
    (grid,) = grids(found)
    assert found.media_type == EXCEL_XML
    assert [[(c.text, c.place and c.place.reference) for c in line] for line in grid.rows] == [
        [("规章", "Sheet1!A1"), ("5", "Sheet1!B1")]
    ]


def test_a_workbook_spelled_with_prefixes() -> None:
    tags = ("Workbook", "Styles", "Style", "Font", "Worksheet", "Table", "Row", "Cell", "Data")
    markup = PLAIN
    for tag in tags:
        markup = (
            markup.replace(f"<{tag} ", f"<ss:{tag} ")
            .replace(f"<{tag}>", f"<ss:{tag}>")
            .replace(f"</{tag}>", f"</ss:{tag}>")
        )
    assert texts(markup) == [[["规章", "5"]]]


def test_cells_stand_where_indexes_and_merged_cells_put_them() -> None:
    markup = workbook(
        sheet(
            row(cell("事项", 'ss:MergeDown="1"'), cell("本年", 'ss:MergeAcross="1"'), cell("备注")),
            row(cell("收", 'ss:Index="2"'), cell("办"), cell()),
            row(cell("规章"), cell(1), cell(2), cell(3), attributes='ss:Index="4"'),
            row(cell("文件"), cell(4, 'ss:Index="3"'), cell(5), attributes='ss:Span="1"'),
            row(cell("末")),
        )
    )
    first, second = grids(read(markup.encode()))
    assert [[(c.text, c.col, c.rowspan, c.colspan) for c in line] for line in first.rows] == [
        [("事项", 0, 2, 1), ("本年", 1, 1, 2), ("备注", 3, 1, 1)],
        [("收", 1, 1, 1), ("办", 2, 1, 1), ("", 3, 1, 1)],
    ]
    assert [[c.text for c in line] for line in second.rows] == [["规章", "1", "2", "3"], ["文件", "", "4", "5"]]
    assert [c.place and c.place.reference for c in second.rows[1]] == [f"Sheet1!{letter}5" for letter in "ABCD"]
    assert read(markup.encode()).blocks[-1] == Paragraph("末", 0)


def test_a_text_under_a_merged_cell_makes_its_row_doubtful() -> None:
    markup = workbook(
        sheet(row(cell("类", 'ss:MergeDown="1"'), cell("规章"), cell(1)), row(cell("文件"), cell(2), cell(3)))
    )
    (grid,) = grids(read(markup.encode()))
    assert [c.doubt for c in grid.rows[1]] == ["merged_cells_overlap"] * len(grid.rows[1])
    blank = workbook(
        sheet(row(cell("类", 'ss:MergeDown="1"'), cell("规章"), cell(1)), row(cell(), cell("文件"), cell(2)))
    )
    assert [(c.text, c.doubt) for c in grids(read(blank.encode()))[0].rows[1]] == [("文件", None), ("2", None)]


def test_what_is_hidden_is_not_read() -> None:
    columns = '<Column ss:Index="2" ss:Hidden="1" ss:Span="1"/><Column/><Column ss:Width="0"/>'
    rows = (
        row(cell("规章"), cell(8), cell(9), cell(5), cell(7)),
        row(cell("隐藏"), cell(9), cell(9), cell(9), cell(9), attributes='ss:Hidden="1"'),
        row(cell("无高"), cell(9), cell(9), cell(9), cell(9), attributes='ss:Height="0"'),
        row(cell("文件"), cell(8), cell(9), cell(6), cell(7)),
    )
    gone = sheet(row(cell("规章"), cell(9)), name="旧", options="<Visible>SheetHidden</Visible>")
    assert texts(workbook(gone, sheet(*rows, columns=columns))) == [[["规章", "5"], ["文件", "6"]]]
    with pytest.raises(ReadError, match="hidden_content"):
        read(workbook(gone).encode())


@pytest.mark.parametrize(
    ("content", "shown", "doubt"),
    [
        (cell(5, 'ss:StyleID="s1"'), "5", "struck_text"),
        (cell(5, 'ss:StyleID="s2"'), "5", "raised_text"),
        (cell(5, 'ss:StyleID="s3"'), "5", "hidden_text"),
        (cell(5, 'ss:StyleID="s4"'), "5", "struck_text"),
        (cell(5, 'ss:StyleID="s5"'), "5.00", None),
        (cell("0.5", 'ss:StyleID="s6"', kind="Number"), "50.00%", None),
        (cell(5, 'ss:StyleID="s7"'), "Yes", "number_format"),
        (cell(43831, 'ss:StyleID="s8"'), "2020-01-01", "date_format"),
        (cell("2020-01-01T00:00:00.000", kind="DateTime"), "2020-01-01T00:00:00.000", "date_format"),
        (cell("1", kind="Boolean"), "TRUE", None),
        (cell("#DIV/0!", kind="Error"), "#DIV/0!", None),
        (cell("1.5E3", kind="Number"), "1500", None),
        (cell("x", kind="Number"), "x", "unreadable_number"),
        (cell(5, kind="Currency"), "5", "unknown_cell_type"),
        (cell(5, 'ss:Formula="=RC[-1]"'), "5", None),
        (cell(None, 'ss:Formula="=RC[-1]"'), "=", "formula_without_value"),
        ('<Cell><Data ss:Type="Number">5</Data><Comment><ss:Data>旧9</ss:Data></Comment></Cell>', "5", None),
        (rich("5<Sup>1</Sup>", 'xmlns="http://www.w3.org/TR/REC-html40"'), "51", "raised_text"),
        (rich("<S>5</S>6", 'xmlns="http://www.w3.org/TR/REC-html40"'), "56", "struck_text"),
        (rich('<html:Font html:Color="#FFFFFF">9</html:Font>6'), "96", "hidden_text"),
        (rich('<html:B>5</html:B><html:Font html:Color="#FF0000">6</html:Font>'), "56", None),
        (cell("5&#10;6"), "5\n6", None),
    ],
)  # fmt: skip
def test_what_a_cell_shows(content: str, shown: str, doubt: str | None) -> None:
    styles = "".join((
        style("s1", '<Font ss:StrikeThrough="1"/>'), style("s2", '<Font ss:VerticalAlign="Superscript"/>'),
        style("s3", '<Font ss:Color="#FFFFFF"/>'), style("s4", '<NumberFormat ss:Format="0"/>', 'ss:Parent="s1"'),
        style("s5", '<NumberFormat ss:Format="Fixed"/>'), style("s6", '<NumberFormat ss:Format="Percent"/>'),
        style("s7", '<NumberFormat ss:Format="Yes/No"/>'), style("s8", '<NumberFormat ss:Format="Short Date"/>'),
    ))  # fmt: skip
    found = value(content, styles)
    assert (found.text, found.doubt) == (shown, doubt)


def test_rows_columns_and_tables_lend_their_style() -> None:
    styles = style("s", '<Font ss:StrikeThrough="1"/>') + style("Default", '<Font ss:FontName="宋体"/>')
    rows = row(cell("规章"), cell(5)), row(cell("文件"), cell(6))
    for markup in (
        workbook(sheet(*rows, columns='<Column/><Column ss:StyleID="s"/>'), styles=styles),
        workbook(sheet(row(cell("规章"), cell(5), attributes='ss:StyleID="s"')), styles=styles),
        workbook(sheet(*rows).replace("<Table>", '<Table ss:StyleID="s">'), styles=styles),
        workbook(sheet(*rows), styles=styles.replace("<Font ss:FontName", '<Font ss:StrikeThrough="1" ss:FontName')),
    ):
        assert grids(read(markup.encode()))[0].rows[0][1].doubt == "struck_text"
    assert value(cell(0), options="<DoNotDisplayZeros/>").doubt == "number_format"
    assert value(cell(0), options="<DisplayGridlines/>").doubt is None


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (PLAIN[:-30], "truncated"),
        (PLAIN.replace("</Row>", ""), "damaged"),
        (PLAIN.replace("office:spreadsheet", "office:spreadsheet2"), "damaged"),
        (PLAIN.replace("<Cell >", '<Cell ss:Index="0">', 1), "damaged"),
        (PLAIN.replace("<Cell >", '<Cell ss:Index="99999">', 1), "damaged"),
        (PLAIN.replace("<Cell >", '<Cell ss:MergeDown="-1">', 1), "damaged"),
        (PLAIN.replace("<Cell >", '<Cell ss:StyleID="none">', 1), "damaged"),
        (PLAIN.replace("<Workbook", '<!DOCTYPE x [<!ENTITY a "9">]><Workbook'), "damaged"),
        (PLAIN.replace("<Cell >", '<Cell ss:Indey="3">', 1), "damaged"),
        (PLAIN.replace("Data", "Dada"), "damaged"),
        (workbook(), "damaged"),
        (workbook(sheet()), "empty"),
        (workbook(sheet(row(*[cell("1")] * 300))), "too_many_columns"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_are_told(markup: str, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(markup.encode())
    assert caught.value.reason == reason
