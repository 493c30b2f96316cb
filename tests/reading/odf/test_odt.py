"""OpenDocument texts: what is shown, what makes a number doubtful, and where cells stand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.corpus.odf import write
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import report_blocks
from pipelines.extracting.report import extract
from pipelines.reading import Document, Grid, Paragraph, ReadError, read
from tests.reading.odf.odf_files import cell, content, document, grids, odf, only, row, style, table

WORD_FILES = Path(__file__).parents[1] / "doc"
COVERED = "<table:covered-table-cell/>"


def lines(found: Document) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]


def places(body: str) -> dict[str, tuple[int, int, int, int, str | None]]:
    """Return row, column, spans and doubt of each cell by its text."""
    (grid,) = grids(document(body))
    return {c.text: (c.row, c.col, c.rowspan, c.colspan, c.doubt) for cells in grid.rows for c in cells}


def wide(columns: int = 1, rows: int = 1) -> str:
    return f'table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}"'


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(5))
def test_every_cell_of_a_report_is_read_right(seed: int, form: str) -> None:
    rng = random.Random(f"odt {seed}")
    printout = random_printout(rng, form, blanks=0.2)
    report = extract(read(write(rng, report_blocks(rng, printout))), 2026)
    assert report.reading is not None
    found = {path: report.reading.cells[path].value for path in printout.truth}
    assert found == {path: truth.value for path, truth in printout.truth.items()}


@pytest.mark.parametrize("path", [Path(__file__).parent / "features.odt", WORD_FILES / "features.fodt"])
def test_a_file_that_libreoffice_wrote_is_read_as_it_shows(path: Path) -> None:
    found = read(path.read_bytes())
    assert lines(found)[:4] == ["某区2020年政府信息公开工作年度报告", "前后新增尾", "可见可见", "脚注之后"]
    assert "链接文字😀之后" in lines(found)
    outer, nested, boxed = [block for block in found.blocks if isinstance(block, Grid)]
    spans = {c.text: (c.row, c.col, c.rowspan, c.colspan) for cells in outer.rows for c in cells}
    doubts = {c.text: c.doubt for cells in outer.rows for c in cells}
    assert spans["跨两行"] == (0, 0, 2, 1) and spans["大格"] == (3, 0, 2, 2)
    assert (doubts["82"], doubts["910"], doubts["3"]) == ("raised_text", "struck_text", None)
    assert "automatic_number" in doubts.values()
    assert [[c.text for c in cells] for cells in nested.rows] == [["内a", "内b"], ["内c"]]
    assert [[c.text for c in cells] for cells in boxed.rows] == [["框表", "7"]]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("1<text:s/>2", "1 2"),
        ('a<text:s text:c="3"/>b', "a   b"),
        ("1<text:tab/>2<text:line-break/>3", "1 2\n3"),
        ("  1\n   2  ", "1 2"),
        ('<text:date text:date-value="2020-01-01">12</text:date>', "12"),
        ('<text:a xlink:href="x" xmlns:xlink="http://www.w3.org/1999/xlink">1<text:span>2</text:span></text:a>', "12"),
        ("12<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>3</text:p></text:note-body>"
         "</text:note>", "12"),
        ("12<office:annotation><text:p>3</text:p></office:annotation>", "12"),
        ('12<text:hidden-text text:is-hidden="true">3</text:hidden-text>', "12"),
        ("<text:ruby><text:ruby-base>12</text:ruby-base><text:ruby-text>3</text:ruby-text></text:ruby>", "12"),
        ('<text:hidden-paragraph text:is-hidden="true"/>3', ""),
    ],
)  # fmt: skip
def test_what_is_shown_is_text(inside: str, text: str) -> None:
    found = only(inside)
    assert (found.text, found.doubt) == (text, None)


@pytest.mark.parametrize(
    ("properties", "doubt"),
    [
        ('style:text-line-through-style="solid"', "struck_text"),
        ('style:text-line-through-style="none"', None),
        ('style:text-position="super 58%"', "raised_text"),
        ('style:text-position="-33% 58%"', "raised_text"),
        ('style:text-position="0% 100%"', None),
        ('fo:color="#ffffff"', "hidden_text"),
        ('fo:color="#ffffff" fo:background-color="#000080"', None),
        ('fo:color="#000080" fo:background-color="#000080"', "hidden_text"),
        ('fo:color="#c00000"', None),
    ],
)
def test_a_number_that_may_be_another_is_doubted(properties: str, doubt: str | None) -> None:
    inside = '1<text:span text:style-name="T1">2</text:span>'
    for styles in (style("T1", properties), style("T0", properties) + style("T1", "", parent="T0")):
        found = only(inside, styles=styles)
        assert (found.text, found.doubt) == ("12", doubt)
    assert only(inside, styles=style("T1", "", parent="N"), named=style("N", properties)).doubt == doubt


def test_a_number_whose_style_is_not_there_is_doubted() -> None:
    inside = '1<text:span text:style-name="T1">2</text:span>'
    assert only(inside).doubt == "hidden_style"
    assert only(inside, styles=style("T1", "", parent="gone")).doubt == "hidden_style"
    assert only('<text:a text:style-name="T1">2</text:a>').doubt is None  # LibreOffice names one for links


def test_hidden_text_is_none_and_a_style_inside_may_show_it() -> None:
    styles = style("H", 'text:display="none"') + style("S", 'text:display="true"')
    inside = '1<text:span text:style-name="H">3<text:span text:style-name="S">2</text:span></text:span>'
    assert only(inside, styles=styles).text == "12"


def test_a_number_in_the_colour_of_its_cell_is_hidden() -> None:
    styles = style("C", 'fo:background-color="#ffff00"', family="table-cell") + style("T", 'fo:color="#ffff00"')
    number = '<text:span text:style-name="T">1</text:span>'
    body = table(row(cell(number, 'table:style-name="C"'), cell(number)))
    (grid,) = grids(document(body, styles=styles))
    assert [c.doubt for c in grid.rows[0]] == ["hidden_text", None]


def test_tracked_deletions_are_no_text_in_either_place() -> None:
    changes = (
        '<text:tracked-changes><text:changed-region text:id="d"><text:deletion><text:p>3</text:p></text:deletion>'
        '</text:changed-region><text:changed-region text:id="i"><text:insertion/></text:changed-region>'
        "</text:tracked-changes>"
    )
    marks = '<text:change-start text:change-id="{0}"/>{1}<text:change-end text:change-id="{0}"/>'
    inside = marks.format("d", "4") + marks.format("i", "1") + '2<text:change text:change-id="d"/>'
    assert lines(document(f"{changes}<text:p>{inside}</text:p>")) == ["12"]


def test_sections_and_headings() -> None:
    body = (
        '<text:section text:display="none"><text:p>a</text:p></text:section>'
        "<text:section><text:p>b</text:p></text:section>"
        '<text:h text:outline-level="1">c</text:h><text:h text:outline-level="4">d</text:h>'
        "<text:table-of-content><text:index-body><text:p>c 1</text:p></text:index-body></text:table-of-content>"
    )
    blocks = [block for block in document(body).blocks if isinstance(block, Paragraph)]
    assert [(block.text, block.is_heading) for block in blocks] == [("b", False), ("c", True), ("d", False)]


def test_spans_with_and_without_covered_cells() -> None:
    full = table(
        row(cell("a", wide(2, 2)), COVERED, cell("b")), row(COVERED * 2, cell("c")),
        row(cell("d"), cell("e"), cell("f")), columns=3,
    )  # fmt: skip
    bare = full.replace(COVERED, "")
    expected = {
        "a": (0, 0, 2, 2, None), "b": (0, 2, 1, 1, None), "c": (1, 2, 1, 1, None), "d": (2, 0, 1, 1, None),
        "e": (2, 1, 1, 1, None), "f": (2, 2, 1, 1, None),
    }  # fmt: skip
    assert places(full) == places(bare) == expected


def test_repeated_cells_and_rows() -> None:
    repeated = cell("1", 'table:number-columns-repeated="2"')
    (grid,) = grids(document(table(row(cell("a"), repeated, attributes='table:number-rows-repeated="2"'), columns=3)))
    assert [[(c.text, c.row, c.col) for c in cells] for cells in grid.rows] == [
        [("a", 0, 0), ("1", 0, 1), ("1", 0, 2)], [("a", 1, 0), ("1", 1, 1), ("1", 1, 2)],
    ]  # fmt: skip


def test_covered_cells_that_do_not_fit_the_spans_are_doubted() -> None:
    moved = places(table(row(cell("a"), COVERED, cell("1"), cell("2")), row(*map(cell, "bcde")), columns=4))
    assert moved["1"][4] == moved["2"][4] == "row_shape" and moved["b"][4] is None
    orphan = "<table:covered-table-cell><text:p>9</text:p></table:covered-table-cell>"
    assert places(table(row(cell("a"), orphan)))["9"][4] == "orphan_merge"


def test_hidden_rows_and_columns_are_left_out() -> None:
    hidden = 'table:visibility="collapse"'
    body = table(
        row(cell("a", wide(rows=2)), cell("1")), row(COVERED, cell("2"), attributes=hidden), row(cell("b"), cell("3"))
    )
    assert places(body) == {
        "a": (0, 0, 1, 1, None), "1": (0, 1, 1, 1, None), "b": (1, 0, 1, 1, None), "3": (1, 1, 1, 1, None),
    }  # fmt: skip


def test_automatic_numbers_are_shown_before_their_paragraphs() -> None:
    levels = (
        '<text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." style:num-suffix="、"/>'
        '<text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2" '
        'style:num-suffix="."/>'
    )
    named = f'<text:list-style style:name="L">{levels}</text:list-style>'
    bullets = '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/></text:list-style>'

    def items(*found: str, attributes: str = 'text:style-name="L"') -> str:
        inside = "".join(f"<text:list-item>{each}</text:list-item>" for each in found)
        return f"<text:list {attributes}>{inside}</text:list>"

    inner = items("<text:p>c</text:p>", "<text:p>d</text:p>", attributes="")
    body = (
        items("<text:p>a</text:p><text:p>a2</text:p>", f"<text:p>b</text:p>{inner}") + "<text:p>x</text:p>"
        + items("<text:p>e</text:p>", attributes='text:style-name="L" text:continue-numbering="true"')
        + items("<text:p>f</text:p>") + items("<text:p>g</text:p>", attributes='text:style-name="B"')
    )  # fmt: skip
    expected = ["一、a", "a2", "二、b", "二.1. c", "二.2. d", "x", "三、e", "一、f", "g"]
    assert lines(document(body, named=named, styles=bullets)) == expected


def test_lists_text_boxes_pictures_and_forms_in_a_cell_are_doubts() -> None:
    numbered = '<text:list-style style:name="L"><text:list-level-style-number style:num-format="1"/></text:list-style>'
    inside = '<text:list text:style-name="L"><text:list-item><text:p>1</text:p></text:list-item></text:list>'
    body = table(row("<table:table-cell>" + inside + "</table:table-cell>", cell("b")))
    (grid,) = grids(document(body, styles=numbered))
    assert grid.rows[0][0].doubt == "automatic_number"
    box = "<draw:frame><draw:text-box><text:p>3</text:p></draw:text-box></draw:frame>"
    assert (only(box).text, only(box).doubt) == ("3", "text_box")
    assert only(f"1{box}").doubt == "text_box"
    assert only("<draw:frame><draw:image/></draw:frame>").doubt == "picture"
    assert only("1<draw:control/>").doubt == "form_field"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (odf("<text:p/>"), "empty"),
        (odf("<draw:frame><draw:image/></draw:frame>"), "needs_ocr"),
        (odf("<text:p>1</text:p>", kind="presentation"), "unsupported_format"),
        (odf("<text:p>1</text:p>").replace(b"content.xml", b"content.xmm"), "archive"),
        (odf("<text:p>1</text:p>")[:-200], "truncated"),
        (content("<text:p>1</text:p>")[:-9].encode(), "damaged"),
        (odf("<table:table-cell/>"), "damaged"),
        (odf("<text:p>1</text:p>", parts={"META-INF/manifest.xml": '<m:e xmlns:m="urn:oasis:names:tc:opendocument:'
         'xmlns:manifest:1.0"><m:encryption-data/></m:e>'}), "encrypted"),
        (odf(table(row(cell("1"))) * 501), "too_many_tables"),
        (odf(table(row(cell("1", 'table:number-columns-repeated="999999"')))), "too_many_columns"),
        (odf(table(row(cell("1", wide(999999))))), "too_many_columns"),
        (odf(table(row(cell("1"), attributes='table:number-rows-repeated="999999"'))), "too_many_cells"),
        (odf("<table:table><table:table-row><table:table-cell>" * 51), "too_deep"),
        (odf("<text:p><draw:text-box>" * 51), "too_deep"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data)
    assert caught.value.reason == reason
