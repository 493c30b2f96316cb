"""What is measured on the files of each format: the least that any reader must do, ours, and what others would take.

Belongs here: the contestants and the aims. Keep out: files, clocks, tables. Each contestant imports what it needs when
it starts: the memory of its process is then its own.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from contextlib import closing
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO, StringIO
from typing import Any, NamedTuple
from xml.parsers import expat
from zipfile import ZipFile

LAST_YEAR = 2026
PARSE, READ, WHOLE = "parse only", "our reading", "our extraction"
PANDAS, PYTHON_DOCX, PDFPLUMBER, CALAMINE = "pandas.read_html", "python-docx", "pdfplumber", "calamine"
OFFICE_OXIDE, OFFICE_OXIDE_TEXT = "office-oxide", "office-oxide, text"
TIKA, DOCLING = "Tika", "docling"
# What a user who needs only the cells of tables would take: few lines that know no spans, or a library for all formats.
SELECTOLAX_GRID, LXML_GRID, OPENPYXL = "selectolax, rows of cells", "lxml, rows of cells", "openpyxl"
KREUZBERG, DOCLING_PARSE = "kreuzberg", "docling-parse"
_TYPES = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "pdf": "application/pdf",
}
# A command that reads a document from its input, as "java -jar tika-app.jar --xml".
TIKA_COMMAND = "TIKA_COMMAND"
_SCAN_DPI = 200
# A Word file with the text, the pictures and the size of those that agencies publish.
LONG_DOCX = "long docx"


def _here() -> None:
    return None


class Entry(NamedTuple):
    """A contestant: what it does with the bytes of a file. `absent` tells why it cannot take part here, if so.

    Peers only do every so many files.
    """

    name: str
    work: Callable[[bytes], object]
    is_peer: bool = False
    absent: Callable[[], str | None] = _here


class Aim(NamedTuple):
    """How many times as long `slower` may take as `faster`, or (`at_least`) must take."""

    slower: str
    faster: str
    bound: float
    at_least: bool = False

    @property
    def text(self) -> str:
        """Return the aim as printed."""
        return f"{'>=' if self.at_least else '<='} {self.bound:g}"

    def is_met(self, value: float) -> bool:
        """Tell whether a ratio meets the aim."""
        return value >= self.bound if self.at_least else value <= self.bound


def _read(data: bytes) -> object:
    from pipelines.reading import read

    return read(data)


def _whole(data: bytes) -> object:
    from pipelines.extracting.report import extract
    from pipelines.reading import read

    return extract(read(data), LAST_YEAR)


def _decoded(data: bytes) -> str:
    from pipelines.reading.decoding import decode

    return decode(data)[0]


def _html_tree(data: bytes) -> object:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(_decoded(data))


def _selectolax_grid(data: bytes) -> object:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_decoded(data))
    return [[[cell.text() for cell in row.css("td, th")] for row in table.css("tr")] for table in tree.css("table")]


def _lxml_grid(data: bytes) -> object:
    tree = import_module("lxml.html").fromstring(_decoded(data))
    return [
        [[cell.text_content() for cell in row.iter("td", "th")] for row in table.iter("tr")]
        for table in tree.iter("table")
    ]


def _openpyxl(data: bytes) -> object:
    book = import_module("openpyxl").load_workbook(BytesIO(data), data_only=True)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book]


def _kreuzberg(media_type: str, data: bytes) -> object:
    return import_module("kreuzberg").extract_bytes_sync(data, media_type)


def _docling_parse(data: bytes) -> object:
    with closing(import_module("docling_parse.pdf_parser").DoclingPdfParser().load(BytesIO(data))) as document:
        return [page for _, page in document.iterate_pages()]


def _pandas(data: bytes) -> object:
    import pandas

    return pandas.read_html(StringIO(_decoded(data)), flavor="lxml")


def _xml_parts(data: bytes, is_wanted: Callable[[str], bool]) -> None:
    with ZipFile(BytesIO(data)) as package:
        for name in filter(is_wanted, package.namelist()):
            expat.ParserCreate().Parse(package.read(name), True)


def _word_xml(data: bytes) -> None:
    _xml_parts(data, "word/document.xml".__eq__)


def _sheet_xml(data: bytes) -> None:
    _xml_parts(data, lambda name: name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml")


def _python_docx(data: bytes) -> object:
    import docx

    return [[cell.text for cell in row.cells] for table in docx.Document(BytesIO(data)).tables for row in table.rows]


def _streams(data: bytes) -> object:
    import olefile

    with olefile.OleFileIO(BytesIO(data)) as file:
        return [file.openstream(name).read() for name in file.listdir()]


def _office_oxide(data: bytes) -> object:
    import office_oxide

    return office_oxide.Document.from_bytes(data, "doc").to_ir()


def _office_oxide_text(data: bytes) -> object:
    import office_oxide

    return office_oxide.Document.from_bytes(data, "doc").plain_text()


def _calamine(data: bytes) -> object:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def _pdf_text(data: bytes) -> object:
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _pdf_drawn(data: bytes) -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            page.render(scale=_SCAN_DPI / 72).close()


def _pdfplumber(data: bytes) -> object:
    import pdfplumber

    with pdfplumber.open(BytesIO(data)) as document:
        return [page.extract_tables() for page in document.pages]


def _tika(data: bytes) -> object:
    command = shlex.split(os.environ[TIKA_COMMAND])
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


@cache
def _docling_converter() -> Any:
    return import_module("docling.document_converter").DocumentConverter()


def _docling(extension: str, data: bytes) -> object:
    stream = import_module("docling.datamodel.base_models").DocumentStream
    return _docling_converter().convert(stream(name=f"report.{extension}", stream=BytesIO(data)))


def _no_module(name: str) -> str | None:
    return None if find_spec(name) else "not installed"


def _no_tika() -> str | None:
    return None if os.environ.get(TIKA_COMMAND) else f"not installed ({TIKA_COMMAND} names no command)"


def _docling_on(extension: str) -> Entry:
    return Entry(DOCLING, partial(_docling, extension), True, partial(_no_module, "docling"))


def _kreuzberg_on(kind: str) -> Entry:
    return Entry(KREUZBERG, partial(_kreuzberg, _TYPES[kind]), True, partial(_no_module, "kreuzberg"))


_OURS = (Entry(READ, _read), Entry(WHOLE, _whole))
_DOCX = (
    Entry(PARSE, _word_xml), *_OURS, Entry(PYTHON_DOCX, _python_docx, is_peer=True), _docling_on("docx"),
    _kreuzberg_on("docx"),
)  # fmt: skip
ENTRIES: dict[str, tuple[Entry, ...]] = {
    "html": (
        Entry(PARSE, _html_tree), *_OURS, Entry(PANDAS, _pandas, is_peer=True),
        Entry(SELECTOLAX_GRID, _selectolax_grid), Entry(LXML_GRID, _lxml_grid, absent=partial(_no_module, "lxml")),
        _docling_on("html"), _kreuzberg_on("html"),
    ),
    "text": (Entry(PARSE, _decoded), *_OURS),
    "docx": _DOCX,
    LONG_DOCX: _DOCX,
    "doc": (
        Entry(PARSE, _streams), *_OURS, Entry(OFFICE_OXIDE, _office_oxide),
        Entry(OFFICE_OXIDE_TEXT, _office_oxide_text), Entry(TIKA, _tika, True, _no_tika), _kreuzberg_on("doc"),
    ),
    "xlsx": (
        Entry(PARSE, _sheet_xml), *_OURS, Entry(CALAMINE, _calamine),
        Entry(OPENPYXL, _openpyxl, True, partial(_no_module, "openpyxl")), _docling_on("xlsx"), _kreuzberg_on("xlsx"),
    ),
    "xls": (Entry(PARSE, _streams), *_OURS, Entry(CALAMINE, _calamine), _kreuzberg_on("xls")),
    "pdf": (
        Entry(PARSE, _pdf_text), *_OURS, Entry(PDFPLUMBER, _pdfplumber, is_peer=True),
        Entry(DOCLING_PARSE, _docling_parse, True, partial(_no_module, "docling_parse")), _docling_on("pdf"),
        _kreuzberg_on("pdf"),
    ),
    "scan": (Entry(PARSE, _pdf_drawn), *_OURS, _docling_on("pdf")),
}  # fmt: skip
AIMS: dict[str, tuple[Aim, ...]] = {
    "html": (Aim(WHOLE, PARSE, 3), Aim(PANDAS, WHOLE, 5, at_least=True)),
    "docx": (Aim(PYTHON_DOCX, WHOLE, 5, at_least=True),),
    LONG_DOCX: (Aim(PYTHON_DOCX, WHOLE, 5, at_least=True),),
    "doc": (Aim(WHOLE, OFFICE_OXIDE, 2), Aim(WHOLE, OFFICE_OXIDE_TEXT, 2)),
    "xlsx": (Aim(WHOLE, CALAMINE, 3),),
    "xls": (Aim(WHOLE, CALAMINE, 3),),
    "pdf": (Aim(WHOLE, PARSE, 4), Aim(PDFPLUMBER, WHOLE, 10, at_least=True)),
}
