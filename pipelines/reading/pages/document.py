"""One content of picture files that are one report -> Document: the text of the page around them, then their pages."""

from __future__ import annotations

from pipelines.reading.decoding import decode
from pipelines.reading.document import Document, ReadError
from pipelines.reading.html.embedded import page_blocks
from pipelines.reading.limits import Limits
from pipelines.reading.pages.beside_text import MISSING_PAGES, with_pictures
from pipelines.reading.pages.bundle import unpacked
from pipelines.reading.sniffing import HTML, PAGES


def read_document(data: bytes, limits: Limits) -> Document:
    """Read pictures as the pages of one report. Raises ReadError as the readers of pictures and of pages do."""
    bundle = unpacked(data, limits)
    if not bundle.pictures:
        raise ReadError("empty", "reading_scan.no_pictures")
    told = {MISSING_PAGES: " ".join(bundle.missing)} if bundle.missing else {}
    document = Document(PAGES, None, (), told)
    if bundle.page is not None:
        text, encoding = decode(bundle.page)
        blocks, metadata = page_blocks(text, limits=limits)
        document = Document(HTML, encoding, blocks, {**metadata, **told})
    return with_pictures(document, bundle.pictures, limits)
