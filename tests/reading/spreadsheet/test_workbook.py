"""Workbooks: what is printed of a sheet, where each cell stands, and which numbers are not to be trusted."""

from __future__ import annotations

import io
import random
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from benchmarks.corpus import workbook
from benchmarks.corpus.damage import DAMAGES, Damage
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import Writer, report_blocks
from pipelines.extracting.numbers import ABSENT, AMBIGUOUS, BLANK, TEXT
from pipelines.extracting.report import extract
from pipelines.reading import Grid, Paragraph, read
from pipelines.reading.sniffing import XLSX
from pipelines.reading.spreadsheet.sheet import letters, place_of, quoted
from tests.reading.spreadsheet.workbook_files import (
    Value,
    as_xls,
    cell,
    cells,
    grid_sheet,
    grids,
    packed,
    sheet,
    texts,
    xlsx,
)

BORDER = 1


@pytest.mark.parametrize("write", [workbook.xlsx, workbook.xls])
@pytest.mark.parametrize("damage", dict.fromkeys(DAMAGES))
def test_no_cell_of_a_report_is_read_wrong(write: Writer, damage: Damage) -> None:
    rng = random.Random(f"{damage.__name__} {write.__name__}")
    printout = random_printout(rng, rng.choice(("2019", "2021")), blanks=0.1, words=0.02)
    damage(rng, printout)
    report = extract(read(write(rng, report_blocks(rng, printout, even=rng.random() < 0.7))), 2026)
    assert report.reading is not None and report.reading.form is printout.form
    for path, truth in printout.truth.items():
        found = report.reading.cells[path]
        if found.status in (ABSENT, AMBIGUOUS) or (path in printout.lost and found.status in (BLANK, TEXT)):
            assert damage.__name__ != "none", f"{path}: {found.note}"
        elif found.value is not None or truth.value is not None:
            assert found.value == truth.value, path
        else:
            assert bool((found.raw or "").strip()) is bool(truth.text), path


def test_a_cell_bears_the_reference_of_its_program() -> None:
    found = cells(xlsx(sheet(f'<row r="7">{cell("B7", "规章")}{cell("AB7", 3)}</row>')))
    assert (found["B7"].text, found["AB7"].text) == ("规章", "3")
    place = found["B7"].place
    assert place is not None and place.reference == "Sheet1!B7"


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Sheet1", "Sheet1"),
        ("主动公开", "主动公开"),
        ("2020年", "'2020年'"),
        ("a b", "'a b'"),
        ("it's", "'it''s'"),
        ("A1", "'A1'"),
    ],
)
def test_names_of_sheets_are_quoted_where_needed(name: str, spelled: str) -> None:
    assert quoted(name) == spelled


@pytest.mark.parametrize(
    ("reference", "place"), [("A1", (0, 0)), ("Z9", (8, 25)), ("AA1", (0, 26)), ("XFD1048576", (1048575, 16383))]
)
def test_references_and_places(reference: str, place: tuple[int, int]) -> None:
    assert place_of(reference) == place and letters(place[1]) == reference.rstrip("0123456789")


def test_merged_cells_span_rows_and_columns() -> None:
    rows = (("标题", "", ""), ("甲", "一", 1), ("", "二", 2))
    merges = '<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="A2:A3"/></mergeCells>'
    (grid,) = grids(xlsx(grid_sheet(*rows, after=merges)))
    spans = {c.text: (c.row, c.col, c.rowspan, c.colspan) for row in grid.rows for c in row}
    assert spans["标题"] == (0, 0, 1, 3) and spans["甲"] == (1, 0, 2, 1)
    assert (spans["一"], spans["二"], spans["2"]) == ((1, 1, 1, 1), (2, 1, 1, 1), (2, 2, 1, 1))
    assert grid.spanned


def test_what_a_merged_cell_covers_is_not_printed() -> None:
    merges = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    assert texts(read(xlsx(grid_sheet((1, 2, 3), (4, 5, 6), after=merges)))) == [[["1", "3"], ["4", "5", "6"]]]


def test_overlapping_merged_cells_are_doubted() -> None:
    merges = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="B1:B2"/></mergeCells>'
    found = cells(xlsx(grid_sheet((1, 2, 3), (4, 5, 6), after=merges)))
    assert {name: each.doubt for name, each in found.items() if each.doubt} == dict.fromkeys(
        ("A1", "B2"), "merged_cells_overlap"
    )


def test_regions_between_blank_rows_are_tables_of_their_own() -> None:
    document = read(xlsx(grid_sheet(("题名",), (), ("a", 1), ("b", 2), (), ("说明",), (), ("c", 3))))
    kinds = [block.text if isinstance(block, Paragraph) else type(block).__name__ for block in document.blocks]
    assert kinds == ["题名", "Grid", "说明", "Grid"]


def test_a_row_of_one_wide_cell_is_text_and_a_label_alone_has_blank_values() -> None:
    rows = (("一、总体情况",), ("项目", "数量", "金额"), ("规章", "", ""), ("许可", 1, 2))
    assert texts(read(xlsx(grid_sheet(*rows)))) == [
        [["一、总体情况"], ["项目", "数量", "金额"], ["规章", "", ""], ["许可", "1", "2"]]
    ]


def test_a_row_that_lost_its_last_cell_stays_short() -> None:
    rows = (("项目", "数量", "金额"), ("规章", 1, ""), ("许可", 2))
    assert texts(read(xlsx(grid_sheet(*rows)))) == [[["项目", "数量", "金额"], ["规章", "1", ""], ["许可", "2"]]]


def test_where_blank_cells_are_left_out_a_row_is_filled_up() -> None:
    rows = (("项目", "数量", "金额"), ("规章", None, 1), ("许可", 2))
    assert texts(read(xlsx(grid_sheet(*rows)))) == [[["项目", "数量", "金额"], ["规章", "", "1"], ["许可", "2", ""]]]


def test_in_a_table_with_borders_a_blank_cell_without_any_is_none() -> None:
    table: tuple[tuple[Value, ...], ...] = (("项目", "数量", "金额"), ("规章", 1, ""), ("许可", 2))
    lines = [
        "".join(cell(f"{column}{row}", value, BORDER) for column, value in zip("ABC", values, strict=False))
        for row, values in enumerate(table, start=1)
    ]
    rows = "".join(f'<row r="{n}">{line}{cell(f"D{n}", "")}</row>' for n, line in enumerate(lines, start=1))
    rows = rows.replace(cell("D3", ""), cell("C3", "") + cell("D3", ""))
    assert texts(read(xlsx(sheet(rows)))) == [[["项目", "数量", "金额"], ["规章", "1", ""], ["许可", "2"]]]


def test_hidden_rows_columns_and_sheets_are_not_printed() -> None:
    columns = '<cols><col min="2" max="2" hidden="1" width="9"/></cols>'
    rows = grid_sheet(("a", 9, 1), ("b", 9, 2), ("c", 9, 3), before=columns).replace(
        '<row r="2"', '<row r="2" hidden="1"'
    )
    data = xlsx(rows, grid_sheet(("草稿", 8)), states=("", ' state="hidden"'))
    (grid,) = grids(data)
    assert [[(c.text, c.col) for c in row] for row in grid.rows] == [[("a", 0), ("1", 1)], [("c", 0), ("3", 1)]]
    place = grid.rows[1][1].place
    assert place is not None and place.reference == "Sheet1!C3"


@pytest.mark.parametrize("size", ['ht="0" customHeight="1"', 'ht="0.0"'])
def test_a_row_without_height_is_hidden(size: str) -> None:
    rows = grid_sheet(("a", 1), ("b", 2)).replace('<row r="2"', f'<row r="2" {size}')
    assert texts(read(xlsx(rows))) == [[["a", "1"]]]


def test_a_merged_cell_that_begins_in_a_hidden_row_is_printed_where_it_shows() -> None:
    merges = '<mergeCells><mergeCell ref="A1:A3"/></mergeCells>'
    rows = grid_sheet(("甲", 1), ("", 2), ("", 3), after=merges).replace('<row r="1"', '<row r="1" hidden="1"')
    (grid,) = grids(xlsx(rows))
    first = grid.rows[0][0]
    assert (first.text, first.rowspan, first.place and first.place.reference) == ("甲", 2, "Sheet1!A1")
    assert [row[-1].text for row in grid.rows] == ["2", "3"]


def test_names_of_sheets_head_their_tables_unless_nobody_gave_them() -> None:
    data = xlsx(grid_sheet(("a", 1)), grid_sheet(("b", 2)))
    assert all(isinstance(block, Grid) for block in read(data).blocks)
    named = as_xls(lambda book: [book.add_sheet(name).write(0, 0, "x") for name in ("教育局", "Sheet2")])
    assert read(named).blocks == (Paragraph("教育局", 0, is_heading=True), Paragraph("x", 0), Paragraph("x", 0))


@pytest.mark.parametrize(
    ("markup", "text", "doubt"),
    [
        ('<c r="B1"><f>SUM(B2:B3)</f><v>5</v></c>', "5", None),
        ('<c r="B1"><f>SUM(B2:B3)</f></c>', "=SUM(B2:B3)", "formula_without_value"),
        ('<c r="B1"><f>SUM(B2:B3)</f><v></v></c>', "=SUM(B2:B3)", "formula_without_value"),
        ('<c r="B1"><f t="shared" si="0"/></c>', "=", "formula_without_value"),
        ('<c r="B1" t="str"><f>A1&amp;"件"</f><v>5件</v></c>', "5件", None),
        ('<c r="B1" t="e"><v>#REF!</v></c>', "#REF!", None),
        ('<c r="B1" t="b"><v>1</v></c>', "TRUE", None),
        ('<c r="B1" t="n"><v>7</v></c>', "7", None),
        ('<c r="B1" t="d"><v>2021-01-30</v></c>', "2021-01-30", "date_format"),
        ('<c r="B1" t="z"><v>5</v></c>', "5", "unknown_cell_type"),
        ('<c r="B1"><v>5</v></c><c r="B1"><v>6</v></c>', "6", "stored_twice"),
    ],
)
def test_kinds_of_cells(markup: str, text: str, doubt: str | None) -> None:
    found = cells(xlsx(sheet(f'<row r="1">{cell("A1", "a")}{markup}</row>')))["B1"]
    assert (found.text, found.doubt) == (text, doubt)


def test_a_formula_that_yields_no_text_is_blank() -> None:
    row = f'<row r="1">{cell("A1", "a")}<c r="B1" t="str"><f>""</f><v></v></c>{cell("C1", 1)}</row>'
    assert texts(read(xlsx(sheet(row)))) == [[["a", "", "1"]]]


def test_formulas_that_are_to_be_calculated_on_opening_are_doubted() -> None:
    row = f'<row r="1">{cell("A1", 1)}<c r="B1"><f>A1</f><v>0</v></c></row>'
    found = cells(xlsx(sheet(row), book='<calcPr fullCalcOnLoad="1"/>'))
    assert (found["A1"].doubt, found["B1"].doubt) == (None, "formula_not_calculated")


def test_a_sheet_that_prints_no_zeros_has_doubtful_ones() -> None:
    view = '<sheetViews><sheetView showZeros="0" workbookViewId="0"/></sheetViews>'
    found = cells(xlsx(grid_sheet((0, 10, "a"), before=view)))
    assert [found[name].doubt for name in ("A1", "B1", "C1")] == ["number_format", None, None]


def test_a_format_decides_what_is_printed() -> None:
    rows = [f'<row r="{n}">{cell(f"A{n}", 1234.5, n)}{cell(f"B{n}", "x", n)}</row>' for n in range(3)]
    data = xlsx(sheet("".join(rows[1:])), codes=("General", "#,##0.00", ";;;"))
    found = cells(data)
    assert [(found[n].text, found[n].doubt) for n in ("A1", "B1", "A2", "B2")] == [
        ("1,234.50", None), ("x", None), ("1234.5", "number_format"), ("x", "number_format"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("string", "text"),
    [
        ("<t>规章</t>", "规章"),
        ('<t xml:space="preserve"> 规 章 </t>', "规 章"),
        ("<r><rPr><b/></rPr><t>规</t></r><r><t>章</t></r><rPh sb='0' eb='1'><t>guī</t></rPh>", "规章"),
        ("<t>本年新_x000D_\n制作数量</t>", "本年新\n制作数量"),
        ("<t>_xD842__xDFB7_野区_xD842_</t>", "\U00020bb7野区\ufffd"),
        ("<t>a&lt;b&amp;c</t>", "a<b&c"),
        ("<t><![CDATA[规章]]></t>", "规章"),
    ],
)
def test_shared_strings(string: str, text: str) -> None:
    row = f'<row r="1"><c r="A1" t="s"><v>0</v></c>{cell("B1", 1)}</row>'
    assert cells(xlsx(sheet(row), strings=f"<si>{string}</si>"))["A1"].text == text


@pytest.mark.parametrize("seed", range(6))
def test_any_spelling_of_the_same_xml_is_the_same_sheet(seed: int) -> None:
    rng = random.Random(seed)
    data = workbook.xlsx(rng, report_blocks(rng, random_printout(rng, "2021", blanks=0.2)))
    assert read(respelled(data)).blocks == read(data).blocks


def respelled(data: bytes) -> bytes:
    """Write the sheets and strings anew: with prefixes, attributes in another order, and comments."""
    parts: dict[str, str | bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode()
            if "/sheet" in name or "Strings" in name:
                text = re.sub(r"<(/?)(?![?!])", r"<\1x:", text).replace('xmlns="', 'xmlns:x="')
                text = re.sub(r'(r="[A-Z]+[0-9]+") (s="\d+")', r"\2 \1", text).replace("</x:row>", "<!-- --></x:row>")
            parts[name] = text
    return packed(parts)


def test_cells_without_places_follow_each_other() -> None:
    first = '<row><c t="inlineStr"><is><t>a</t></is></c><c><v>1</v></c></row>'
    rows = f'{first}<row><c r="B2"><v>2</v></c><c><v>3</v></c></row>'
    found = {name: each.text for name, each in cells(xlsx(sheet(rows))).items()}
    assert found == {"A1": "a", "B1": "1", "A2": "", "B2": "2", "C2": "3"}


def test_the_strict_dialect_and_utf_16_are_read() -> None:
    plain = xlsx(grid_sheet(("规章", 3)), main="http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert texts(read(plain)) == [[["规章", "3"]]]
    with zipfile.ZipFile(io.BytesIO(xlsx(grid_sheet(("规章", 3))))) as archive:
        parts = {name: archive.read(name).decode().encode("utf-16") for name in archive.namelist()}
    assert texts(read(packed(dict(parts)))) == [[["规章", "3"]]]


@pytest.mark.parametrize("write", [workbook.xlsx, workbook.xls])
def test_calamine_reads_the_same(write: Writer) -> None:
    rng = random.Random(write.__name__)
    data = write(rng, report_blocks(rng, random_printout(rng, "2019")))
    ours = [c for grid in grids(data) for row in grid.rows for c in row if c.text and not c.doubt]
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for each in ours:
        assert each.place is not None and each.place.reference is not None
        name, _, reference = each.place.reference.rpartition("!")
        row, column = place_of(reference)
        value = book.get_sheet_by_name(name.strip("'")).to_python(skip_empty_area=False)[row][column]
        digits = each.text.translate(str.maketrans("", "", ",件万元增加+减少")).lstrip("-")
        assert value == each.text or abs(float(value)) == float(digits)  # type: ignore[arg-type]


def test_media_types_are_told_by_content() -> None:
    assert read(xlsx(grid_sheet(("a", 1)))).media_type == XLSX


def test_in_a_table_with_borders_holes_fill_up_no_row() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="1"><v>2</v></c><c r="C1" s="1"><v>3</v></c></row>'
    rows += '<row r="2"><c r="A2" s="1"><v>4</v></c><c r="C2" s="1"><v>5</v></c></row>'
    rows += '<row r="3"><c r="A3" s="1"><v>6</v></c><c r="B3" s="1"><v>7</v></c></row>'
    assert texts(read(xlsx(sheet(rows)))) == [[["1", "2", "3"], ["4", "", "5"], ["6", "7"]]]
