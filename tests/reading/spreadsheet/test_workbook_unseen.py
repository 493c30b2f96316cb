"""Workbooks that show a number otherwise than its cell states: rules by value, narrow columns, rows without height."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.reading.spreadsheet.workbook_files import Value, cells, grid_sheet, packed, xlsx

STRUCK, HIDDEN, FORMATTED, CROPPED = "struck_text", "hidden_text", "number_format", "cropped_text"
ROWS: tuple[list[Value], ...] = (["规章", 16, 1234567], ["行政许可", 7, 0])


def book(*, before: str = "", after: str = "", looks: tuple[str, ...] = (), code: str = "0") -> bytes:
    data = xlsx(grid_sheet(*ROWS, before=before, after=after), codes=[code])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name).decode() for name in archive.namelist()}
    dxfs = "".join(f"<dxf>{look}</dxf>" for look in looks)
    styles = str(parts["xl/styles.xml"]).replace("</styleSheet>", f"<dxfs>{dxfs}</dxfs></styleSheet>")
    return packed({**parts, "xl/styles.xml": styles})


def doubts(data: bytes) -> dict[str, str | None]:
    return {name: cell.doubt for name, cell in cells(data).items() if name[0] != "A"}


def rule(inner: str, area: str = "B1:C2") -> str:
    return f'<conditionalFormatting sqref="{area}">{inner}</conditionalFormatting>'


def is_equal(number: str) -> str:
    inner = f"<formula>{number}</formula>"
    return rule(f'<cfRule type="cellIs" dxfId="0" priority="1" operator="equal">{inner}</cfRule>')


@pytest.mark.parametrize(
    ("look", "doubt"),
    [
        ("<font><strike/></font>", STRUCK),
        ('<font><color rgb="FFFFFFFF"/></font>', HIDDEN),
        (
            '<font><color rgb="FFFF0000"/></font><fill><patternFill><bgColor rgb="FFFF0000"/></patternFill></fill>',
            HIDDEN,
        ),
        ('<fill><patternFill><bgColor rgb="FF000000"/></patternFill></fill>', HIDDEN),
        ('<numFmt numFmtId="170" formatCode=";;;"/>', FORMATTED),
        ('<numFmt numFmtId="170" formatCode="0,"/>', FORMATTED),
        ('<numFmt numFmtId="170" formatCode="0&quot;0000&quot;"/>', FORMATTED),
        ('<numFmt numFmtId="170" formatCode="0"/>', None),
        ('<font><b/><color rgb="FFFF0000"/></font>', None),
        ('<fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill>', None),
    ],
)
def test_a_rule_that_a_number_meets_doubts_it_where_its_look_changes_what_is_seen(look: str, doubt: str | None) -> None:
    assert doubts(book(after=is_equal("16"), looks=(look,))) == {"B1": doubt, "C1": None, "B2": None, "C2": None}


def test_a_white_zero_doubts_the_zeros_alone() -> None:
    white = '<font><color rgb="FFFFFFFF"/></font>'
    found = doubts(book(after=is_equal("0"), looks=(white,)))
    assert found == {"B1": None, "C1": None, "B2": None, "C2": HIDDEN}
    formula = '<cfRule type="expression" dxfId="0" priority="1"><formula>B1=0</formula></cfRule>'
    assert doubts(book(after=rule(formula), looks=(white,))) == found


@pytest.mark.parametrize(
    "inner",
    [
        '<cfRule type="expression" dxfId="0" priority="1"><formula>MOD(ROW(),2)=0</formula></cfRule>',
        '<cfRule type="top10" dxfId="0" priority="1" rank="3"/>',
        '<cfRule type="cellIs" dxfId="0" priority="1" operator="equal"><formula>$Z$9</formula></cfRule>',
        '<cfRule type="dataBar" priority="1"><dataBar showValue="0"><cfvo type="min"/></dataBar></cfRule>',
        '<cfRule type="iconSet" priority="1"><iconSet showValue="false"/></cfRule>',
    ],
)
def test_a_rule_that_is_not_understood_doubts_all_numbers_of_its_area(inner: str) -> None:
    found = doubts(book(after=rule(inner, "B1:B2"), looks=("<font><strike/></font>",)))
    assert found["B1"] is not None
    assert found["B2"] is not None
    assert found["C1"] is found["C2"] is None


@pytest.mark.parametrize(
    "inner",
    [
        '<cfRule type="dataBar" priority="1"><dataBar><cfvo type="min"/></dataBar></cfRule>',
        '<cfRule type="containsBlanks" dxfId="0" priority="1"/>',
        '<cfRule type="expression" priority="1"><formula>TRUE</formula></cfRule>',
    ],
)
def test_a_rule_that_hides_nothing_doubts_nothing(inner: str) -> None:
    assert set(doubts(book(after=rule(inner), looks=("<font><strike/></font>",))).values()) == {None}


def test_a_rule_of_newer_workbooks_that_shows_only_bars_doubts_its_numbers() -> None:
    inner = '<x14:cfRule type="dataBar"><x14:dataBar showValue="0"/></x14:cfRule><xm:sqref>B1:B2</xm:sqref>'
    after = (
        '<extLst><ext xmlns:x14="urn:x14"><x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="urn:xm">'
        f"{inner}</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    assert doubts(book(after=after)) == {"B1": HIDDEN, "C1": None, "B2": HIDDEN, "C2": None}


def test_a_number_wider_than_its_column_is_doubted() -> None:
    columns = '<cols><col min="2" max="3" width="2.7" customWidth="1"/></cols>'
    assert doubts(book(before=columns)) == {"B1": None, "C1": CROPPED, "B2": None, "C2": None}
    assert set(doubts(book(before=columns.replace("2.7", "7.7"))).values()) == {None}


def test_columns_and_rows_without_size_by_default_are_doubted() -> None:
    assert set(doubts(book(before='<sheetFormatPr defaultColWidth="0" defaultRowHeight="15"/>')).values()) == {HIDDEN}
    assert set(doubts(book(before='<sheetFormatPr defaultRowHeight="0" customHeight="1"/>')).values()) == {HIDDEN}
    assert set(doubts(book(before='<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>')).values()) == {HIDDEN}
    assert set(doubts(book(before='<sheetFormatPr defaultRowHeight="15"/>')).values()) == {None}


@pytest.mark.parametrize("code", ["0*0", "*00", "@@", "General General", "0*-", "[$-30804]0"])
def test_formats_that_print_more_than_the_number_are_doubted(code: str) -> None:
    assert doubts(book(code=code))["B1"] == FORMATTED


@pytest.mark.parametrize("code", ["* 0", "_ * #,##0_ ", "0* ", "[$-804]0"])
def test_formats_that_fill_with_blanks_are_trusted(code: str) -> None:
    assert doubts(book(code=code))["B1"] is None
