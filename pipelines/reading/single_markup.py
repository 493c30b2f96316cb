"""Documents in one file of XML: their encoding, told by their bytes, and a parser that no such file can harm.

Belongs here: what all such files have in common. Keep out: what elements mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from pipelines.reading.decoding import decode
from pipelines.reading.document import ReadError

_DECLARATION = re.compile(r"\s*<\?xml\b[^<>]*\?>\s*")

Parser = expat.XMLParserType


def as_utf8(data: bytes) -> bytes:
    """Return a file as UTF-8 without its declaration, which may name any encoding. Raises ReadError."""
    # Every second byte of markup in UTF-16 is zero, whether a mark says so or not.
    wide = {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get((data[:1] == b"\0", data[1:2] == b"\0"))
    try:
        text = data.decode(wide) if wide else decode(data)[0]
    except UnicodeDecodeError as error:
        raise ReadError(
            "truncated", "reading.ends_in_character", place=error.start, size=len(data), encoding=wide
        ) from error
    declared = _DECLARATION.match(text)
    return (text[declared.end() :] if declared else text.lstrip()).encode("utf-8", "replace")


class _Declared(Exception):
    """A document type stands in a file: it could define entities without end."""


def _refuse(*_declared: object) -> None:
    raise _Declared


def parse_markup(markup: bytes, prepare: Callable[[Parser], None]) -> None:
    """Parse a file as `as_utf8` returns it; `prepare` sets the handlers, names are namespace, a space, local name.

    Raises ReadError `truncated` where it ends inside an element, `damaged` where it is no XML or declares a document
    type.
    """
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    prepare(parser)
    try:
        parser.Parse(markup, True)
    except expat.ExpatError as error:
        cut = error.code in (expat.errors.codes[name] for name in (expat.errors.XML_ERROR_NO_ELEMENTS,
                             expat.errors.XML_ERROR_UNCLOSED_TOKEN))  # fmt: skip
        told = expat.ErrorString(error.code)
        reason = "truncated" if cut else "damaged"
        raise ReadError(reason, "reading.markup", line=error.lineno, column=error.offset, error=told) from error
    except _Declared as error:
        raise ReadError("damaged", "reading.markup_type") from error
