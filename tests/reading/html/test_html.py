"""HTML: spans, layout tables, breaks, damaged markup, and budgets that hold before spans are expanded."""

from __future__ import annotations

import pytest

from pipelines.reading import Document, Grid, Limits, Paragraph, ReadError, read


def grids(page: str) -> list[Grid]:
    return [block for block in read(page.encode()).blocks if isinstance(block, Grid)]


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def test_a_cell_stands_at_its_place_after_spans() -> None:
    page = "<table><tr><td rowspan=2>a</td><td colspan='3'>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    (grid,) = grids(page)
    places = {cell.text: (cell.row, cell.col, cell.rowspan, cell.colspan) for row in grid.rows for cell in row}
    assert places == {"a": (0, 0, 2, 1), "b": (0, 1, 1, 3), "c": (1, 1, 1, 1), "d": (1, 2, 1, 1)}
    assert grid.spanned


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "99999999999", "２"])
def test_an_absurd_span_breaks_nothing(span: str) -> None:
    (grid,) = grids(f"<table><tr><td rowspan='{span}'>a</td><td>b</td></tr></table>")
    assert texts(grid) == [["a", "b"]]


def test_a_layout_table_is_dissolved() -> None:
    inner = "<table><tr><td>规章</td><td>0</td></tr></table>"
    document = read(f"<table><tr><td>首页<div>{inner}</div>页脚</td></tr></table>".encode())
    assert [type(block) for block in document.blocks] == [Paragraph, Grid, Paragraph]
    assert paragraphs(document) == ["首页", "页脚"]


def test_a_table_with_a_page_of_text_in_one_cell_is_layout() -> None:
    lines = "".join(f"<p>第{n}段</p>" for n in range(20))
    document = read(f"<table><tr><td>{lines}</td></tr></table>".encode())
    assert len(paragraphs(document)) == 20


def test_a_break_in_a_cell_is_a_line_and_markup_is_none() -> None:
    (grid,) = grids("<table><tr><td>本年新<br>制作<b>数</b>量</td><td><p>3</p></td><td>&nbsp;</td></tr></table>")
    assert texts(grid) == [["本年新\n制作数量", "3", ""]]


def test_unclosed_cells_and_rows_are_closed() -> None:
    (grid,) = grids("<table><tr><td>规章<td>0<td>1<tr><td>规范性文件<td>2<td>3</table>")
    assert texts(grid) == [["规章", "0", "1"], ["规范性文件", "2", "3"]]


def test_scripts_and_styles_are_no_text() -> None:
    document = read(b"<html><body><script>var x='1'</script><style>p{}</style><p>ok</p></body></html>")
    assert paragraphs(document) == ["ok"]


def test_metadata_and_headings_are_kept() -> None:
    head = '<head><title> 年报 </title><meta name="PubDate" content="2021-01-30"></head>'
    document = read(f"<html>{head}<body><h1>标题</h1></body></html>".encode())
    assert document.metadata == {"page_title": "年报", "published": "2021-01-30"}
    assert document.blocks == (Paragraph("标题", 0, is_heading=True),)


@pytest.mark.parametrize("end", ["<td", '<td class="x', "</ta", "<table><tr><td>1"])
def test_a_page_cut_in_a_tag_or_table_is_truncated(end: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(f"<html><body><p>正文</p>{end}".encode())
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize(
    ("page", "limits", "reason"),
    [
        (
            "<table><tr>" + "<td rowspan=65534 colspan=1000>1</td>" * 1000 + "</tr></table>",
            Limits(),
            "too_many_columns",
        ),
        ("<table>" + "<tr><td>1</td></tr>" * 9 + "</table>", Limits(grid_cells=8), "too_many_cells"),
        ("<table><tr><td>1</td></tr></table>" * 4, Limits(grids=3), "too_many_tables"),
        ("<div>" * 200_000, Limits(), "too_deep"),
        ("<table><tr><td>" * 200_000, Limits(), "too_deep"),
    ],
)
def test_a_page_beyond_its_budget_is_refused(page: str, limits: Limits, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(page.encode(), limits)
    assert caught.value.reason == reason


def test_rows_that_span_beyond_the_table_cost_nothing() -> None:
    (grid,) = grids("<table>" + "<tr><td rowspan=65534>a</td></tr>" * 50 + "</table>")
    assert [row[0].col for row in grid.rows] == list(range(50))


def test_unclosed_paragraphs_do_not_nest() -> None:
    assert len(paragraphs(read(b"<p>a" * 20_000))) == 20_000
