"""Digits that a person does not see or does not read as such: by the run, its styles, its ground, or its row."""

from __future__ import annotations

import pytest

from pipelines.reading import Cell, Limits
from pipelines.reading.docx import read_document
from tests.reading.docx.docx_files import (
    STRICT,
    W,
    cell,
    document,
    docx,
    grids,
    paragraph,
    read,
    relations,
    row,
    table,
    text,
    texts,
    value,
)

STYLES, TYPES, RELS = "word/styles.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"


def styles(*inner: str, defaults: str = "") -> str:
    head = f"<w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr></w:rPrDefault></w:docDefaults>"
    return f'<w:styles xmlns:w="{W}">{head}{"".join(inner)}</w:styles>'


def style(name: str, looks: str, kind: str = "character", more: str = "", parent: str = "") -> str:
    based = f'<w:basedOn w:val="{parent}"/>' if parent else ""
    head = f'<w:style w:type="{kind}" {more} w:styleId="{name}"><w:name w:val="{name}"/>'
    return f"{head}{based}<w:rPr>{looks}</w:rPr></w:style>"


def run(words: str, properties: str) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def styled(words: str, name: str, more: str = "") -> str:
    return run(words, f'<w:rStyle w:val="{name}"/>{more}')


LOOKS = styles(
    style("h", "<w:vanish/>"), style("s", "<w:strike/>"), style("u", '<w:vertAlign w:val="superscript"/>'),
    style("d", "<w:dstrike/>"), style("inner", "", parent="s"), style("off", '<w:strike w:val="0"/>', parent="s"),
    style("w", '<w:color w:val="FFFFFF"/>'),
    style("ps", "<w:strike/>", "paragraph"), style("ph", "<w:vanish/>", "paragraph"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "shown", "doubt"),
    [
        (styled("9", "h") + text("5"), "5", None),
        (styled("5", "s"), "5", "struck_text"),
        (styled("5", "d"), "5", "struck_text"),
        (text("5") + styled("1", "u"), "51", "raised_text"),
        (styled("5", "inner"), "5", "struck_text"),
        (styled("5", "off"), "5", None),
        (styled("5", "s", '<w:strike w:val="0"/>'), "5", None),
        (styled("5", "w"), "5", "hidden_text"),
        (styled("5", "w", '<w:color w:val="000000"/>'), "5", None),
        (styled("件", "s") + text("5"), "件5", None),
        (styled("5", "none"), "5", None),
        (run("5", "<w:strike/><w:dstrike w:val='0'/>"), "5", "struck_text"),
        (run("5", '<w:color w:val="FFFFFF"/>'), "5", "hidden_text"),
        (run("5", '<w:color w:val="fefefe"/>'), "5", "hidden_text"),
        (run("5", '<w:color w:val="FF0000"/>'), "5", None),
        (run("5", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F4E79"/>'), "5", None),
        (run("字", '<w:shd w:fill="1F4E79"/>') + run("5", '<w:color w:val="FFFFFF"/>'), "字5", "hidden_text"),
        (run("5", '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="auto"/>'), "5", "hidden_text"),
        (run("5", '<w:sz w:val="2"/>'), "5", "hidden_text"),
        (run("5", '<w:sz w:val="21"/>'), "5", None),
        (run("5", "<w:webHidden/>"), "5", "hidden_text"),
        ("<m:oMath><m:r><m:t>5</m:t></m:r></m:oMath>", "5", None),
        ("<m:sSup><m:e><m:r><m:t>5</m:t></m:r></m:e><m:r><m:t>1</m:t></m:r></m:sSup>", "51", "raised_text"),
    ],
)  # fmt: skip
def test_what_the_looks_of_a_run_say(content: str, shown: str, doubt: str | None) -> None:
    found = value(f"<w:p>{content}</w:p>", {STYLES: LOOKS})
    assert (found.text, found.doubt) == (shown, doubt)


def first(cells: str, parts: dict[str, str], properties: str = "") -> Cell:
    """Return the first cell of a table."""
    (grid,) = grids(read(f"<w:tbl><w:tblPr>{properties}</w:tblPr>{row(cells, cell('规章'))}</w:tbl>", parts))
    return grid.rows[0][0]


def test_styles_of_paragraphs_tables_and_documents_count() -> None:
    assert value(paragraph("5", '<w:pStyle w:val="ps"/>'), {STYLES: LOOKS}).doubt == "struck_text"
    assert value(paragraph("5", '<w:pStyle w:val="ph"/>') + paragraph("6"), {STYLES: LOOKS}).text == "6"
    for part in (
        styles(defaults="<w:strike/>"),
        styles(style("a", "<w:strike/>", "paragraph", 'w:default="1"')),
        styles(style("b", "", "paragraph", 'w:default="1"', parent="a"), style("a", "<w:strike/>", "paragraph")),
    ):
        assert value(paragraph("5"), {STYLES: part}).doubt == "struck_text"
    tables = styles(style("t", "<w:vanish/>", "table"), style("plain", "<w:b/>", "table"))
    assert first(cell("5"), {STYLES: tables}, '<w:tblStyle w:val="t"/>').doubt == "hidden_style"
    assert first(cell("字"), {STYLES: tables}, '<w:tblStyle w:val="t"/>').doubt is None
    assert first(cell("5"), {STYLES: tables}, '<w:tblStyle w:val="plain"/>').doubt is None
    after = f'<w:tbl><w:tblPr><w:tblStyle w:val="t"/></w:tblPr>{row(cell("4"), cell("6"))}</w:tbl>' + paragraph("文")
    found = grids(read(after + table(row(cell("规章"), cell("5"))), {STYLES: tables}))
    assert [[c.doubt for c in grid.rows[0]] for grid in found] == [["hidden_style"] * 2, [None, None]]


def test_the_ground_of_a_cell_and_of_a_paragraph_shows_white() -> None:
    white, dark = run("5", '<w:color w:val="FFFFFF"/>'), '<w:shd w:val="clear" w:fill="000080"/>'
    cells = (
        cell(f"<w:p>{white}</w:p>", dark),
        cell(f"<w:p>{white}</w:p>"),
        cell(f"<w:p><w:pPr>{dark}</w:pPr>{white}</w:p>"),
    )
    (grid,) = grids(read(table(row(*cells, cell("6")))))
    assert [(c.text, c.doubt) for c in grid.rows[0]] == [("5", None), ("5", "hidden_text"), ("5", None), ("6", None)]


def test_a_row_lower_than_a_line_is_cut_off() -> None:
    low = '<w:trHeight w:hRule="exact" w:val="20"/>'
    body = table(
        row(cell("规章"), cell("5"), properties=low),
        row(cell("文件"), cell("6"), properties=low.replace("exact", "atLeast")),
    )
    (grid,) = grids(read(body))
    assert [[c.doubt for c in line] for line in grid.rows] == [["cropped_text"] * 2, [None, None]]


HIDDEN = "<w:p>" + styled("9", "h") + text("5") + "</w:p>"


def types(part: str = "/word/styles.xml") -> str:
    what = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
    return f'<Types xmlns="t"><Override PartName="{part}" ContentType="{what}"/></Types>'


@pytest.mark.parametrize(
    ("parts", "shown", "doubt"),
    [
        ({STYLES: LOOKS, RELS: relations(styles="styles.xml")}, "5", None),
        ({STYLES: LOOKS}, "5", None),
        ({STYLES: LOOKS, RELS: relations(styles="stylex.xml")}, "5", "hidden_style"),
        ({STYLES: LOOKS, RELS: relations(styler="styles.xml")}, "5", "hidden_style"),
        ({STYLES: LOOKS, TYPES: types()}, "5", "hidden_style"),
        ({"word/s.xml": LOOKS, RELS: relations(styles="styles.xml"), TYPES: types("/word/s.xml")}, "5", "hidden_style"),
        ({RELS: relations(styles="styles.xml")}, "95", "hidden_style"),
        ({TYPES: types()}, "95", "hidden_style"),
        ({RELS: relations(settings="settings.xml")}, "95", None),
        ({}, "95", None),
    ],
)  # fmt: skip
def test_a_part_of_styles_that_is_lost_leaves_doubt(parts: dict[str, str], shown: str, doubt: str | None) -> None:
    found = value(HIDDEN, parts)
    assert (found.text, found.doubt) == (shown, doubt)
    assert value(paragraph("5"), parts).doubt is None


def test_a_lost_part_of_lists_leaves_doubt() -> None:
    numbered = paragraph("5", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    assert value(numbered, {RELS: relations(numbering="numbering.xml")}).doubt == "automatic_number"
    assert value(numbered).doubt is None


def test_a_strict_document_has_styles_too() -> None:
    parts = {
        STYLES: LOOKS.replace(W, STRICT),
        RELS: relations(styles="styles.xml").replace("officeDocument/2006", "strict"),
    }
    xml = document(table(row(cell("规章"), cell(HIDDEN))), f'xmlns:w="{STRICT}"')
    data = docx("", {**parts, "word/document.xml": xml})
    assert texts(grids(read_document(data, Limits()))[0]) == [["规章", "5"]]
