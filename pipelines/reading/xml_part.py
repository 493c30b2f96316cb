"""XML parts of Office containers: one pass of a parser, its names in one spelling, hostile XML refused.

Belongs here: namespaces and the two ways to spell them, nesting, errors with their place. Keep out: unpacking
(`container`) and what elements mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import NamedTuple
from xml.parsers import expat

from pipelines.reading.container import Parts
from pipelines.reading.document import ReadError

_XMLNS = re.compile(rb"xmlns(?::([^\s=:]+))?\s*=\s*[\"']([^\"']*)")
_DECLARED = re.compile(rb"^[^<]{0,8}<\?xml\b[^<>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_DECLARATION = 512
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_OFFICE, _STRICT = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
_XML = "http://www.w3.org/XML/1998/namespace"
# Namespaces by the prefix they usually bear: transitional, and strict where it differs.
_NAMESPACES = {
    "w": (f"{_OFFICE}wordprocessingml/2006/main", f"{_STRICT}wordprocessingml/main"),
    "r": (f"{_OFFICE}officeDocument/2006/relationships", f"{_STRICT}officeDocument/relationships"),
    "m": (f"{_OFFICE}officeDocument/2006/math", f"{_STRICT}officeDocument/math"),
    "a": (f"{_OFFICE}drawingml/2006/main", f"{_STRICT}drawingml/main"),
    "mc": (f"{_OFFICE}markup-compatibility/2006",) * 2,
    "v": ("urn:schemas-microsoft-com:vml",) * 2,
    "w14": ("http://schemas.microsoft.com/office/word/2010/wordml",) * 2,
}

Parser = expat.XMLParserType


class Names(NamedTuple):
    """How a parser spells qualified names: what stands before the local name, by the usual prefix."""

    heads: dict[str, str]
    separator: str | None

    def of(self, name: str) -> str:
        """Return the parser's spelling of a name such as w:tbl."""
        prefix, _, local = name.partition(":")
        return self.heads.get(prefix, "\0") + local


def parse(
    container: Parts,
    name: str,
    prepare: Callable[[Parser, Names], None],
    *,
    idle: Callable[[bytes], bytes] | None = None,
) -> None:
    """Parse a part; `prepare` sets the handlers.

    `idle` takes out first what says nothing of use, where w: has its usual meaning in the whole part: such elements
    cost most of a parse. The encoding is UTF-8 or UTF-16, whatever the part declares. Raises ReadError `damaged`
    with line and column where the part is no XML, or declares a document type.
    """
    pieces = container.pieces(name)
    first = next(pieces, b"")
    second = next(pieces, None)
    names = _names(first, second is None)
    lean = first
    if idle is not None and names.heads["w"] == "w:" and b"<!" not in first:
        lean = idle(first)
    encoding = _encoding(first)
    parser = expat.ParserCreate(encoding, names.separator)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    prepare(parser, names)
    depth, bounded = 0, second is None or first.startswith(_UTF16)
    try:
        for piece in chain((lean, second or b""), pieces):
            depth = 0 if bounded else _check_depth(piece, depth, container.limits.depth, name)
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        placed = error if lean is first else _error_of(first, encoding) or error
        told, line, column = expat.ErrorString(placed.code), placed.lineno, placed.offset
        raise ReadError("damaged", "reading.part_markup", name=name, line=line, column=column, error=told) from error
    except _Declared as error:
        raise ReadError("damaged", "reading.part_type", name=name) from error


def _encoding(first: bytes) -> str | None:
    """Return the encoding of a part that declares another one than its first bytes tell; None where they agree."""
    found = _DECLARED.match(first[:_DECLARATION].replace(b"\0", b""))
    if found is None:
        return None
    name, is_wide = found[1].lower(), first.startswith(_UTF16)
    if name == (b"utf-16" if is_wide else b"utf-8"):
        return None
    return "utf-16" if is_wide else "utf-8"


def _error_of(part: bytes, encoding: str | None) -> expat.ExpatError | None:
    """Return the error at its place in the part as it is."""
    try:
        expat.ParserCreate(encoding).Parse(part, True)
    except expat.ExpatError as error:
        return error
    return None


class _Declared(Exception):
    """A document type stands in a part: it could define entities without end."""


def _refuse(*_declared: object) -> None:
    raise _Declared


def _names(first: bytes, whole: bool) -> Names:
    """Choose how names are spelled: by prefix where each means one namespace in the whole part, which is faster."""
    plain = first.replace(b"\0", b"")
    strict = _NAMESPACES["w"][1].encode() in plain
    known = {pair[strict].encode(): prefix for prefix, pair in _NAMESPACES.items()}
    declared = set(_XMLNS.findall(first))
    prefixes = [prefix for prefix, _ in declared]
    spaces = [space for _, space in declared]
    clear = whole and len(set(prefixes)) == len(prefixes) and not any(b"&" in space for space in spaces)
    heads = {known[space]: f"{prefix.decode()}:" for prefix, space in declared if space in known and prefix}
    if clear and "w" in heads and len(heads) == sum(space in known for space in spaces):
        return Names({**heads, "xml": "xml:"}, None)
    heads = {prefix: f"{pair[strict]} " for prefix, pair in _NAMESPACES.items()}
    return Names({**heads, "xml": f"{_XML} "}, " ")


def _check_depth(piece: bytes, depth: int, limit: int, name: str) -> int:
    """Return how deep elements nest after a piece. Raises ReadError `too_deep`; a part of one piece cannot be."""
    depth += piece.count(b"<") - 2 * piece.count(b"</") - piece.count(b"/>") - piece.count(b"<!") - piece.count(b"<?")
    if depth > limit:
        raise ReadError("too_deep", "reading.part_deep", name=name, limit=limit)
    return depth
