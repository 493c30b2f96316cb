"""Flat OPC: a package in one file of XML -> its parts, each as it would lie in the container.

What a part takes from the elements around it (declarations of namespaces) is put into its first element.
"""

from __future__ import annotations

import base64
import binascii
import re
from xml.sax.saxutils import quoteattr

from pipelines.reading.document import ReadError
from pipelines.reading.single_markup import Parser, parse_markup

_PKG = "http://schemas.microsoft.com/office/2006/xmlPackage"
_PART, _XML, _BINARY, _NAME = f"{_PKG} part", f"{_PKG} xmlData", f"{_PKG} binaryData", f"{_PKG} name"
# A package holds parts, a part its data, and data its first element.
_PART_DEPTH, _DATA_DEPTH, _ROOT_DEPTH = 2, 3, 4
_TAG_NAME = re.compile(rb"<[^\s/>]+")


class _Splitter:
    """The walk that cuts the parts out."""

    def __init__(self, markup: bytes) -> None:
        self.parts: list[tuple[str, bytes]] = []
        self._markup = markup
        self._depth = 0
        self._name: str | None = None
        self._spaces: list[tuple[int, str | None, str]] = []  # declared around the parts: depth, prefix, namespace
        self._own: set[str | None] = set()  # prefixes that the first element of the part declares
        self._begin = -1
        self._binary: list[str] | None = None

    def attach(self, parser: Parser) -> None:
        self._parser = parser
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.StartNamespaceDeclHandler = self._declare
        parser.CharacterDataHandler = self._text

    def _declare(self, prefix: str | None, namespace: str | None) -> None:
        if self._depth < _DATA_DEPTH:
            self._spaces.append((self._depth + 1, prefix, namespace or ""))
        elif self._depth == _DATA_DEPTH:
            self._own.add(prefix)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == _PART_DEPTH and name == _PART:
            self._name = attributes.get(_NAME)
        elif self._depth == _DATA_DEPTH and name == _BINARY:
            self._binary = []
        elif self._depth == _ROOT_DEPTH and self._begin < 0:
            self._begin = self._parser.CurrentByteIndex

    def _end(self, name: str) -> None:
        if self._depth == _DATA_DEPTH and self._name is not None:
            if name == _XML:
                self.parts.append((self._name, self._content() if self._begin >= 0 else b""))
            elif self._binary is not None:
                self.parts.append((self._name, _bytes_of("".join(self._binary), self._name)))
        if self._depth == _DATA_DEPTH:
            self._begin, self._binary = -1, None
            self._own.clear()
        if self._depth == _PART_DEPTH:
            self._name = None
        if self._depth <= _DATA_DEPTH:
            self._spaces = [space for space in self._spaces if space[0] < self._depth]
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._binary is not None:
            self._binary.append(text)

    def _content(self) -> bytes:
        content = self._markup[self._begin : self._parser.CurrentByteIndex]
        around = {prefix: space for _, prefix, space in self._spaces if prefix not in self._own and space != _PKG}
        tag = _TAG_NAME.match(content)
        needed = [
            f" xmlns{':' + prefix if prefix else ''}={quoteattr(space)}".encode()
            for prefix, space in around.items()
            if not prefix or prefix.encode() + b":" in content
        ]
        return content if tag is None else b"".join((tag[0], *needed, content[tag.end() :]))


def package_parts(markup: bytes) -> list[tuple[str, bytes]]:
    """Return name and content of the parts of a package. Raises ReadError."""
    splitter = _Splitter(markup)
    parse_markup(markup, splitter.attach)
    return splitter.parts


def _bytes_of(text: str, name: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ReadError("damaged", "reading_flat.not_base64", name=name, error=error) from error
