"""Workbooks: struck, raised and unseen numbers, by the font of the cell and by the runs of its text."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import pytest
import xlsxwriter
import xlwt

from tests.reading.spreadsheet.workbook_files import (
    MAIN,
    as_xls,
    binary_cell,
    binary_row,
    cells,
    packed,
    sheet,
    wide,
    xlsb,
    xlsx,
)

STRUCK, RAISED, HIDDEN = "struck_text", "raised_text", "hidden_text"
Found = dict[str, tuple[str, str | None]]


def found_in(data: bytes) -> Found:
    return {name: (each.text, each.doubt) for name, each in cells(data).items()}


def runs(*parts: tuple[str, str]) -> str:
    return "".join(f"<r><rPr>{looks}</rPr><t>{text}</t></r>" for looks, text in parts)


RICH = [
    (runs(("<strike/>", "888"), ("", "101")), "888101", STRUCK),
    (runs(('<strike val="1"/>', "888"), ("", "101")), "888101", STRUCK),
    (runs(('<b/><strike val="true"/><sz val="11"/>', "888"), ("", "101")), "888101", STRUCK),
    (runs(('<strike val="0"/>', "888"), ("", "101")), "888101", None),
    (runs(('<strike val="false"/>', "1"), ("<b/>", "01")), "101", None),
    (runs(("", "101"), ('<vertAlign val="superscript"/>', "2")), "1012", RAISED),
    (runs(("", "101"), ('<vertAlign val="subscript"/>', "2")), "1012", RAISED),
    (runs(("", "101"), ('<vertAlign val="baseline"/>', "2")), "1012", None),
    (runs(("", "101"), ('<vertAlign val="superscript"/>', "①")), "101①", RAISED),
    (runs(("", "101"), ('<vertAlign val="superscript"/>', "注")), "101注", None),
    (runs(("", "1"), ("<strike/>", "."), ("", "5")), "1.5", STRUCK),
    (runs(("<strike/>", "规章"), ("", "12")), "规章12", None),
    (runs(('<color rgb="FFFFFFFF"/>', "888"), ("", "101")), "888101", HIDDEN),
    (runs(('<color theme="0"/>', "888"), ("", "101")), "888101", HIDDEN),
    (runs(('<color rgb="FFFF0000"/>', "888"), ("", "101")), "888101", None),
    ("<r><t>888</t></r><r><rPr><strike/></rPr><t>1</t></r>", "8881", STRUCK),
    ('<r><t>101</t></r><rPh sb="0" eb="1"><t>7</t></rPh><phoneticPr fontId="1"/>', "101", None),
]  # fmt: skip


@pytest.mark.parametrize(("content", "text", "doubt"), RICH)
@pytest.mark.parametrize("shared", [True, False])
def test_a_text_of_runs_is_doubted_where_its_number_is_not_what_is_seen(
    shared: bool, content: str, text: str, doubt: str | None
) -> None:
    first = '<c r="A1" t="s"><v>0</v></c>' if shared else f'<c r="A1" t="inlineStr"><is>{content}</is></c>'
    data = xlsx(sheet(f'<row r="1">{first}<c r="B1"><v>5</v></c></row>'), strings=f"<si>{content}</si>")
    assert found_in(data) == {"A1": (text, doubt), "B1": ("5", None)}


def styled(*, font: str, fill: str = "", colors: str = "") -> bytes:
    """Return a workbook whose second style has a font and a fill."""
    data = xlsx(
        sheet(
            '<row r="1"><c r="A1"><v>5</v></c><c r="B1" s="1"><v>12</v></c><c r="C1" s="1" t="str"><v>13件</v></c>'
            '<c r="D1" s="1" t="s"><v>0</v></c></row>'
        ),
        strings="<si><t>14</t></si>",
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><fonts><font><sz val="11"/></font><font>{font}</font></fonts>'
        f"<fills><fill><patternFill/></fill><fill>{fill or '<patternFill/>'}</fill></fills>"
        f'<cellXfs><xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="0" fontId="1" fillId="1"/></cellXfs>'
        f"<colors>{colors}</colors></styleSheet>"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return packed(parts | {"xl/styles.xml": styles})


def solid(colour: str) -> str:
    return f'<patternFill patternType="solid"><fgColor {colour}/><bgColor indexed="64"/></patternFill>'


WHITE_PALETTE = "<indexedColors>" + '<rgbColor rgb="00FFFFFF"/>' * 64 + "</indexedColors>"
FONTS = [
    ({"font": "<strike/>"}, STRUCK),
    ({"font": '<b/><strike val="1"/><sz val="11"/>'}, STRUCK),
    ({"font": '<strike val="0"/>'}, None),
    ({"font": '<vertAlign val="superscript"/>'}, RAISED),
    ({"font": '<vertAlign val="subscript"/>'}, RAISED),
    ({"font": '<vertAlign val="baseline"/>'}, None),
    ({"font": '<sz val="1"/>'}, HIDDEN),
    ({"font": '<sz val="6"/>'}, None),
    ({"font": '<sz val="nonsense"/>'}, None),
    ({"font": '<color rgb="FFFFFFFF"/>'}, HIDDEN),
    ({"font": '<color rgb="00FFFFFF"/>'}, HIDDEN),
    ({"font": '<color rgb="FFFEFEFE"/>'}, HIDDEN),
    ({"font": '<color theme="0"/>'}, HIDDEN),
    ({"font": '<color theme="0" tint="-0.05"/>'}, HIDDEN),
    ({"font": '<color theme="0" tint="-0.5"/>'}, None),
    ({"font": '<color theme="1"/>'}, None),
    ({"font": '<color indexed="9"/>'}, HIDDEN),
    ({"font": '<color indexed="1"/>'}, HIDDEN),
    ({"font": '<color indexed="8"/>'}, None),
    ({"font": '<color indexed="64"/>'}, None),
    ({"font": '<color indexed="20"/>', "colors": WHITE_PALETTE}, HIDDEN),
    ({"font": '<color auto="1"/>'}, None),
    ({"font": '<color theme="0"/>', "fill": solid('rgb="FFFFFFFF"')}, HIDDEN),
    ({"font": '<color theme="0"/>', "fill": solid('theme="0"')}, HIDDEN),
    ({"font": '<color theme="0"/>', "fill": solid('rgb="FF1F4E79"')}, None),
    ({"font": '<color theme="0"/>', "fill": solid('theme="4"')}, None),
    ({"font": '<color theme="0"/>', "fill": '<gradientFill><stop position="0"/></gradientFill>'}, None),
    ({"font": '<color theme="0"/>', "fill": '<patternFill patternType="gray125"/>'}, None),
    ({"font": '<color rgb="FF1F4E79"/>', "fill": solid('rgb="FF1F4E79"')}, HIDDEN),
    ({"font": '<color theme="4" tint="0.4"/>', "fill": solid('theme="4" tint="0.4"')}, HIDDEN),
    ({"font": '<color theme="4" tint="0.4"/>', "fill": solid('theme="4"')}, None),
    ({"font": '<color rgb="nonsense" theme="x" tint="nan" indexed="-1"/>'}, None),
]  # fmt: skip


@pytest.mark.parametrize(("style", "doubt"), FONTS)
def test_a_cell_is_doubted_where_its_font_strikes_raises_or_hides_it(style: dict[str, str], doubt: str | None) -> None:
    assert found_in(styled(**style)) == {
        "A1": ("5", None), "B1": ("12", doubt), "C1": ("13件", doubt), "D1": ("14", doubt),
    }  # fmt: skip


def test_a_white_run_is_seen_upon_a_dark_fill() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet()

    def style(**properties: Any) -> Any:
        return book.add_format(properties)

    white, struck = style(font_color="white"), style(font_strikeout=True)
    page.write(0, 0, 7)
    page.write_rich_string(0, 1, white, "1", "01", style(bg_color="navy"))
    page.write_rich_string(0, 2, white, "1", "01")
    page.write_rich_string(0, 3, struck, "1", "01", style(bg_color="navy"))
    page.write(0, 4, "12", style(font_color="white", bg_color="navy"))
    page.write(0, 5, 12, style(font_color="white"))
    page.write(0, 6, 12, style(num_format=";;;"))
    book.close()
    assert found_in(file.getvalue()) == {
        "A1": ("7", None), "B1": ("101", None), "C1": ("101", HIDDEN), "D1": ("101", STRUCK), "E1": ("12", None),
        "F1": ("12", HIDDEN), "G1": ("12", "number_format"),
    }  # fmt: skip


RECORD_FONTS = [
    ("font: struck_out on", STRUCK),
    ("font: struck_out off, bold on", None),
    ("font: escapement superscript", RAISED),
    ("font: escapement subscript", RAISED),
    ("font: height 20", HIDDEN),
    ("font: height 120", None),
    ("font: color white", HIDDEN),
    ("font: color red", None),
    ("font: color white; pattern: pattern solid, fore_color white", HIDDEN),
    ("font: color white; pattern: pattern solid, fore_color dark_blue", None),
    ("font: color dark_blue; pattern: pattern solid, fore_color dark_blue", HIDDEN),
    ("font: color white; pattern: pattern thin_horz_bands, fore_color white", None),
]


@pytest.mark.parametrize(("look", "doubt"), RECORD_FONTS)
def test_fonts_of_records_strike_raise_and_hide(look: str, doubt: str | None) -> None:
    def fill(book: xlwt.Workbook) -> None:
        for number in range(5):  # the fonts before the one that no workbook has, and one after it
            book.add_font(xlwt.easyfont(f"height {200 + number}"))
        page = book.add_sheet("a")
        style = xlwt.easyxf(look)
        page.write(0, 0, 5)
        page.write(0, 1, 12, style)
        page.write(0, 2, 12.25, style)
        page.write(0, 3, "13件", style)
        page.write(0, 4, "规章")

    assert found_in(as_xls(fill)) == {
        "A1": ("5", None), "B1": ("12", doubt), "C1": ("12.25", doubt), "D1": ("13件", doubt), "E1": ("规章", None),
    }  # fmt: skip


RECORD_RUNS: list[tuple[list[str | tuple[str, str]], str, str, str | None]] = [
    ([("888", "struck_out on"), ("101", "bold on")], "", "888101", STRUCK),
    (["888", ("101", "struck_out on")], "", "888101", STRUCK),
    (["101", ("2", "escapement superscript")], "", "1012", RAISED),
    (["101", ("2", "escapement subscript")], "", "1012", RAISED),
    (["101", ("注", "escapement superscript")], "", "101注", None),
    ([("规章", "struck_out on"), ("12", "bold on")], "", "规章12", None),
    (["𠀀𠀀", ("1", "struck_out on"), ("字", "bold on")], "", "𠀀𠀀1字", STRUCK),
    ([("888", "color white"), ("101", "bold on")], "", "888101", HIDDEN),
    ([("888", "color white"), ("101", "bold on")], "pattern: pattern solid, fore_color dark_blue", "888101", None),
    ([("888", "color red"), ("101", "bold on")], "", "888101", None),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "style", "text", "doubt"), RECORD_RUNS)
def test_runs_of_records_strike_raise_and_hide(
    parts: list[str | tuple[str, str]], style: str, text: str, doubt: str | None
) -> None:
    def fill(book: xlwt.Workbook) -> None:
        page = book.add_sheet("a")
        pieces = [part if isinstance(part, str) else (part[0], xlwt.easyfont(part[1])) for part in parts]
        page.write_rich_text(0, 0, pieces, xlwt.easyxf(style))
        page.write(0, 1, 5)
        page.write(1, 0, "x" * 9000)  # the strings fill several records
        page.write_rich_text(1, 1, pieces, xlwt.easyxf(style))

    found = found_in(as_xls(fill))
    assert (found["A1"], found["B1"], found["B2"]) == ((text, doubt), ("5", None), (text, doubt))


def test_a_workbook_of_records_chooses_its_own_white() -> None:
    def fill(book: xlwt.Workbook) -> None:
        xlwt.add_palette_colour("paper", 0x21)
        book.set_colour_RGB(0x21, 255, 255, 255)
        page = book.add_sheet("a")
        page.write(0, 0, 5)
        page.write(0, 1, 12, xlwt.easyxf("font: color paper"))

    assert found_in(as_xls(fill)) == {"A1": ("5", None), "B1": ("12", HIDDEN)}


def binary_colour(*, index: int | None = None, rgb: int | None = None, theme: int | None = None) -> bytes:
    """Return a colour of a binary part, by one of its names or by none."""
    if rgb is not None:
        return bytes([2 << 1 | 1, 0xFF, 0, 0]) + rgb.to_bytes(3, "big") + b"\xff"
    kind, number = (1, index) if index is not None else (3, theme) if theme is not None else (0, 0)
    return struct.pack("<BBh4B", kind << 1, number or 0, 0, 0, 0, 0, 0xFF)


AUTOMATIC, PAPER, NAVY = binary_colour(), binary_colour(theme=0), binary_colour(rgb=0x1F4E79)


def binary_font(flags: int = 0, shift: int = 0, colour: bytes = AUTOMATIC, height: int = 220) -> bytes:
    return struct.pack("<4H4B", height, flags, 400, shift, 0, 2, 0, 0) + colour + b"\0" + wide("A")


def binary_fill(pattern: int = 0, colour: bytes = AUTOMATIC) -> bytes:
    return struct.pack("<I", pattern) + colour + AUTOMATIC + bytes(48)


def binary_runs(text: str, *runs: tuple[int, int]) -> bytes:
    return b"\1" + wide(text) + struct.pack("<I", len(runs)) + b"".join(struct.pack("<HH", *run) for run in runs)


BINARY_FONTS = [
    (binary_font(), binary_fill(), None),
    (binary_font(flags=8), binary_fill(), STRUCK),
    (binary_font(flags=2), binary_fill(), None),
    (binary_font(height=20), binary_fill(), HIDDEN),
    (binary_font(height=120), binary_fill(), None),
    (binary_font(shift=1), binary_fill(), RAISED),
    (binary_font(shift=2), binary_fill(), RAISED),
    (binary_font(colour=PAPER), binary_fill(), HIDDEN),
    (binary_font(colour=binary_colour(index=9)), binary_fill(), HIDDEN),
    (binary_font(colour=binary_colour(rgb=0xFFFFFF)), binary_fill(1, PAPER), HIDDEN),
    (binary_font(colour=binary_colour(rgb=0xFF0000)), binary_fill(), None),
    (binary_font(colour=PAPER), binary_fill(1, NAVY), None),
    (binary_font(colour=NAVY), binary_fill(1, NAVY), HIDDEN),
    (binary_font(colour=PAPER), binary_fill(40), None),
]  # fmt: skip


@pytest.mark.parametrize(("font", "fill", "doubt"), BINARY_FONTS)
def test_fonts_of_binary_parts_strike_raise_and_hide(font: bytes, fill: bytes, doubt: str | None) -> None:
    rows = binary_row(0) + binary_cell(5, 0, struct.pack("<d", 5.0)) + binary_cell(5, 1, struct.pack("<d", 12.0), 1)
    rows += binary_cell(6, 2, wide("13件"), 1) + binary_cell(7, 3, struct.pack("<I", 0), 1)
    found = found_in(xlsb(rows, strings=["14"], looks=[(font, fill)]))
    assert found == {"A1": ("5", None), "B1": ("12", doubt), "C1": ("13件", doubt), "D1": ("14", doubt)}


BINARY_RUNS = [
    (binary_runs("888101", (0, 1), (3, 0)), 1, "888101", STRUCK),
    (binary_runs("1012", (3, 2)), 1, "1012", RAISED),
    (binary_runs("101注", (3, 2)), 1, "101注", None),
    (binary_runs("888101", (0, 0), (3, 0)), 1, "888101", None),
    (binary_runs("888101", (0, 3), (3, 0)), 1, "888101", HIDDEN),
    (binary_runs("888101", (0, 3), (3, 0)), 5, "888101", None),
    (binary_runs("888101", (0, 99)), 1, "888101", None),
]


@pytest.mark.parametrize(("content", "style", "text", "doubt"), BINARY_RUNS)
@pytest.mark.parametrize("shared", [True, False])
def test_runs_of_binary_parts_strike_raise_and_hide(
    shared: bool, content: bytes, style: int, text: str, doubt: str | None
) -> None:
    plain, dark = binary_fill(), binary_fill(1, NAVY)
    looks = [
        (binary_font(), plain), (binary_font(flags=8), plain), (binary_font(shift=1), plain),
        (binary_font(colour=PAPER), plain), (binary_font(), dark),
    ]  # fmt: skip
    rows = binary_row(0) + binary_cell(5, 0, struct.pack("<d", 5.0))
    rows += binary_cell(7, 1, struct.pack("<I", 0), style) if shared else binary_cell(62, 1, content, style)
    found = found_in(xlsb(rows, strings=[content] if shared else [], looks=looks))
    assert found == {"A1": ("5", None), "B1": (text, doubt)}
