"""Word documents of the office: A4, fonts that Word and WPS have, tables with merged cells; text never is a field.

Belongs here: what all documents look like, and how their parts are written. Keep out: what stands in them (`form_docx`,
`correction_docx`, `checked_docx`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt

from pipelines.language import Language
from pipelines.office.printed_form import PrintedCell, PrintedTable, stands_in_pairs

# Faces of official documents, and what stands in where a machine lacks them.
_TEXT, _HEAD, _LATIN = "仿宋", "黑体", "Times New Roman"
_INSTEAD = {_TEXT: "仿宋_GB2312,FangSong,STFangsong", _HEAD: "SimHei,STHeiti,Noto Sans CJK SC"}
_PAGE_WIDTH, _PAGE_HEIGHT, _SIDE, _TOP = Mm(210), Mm(297), Mm(14), Mm(15)
# The rows of the third and fourth section fit on one page so.
_LINE, _CELL_SIZE = Pt(11), Pt(9)
_AFTER_TITLE, _AROUND_HEADING = Pt(6), Pt(3)
# In twentieths of a point: the least height of a row, and what keeps figures and texts off the lines.
_ROW, _MARGIN = 320, 28
_TEXT_MARGINS = {"top": 30, "left": 70, "bottom": 30, "right": 70}
_FORM_MARGINS = {"top": 15, "left": _MARGIN, "bottom": 15, "right": _MARGIN}
# Two characters in a cell, and a little more, so that they stay on one line.
_PAIR = Pt(2.2 * _CELL_SIZE.pt).twips
CELL, HEAD, NOTE = "Form Cell", "Form Head", "Form Note"
_NORMAL = "Normal"
_SHADE = "D9D9D9"
# The same document is the same file, whenever it is written.
_WRITTEN, _IN_ZIP = datetime(2021, 9, 26), (2021, 9, 26, 0, 0, 0)
_LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en-GB"}
# What tables may fill between the margins, in twentieths of a point.
WIDTH: int = Length(_PAGE_WIDTH - 2 * _SIDE).twips
Below = Literal["", "restart", "continue"]


class Cell(NamedTuple):
    """A cell of a table: a paragraph a line, and below them what marks it, bold; `height` is the least of its row.

    With `in_pairs` two characters stand on a line.
    """

    lines: Sequence[str] = ("",)
    style: str = CELL
    alignment: Literal["left", "center"] = "left"
    colspan: int = 1
    below: Below = ""
    mark: str = ""
    is_shaded: bool = False
    height: int = _ROW
    in_pairs: bool = False


class Content(NamedTuple):
    """What stands in a cell of a printed form."""

    text: str
    mark: str = ""
    is_shaded: bool = False


def new_document(title: str, language: Language = "zh", *, category: str = "") -> Any:
    """Return an empty document with its page, styles and properties; a category stays when others save it."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = _PAGE_WIDTH, _PAGE_HEIGHT
    page.left_margin = page.right_margin = _SIDE
    page.top_margin = page.bottom_margin = _TOP
    for name, face, size, line in (
        (_NORMAL, _TEXT, 12, 16),
        ("Title", _HEAD, 18, 28),
        ("Heading 1", _HEAD, 13, 20),
    ):
        _style(document.styles[name], face, Pt(size), Pt(line))
    document.styles["Title"].paragraph_format.space_after = _AFTER_TITLE
    heading = document.styles["Heading 1"].paragraph_format
    heading.space_before = heading.space_after = _AROUND_HEADING
    for name, face in ((CELL, _TEXT), (HEAD, _HEAD)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _style(style, face, _CELL_SIZE, _LINE)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    _style(document.styles.add_style(NOTE, WD_STYLE_TYPE.PARAGRAPH), _TEXT, Pt(10), Pt(14))
    document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}").set(qn("w:eastAsia"), "zh-CN")
    properties = document.core_properties
    properties.title, properties.language, properties.category = title, _LANGUAGES[language], category
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = _WRITTEN
    _fonts(document)
    return document


def add_title(document: Any, text: str) -> None:
    """Add the title of a document."""
    add_paragraph(document, text, "Title").alignment = WD_ALIGN_PARAGRAPH.CENTER


def add_paragraph(document: Any, text: str, style: str = _NORMAL) -> Any:
    """Add a paragraph of one line of text; returns it."""
    paragraph = document.add_paragraph(text)
    if style != _NORMAL:
        # By its id: to look a style up by its name takes as long as all the rest of a paragraph, many times over.
        paragraph._p.style = _id_of(style)
    return paragraph


def add_table(
    document: Any,
    widths: Sequence[int],
    rows: Iterable[Sequence[Cell]],
    *,
    heads: int = 0,
    keep: bool = False,
    margins: Mapping[str, int] = _TEXT_MARGINS,
) -> None:
    """Add a table whose columns share the page by `widths`; its first rows, `heads`, are printed on every page.

    With `keep` it is not parted by the end of a page.
    (To merge the cells of a table that is there takes a second, so it is written whole.)
    """
    # Rounded down, columns stay within the page.
    unit = WIDTH // sum(widths)
    columns = [unit * width for width in widths]
    around = "".join(f'<w:{side} w:w="{size}" w:type="dxa"/>' for side, size in margins.items())
    properties = (
        f'<w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{around}</w:tblCellMar><w:tblLook w:val="0000"/>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    body = "".join(_row(row, columns, is_head=n < heads, keep=keep) for n, row in enumerate(rows))
    table = f"<w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}"
    document.element.body.sectPr.addprevious(parse_xml(f"<w:tbl {nsdecls('w')}>{table}</w:tbl>"))


def add_printed(
    document: Any, table: PrintedTable, content: Callable[[PrintedCell], Content], *, keep: bool = False
) -> None:
    """Add a table of a form with what stands in each of its cells; `keep` as in `add_table`."""
    add_table(document, table.widths, _printed(table, content), keep=keep, margins=_FORM_MARGINS)


def saved(document: Any) -> bytes:
    """Return a document as a file."""
    written = io.BytesIO()
    document.save(written)
    return _timeless(written.getvalue())


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


def _printed(table: PrintedTable, content: Callable[[PrintedCell], Content]) -> Iterator[list[Cell]]:
    """Yield the cells of each row; below a cell that spans rows each row has one that goes on with it."""
    below: dict[tuple[int, int], PrintedCell] = {}
    for number, row in enumerate(table.rows):
        begun = {cell.column: cell for cell in row}
        below |= {(number + down, cell.column): cell for cell in row for down in range(1, cell.rowspan)}
        cells = []
        for column in range(len(table.widths)):
            cell = begun.get(column) or below.get((number, column))
            if cell is not None:
                goes_on = column not in begun
                narrow = stands_in_pairs(cell, table, Length(_PAGE_WIDTH - 2 * _SIDE).mm)
                printed = _of_form(cell, Content("") if goes_on else content(cell), goes_on=goes_on)
                cells.append(printed._replace(in_pairs=narrow))
        yield cells


def _of_form(cell: PrintedCell, content: Content, *, goes_on: bool) -> Cell:
    return Cell(
        (content.text,),
        HEAD if cell.kind in ("caption", "head") else CELL,
        "left" if cell.kind == "label" else "center",
        cell.colspan,
        "continue" if goes_on else "restart" if cell.rowspan > 1 else "",
        content.mark,
        content.is_shaded,
    )


def _row(cells: Sequence[Cell], columns: Sequence[int], *, is_head: bool, keep: bool) -> str:
    height = max(cell.height for cell in cells)
    properties = f'<w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>{"<w:tblHeader/>" if is_head else ""}'
    written, at = [], 0
    for cell in cells:
        written.append(_cell(cell, sum(columns[at : at + cell.colspan]), keep=keep))
        at += cell.colspan
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(written)}</w:tr>"


def _cell(cell: Cell, width: int, *, keep: bool) -> str:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[cell.below]
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{_SHADE}"/>' if cell.is_shaded else ""
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{shade}<w:vAlign w:val="center"/>'
    # A style, so that what is typed into an empty cell later looks as the rest does.
    style, next_too = _id_of(cell.style), "<w:keepNext/>" if keep else ""
    beside = (width - _PAIR) // 2 - _MARGIN if cell.in_pairs else 0
    indent = f'<w:ind w:left="{beside}" w:right="{beside}"/>' if beside > 0 else ""
    look = f'<w:pPr><w:pStyle w:val="{style}"/>{next_too}{indent}<w:jc w:val="{cell.alignment}"/></w:pPr>'
    lines = [f"<w:p>{look}{_run(line)}</w:p>" for line in cell.lines or ("",)]
    if cell.mark:
        lines.append(f"<w:p>{look}{_run(cell.mark, '<w:rPr><w:b/></w:rPr>')}</w:p>")
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(lines)}</w:tc>"


def _id_of(style: str) -> str:
    return style.replace(" ", "")


def _run(text: str, look: str = "") -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _timeless(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as own, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as other:
        for entry in own.infolist():
            copied = zipfile.ZipInfo(entry.filename, _IN_ZIP)
            copied.compress_type = zipfile.ZIP_DEFLATED
            other.writestr(copied, own.read(entry))
    return written.getvalue()
