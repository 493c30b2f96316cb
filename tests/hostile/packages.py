"""Word and Excel files in ZIP containers, made by hand: hostile ones, and plain ones with passengers."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable

from benchmarks.corpus.hostile import zip_of

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MB = 1 << 20
TITLE = "测试区2020年政府信息公开工作年度报告"

Parts = dict[str, str | bytes]


def packed(parts: Parts, *, stored: bool = False) -> bytes:
    """Return a container."""
    encoded = {name: part.encode() if isinstance(part, str) else part for name, part in parts.items()}
    return zip_of(encoded, stored=stored)


def relations(*entries: tuple[str, str, str]) -> str:
    """Return a part of relations: (id, kind, target)."""
    lines = (f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in entries)
    return f'{_XML}<Relationships xmlns="{_RELATIONS}">{"".join(lines)}</Relationships>'


def _types(**overrides: str) -> str:
    lines = (f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    defaults = '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ' + (
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    )
    return f'{_XML}<Types xmlns="{space}">{defaults}{"".join(lines)}</Types>'


def docx(
    body: str,
    more: Parts | None = None,
    *,
    before: str = "",
    relation: Iterable[tuple[str, str, str]] = (),
    stored: bool = False,
) -> bytes:
    """Return a Word document with a body; `before` stands before its root. Stored, nothing is packed suspiciously."""
    main = f'{_XML}{before}<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}"><w:body>{body}</w:body></w:document>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts: Parts = {
        "[Content_Types].xml": _types(**{"word/document.xml": kind}),
        "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": main,
        "word/_rels/document.xml.rels": relations(*relation),
    }
    return packed(parts | (more or {}), stored=stored)


def paragraph(text: str) -> str:
    """Return a paragraph of Word."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    """Return a table cell of Word."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def table(*rows: str) -> str:
    """Return a table of Word from the cells of its rows."""
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def laughs(root: str, depth: int = 9) -> str:
    """Return a document type whose last entity is ten to the power of `depth` letters long."""
    lines = ['<!ENTITY l0 "ha">', *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, depth + 1))]
    return f"<!DOCTYPE {root} [{''.join(lines)}]>"


def external(root: str, system: str = "file:///etc/passwd") -> str:
    """Return a document type with an entity that stands for a file or an address."""
    return f'<!DOCTYPE {root} [<!ENTITY e SYSTEM "{system}">]>'


def nested_word_tables(depth: int) -> str:
    """Return tables of Word in each other's cells."""
    return "<w:tbl><w:tr><w:tc>" * depth + paragraph("0") + ("<w:p/></w:tc></w:tr></w:tbl>") * depth


def xlsx(
    rows: str, *, strings: str = "", before: str = "", after: str = "", more: Parts | None = None, sheets: int = 1
) -> bytes:
    """Return a workbook whose sheets all have these rows; `before` stands before the root of every part."""
    sheet = f'{_XML}{before}<worksheet xmlns="{_S}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, sheets + 1))
    parts: Parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_S}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("strings", "sharedStrings", "sharedStrings.xml"),
            *((f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, sheets + 1)),
        ),
        "xl/sharedStrings.xml": f'{_XML}{before}<sst xmlns="{_S}">{strings}</sst>',
        **{f"xl/worksheets/sheet{n}.xml": sheet for n in range(1, sheets + 1)},
    }
    return packed(parts | (more or {}))


def text_cell(reference: str, text: str) -> str:
    """Return a cell of a sheet with its own text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_row(number: int, *cells: str) -> str:
    """Return a row of a sheet."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def bomb_part(head: str, megabytes: int = 100) -> bytes:
    """Return a Word document whose main part goes on for megabytes of blanks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("_rels/.rels", relations(("rId1", "officeDocument", "word/document.xml")))
        with archive.open("word/document.xml", "w") as part:
            part.write(head.encode())
            for _ in range(megabytes):
                part.write(b" " * _MB)
    return out.getvalue()


def lying_sizes(data: bytes) -> bytes:
    """Return a container whose directory says that every part is 10 bytes long."""
    changed = bytearray(data)
    place = changed.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<I", changed, place + 24, 10)
        place = changed.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


def overlapping(data: bytes) -> bytes:
    """Return a container in which every entry of the directory points at the first part."""
    changed = bytearray(data)
    place = changed.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<I", changed, place + 42, 0)
        place = changed.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


def encrypted_flag(data: bytes) -> bytes:
    """Return a container whose parts are marked as encrypted."""
    changed = bytearray(data)
    for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = changed.find(magic)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(magic, place + 4)
    return bytes(changed)


def symbolic_link(name: str, target: str) -> zipfile.ZipInfo:
    """Return the entry of a link."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    info.comment = target.encode()
    return info


def archive_with_link(name: str = "report.txt", target: str = "/etc/passwd") -> bytes:
    """Return an archive whose one member is a link out of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(symbolic_link(name, target), target)
    return out.getvalue()


def nested_archives(depth: int, innermost: bytes) -> bytes:
    """Return archives in each other."""
    for level in range(depth):
        innermost = zip_of({f"{level}.zip": innermost})
    return innermost
