"""Word documents (DOCX, DOCM, DOTX): the parts of the package -> Document; macros and embedded objects are left alone.

Belongs here: which part is the main one, what its relations lead to, and when a file holds nothing to read. Keep out:
unpacking (`container`) and the body (`docx.body`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from pipelines.reading.container import Container, Parts
from pipelines.reading.document import Document, ReadError, only_pictures
from pipelines.reading.docx.body import Body
from pipelines.reading.docx.chunks import Chunks, Relation
from pipelines.reading.docx.lists import Lists
from pipelines.reading.docx.styles import Styles
from pipelines.reading.docx.unseen import lean
from pipelines.reading.limits import Limits
from pipelines.reading.sniffing import DOCX
from pipelines.reading.text.document import with_runs
from pipelines.reading.xml_part import Names, Parser, parse

_MAIN, _TYPES = "word/document.xml", "[Content_Types].xml"
_MAIN_TYPES = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml",
               "ms-word.document.macroenabled.main+xml", "ms-word.template.macroenabledtemplate.main+xml")  # fmt: skip


class _Package:
    """The parts of a document that its text needs; styles and lists are read when the first paragraph asks."""

    def __init__(self, container: Parts) -> None:
        self.container = container
        self.main = _main_part(container)
        self.relations = _relations(container, self.main)
        self._read_styles: Styles | None = None
        self._read_lists: Lists | None = None

    def styles(self) -> Styles:
        """Return the styles."""
        if self._read_styles is None:
            part, is_sure = self._part("styles")
            self._read_styles = Styles(self.container, part, is_sure=is_sure)
        return self._read_styles

    def lists(self) -> Lists:
        """Return the lists with their counters."""
        if self._read_lists is None:
            part, is_sure = self._part("numbering")
            self._read_lists = Lists(self.container, part, is_sure=is_sure)
        return self._read_lists

    def _part(self, kind: str) -> tuple[str | None, bool]:
        """Return the part of a kind, if there is one, and whether there is no doubt that the document has that or none.

        One that it does not name lies beside it, or is named by its type alone: office programs then pass it over.
        """
        named = [relation.target for relation in self.relations.values() if relation.kind == kind]
        for part in named:
            if part in self.container:
                return part, True
        beside = posixpath.join(posixpath.dirname(self.main), f"{kind}.xml")
        typed = [part for part, what in _types(self.container) if what.endswith(f".{kind}+xml")]
        lost = next((part for part in (beside, *typed) if part in self.container), None)
        has_relations = _relations_of(self.main) in self.container
        return lost, not (named or typed or (lost is not None and has_relations))


def read_document(data: bytes, limits: Limits) -> Document:
    """Read a Word document.

    Raises ReadError where the file is cut, damaged, encrypted or beyond a budget, and `needs_ocr` where it holds
    pictures and no text.
    """
    return read_parts(Container(data, limits), limits, DOCX)


def read_parts(parts: Parts, limits: Limits, media_type: str) -> Document:
    """Read a Word document from its parts, wherever they lie; raises what `read_document` does."""
    package = _Package(parts)
    body = _walk(package, limits)
    blocks = body.blocks()
    if not blocks and body.pictures:
        raise only_pictures()
    if not blocks and body.unshown:
        raise ReadError("unreadable_content", "reading_docx.not_shown", part=package.main)
    if not blocks:
        raise ReadError("empty", "reading_docx.no_text", part=package.main)
    metadata = {"pictures": str(len(body.pictures))} if body.pictures else {}
    return Document(media_type, None, tuple(with_runs(blocks, limits)), metadata)


def pictures(data: bytes, limits: Limits) -> list[tuple[str, bytes]]:
    """Return the pictures of a Word document in reading order, each file once with its name in the package."""
    package = _Package(Container(data, limits))
    targets = [package.relations[p].target for p in _walk(package, limits).pictures if p in package.relations]
    return [
        (target, package.container.read(target)) for target in dict.fromkeys(targets) if target in package.container
    ]


def _walk(package: _Package, limits: Limits) -> Body:
    body = Body(limits, package.styles, package.lists, Chunks(package.container, package.relations, limits))
    parse(package.container, package.main, body.attach, idle=lean)
    if not body.found:
        raise ReadError("damaged", "reading_docx.no_body", part=package.main)
    return body


def _main_part(container: Parts) -> str:
    """Return the part that the package names as its document, by relation, by type or by the usual name."""
    for relation in _relations(container, "").values():
        if relation.kind == "officeDocument" and relation.target in container:
            return relation.target
    for part, kind in _types(container):
        if kind.endswith(_MAIN_TYPES) and part in container:
            return part
    return _MAIN


def _types(container: Parts) -> Iterator[tuple[str, str]]:
    """Yield the parts whose types the package states one by one, and those types."""
    for tag, attributes in _elements(container, _TYPES) if _TYPES in container else ():
        if tag == "Override":
            yield attributes.get("PartName", "").lstrip("/"), attributes.get("ContentType", "").lower()


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _relations(container: Parts, part: str) -> dict[str, Relation]:
    """Return the relations of a part (of the package: "") by id, without those that lead out of the file."""
    folder, rels = posixpath.dirname(part), _relations_of(part)
    found: dict[str, Relation] = {}
    for tag, attributes in _elements(container, rels) if rels in container else ():
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, unquote(attributes.get("Target", ""))))
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = Relation(kind, target.lstrip("/"))
    return found


def _elements(container: Parts, part: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of a small part: local name and attributes."""
    found: list[tuple[str, dict[str, str]]] = []

    def prepare(parser: Parser, _names: Names) -> None:
        parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(" ")[2], attributes))

    parse(container, part, prepare)
    return found
