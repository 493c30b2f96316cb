"""What a file is, from its bytes; its name and extension do not count."""

from __future__ import annotations

import re
import zipfile

from pipelines.reading.compound import stream_names
from pipelines.reading.container import listed
from pipelines.reading.decoding import wide_encoding
from pipelines.reading.document import ReadError

PDF, OLE, ZIP = "application/pdf", "application/x-ole-storage", "application/zip"
DOC, XLS = "application/msword", "application/vnd.ms-excel"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
RTF, ODF = "application/rtf", "application/vnd.oasis.opendocument"
# Documents in one file of XML: a package with its parts in it, and what Word and Excel wrote before there were any.
FLAT_OPC, WORD_XML = "application/vnd.ms-word2006ml", "application/vnd.ms-wordml"
EXCEL_XML, MHTML = "application/vnd.ms-spreadsheetml", "multipart/related"
# Picture files that are one report, as we pack them (`pages`), and the folder they lie in there.
PAGES, PAGES_FOLDER = "application/vnd.gongkai.page-pictures+zip", "page-pictures/"
IMAGES = frozenset(("image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp"))

# Magic bytes of formats that are recognised by name; those without a reader are quarantined as unsupported.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"{\\rtf", RTF),
    (b"\xdb\xa5-\x00", "application/x-word-two"),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", XLS),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"\x7fELF", "application/x-executable"),
    (b"OFDR", "application/ofd"),
)
# What a ZIP holds, by the name of one member.
_ZIP_PARTS = (
    ("word/document", DOCX),
    ("xl/workbook.bin", XLSB),
    ("xl/workbook", XLSX),
    ("ppt/presentation", "application/vnd.ms-powerpoint"),
    ("OFD.xml", "application/ofd"),
)
_ZIP_ENTRY, _MOST_ENTRIES = b"PK\x01\x02", 20_000
# A PDF may begin after some bytes of a transport; web archives and documents of XML name themselves in their head.
_PDF_WINDOW, _HEAD_WINDOW = 1024, 16384
_HEADER = re.compile(rb"\s*(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}")
_PAGE_IN_MAIL = re.compile(rb"^Content-Type:\s*(?:multipart/(?:related|mixed|alternative)|text/html)", re.I | re.M)
_MAIL = re.compile(rb"^MIME-Version:", re.I | re.M)
# The first element of a document in one file of XML, and the declarations in it.
_ROOT = re.compile(
    rb"\s*(?:<\?[^<>]*\?>\s*|<!--(?:[^-]|-(?!->))*-->\s*"
    rb"|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>\s*)*"
    rb"<(?:[\w.-]+:)?(package|document|wordDocument|Workbook)\b([^<>]*)>"
)
# Of roots whose names other formats use as well, the name space tells.
_ROOTS = {
    b"package": (FLAT_OPC, b"http://schemas.microsoft.com/office/2006/xmlPackage"),
    b"document": (ODF, b"urn:oasis:names:tc:opendocument"),
    b"wordDocument": (WORD_XML, b""),
    b"Workbook": (EXCEL_XML, b""),
}
_BMP_RESERVED = b"\x00\x00\x00\x00"
_TEXT_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROL = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27}) + b"\x7f"
_BINARY_SHARE = 0.01
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|tbody|tr|td|div|p|span|meta|br)\b[^<]*>", re.IGNORECASE)
_HTML_WINDOW = 65536

BINARY, EMPTY, TEXT, HTML = "application/octet-stream", "application/x-empty", "text/plain", "text/html"


def sniff(data: bytes) -> str:
    """Return the media type of data. Text and HTML are told apart after decoding, by `is_html`."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return EMPTY
    for magic, media_type in _MAGIC:
        if data.startswith(magic) and not (magic == b"BM" and data[6:10] != _BMP_RESERVED):
            return _contained(data, media_type)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if b"%PDF-" in data[:_PDF_WINDOW] and b"%%EOF" in data[-_PDF_WINDOW:]:
        return PDF
    if (special := _by_head(data[:_HEAD_WINDOW])) is not None:
        return special
    if data.startswith(_TEXT_BOMS):
        return TEXT
    sample = data[: 1 << 16]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return BINARY if controls > len(sample) * _BINARY_SHARE and wide_encoding(data) is None else TEXT


def _by_head(head: bytes) -> str | None:
    """Return the type of a web archive or of a document in one file of XML; None of any other file."""
    head = next((head.removeprefix(mark) for mark in _TEXT_BOMS if head.startswith(mark)), head)
    if _HEADER.match(head):
        return MHTML if _MAIL.search(head) and _PAGE_IN_MAIL.search(head) else None
    found = _ROOT.match(head.replace(b"\0", b""))
    if found is None:
        return None
    media_type, name_space = _ROOTS[found[1]]
    return media_type if name_space in found[2] else None


def _contained(data: bytes, media_type: str) -> str:
    if media_type == ZIP:
        return _zip_type(data)
    return _ole_type(data) if media_type == OLE else media_type


def _zip_type(data: bytes) -> str:
    """Tell a document in a ZIP container from an archive of files; a broken container stays an archive."""
    if data.count(_ZIP_ENTRY) > _MOST_ENTRIES:
        return ZIP  # listing it would cost more memory than the file
    try:
        members = listed(data)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ZIP
    if members and min(member.header_offset for member in members) > 0:
        return ZIP  # the directory of a container inside this one, whose own was cut off
    names = [member.filename for member in members]
    if "mimetype" in names[:1] and any(name == "content.xml" for name in names):
        return ODF
    if names[:1] == ["mimetype"] and len(names) > 1 and all(name.startswith(PAGES_FOLDER) for name in names[1:]):
        return PAGES
    parts = [name.replace("\\", "/") for name in names]
    return next((media for part, media in _ZIP_PARTS if any(name.startswith(part) for name in parts)), ZIP)


def _ole_type(data: bytes) -> str:
    """Tell Word from Excel by the streams of a compound file; WPS and ET write the same ones."""
    try:
        streams = {name.lower() for name in stream_names(data)}  # their case does not count
    except ReadError:
        return OLE  # whoever reads it says what is wrong
    if "worddocument" in streams:
        return DOC
    if streams & {"workbook", "book"}:
        return XLS
    if "encryptedpackage" in streams:
        return "application/encrypted"
    return "application/vnd.ms-powerpoint" if "powerpoint document" in streams else OLE


def is_xml(text: str) -> bool:
    """Return whether decoded text says of itself that it is XML."""
    return text[:256].lstrip("\ufeff \t\r\n").startswith("<?xml")


def is_html(text: str) -> bool:
    """Return whether decoded text is HTML: a tag of a page or a fragment stands near its beginning."""
    return _HTML.search(text, 0, _HTML_WINDOW) is not None
