"""Binary Word files (.doc, .wps) -> blocks: paragraphs, and grids whose columns are the edges that the file states.

Tables are read here from the property pages of the file: office-oxide loses spans, divides tables and glues nested
ones, so that 61 % of 8,394 rows came out as LibreOffice gives them, and by this reading all. office-oxide is the second
opinion on the text (`check`), and olefile opens the container.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.doc.check import confirmed
from pipelines.reading.doc.header import PARAGRAPHS, STYLES, WordFile, open_word
from pipelines.reading.doc.lists import Lists
from pipelines.reading.doc.properties import GONE, PARAGRAPH_ENTRY, Pages, ParagraphProperties, paragraph
from pipelines.reading.doc.rows import RowShape, row_shape
from pipelines.reading.doc.styles import OUTLINE_LEVELS, Styles
from pipelines.reading.doc.text import ENDS, PICTURE, STRUCK_TEXT, UNPRINTED, Piece, Text, read_text
from pipelines.reading.doc.walk import Item, Walk
from pipelines.reading.document import Document, ReadError, only_pictures
from pipelines.reading.limits import DEFAULT_LIMITS, Limits
from pipelines.reading.sniffing import DOC

_CELL, _PAGE_BREAK = "\x07", "\x0c"
NUMBERED, HIDDEN_STYLE = code_list("cell_note").named("automatic_number", "hidden_style")


def read_document(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read a binary Word file: the body, then text boxes. Raises ReadError with the reason of the quarantine."""
    file = open_word(data)
    styles = Styles(file.part(STYLES))
    text = read_text(file, styles)
    paragraphs = _Paragraphs(file, text, styles)
    walk = Walk(limits)
    for first, last in (file.body, file.boxes):
        paragraphs.feed(walk, first, min(last, len(text.raw)))
        walk.finish()
    if not walk.blocks:
        raise _nothing(file, text)
    metadata = {"pictures": str(count)} if (count := text.clean.count(PICTURE)) else {}
    return Document(DOC, None, confirmed(data, text, file.body, walk.blocks), metadata)


def _nothing(file: WordFile, text: Text) -> ReadError:
    if file.has_pictures or PICTURE in text.clean:
        return only_pictures()
    return ReadError("empty", "reading.nothing_printed")


class _Kind(NamedTuple):
    """What a property string means: the paragraph, the shape of the row it ends, and whether it only is in a cell."""

    paragraph: ParagraphProperties
    shapes: tuple[RowShape, ...]
    is_plain: bool


class _Paragraphs:
    """The paragraphs of a file with the properties of their marks, each property string read once."""

    def __init__(self, file: WordFile, text: Text, styles: Styles) -> None:
        self._text = text
        self._styles = styles
        self._data = file.data
        self._pages = Pages(file.document, file.part(PARAGRAPHS), PARAGRAPH_ENTRY)
        self._lists = Lists(file)
        self._known: dict[bytes, _Kind] = {}
        self._doubts = [at for at, _ in text.doubts]

    def feed(self, walk: Walk, first: int, last: int) -> None:
        """Feed the paragraphs of a story to a walk; text behind the last mark is one, too."""
        for piece in self._text.pieces:
            if first < piece.last and piece.first < last:
                first = self._feed_piece(walk, piece, first, min(last, piece.last))
        if first < last:
            walk.take(Item(self._text.between(first, last)))

    def _feed_piece(self, walk: Walk, piece: Piece, first: int, last: int) -> int:
        """Feed the paragraphs that end in a piece; returns where the next one begins."""
        raw, clean, gone = self._text.raw, self._text.clean, self._text.gone
        starts, ends, strings = self._pages.starts, self._pages.ends, self._pages.stored
        offset, width, own = piece.place - piece.first * piece.width, piece.width, piece.properties
        known_kinds, has_doubts = self._known, bool(self._doubts)
        table = walk.plain_table
        for mark in ENDS.finditer(raw, max(first, piece.first), last):
            at = mark.start()
            character, position = raw[at], offset + at * width
            index = bisect_right(starts, position) - 1
            if index >= 0 and position < ends[index]:
                if character == _PAGE_BREAK and ends[index] != position + width:
                    continue  # a page break inside a paragraph
                stored = strings[index]
            else:
                stored = b""
            if own:
                stored = (stored or b"\0\0") + own
            kind = known_kinds.get(stored) or self._kind(stored)
            if table is not None and character == _CELL and kind.is_plain and at not in gone:
                # Nearly every cell is one line in which nothing is to be taken out.
                text = clean[first:at]
                is_printed = text.isprintable() or not UNPRINTED.search(text)
                if is_printed and not (has_doubts and self._doubt(first, at)):
                    table.texts.append(text.strip())
                    first = at + 1
                    continue
            walk.take(self._item(first, at, kind))
            table = walk.plain_table
            first = at + 1
        return first

    def _kind(self, stored: bytes) -> _Kind:
        found = paragraph(stored or b"\0\0", self._data)
        shapes = tuple([s for row in (found.row, found.newer_row) if row and (s := row_shape(row))])
        style = self._styles.style(found.style)
        number = style.number if found.number is None else found.number
        is_plain = found.depth == 1 and not found.row_end and not number and not style.bits
        self._known[stored] = _Kind(found, shapes, is_plain)
        return self._known[stored]

    def _item(self, first: int, at: int, kind: _Kind) -> Item:
        found = kind.paragraph
        text, doubt = self._text.between(first, at), self._doubt(first, at)
        is_gone = at in self._text.gone
        is_cell = self._text.raw[at] == _CELL
        if is_cell and not found.depth:
            raise ReadError("damaged", "reading_doc.cell_outside_table", place=at)
        style = self._styles.style(found.style)
        if style.bits & GONE:
            text, doubt = "", HIDDEN_STYLE if text else doubt
        elif style.bits and text:
            doubt = doubt or STRUCK_TEXT
        number = style.number if found.number is None else found.number
        if number and not is_gone:
            text, doubt = self._numbered(text, doubt, number, style.level if found.level is None else found.level)
        ends_row = found.row_end and (is_cell or found.depth > 1)
        ends_cell = not ends_row and (is_cell or found.inner_cell_end)
        heading = style.is_heading if found.outline is None else found.outline < OUTLINE_LEVELS
        return Item(text, found.depth, ends_cell, ends_row, is_gone, heading and not found.depth, doubt, kind.shapes)

    def _numbered(self, text: str, doubt: str | None, number: int, level: int) -> tuple[str, str | None]:
        """Return text behind the number that its list prints; beside digits, or where it is unknown, it is doubted."""
        printed = self._lists.number(number, level)
        if printed is None:
            return text, doubt or NUMBERED
        if printed and (not text or text.lstrip()[:1].isdigit()):
            doubt = doubt or NUMBERED
        return printed + text, doubt

    def _doubt(self, first: int, last: int) -> str | None:
        if not self._doubts:
            return None
        index = bisect_left(self._doubts, first)
        return self._text.doubts[index][1] if index < len(self._doubts) and self._doubts[index] < last else None
