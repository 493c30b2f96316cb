"""One report in every format: the same tables, with the same doubtful cell, as each program writes them.

A cell is a list of runs: a text and how it looks (plain, raised, lowered, struck, hidden, white).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html import escape
from typing import Any

import xlsxwriter
import xlwt
from reportlab.pdfgen.canvas import Canvas

from benchmarks.corpus.pdf import named_font
from benchmarks.corpus.word_file import WordRun, sprm
from pipelines.extracting.report import extract
from pipelines.extracting.tables.cells import CellReading
from pipelines.reading import read
from tests.reading.doc import word_files
from tests.reading.docx import docx_files
from tests.reading.pdf import pdf_files

Runs = list[tuple[str, str]]
Row = list[Runs]
PLAIN, RAISED, LOWERED, STRUCK, HIDDEN, WHITE = "plain", "raised", "lowered", "struck", "hidden", "white"
TITLE = "测试市东山区人民政府2022年政府信息公开工作年度报告"
SECTION = "二、主动公开政府信息情况"
# The cell in doubt, and those that nothing may happen to.
PROBE = ("documents", "rules", "repealed")
OTHERS = {
    ("documents", "rules", "issued"): 7,
    ("documents", "rules", "in_force"): 8,
    ("documents", "normative_documents", "issued"): 5,
    ("documents", "normative_documents", "repealed"): 6,
    ("documents", "normative_documents", "in_force"): 9,
    ("enforcement", "administrative_penalty", "decisions"): 11,
    ("enforcement", "administrative_coercion", "decisions"): 12,
}


def plain(text: str) -> Runs:
    return [(text, PLAIN)] if text else []


def tables(probe: Runs) -> list[tuple[str, list[Row]]]:
    """Return the tables with their captions."""
    documents = [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "7", "", "8"],
        ["行政规范性文件", "5", "6", "9"],
    ]
    enforcement = [["信息内容", "本年处理决定数量"], ["行政处罚", "11"], ["行政强制", "12"]]
    found = [[[plain(text) for text in row] for row in rows] for rows in (documents, enforcement)]
    found[0][1][2] = probe
    return [("第二十条第（一）项", found[0]), ("第二十条第（六）项", found[1])]


def text_of(runs: Runs) -> str:
    return "".join(text for text, _ in runs)


# --- text


def lined(separator: str) -> Callable[[Runs], bytes]:
    """Return a writer of text whose cells are parted so."""

    def write(probe: Runs) -> bytes:
        lines = [TITLE, SECTION]
        for caption, rows in tables(probe):
            lines.extend([caption, *(separator.join(map(text_of, row)) for row in rows)])
        return "\n".join([*lines, ""]).encode()

    return write


def markdown(probe: Runs) -> bytes:
    lines = [f"# {TITLE}", "", f"## {SECTION}"]
    for caption, rows in tables(probe):
        lines.extend(["", caption, ""])
        marked = [f"| {' | '.join(map(text_of, row))} |" for row in rows]
        lines.extend([marked[0], f"|{'---|' * len(rows[0])}", *marked[1:]])
    return "\n".join([*lines, ""]).encode()


def comma_separated(probe: Runs) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows([[TITLE], [SECTION]])
    for caption, rows in tables(probe):
        writer.writerows([[caption], *(list(map(text_of, row)) for row in rows)])
    return file.getvalue().encode()


# --- pages and documents

_TAGS = {
    RAISED: "<sup>{}</sup>",
    LOWERED: "<sub>{}</sub>",
    STRUCK: "<del>{}</del>",
    HIDDEN: '<span style="display:none">{}</span>',
    WHITE: '<span style="color:#fff">{}</span>',
}


def html(probe: Runs) -> bytes:
    parts = [f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{SECTION}</p>"]
    for caption, rows in tables(probe):
        lines = [
            "".join(f"<td>{''.join(_TAGS.get(look, '{}').format(escape(t)) for t, look in runs)}</td>" for runs in row)
            for row in rows
        ]
        parts.append(f"<p>{caption}</p><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>")
    return "".join((*parts, "</body></html>")).encode()


_WORD_MARKUP = {
    RAISED: '<w:vertAlign w:val="superscript"/>',
    LOWERED: '<w:vertAlign w:val="subscript"/>',
    STRUCK: "<w:strike/>",
    HIDDEN: "<w:vanish/>",
    WHITE: '<w:color w:val="FFFFFF"/>',
}


def docx(probe: Runs) -> bytes:
    def cell(runs: Runs) -> str:
        inner = (
            f'<w:r><w:rPr>{_WORD_MARKUP.get(look, "")}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
            for text, look in runs
        )
        return docx_files.cell(f"<w:p>{''.join(inner)}</w:p>")

    parts = [docx_files.paragraph(TITLE), docx_files.paragraph(SECTION)]
    for caption, rows in tables(probe):
        lines = "".join(docx_files.row(*map(cell, row)) for row in rows)
        parts.extend((docx_files.paragraph(caption), f"<w:tbl>{lines}</w:tbl>"))
    return docx_files.docx("".join((*parts, docx_files.paragraph("三、收到和处理政府信息公开申请情况"))))


_WORD_PROPERTIES = {
    RAISED: sprm(0x2A48, b"\x01"),
    LOWERED: sprm(0x2A48, b"\x02"),
    STRUCK: word_files.STRUCK,
    HIDDEN: word_files.HIDDEN,
    WHITE: sprm(0x2A42, b"\x08"),
}


def doc(probe: Runs) -> bytes:
    parts: list[Any] = [word_files.line(TITLE), word_files.line(SECTION)]
    for caption, rows in tables(probe):
        parts.append(word_files.line(caption))
        for row in rows:
            cells = (
                word_files.cell(*(WordRun(text, _WORD_PROPERTIES.get(look, b"")) for text, look in runs))
                for runs in row
            )
            parts.append(word_files.row(*cells))
    return word_files.file_of(*parts)


# --- workbooks

_FONTS: dict[str, dict[str, Any]] = {
    RAISED: {"font_script": 1},
    LOWERED: {"font_script": 2},
    STRUCK: {"font_strikeout": True},
    WHITE: {"font_color": "white"},
}


def xlsx(probe: Runs) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet()
        looks = {look: book.add_format({"border": 1, **font}) for look, font in {PLAIN: {}, **_FONTS}.items()}
        for number, row in enumerate(_sheet(probe)):
            for column, runs in enumerate(row):
                if len(runs) < 2:
                    text, look = runs[0] if runs else ("", PLAIN)
                    page.write_blank(number, column, None, looks[look]) if not text else page.write_string(
                        number, column, text, looks[look]
                    )
                else:
                    pieces = [piece for text, look in runs for piece in (looks[look], text)]
                    page.write_rich_string(number, column, *pieces, looks[PLAIN])
    return file.getvalue()


_STYLES = {
    RAISED: "font: escapement superscript",
    LOWERED: "font: escapement subscript",
    STRUCK: "font: struck_out true",
    WHITE: "font: color white",
}
_FRAME = "borders: left thin, right thin, top thin, bottom thin"


def xls(probe: Runs) -> bytes:
    book, file = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    page = book.add_sheet("Sheet1")
    for number, row in enumerate(_sheet(probe)):
        for column, runs in enumerate(row):
            if len(runs) < 2:
                text, look = runs[0] if runs else ("", PLAIN)
                page.write(number, column, text, xlwt.easyxf("; ".join(filter(None, (_STYLES.get(look), _FRAME)))))
            else:
                pieces = tuple((text, xlwt.easyxf(_STYLES.get(look, "")).font) for text, look in runs)
                page.write_rich_text(number, column, pieces, xlwt.easyxf(_FRAME))
    book.save(file)
    return file.getvalue()


def _sheet(probe: Runs) -> list[Row]:
    rows = [[plain(TITLE)], [plain(SECTION)]]
    for caption, own in tables(probe):
        rows.extend([[plain(caption)], *own])
    return rows


# --- PDF


def pdf(probe: Runs) -> bytes:
    def draw(canvas: Canvas) -> None:
        for place, text in enumerate((TITLE, SECTION)):
            pdf_files.write(canvas, text, pdf_files.LEFT, 60 + 20 * place)
        top = pdf_files.TOP
        for caption, rows in tables(probe):
            pdf_files.write(canvas, caption, pdf_files.LEFT, top - 8)
            pdf_files.rule(canvas, len(rows), len(rows[0]), top)
            for number, row in enumerate(rows):
                for column, runs in enumerate(row):
                    _draw_cell(canvas, runs, pdf_files.LEFT + column * pdf_files.WIDTH + 6, top + number * 20 + 14)
            top += 20 * len(rows) + 40

    return pdf_files.pdf(draw)


def _draw_cell(canvas: Canvas, runs: Runs, x: float, y: float) -> None:
    font = named_font("STSong-Light")
    for text, look in runs:
        size, rise = {RAISED: (6, 4), LOWERED: (6, -2)}.get(look, (pdf_files.SIZE, 0))
        canvas.setFont(font, size)
        canvas.setFillGray(1 if look == WHITE else 0)
        shown = canvas.beginText(x, pdf_files.HEIGHT - y + rise)
        shown.setTextRenderMode(3 if look == HIDDEN else 0)
        shown.textOut(text)
        shown.setTextRenderMode(0)  # it holds until it is set again
        canvas.drawText(shown)
        width = canvas.stringWidth(text, font, size)
        if look == STRUCK:
            canvas.line(x, pdf_files.HEIGHT - y + 3.5, x + width, pdf_files.HEIGHT - y + 3.5)
        x += width + 0.1
    canvas.setFont(font, pdf_files.SIZE)
    canvas.setFillGray(0)


PIPED, TABBED, LINES = lined(" | "), lined("\t"), lined("\n")
WRITERS: dict[str, Callable[[Runs], bytes]] = {
    "html": html,
    "docx": docx,
    "doc": doc,
    "xlsx": xlsx,
    "xls": xls,
    "pdf": pdf,
    "pipes": PIPED,
    "tabs": TABBED,
    "lines": LINES,
    "markdown": markdown,
    "csv": comma_separated,
}


def cells_of(data: bytes) -> tuple[CellReading, dict[tuple[str, str, str], CellReading]]:
    """Return the cell in doubt, and all cells, of a report as it is read."""
    reading = extract(read(data), 2026).reading
    assert reading is not None
    return reading.cells[PROBE], reading.cells
