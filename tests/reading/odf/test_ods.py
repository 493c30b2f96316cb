"""OpenDocument spreadsheets: cells as they are shown, and whether that is the number they hold."""

from __future__ import annotations

import pytest

from pipelines.reading import Document, Grid, ReadError, read
from tests.reading.odf.odf_files import SHEET, cell, document, odf, row, style, table


def sheet(*rows: str, columns: int = 2, attributes: str = 'table:name="表"', styles: str = "") -> Document:
    return document(table(*rows, columns=columns, attributes=attributes), kind=SHEET, styles=styles)


def shown(found: Document) -> list[list[tuple[str, str | None, str | None]]]:
    (grid,) = [block for block in found.blocks if isinstance(block, Grid)]
    return [[(c.text, c.doubt, c.place.reference if c.place else None) for c in cells] for cells in grid.rows]


def value(text: str, stored: str, kind: str = "float") -> str:
    return cell(text, f'office:value-type="{kind}" office:value="{stored}"')


@pytest.mark.parametrize(
    ("written", "text", "doubt"),
    [
        (value("12", "12"), "12", None),
        (value("1,234.50", "1234.5"), "1,234.50", None),
        (value("4件", "4"), "4件", None),
        (value("减4", "-4"), "减4", None),
        (value("12.5%", "0.125", "percentage"), "12.5%", None),
        (value("￥3.00", "3", "currency"), "￥3.00", None),
        (value("13", "12.6"), "13", "number_format"),  # rounded
        (value("12", "120000"), "12", "number_format"),
        (value("", "12"), "12", "number_format"),  # hidden by its format
        (value("12", "x"), "12", "number_format"),
        (cell("1月2日", 'office:value-type="date" office:date-value="2020-01-02"'), "1月2日", "date_format"),
        (cell("12", 'office:value-type="string"'), "12", None),
        (cell("", 'table:formula="of:=1+1"'), "=", "formula_without_value"),
        (cell("12", 'office:value-type="float" office:value="12" table:style-name="S"'), "12", "struck_text"),
    ],
)
def test_what_a_cell_shows_and_what_it_holds(written: str, text: str, doubt: str | None) -> None:
    struck = style("S", 'style:text-line-through-style="solid"', family="table-cell").replace("table-cell-p", "text-p")
    found = sheet(row(cell("a"), written), row(cell("b"), value("1", "1")), styles=struck)
    assert shown(found)[0][1][:2] == (text, doubt)


def test_places_repeats_spans_and_what_is_hidden() -> None:
    hidden = 'table:visibility="collapse"'
    found = sheet(
        row(
            cell("题", 'table:number-columns-spanned="3"'),
            '<table:covered-table-cell table:number-columns-repeated="2"/>',
        ),
        row(
            cell("a"),
            value("1", "1").replace("office:value-type", 'table:number-columns-repeated="2" office:value-type'),
        ),
        row(cell("x"), value("9", "9"), value("9", "9"), attributes=hidden),
        row(cell("b"), value("2", "2"), value("3", "3")),
        row(cell("", 'table:number-columns-repeated="1024"'), attributes='table:number-rows-repeated="1048000"'),
        columns=3,
    )
    assert [[(text, place) for text, _, place in cells] for cells in shown(found)] == [
        [("题", "表!A1")], [("a", "表!A2"), ("1", "表!B2"), ("1", "表!C2")],
        [("b", "表!A4"), ("2", "表!B4"), ("3", "表!C4")],
    ]  # fmt: skip


def test_a_hidden_sheet_is_no_table() -> None:
    hidden = style("H", 'table:display="false"', family="table")
    own = table(row(cell("x"), cell("9")), attributes='table:style-name="H"')
    with pytest.raises(ReadError) as caught:
        read(odf(own, kind=SHEET, styles=hidden))
    assert caught.value.reason == "hidden_content"
    assert len(shown(read(odf(own + table(row(cell("a"), cell("1"))), kind=SHEET, styles=hidden)))) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (table(row(cell("1", 'table:number-columns-repeated="300"'))), "too_many_columns"),
        (table(row(cell("1"), attributes='table:number-rows-repeated="300000"')), "too_many_cells"),
        (table(row(), row(attributes='table:number-rows-repeated="9999999"')), "damaged"),
        (table(row("<table:table-cell>" + table(row(cell("1"))) + "</table:table-cell>")), "damaged"),
        (table(), "empty"),
    ],
)
def test_what_cannot_be_read_says_why(body: str, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(odf(body, kind=SHEET))
    assert caught.value.reason == reason
