"""Files inside a Word document that are part of its text (w:altChunk): pages, web archives, other documents.

Belongs here: finding such a file and having it read as it would be alone. Keep out: where its blocks go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import NamedTuple

from pipelines.reading.container import Parts
from pipelines.reading.document import Block, Document, ReadError
from pipelines.reading.limits import Limits

# Files in one document: what they unpack to is bounded for each of them.
_MAX_CHUNKS = 20
_MAX_USES = 200


class Relation(NamedTuple):
    """What a part refers to: the kind (the last word of its type) and the part."""

    kind: str
    target: str


class Chunks:
    """The files inside a document by their relations, each read once."""

    def __init__(self, container: Parts, relations: Mapping[str, Relation], limits: Limits) -> None:
        self._container, self._relations = container, relations
        self._limits = replace(
            limits, decoded_bytes=limits.decoded_bytes // _MAX_CHUNKS, archive_depth=limits.archive_depth - 1
        )
        self._known: dict[str, tuple[Block, ...]] = {}
        self._uses = 0

    def __call__(self, relation: str) -> tuple[Block, ...]:
        """Return the blocks of a file. Raises ReadError, which names the file, where it cannot be read."""
        if relation not in self._relations:
            raise ReadError("damaged", "reading_docx.inner_unnamed", relation=relation[:40])
        part = self._relations[relation].target
        self._uses += 1
        if part not in self._known:
            if self._limits.archive_depth < 0:
                raise ReadError("too_deep", "reading_docx.inner_deep", part=part)
            self._known[part] = self._read(part)
        if len(self._known) > _MAX_CHUNKS or self._uses > _MAX_USES:
            raise ReadError("too_large", "reading_docx.many_inner", part=part, limit=_MAX_CHUNKS)
        return self._known[part]

    def _read(self, part: str) -> tuple[Block, ...]:
        content = self._container.read(part)
        read: Callable[[bytes, Limits], Document] = import_module("pipelines.reading.reader").read
        try:
            return read(content, self._limits).blocks
        except ReadError as error:
            if error.reason == "empty":
                return ()
            raise ReadError(error.reason, "reading_docx.inner_unread", part=part, detail=error.detail) from error
