"""Cells of a table show the values of their form fields, and no cell reaches beyond the table."""

from __future__ import annotations

import pytest

from pipelines.reading import Grid, ReadError, read


def grid_of(rows: str) -> Grid:
    (grid,) = (block for block in read(f"<table>{rows}</table>".encode()).blocks if isinstance(block, Grid))
    return grid


def cell_of(content: str) -> tuple[str, str | None]:
    cell = grid_of(f"<tr><td>规章</td><td>{content}</td></tr>").rows[0][1]
    return cell.text, cell.doubt


@pytest.mark.parametrize(
    "content",
    [
        "<input value=101>",
        "<INPUT TYPE='Text' VALUE=' 101 ' readonly>",
        "<input type=number value=101>",
        "<input type=hidden value=7>101",
        "<input type=checkbox value=7>101",
        "<b><input value=101 disabled></b>",
        "<select><option>1<option selected>101</select>",
        "<select><option value=7>101<option>2</select>",
        "<select><option disabled>7<option>101</select>",
        "<select><optgroup label=a><option>1</option><option selected='selected'>101</option></optgroup></select>",
        "<select><option label=101>7</select>",
        "<textarea>\n101</textarea>",
        "<input style='display:none' value=7>101",
    ],
)
def test_a_field_shows_its_value(content: str) -> None:
    assert cell_of(content) == ("101", None)


@pytest.mark.parametrize(
    "content",
    [
        "<input value=10><input value=1>",
        "<input value=10>1",
        "<input type=password value=101>",
        "<input type=number value='１０１'>",
        "<input placeholder=101>",
        "<select multiple><option>1<option selected>101</select>",
        "<select size=3><option>1<option>101</select>",
    ],
)
def test_a_field_that_is_shown_otherwise_is_doubted(content: str) -> None:
    assert cell_of(content)[1] == "form_field"


def test_a_raised_or_struck_field_is_doubted() -> None:
    assert cell_of("<del><input value=7></del>")[1] == "struck_text"
    assert cell_of("<input value=7 style='color:#fff'>")[1] == "hidden_text"


@pytest.mark.parametrize("span", ["1000", "201", "65534"])
def test_a_last_cell_ends_where_the_table_does(span: str) -> None:
    row = "<tr><td>" + "</td><td>".join("abcd") + "</td></tr>"
    grid = grid_of(f"<tr><td>x</td><td colspan={span}>y</td></tr>{row}<tr><td colspan={span}>z</td></tr>")
    assert [[(c.text, c.col, c.colspan) for c in grid.rows[n]] for n in (0, 2)] == [
        [("x", 0, 1), ("y", 1, 3)],
        [("z", 0, 4)],
    ]


@pytest.mark.parametrize("cells", ["<td colspan=1000>a</td><td>b</td>", "<td>a</td>" * 201])
def test_cells_beyond_the_budget_are_refused(cells: str) -> None:
    with pytest.raises(ReadError) as caught:
        grid_of(f"<tr>{cells}</tr>")
    assert caught.value.reason == "too_many_columns"


@pytest.mark.parametrize("tag", ['<td colspan="2"\u083e12件</td>', "<td 12</td>", '<td align="center" <span>12</td>'])
def test_a_cell_whose_tag_lost_its_end_is_doubted(tag: str) -> None:
    (row,) = grid_of(f"<tr><td>规章</td>{tag}<td>3</td></tr>").rows
    assert [(cell.text, cell.doubt) for cell in row if cell.col != 1][-1] == ("3", None)
    assert [cell.doubt for cell in row if cell.col == 1] == ["damaged_format"]
