"""Workbooks made by hand: the parts of .xlsx and the records of .xlsb, as exactly as a test needs them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence

import xlwt

from benchmarks.corpus.word_file import compound_bytes
from pipelines.reading import Cell, Document, Grid, read

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

Value = str | int | float | None
Row = Sequence[tuple[int, Value]]


def packed(parts: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return data.getvalue()


def relations(items: Iterable[tuple[str, str, str]]) -> str:
    inner = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in items)
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def xlsx(
    *sheets: str,
    strings: str = "",
    codes: Sequence[str] = (),
    book: str = "",
    states: Sequence[str] = (),
    main: str = MAIN,
) -> bytes:
    """Return a workbook of sheet parts. Style n has the n-th code, or style 0 is General; the last one has borders."""
    formats = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{code.replace("&", "&amp;").replace(chr(34), "&quot;")}"/>'
        for n, code in enumerate(codes)
    )
    xfs = "".join(f'<xf numFmtId="{164 + n}" borderId="0"/>' for n in range(len(codes))) or '<xf numFmtId="0"/>'
    xfs += '<xf numFmtId="0" borderId="1"/>'
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"{states[n - 1] if states else ""}/>'
        for n, name in enumerate(names(len(sheets)), start=1)
    )
    space = f'xmlns="{main}" xmlns:r="{OFFICE}"'
    return packed(
        {
            "xl/workbook.xml": f"<workbook {space}><sheets>{listed}</sheets>{book}</workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                [
                    ("s", "sharedStrings", "sharedStrings.xml"),
                    ("y", "styles", "styles.xml"),
                    *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)),
                ]
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{main}"><numFmts>{formats}</numFmts><borders><border/>'
            f'<border><left style="thin"/></border></borders><cellXfs>{xfs}</cellXfs></styleSheet>',
            **{f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, start=1)},
        }
    )


def names(count: int) -> list[str]:
    return [f"Sheet{n}" for n in range(1, count + 1)]


def sheet(rows: str, *, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def grid_sheet(*rows: Sequence[Value], style: int = 0, after: str = "", before: str = "") -> str:
    """Return a sheet of rows from A1 on: numbers are stored as numbers, None is no cell, an empty text a blank one."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            cell(f"{chr(65 + column)}{number}", value, style) for column, value in enumerate(row) if value is not None
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return sheet("".join(lines), before=before, after=after)


def cell(reference: str, value: Value, style: int = 0) -> str:
    start = f'<c r="{reference}" s="{style}"'
    if value == "":
        return f"{start}/>"
    if isinstance(value, str):
        return f'{start} t="str"><v>{value}</v></c>'
    return f"{start}><v>{value}</v></c>"


def grids(data: bytes) -> list[Grid]:
    return [block for block in read(data).blocks if isinstance(block, Grid)]


def texts(document: Document) -> list[list[list[str]]]:
    return [[[c.text for c in row] for row in block.rows] for block in document.blocks if isinstance(block, Grid)]


def cells(data: bytes) -> dict[str, Cell]:
    """Return all cells by their reference without the sheet."""
    found = {}
    for grid in grids(data):
        for row in grid.rows:
            for each in row:
                assert each.place is not None and each.place.reference is not None
                found[each.place.reference.rpartition("!")[2]] = each
    return found


def record(kind: int, content: bytes = b"") -> bytes:
    """Return a record of a binary part."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return head + length + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(
    records: bytes,
    *,
    after: bytes = b"",
    strings: Sequence[str | bytes] = (),
    codes: Sequence[str] = (),
    looks: Sequence[tuple[bytes, bytes]] = (),
) -> bytes:
    """Return a binary workbook of one sheet; style 0 is General, style n has the n-th code.

    The styles after those have the fonts and fills of `looks`, one each. Strings as bytes are those of runs.
    """
    formats = b"".join(record(44, struct.pack("<H", 163 + n) + wide(code)) for n, code in enumerate(codes, start=1))
    numbers = [0, *(163 + n for n in range(1, len(codes) + 1))]
    fonts = b"".join(record(43, font) + record(45, fill) for font, fill in looks)
    kinds = [(number, 0xFFFF) for number in numbers] + [(0, look) for look in range(len(looks))]
    styles = b"".join(record(47, struct.pack("<HHHHH", 0, code, look, look, 0) + bytes(6)) for code, look in kinds)
    return packed(
        {
            "xl/workbook.bin": record(131)
            + record(143)
            + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Sheet1"))
            + record(144)
            + record(132),
            "xl/_rels/workbook.bin.rels": relations(
                [
                    ("rId1", "worksheet", "worksheets/sheet1.bin"),
                    ("s", "sharedStrings", "sharedStrings.bin"),
                    ("y", "styles", "styles.bin"),
                ]
            ),
            "xl/styles.bin": record(278)
            + record(615, struct.pack("<I", len(codes)))
            + formats
            + record(616)
            + fonts
            + record(617, struct.pack("<I", len(kinds)))
            + styles
            + record(618)
            + record(279),
            "xl/sharedStrings.bin": record(159, struct.pack("<II", len(strings), len(strings)))
            + b"".join(record(19, b"\0" + wide(text) if isinstance(text, str) else text) for text in strings)
            + record(160),
            "xl/worksheets/sheet1.bin": record(129)
            + record(148, struct.pack("<IIII", 0, 9, 0, 9))
            + record(145)
            + records
            + record(146)
            + after
            + record(130),
        }
    )


def binary_row(number: int, *, hidden: bool = False) -> bytes:
    return record(0, struct.pack("<IIHBB", number, 0, 300, 0, 0x10 if hidden else 0) + bytes(5))


def binary_cell(kind: int, column: int, content: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style) + content)


def biff(kind: int, content: bytes = b"") -> bytes:
    """Return a record of .xls."""
    return struct.pack("<HH", kind, len(content)) + content


def xls_of(records: bytes, *, styles: int = 1) -> bytes:
    """Return a workbook of records with one sheet of these; styles are General, the last of two has borders."""
    begin = biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    formats = b"".join(biff(0xE0, struct.pack("<10xH8x", int(n == 1))) for n in range(styles))
    name = biff(0x85, struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"S")
    start = len(begin + formats + name + biff(0x0A))
    name = biff(0x85, struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"S")
    stream = begin + formats + name + biff(0x0A) + begin + records + biff(0x0A)
    return compound_bytes({"Workbook": stream.ljust(4096, b"\0")})


def number_record(row: int, column: int, value: float, style: int = 0) -> bytes:
    return biff(0x203, struct.pack("<HHHd", row, column, style, value))


def formula_record(row: int, column: int, result: bytes) -> bytes:
    return biff(0x06, struct.pack("<HHH", row, column, 0) + result + bytes(8))


def text_record(text: str) -> bytes:
    return biff(0x207, struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))


def as_xls(fill: Callable[[xlwt.Workbook], object]) -> bytes:
    book, file = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    fill(book)
    book.save(file)
    return file.getvalue()
