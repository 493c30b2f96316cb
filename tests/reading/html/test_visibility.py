"""A page is read as a browser shows it: hidden text is no text, struck and raised digits are doubted."""

from __future__ import annotations

import pytest

from pipelines.reading import Grid, Paragraph, read

RAISED, STRUCK, HIDDEN = "raised_text", "struck_text", "hidden_text"


def grid_of(page: str) -> Grid:
    (grid,) = (block for block in read(page.encode()).blocks if isinstance(block, Grid))
    return grid


def cell_of(content: str, attributes: str = "", head: str = "") -> tuple[str, str | None]:
    table = f"<table><tr><td>规章</td><td {attributes}>{content}</td></tr></table>"
    page = f"<html><head>{head}</head><body>{table}</body></html>"
    cell = grid_of(page).rows[0][1]
    return cell.text, cell.doubt


def lines_of(body: str, head: str = "") -> list[str]:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return [block.text for block in read(page.encode()).blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    "content",
    [
        "101<sup>2</sup>",
        "101<SUB>2</SUB>",
        "101<b><sup><i>2</i></sup></b>",
        "101<span style='vertical-align:super'>2</span>",
        '101<span style="font-size:9pt; VERTICAL-ALIGN : sub !important">2</span>',
        "101<span style='vertical-align: 5px'>2</span>",
        "101<font style='position:relative;top:-3.0pt'>2</font>",
        "101<span style='vertical-\\61lign:super'>2</span>",
        "101<span style='vertical-align:/**/super'>2</span>",
        "101<sup style='vertical-align:baseline'>②</sup>",
        "1<sup>.</sup>5",
    ],
)
def test_raised_digits_are_doubted(content: str) -> None:
    assert cell_of(content)[1] == RAISED


@pytest.mark.parametrize(
    "content",
    [
        "<del>88</del>101",
        "<S>9</S>101",
        "<strike><b>9</b></strike>101",
        "<del>-</del>5",
        "<span style='text-decoration:line-through'>9</span>101",
        "<span style='text-decoration-line: underline LINE-THROUGH'>9</span>101",
        "<span style='text-decoration:line-through red 2px'><u>9</u></span>101",
        "<del><span style='text-decoration:none'>9</span></del>101",
    ],
)
def test_struck_text_is_doubted(content: str) -> None:
    assert cell_of(content)[1] == STRUCK


@pytest.mark.parametrize(
    "content",
    [
        "<u>101</u>",
        "<ins>101</ins>",
        "<span style='text-decoration:underline'>101</span>",
        "<span style='vertical-align:middle'>101</span>",
        "101<sup> </sup>",
        "101<del> </del>",
        "<s style='text-decoration:none'>101</s>",
        "<span style='visibility:visible;opacity:1;font-size:12px;color:#333;display:inline'>101</span>",
        "<span style='visibility:hidden'>7<b style='visibility:visible'>101</b></span>",
        "<span style='font-size:0'><b style='font-size:14px'>101</b></span>",
        "<span style='background:#00f;color:#fff'>101</span>",
        "<span style='color:#000;background-color:#fff'>101</span>",
    ],
)
def test_text_that_is_seen_is_read(content: str) -> None:
    assert cell_of(content) == ("101", None)


@pytest.mark.parametrize(
    "content",
    [
        "<span style='display:none'>7</span>101",
        '<span style="COLOR:red; Display : None !important;">7</span>101',
        "<span hidden>7</span>101",
        "<span hidden=''><b>7</b></span>101",
        "<b><i style='visibility:hidden'>7</i></b>101",
        "<span style='visibility:collapse'>7</span>101",
        "<font style='font-size:0'>7</font>101",
        "<font style='font-size:0.0pt'><b>7</b></font>101",
        "<font style='font:0/0 a'>7</font>101",
        "<span style='opacity:0'><b style='opacity:1'>7</b></span>101",
        "<span style='opacity: 0.0'>7</span>101",
        "<p style='display:none'>7</p><p>101</p>",
        "<ruby>101<rp>(</rp><rt>jiàn</rt><rp>)</rp></ruby>",
        "<template>7</template>101",
        "<span style='display:&#110;one'>7</span>101",
        "<span style='display:none'><del>7</del><input value=7><svg><text>7</text></svg></span>101",
    ],
)
def test_what_is_hidden_is_not_read(content: str) -> None:
    assert cell_of(content) == ("101", None)


@pytest.mark.parametrize(
    "content",
    [
        '<span style="mso-hide:all">7</span>101',
        "<button>7</button>101",
        "101<details><summary>more</summary>7</details>",
        "<span style='color:#fff'>7</span>101",
        "<span style='color: WHITE'>7</span>101",
        "<font color='#FFFFFF'>7</font>101",
        "<font color=white>7</font>101",
        "<span style='color:rgb(255, 255, 255)'>7</span>101",
        "<span style='color:transparent'>7</span>101",
        "<span style='color:rgba(0,0,0,0)'>7</span>101",
        "<span style='background:#f00;color:#f00'>7</span>101",
        "<span style='font-size:1px'>7</span>101",
        "<span style='font-size:1pt'>7</span>101",
        "<span style='position:absolute;left:-9999px'>7</span>101",
        "<span style='display:inline-block;width:0;overflow:hidden'>7</span>101",
        "<span style='position:absolute;clip:rect(0 0 0 0)'>7</span>101",
        "<span style='opacity:0.01'>7</span>101",
    ],
)
def test_text_that_can_hardly_be_seen_is_doubted(content: str) -> None:
    assert cell_of(content)[1] == HIDDEN


@pytest.mark.parametrize(
    "attributes", ["bgcolor='#336699'", "style='background:#369'", "style='background: url(a.png)'"]
)
def test_white_text_on_another_ground_is_seen(attributes: str) -> None:
    assert cell_of("<font color=white>101</font>", attributes) == ("101", None)


@pytest.mark.parametrize(
    "rule",
    [
        ".x{display:none}",
        "p{margin:0} td .x , a{ DISPLAY : none }",
        "span.x.y{display:none!important}",
        "#n{visibility:hidden}",
        "@media screen{.x{display:none}}",
        "/* } */ .x{color:red;display:none}",
        "td span:first-child{display:none}",
        "[data-n='1']{display:none}",
        ".x{display:block}.x{display:none}",
        "span.x{display:none}.x{display:inline}",
        ".x{font-size:0}",
        ".x{opacity:0}",
    ],
)
def test_rules_of_the_page_hide_text(rule: str) -> None:
    content = "<span class='x y' id=n data-n=1>7</span>101"
    assert cell_of(content, head=f"<style>{rule}</style>") == ("101", None)


@pytest.mark.parametrize(
    "rule",
    [
        ".z{display:none}",
        "@media print{.x{display:none}}",
        ".x:hover{display:none}",
        ".x::before{display:none}",
        ".x{display:none}.x{display:inline}",
        ".x{display:inline!important}span.x{display:none}",
        "/* .x{display:none} */",
        ".x{{{",
        "}.y,{display:none",
        "p .x{display:none}",
    ],
)
def test_rules_that_do_not_apply_hide_nothing(rule: str) -> None:
    assert cell_of("<span class='x'>7</span>101", head=f"<style>{rule}</style>") == ("7101", None)


@pytest.mark.parametrize(
    ("rule", "doubt"),
    [(".x{text-decoration:line-through}", STRUCK), (".x{vertical-align:super}", RAISED), (".x{color:#fff}", HIDDEN)],
)
def test_rules_of_the_page_strike_and_raise(rule: str, doubt: str) -> None:
    assert cell_of("<span class='x'>7</span>101", head=f"<STYLE type='text/css'>{rule}</STYLE>")[1] == doubt


@pytest.mark.parametrize(
    ("cell", "style"),
    [
        ("<td style='display:none'>9</td>", ""),
        ("<td hidden rowspan=3 colspan=2>9</td>", ""),
        ("<th CLASS=hid>9</th>", ".hid{display:none}"),
        ("<td>9</td>", "td:first-child{display:none}"),
        ("<td>9</td>", "table td:nth-child(1){display:none}"),
    ],
)
def test_a_hidden_cell_takes_no_column(cell: str, style: str) -> None:
    rows = f"<tr>{cell}<td>规章</td><td>101</td></tr>" * 2
    grid = grid_of(f"<html><head><style>{style}</style></head><body><table>{rows}</table></body></html>")
    assert [[(c.text, c.row, c.col) for c in row] for row in grid.rows] == [
        [("规章", 0, 0), ("101", 0, 1)],
        [("规章", 1, 0), ("101", 1, 1)],
    ]


@pytest.mark.parametrize("hidden", ["style='display:none'", "hidden", "class=x", "style='visibility:collapse'"])
def test_a_hidden_row_is_not_shown(hidden: str) -> None:
    table = f"<table><tr><td>规章</td><td>1</td></tr><tr {hidden}><td>规章</td><td>2</td></tr></table>"
    grid = grid_of(f"<html><head><style>.x{{display:none}}</style></head><body>{table}</body></html>")
    assert [[cell.text for cell in row] for row in grid.rows] == [["规章", "1"]]


@pytest.mark.parametrize("hidden", ["style='display:none'", "hidden", "style='visibility:hidden'", "class=x"])
def test_hidden_lines_and_tables_are_not_shown(hidden: str) -> None:
    shown = "<table><tr><td>规章</td><td>1</td></tr></table>"
    body = f"<p>一</p><p {hidden}>二</p><div {hidden}><h1>三</h1>{shown.replace('1', '2')}</div>{shown}<p>四</p>"
    head = "<style>.x{display:none}</style>"
    assert lines_of(body, head) == ["一", "四"]
    assert [[cell.text for cell in row] for row in grid_of(f"<html><head>{head}</head>{body}</html>").rows] == [
        ["规章", "1"]
    ]


def test_a_heading_is_read_as_it_is_shown() -> None:
    assert lines_of("<h1>2022<span style='display:none'>1</span>年<br>报告</h1>") == ["2022年报告"]


def test_a_page_that_hides_itself_is_shown_by_its_script() -> None:
    assert lines_of("<p>一</p>", "<style>body{display:none}html{opacity:0}</style>") == ["一"]


def test_raised_and_struck_words_without_a_number_are_text() -> None:
    assert lines_of("<p>第一条<sup>注</sup>，共101<sup>2</sup>件</p>") == ["第一条注，共1012件"]
    assert cell_of("本年<sup>注</sup>") == ("本年注", None)


_TABLE = "<table><tr><td>规章</td><td>{}</td></tr></table>"
_HEAD = "<style>.pane{display:none}</style>"


@pytest.mark.parametrize("hides", ['style="display:none"', "hidden", 'class="pane"'])
def test_hidden_tables_are_read_where_the_page_shows_no_other(hides: str) -> None:
    hidden = f"<div {hides}>{_TABLE.format(1)}<p hidden>7</p></div>"
    alone = f"<html><head>{_HEAD}</head><body>{hidden}<p>年报</p></body></html>"
    beside = f"<html><head>{_HEAD}</head><body>{hidden}{_TABLE.format(2)}</body></html>"
    assert [cell.text for cell in grid_of(alone).rows[0]] == ["规章", "1"]
    assert [cell.text for cell in grid_of(beside).rows[0]] == ["规章", "2"]
    assert lines_of(f"{hidden}<p>年报</p>", _HEAD) == ["年报"]
