"""Which kind of document a single file of XML is, and the reader that its parts go to."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.reading import docx, spreadsheet
from pipelines.reading.container import Parts, StoredParts
from pipelines.reading.document import Document, ReadError
from pipelines.reading.flat.packages import package_parts
from pipelines.reading.flat.word_xml import word_parts
from pipelines.reading.limits import Limits
from pipelines.reading.single_markup import as_utf8
from pipelines.reading.sniffing import FLAT_OPC, WORD_XML, sniff

_KINDS: tuple[tuple[str, Callable[[Parts, Limits, str], Document] | None], ...] = (
    ("xl/workbook.bin", None),
    ("xl/workbook", spreadsheet.read_parts),
    ("ppt/presentation", None),
)


def read_document(data: bytes, limits: Limits) -> Document:
    """Read a document in one file of XML. Raises ReadError as the reader of its parts does."""
    markup = as_utf8(data)
    if sniff(data) != FLAT_OPC:
        return docx.read_parts(StoredParts(word_parts(markup), limits), limits, WORD_XML)
    parts = package_parts(markup)
    names = [name.lstrip("/").lower() for name, _ in parts]
    for part, reader in _KINDS:
        if any(name.startswith(part) for name in names):
            if reader is None:
                raise ReadError("unsupported_format", "reading_flat.package_of", part=part)
            return reader(StoredParts(parts, limits), limits, FLAT_OPC)
    return docx.read_parts(StoredParts(parts, limits), limits, FLAT_OPC)
