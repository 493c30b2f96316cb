"""What a workbook of records (.xls) states for all of its sheets: strings, styles, and where each sheet begins.

Belongs here: how records follow one another, and those before the first sheet. Keep out: records of a sheet (`xls`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.spreadsheet.fonts import PLAIN, WHITE, Colour, Look, RecordFonts, text_runs
from pipelines.reading.spreadsheet.formats import BUILT_IN, FORMATTED, GENERAL, Shown, hides_text, shown_number
from pipelines.reading.spreadsheet.sheet import clean_text, stored_text
from pipelines.reading.spreadsheet.strings import Pieces, Run, characters

BOF, EOF, CONTINUE = 0x809, 0x0A, 0x3C
_FILEPASS, _BOUNDSHEET, _DATEMODE = 0x2F, 0x85, 0x22
_XF, _FORMAT, _SST, _FONT, _PALETTE = 0xE0, 0x41E, 0xFC, 0x31, 0x92
_BIFF8 = 0x600
_WORKSHEET = 0
# Labels, which every report repeats, are no longer than this.
_LABEL_SIZE = 100
HEAD, _U16 = struct.Struct("<HH"), struct.Struct("<H")
_STYLE = struct.Struct("<HH6xH2xIH")

# Bytes that may be read at once where a record begins, whatever its size.
FRONT_SIZE = 14

Record = tuple[int, int, int]


class Style(NamedTuple):
    """What a style says: format code, whether it has borders, whether it hides texts, fill, and doubt of its font."""

    code: str
    framed: bool
    hides_text: bool
    fill: Colour = WHITE
    doubt: str | None = None


@dataclass
class Book:
    """What the globals of a workbook state.

    `plain` are the format codes of styles under which a cell prints what it holds and nothing is in doubt, `texts` the
    strings that then print something, by number; none where a sheet could hold more cells than a table may have, which
    are then counted.
    """

    stream: bytes
    limits: Limits
    styles: list[Style] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    fonts: list[Look] = field(default_factory=list)
    rich: dict[int, Look] = field(default_factory=dict)  # how texts of runs look, by number
    sheets: list[tuple[int, str, bool]] = field(default_factory=list)
    from_1904: bool = False
    framed: list[bool] = field(default_factory=list)
    plain: dict[int, str] = field(default_factory=dict)
    texts: dict[int, Shown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Add what may be read at once behind the last record."""
        self.padded = self.stream + bytes(FRONT_SIZE)
        self.view = memoryview(self.stream)

    def style(self, number: int) -> Style:
        """Return a style by its number."""
        if number >= len(self.styles):
            raise ReadError("damaged", "reading_spreadsheet.style_beyond", style=number, count=len(self.styles))
        return self.styles[number]

    def text(self, text: str, style: int, look: Look | None = None) -> Shown:
        """Return a text as printed."""
        own = self.style(style)
        doubt = look.doubt(own.fill) if look is not None else None
        return Shown(text, FORMATTED if own.hides_text else doubt)

    def number(self, number: float, style: int) -> Shown:
        """Return a number as printed."""
        return shown_number(stored_text(number), self.style(style).code, self.from_1904)


def records(stream: bytes, position: int) -> Iterator[Record]:
    """Yield (type, first byte, size) of the records of a substream, without those of substreams inside it."""
    depth, end = 0, len(stream)
    while position + 4 <= end:
        kind, size = HEAD.unpack_from(stream, position)
        begin = position + 4
        position = begin + size
        if position > end:
            raise cut_record(kind, position - end)
        if kind == BOF:
            depth += 1
            if depth == 1:
                yield kind, begin, size
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, begin, size
    raise cut_book(end)


def cut_record(kind: int, missing: int) -> ReadError:
    """Return what a record that is longer than what is left of the workbook is refused with."""
    return ReadError("truncated", "reading_spreadsheet.record_beyond", kind=kind, missing=missing)


def cut_book(size: int) -> ReadError:
    """Return what a workbook is refused with that ends before its last record."""
    return ReadError("truncated", "reading_spreadsheet.cut", size=size)


def read_globals(stream: bytes, limits: Limits) -> Book:
    """Read what stands before the sheets. Raises ReadError."""
    book = Book(stream, limits)
    formats: dict[int, str] = {}
    styles: list[memoryview] = []
    fonts = RecordFonts()
    found = records(stream, 0)
    kind, begin, size = next(found, (0, 0, 0))
    if kind != BOF or size < 2:
        raise ReadError("damaged", "reading_spreadsheet.no_first_record")
    (version,) = _U16.unpack_from(stream, begin)
    if version != _BIFF8:
        raise ReadError("unsupported_format", "reading_spreadsheet.too_old", version=version)
    strings = Pieces()
    last = BOF
    try:
        for kind, begin, size in found:
            piece = memoryview(stream)[begin : begin + size]
            if kind == _FILEPASS:
                raise ReadError("encrypted", "reading_spreadsheet.encrypted")
            if kind == _BOUNDSHEET:
                _take_sheet(book, piece)
            elif kind == _DATEMODE:
                book.from_1904 = _U16.unpack_from(piece)[0] == 1
            elif kind == _FORMAT:
                formats[_U16.unpack_from(piece)[0]] = Pieces(piece[2:]).string()
            elif kind == _XF:
                styles.append(piece)
            elif kind == _FONT:
                fonts.take_font(piece)
            elif kind == _PALETTE:
                fonts.take_palette(piece)
            elif kind == _SST or (kind == CONTINUE and last == _SST):
                strings.add(piece)
                last = _SST
                continue
            last = kind
        book.fonts = fonts.looks()
        kind = _XF
        book.styles = [_style(piece, formats, fonts, book.fonts) for piece in styles]
    except struct.error as error:
        raise ReadError("damaged", "reading_spreadsheet.record_of_kind_short", kind=kind, error=error) from error
    _take_strings(book, strings)
    _note_plain(book)
    return book


def _note_plain(book: Book) -> None:
    """Note what is plain of styles and strings."""
    book.framed = [style.framed for style in book.styles]
    if len(book.stream) < book.limits.grid_cells * _U16.size:
        book.plain = {
            number: style.code
            for number, style in enumerate(book.styles)
            if style.doubt is None and not style.hides_text
        }


def _take_sheet(book: Book, piece: memoryview) -> None:
    position, state, kind = struct.unpack_from("<IBB", piece)
    if kind == _WORKSHEET:
        book.sheets.append((position, Pieces(piece[6:]).string(short=True), state & 3 != 0))


def _style(piece: memoryview, formats: dict[int, str], fonts: RecordFonts, looks: list[Look]) -> Style:
    font, number, lines, pattern, colours = _STYLE.unpack_from(piece)
    code = formats.get(number) or BUILT_IN.get(number, GENERAL)
    fill = fonts.fill(pattern, colours)
    look = looks[font] if font < len(looks) else PLAIN
    return Style(code, lines != 0, hides_text(code), fill, look.doubt(fill))


def _take_strings(book: Book, pieces: Pieces) -> None:
    if pieces.is_empty():
        return
    _, count = struct.unpack("<II", pieces.take(8))
    while len(book.strings) < count:
        for stored in pieces.plain_strings(count - len(book.strings)):
            shown = _known(stored) if len(stored) <= _LABEL_SIZE else Shown(clean_text(characters(stored)))
            if shown.text:
                book.texts[len(book.strings)] = shown
            book.strings.append(shown.text)
        if len(book.strings) < count:
            _take_string(book, *pieces.rich_string())


@lru_cache(maxsize=1 << 13)
def _known(stored: bytes) -> Shown:
    return Shown(clean_text(characters(stored)))


def _take_string(book: Book, text: str, runs: list[Run]) -> None:
    """Note a string that is not plain."""
    look = text_runs(text, runs, book.fonts) if runs else PLAIN
    number, cleaned = len(book.strings), clean_text(text)
    book.strings.append(cleaned)
    if look != PLAIN:
        book.rich[number] = look
    elif cleaned:
        book.texts[number] = Shown(cleaned)
