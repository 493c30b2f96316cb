"""A second opinion on the text of a binary Word file: what office-oxide reads must be the same letters.

It is asked for the text alone. Rows of which it knows nothing are doubted, never replaced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import office_oxide

from pipelines.contracts.codes import code_list
from pipelines.reading.doc.text import Text
from pipelines.reading.document import Block, Grid, ReadError

(UNCONFIRMED,) = code_list("cell_note").named("unconfirmed_text")
# White space, what prints nothing, brackets and letters of symbol fonts, which no two readers keep alike.
_NO_LETTERS = re.compile("[\\s\0-\x1f()\u00ad\u200b\ufeff\ufffd\ue000-\uf8ff]+")
_HYPHEN, _CELL = "\u2011", "\x07"
_MAX_UNKNOWN_ROWS, _MAX_PLACES = 1_000, 100


def letters(text: str) -> str:
    """Return the letters of text that every reader should find."""
    return _NO_LETTERS.sub("", _unspaced(text)).replace(_HYPHEN, "-")


def _unspaced(text: str) -> str:
    """Return text without white space and the ends of cells, which are most of what is no letter."""
    return "".join(text.replace(_CELL, "").split())


def confirmed(data: bytes, text: Text, body: tuple[int, int], blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks, with a doubt on the cells of rows whose letters the second reader does not know.

    `body` is where the text lies that the blocks were made of. Raises ReadError where the second reader breaks down.
    """
    found, own = _second_reading(data), text.between(*body)
    if found is not None and _unspaced(found).startswith(_unspaced(own)):
        return tuple(blocks)  # as nearly always; what are no letters is looked at where it matters
    other = letters(found) if found is not None else None
    if other is not None and (other.startswith(letters(own)) or _agrees(other, text, body)):
        return tuple(blocks)
    return tuple(_doubted(blocks, other or ""))


def _agrees(other: str, text: Text, body: tuple[int, int]) -> bool:
    """Return whether the readings differ only in what is deleted or hidden, some of which the second reader prints."""
    places, at = {0}, body[0]
    for first, last in (*text.removed, (body[1], body[1])):
        if not at <= first <= body[1]:
            continue
        kept, removed = letters(text.between(at, first)), letters(text.raw[first:last])
        places = {place + len(kept) for place in places if other.startswith(kept, place)}
        places |= {place + len(removed) for place in places if other.startswith(removed, place)}
        if not places or len(places) > _MAX_PLACES:
            return False
        at = last
    return bool(text.removed)


def _second_reading(data: bytes) -> str | None:
    """Return the text that the second reader finds; None where it cannot read the file."""
    try:
        found: str = office_oxide.Document.from_bytes(data, "doc").plain_text()
        return found
    except office_oxide.OfficeOxideError:
        return None
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of its own is none of Python's exceptions
        raise ReadError("unreadable_content", "reading_doc.reader_broke", error=error) from error


def _doubted(blocks: Sequence[Block], other: str) -> list[Block]:
    found: list[Block] = []
    place = unknown = 0
    for block in blocks:
        if not isinstance(block, Grid):
            found.append(block)
            continue
        rows = []
        for row in block.rows:
            wanted = letters("".join(cell.text for cell in row))
            at = other.find(wanted, place) if unknown < _MAX_UNKNOWN_ROWS else -1
            if at >= 0:
                place = at + len(wanted)
                rows.append(row)
            else:
                unknown += 1
                rows.append(tuple(cell._replace(doubt=cell.doubt or UNCONFIRMED) for cell in row))
        found.append(Grid(block.index, tuple(rows), block.spanned))
    return found
