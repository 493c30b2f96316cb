"""OpenDocument files -> Document: the parts of the package, or the one XML file, and what they hold.

Belongs here: which part is read, what is encrypted, and when a file holds nothing to read.
"""

from __future__ import annotations

from pipelines.reading.container import Container
from pipelines.reading.document import Block, Document, Paragraph, ReadError, only_pictures
from pipelines.reading.limits import DEFAULT_LIMITS, Limits
from pipelines.reading.odf.lists import Lists
from pipelines.reading.odf.names import Attributes, FlatFile, parse_part
from pipelines.reading.odf.sheets import SheetWalk
from pipelines.reading.odf.styles import Styles
from pipelines.reading.odf.text import TextWalk
from pipelines.reading.sniffing import ODF
from pipelines.reading.spreadsheet.grids import workbook_blocks
from pipelines.reading.text.document import with_runs

_CONTENT, _STYLES, _MANIFEST, _MIMETYPE = "content.xml", "styles.xml", "META-INF/manifest.xml", "mimetype"
_ZIP = b"PK"
_SHEETS = b"opendocument.spreadsheet"
_HEAD = 1 << 14


def read_document(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read a text document or a spreadsheet. Raises ReadError with the reason of the quarantine."""
    container = Container(data, limits) if data.startswith(_ZIP) else FlatFile(data, limits)
    styles, lists = Styles(), Lists()
    if _MANIFEST in container:
        _check_open(container)
    if _STYLES in container:
        _read_styles(container, styles, lists)
    walk = (SheetWalk if _is_sheets(container) else TextWalk)(styles, lists, limits)
    parse_part(container, _CONTENT, walk.start, walk.end, walk.text)
    if not walk.found:
        raise ReadError("unsupported_format", "reading_odf.neither")
    blocks = _sheets(walk, limits) if isinstance(walk, SheetWalk) else with_runs(walk.blocks(), limits)
    if not blocks and walk.has_pictures:
        raise only_pictures()
    if not blocks:
        raise ReadError("empty", "reading_odf.no_text")
    return Document(ODF, None, tuple(blocks))


def _is_sheets(container: Container) -> bool:
    if isinstance(container, FlatFile):
        return _SHEETS in next(container.pieces(_CONTENT))[:_HEAD]
    return _SHEETS in container.read(_MIMETYPE)


def _check_open(container: Container) -> None:
    """Raise ReadError `encrypted` where the manifest says that a part is."""

    def start(name: str, _attributes: Attributes) -> None:
        if name == "manifest:encryption-data":
            raise ReadError("encrypted", "reading_odf.encrypted")

    parse_part(container, _MANIFEST, start, lambda _name: None, lambda _text: None)


def _read_styles(container: Container, styles: Styles, lists: Lists) -> None:
    """Read the named styles, those of lists too; the automatic ones of this part are those of page headers."""
    inside = [False]

    def start(name: str, attributes: Attributes) -> None:
        if name == "office:styles":
            inside[0] = True
        elif inside[0]:
            styles.start(name, attributes)
            lists.describe(name, attributes)

    def end(name: str) -> None:
        if name == "office:styles":
            inside[0] = False
        elif inside[0]:
            styles.end(name)

    parse_part(container, _STYLES, start, end, lambda _text: None)


def _sheets(walk: SheetWalk, limits: Limits) -> list[Block]:
    filled = [sheet for sheet in walk.sheets if sheet.rows]
    blocks: list[Block] = []
    for sheet, own in zip(filled, workbook_blocks(filled, limits), strict=True):
        if own and len(filled) > 1:
            blocks.append(Paragraph(sheet.name.strip(), 0, is_heading=True))
        blocks.extend(own)
    if not blocks and any(sheet.is_hidden or sheet.rows for sheet in walk.sheets):
        raise ReadError("hidden_content", "reading_spreadsheet.all_hidden")
    return blocks
