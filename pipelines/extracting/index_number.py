"""The index number (索引号) of a document as a portal prints it, and the code of its publisher that it begins with.

Most portals build it from the publisher's 统一社会信用代码, or of older documents from the 组织机构代码, a year and a
number: 11341881003257.../202103-00012, 014416330/2018-04736.
Belongs here: where a page says its index number. Keep out: check digits (`credit_code`), addresses (`agencies`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.extracting.credit_code import CreditCode, credit_code
from pipelines.extracting.sections import heading_number
from pipelines.forms.labels import caption_item
from pipelines.reading import Document, Grid, Paragraph
from pipelines.reading.marks import without_marks

# What the metadata of a document calls it (`reading`).
METADATA = "index_number"
_INDEX = r"索\s*引\s*(?:编\s*)?[号號码碼]"
_LABEL = rf"(?:信\s*息\s*)?{_INDEX}|统\s*一\s*社\s*会\s*信\s*用\s*代\s*码"
_BETWEEN = r"[\s:：|\[\]【】()（）]*"
_DASHES = str.maketrans("－—–‐‑−／＿", "------/_")
# As printed: figures and capitals between signs; words (主题分类) are the next label of an empty field.
_NUMBER = r"[0-9A-Za-z](?:[0-9A-Za-z/_.\-]{4,58})[0-9A-Za-z]"
_LABELLED = re.compile(rf"(?:{_LABEL}){_BETWEEN}({_NUMBER})(?![0-9A-Za-z])", re.ASCII)
_INDEXED = re.compile(rf"{_INDEX}{_BETWEEN}({_NUMBER})(?![0-9A-Za-z])", re.ASCII)
# The first letter of the label, before and after it is folded.
_BEGINS_INDEX = re.compile("[\u7d22\uf96a]")
_IS_LABEL = re.compile(rf"{_BETWEEN}(?:{_LABEL}){_BETWEEN}")
# What begins with the form of a code, right or wrong: a public body's (a company may stand on a page as well), or an
# organisation code before the year of the document.
_WHOLE = re.compile(r"(1[1239]\d{6}[0-9A-Z]{10})(?![0-9A-Z])", re.ASCII)
_SHORT = re.compile(r"([0-9A-Z]{8}-?[0-9X])[/_-](?:19|20)\d\d(?!\d{5})", re.ASCII)
# A label that a page lost: such a number stands alone.
_ALONE = re.compile(rf"{_WHOLE.pattern}[/_-](?:19|20)\d\d(?:\d\d)?-\d+", re.ASCII)
_IS_NUMBER = re.compile(_NUMBER, re.ASCII)
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)
_HINT = re.compile(r"引|信\s*用")
_MOST_SEGMENTS, _LONGEST = 600, 240


class Stated(NamedTuple):
    """What begins like a code, as printed, and the code where it passes its check digits."""

    printed: str
    code: CreditCode | None


def printed_index_number(document: Document) -> str | None:
    """Return the index number at the head of a document or in its metadata that begins like a code, a valid one first.

    Index numbers of other kinds (20191202-189769, GSD0122-2021-1) tell no publisher.
    """
    found = list(_stated(document))
    return next((s.printed for s in found if s.code), found[0].printed if found else None)


def index_numbers(text: str) -> Iterator[Stated]:
    """Yield what a text calls its index number and begins like a code; codes of others may stand in it as well."""
    # Most texts have no such label, and folding a long one costs more than all that is looked for in it.
    if _BEGINS_INDEX.search(text):
        for label in _INDEXED.finditer(_plain(text)):
            yield from _like_code(label[1])


def code_of(index_number: str | None) -> CreditCode | None:
    """Return the code of the publisher that an index number (or such a code alone) begins with, if it is valid."""
    begun = _begun((index_number or "").strip().upper())
    return credit_code(begun) if begun else None


def _begun(number: str) -> str | None:
    if whole := _WHOLE.match(number):
        return whole[1]
    short = _SHORT.match(number)
    return short[1] if short and not _DAY.match(short[1]) else None


def _like_code(number: str) -> Iterator[Stated]:
    if begun := _begun(number.upper()):
        yield Stated(number, credit_code(begun))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", without_marks(text)).translate(_DASHES)


def _stated(document: Document) -> Iterator[Stated]:
    yield from _like_code(_plain(document.metadata.get(METADATA, "")).strip())
    head = _head(document)
    for place, text in enumerate(head):
        if _ALONE.fullmatch(text):
            yield from _like_code(text)
        elif _HINT.search(text):
            for label in _LABELLED.finditer(text):
                yield from _like_code(label[1])
            if _IS_LABEL.fullmatch(text) and place + 1 < len(head):
                yield from _alone(head[place + 1])


def _alone(text: str) -> Iterator[Stated]:
    """Yield the number that a text is which stands behind its label."""
    bare = text.strip("[]()【】（）:： ")
    if _IS_NUMBER.fullmatch(bare):
        yield from _like_code(bare)


def _head(document: Document) -> list[str]:
    """Return what stands above the first section, without signs of width: lines, and the cells of grids and runs."""
    head: list[str] = []
    for text in _texts(document):
        if heading_number(text) or caption_item(text) is not None or len(head) >= _MOST_SEGMENTS:
            break
        if len(text) <= _LONGEST:
            head.append(_plain(text))
    return head


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield from _lines(block.text)
        elif isinstance(block, Grid):
            yield from _cells(block)
        else:
            for piece in block.pieces:
                yield from _lines(piece.text)


def _cells(grid: Grid) -> Iterator[str]:
    """Yield the texts of cells; a label is told again before the cell below it, for tables whose labels stand above."""
    above: dict[int, str] = {}
    for row in grid.rows:
        for cell in row:
            label = above.get(cell.col, "")
            if label and _IS_LABEL.fullmatch(_plain(label)):
                yield label
            yield from _lines(cell.text)
        above = {cell.col: cell.text for cell in row if cell.text and len(cell.text) <= _LONGEST}


def _lines(text: str) -> Iterator[str]:
    return (line for part in text.split("\n") if (line := part.strip()))
