"""The form as a Word document: A4, two pages, merged cells, fonts that Word and WPS have.

Keep out: what stands in it (`printed_form`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt

from pipelines.office.printed_form import (
    SECOND_PAGE,
    PrintedCell,
    PrintedForm,
    PrintedTable,
    Values,
    check_paths,
    printed_value,
)

# Faces of official documents, and what stands in where a machine lacks them.
_TEXT, _HEAD, _LATIN = "仿宋", "黑体", "Times New Roman"
_INSTEAD = {_TEXT: "仿宋_GB2312,FangSong,STFangsong", _HEAD: "SimHei,STHeiti,Noto Sans CJK SC"}
_PAGE_WIDTH, _PAGE_HEIGHT, _SIDE, _TOP = Mm(210), Mm(297), Mm(14), Mm(15)
# The rows of the third and fourth section fit on one page so.
_LINE, _CELL_SIZE = Pt(11), Pt(9)
# In twentieths of a point: the least height of a row, and what keeps figures off the lines.
_ROW, _MARGIN = 320, 28
_CELL_STYLE, _HEAD_STYLE = "Form Cell", "Form Head"
# The same form is the same file, whenever it is written.
_WRITTEN, _IN_ZIP = datetime(2021, 9, 26), (2021, 9, 26, 0, 0, 0)


def write(printed: PrintedForm, values: Values) -> bytes:
    """Return the document with values in their cells. Raises KeyError for a value of no cell."""
    check_paths(printed, values)
    document = Document()
    _page(document, printed)
    _paragraph(document, printed.title, "Title", WD_ALIGN_PARAGRAPH.CENTER)
    for section in printed.sections:
        heading = _paragraph(document, section.heading, "Heading 1")
        heading.paragraph_format.page_break_before = section.number == SECOND_PAGE
        if section.table is None:
            _paragraph(document, "", "Normal")
        else:
            document.element.body.sectPr.addprevious(_table(section.table, values))
    written = io.BytesIO()
    document.save(written)
    return _timeless(written.getvalue())


def _page(document: Any, printed: PrintedForm) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = _PAGE_WIDTH, _PAGE_HEIGHT
    page.left_margin = page.right_margin = _SIDE
    page.top_margin = page.bottom_margin = _TOP
    for name, face, size, line in (
        ("Normal", _TEXT, 12, 16),
        ("Title", _HEAD, 18, 28),
        ("Heading 1", _HEAD, 13, 20),
    ):
        _style(document.styles[name], face, Pt(size), Pt(line))
    for name, face in ((_CELL_STYLE, _TEXT), (_HEAD_STYLE, _HEAD)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _style(style, face, _CELL_SIZE, _LINE)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}").set(qn("w:eastAsia"), "zh-CN")
    properties = document.core_properties
    properties.title, properties.language = printed.title, "zh-CN"
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = _WRITTEN
    _fonts(document)


def _style(style: Any, face: str, size: Length, line: Length) -> None:
    style.font.size, style.font.bold = size, False
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # A theme's font goes before one that is named.
    fonts.attrib.clear()
    for script, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", face)):
        fonts.set(qn(f"w:{script}"), name)
    if (border := style.element.find(".//" + qn("w:pBdr"))) is not None:
        border.getparent().remove(border)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.AT_LEAST, line


def _fonts(document: Any) -> None:
    """Name what stands in for a face in the table of fonts."""
    part = next(each for each in document.part.package.iter_parts() if each.partname.endswith("/fontTable.xml"))
    named = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for face, instead in _INSTEAD.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{named}</w:fonts>".encode())


def _paragraph(document: Any, text: str, style: str, alignment: Any = None) -> Any:
    paragraph = document.add_paragraph(text, style=style)
    paragraph.alignment = alignment
    return paragraph


def _table(printed: PrintedTable, values: Values) -> Any:
    """Return a table as an element. (To merge the cells of one that is there takes a second.)"""
    # Widths are stored in twentieths of a point: rounded down, they stay within the page.
    unit = Length(_PAGE_WIDTH - 2 * _SIDE).twips // sum(printed.widths)
    widths = [unit * width for width in printed.widths]
    margins = "".join(f'<w:{side} w:w="{_MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
    properties = (
        f'<w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar><w:tblLook w:val="0000"/>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{_ROW}" w:hRule="atLeast"/></w:trPr>{cells}</w:tr>'
        for cells in _rows(printed, widths, values)
    )
    body = f"<w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}"
    return parse_xml(f"<w:tbl {nsdecls('w')}>{body}</w:tbl>")


def _rows(printed: PrintedTable, widths: Sequence[int], values: Values) -> Iterator[str]:
    """Yield the cells of each row; below a cell that spans rows each row has one that goes on with it."""
    below: dict[tuple[int, int], PrintedCell] = {}
    for number, row in enumerate(printed.rows):
        begun = {cell.column: cell for cell in row}
        below |= {(number + down, cell.column): cell for cell in row for down in range(1, cell.rowspan)}
        cells = []
        for column in range(len(widths)):
            cell = begun.get(column) or below.get((number, column))
            if cell is not None:
                width = sum(widths[column : column + cell.colspan])
                cells.append(_cell(cell, width, values, goes_on=column not in begun))
        yield "".join(cells)


def _cell(cell: PrintedCell, width: int, values: Values, *, goes_on: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = "<w:vMerge/>" if goes_on else '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else ""
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/>'
    # A style, so that what is typed into an empty cell later looks as the rest does.
    style = _HEAD_STYLE if cell.kind in ("caption", "head") else _CELL_STYLE
    alignment = "left" if cell.kind == "label" else "center"
    text = "" if goes_on else cell.text if cell.path is None else printed_value(values.get(cell.path))
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    paragraph = f'<w:pPr><w:pStyle w:val="{style.replace(" ", "")}"/><w:jc w:val="{alignment}"/></w:pPr>{run}'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{paragraph}</w:p></w:tc>"


def _timeless(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as own, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as other:
        for entry in own.infolist():
            copied = zipfile.ZipInfo(entry.filename, _IN_ZIP)
            copied.compress_type = zipfile.ZIP_DEFLATED
            other.writestr(copied, own.read(entry))
    return written.getvalue()
