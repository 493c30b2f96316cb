"""Names of OpenDocument in their usual short spelling (text:p), whatever prefixes a file declares.

Belongs here: namespaces, and the one way to parse a part. Keep out: what elements mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.reading.container import Container
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.xml_part import Names, Parser, parse

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = {f"{_URN}{name}:1.0": name for name in ("office", "style", "text", "table", "meta", "manifest")}
_SPACES |= {f"{_URN}drawing:1.0": "draw", f"{_URN}xsl-fo-compatible:1.0": "fo", f"{_URN}svg-compatible:1.0": "svg"}
_SPACES |= {"http://www.w3.org/XML/1998/namespace": "xml"}

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]


class FlatFile(Container):
    """A document in one XML file, as a container of one part of any name."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        self._data = data

    def __contains__(self, name: str) -> bool:
        """Return that there are no other parts."""
        return False

    def pieces(self, _name: str) -> Iterator[bytes]:
        """Yield the file."""
        yield self._data


def parse_part(container: Container, part: str, start: Start, end: End, text: Callable[[str], None]) -> None:
    """Parse a part: names of elements and attributes come in short spelling. Raises ReadError as `parse` does."""
    short: dict[str, str] = {}

    def shortened(name: str) -> str:
        space, _, local = name.rpartition(" ")
        short[name] = found = f"{_SPACES.get(space, '?')}:{local}"
        return found

    def prepare(parser: Parser, names: Names) -> None:
        if names.separator is None:
            raise ReadError("damaged", "reading_odf.names_of_word", part=part)

        def start_element(name: str, attributes: Attributes) -> None:
            found = {short.get(key) or shortened(key): value for key, value in attributes.items()}
            start(short.get(name) or shortened(name), found)

        parser.StartElementHandler = start_element
        parser.EndElementHandler = lambda name: end(short.get(name) or shortened(name))
        parser.CharacterDataHandler = text

    parse(container, part, prepare)
