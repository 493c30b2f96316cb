"""A YAML document as JSON text, and the lines its values stand on.

JSON, because pydantic's strict mode then takes lists for tuples and texts for dates, and nothing else for anything.

Belongs here: what YAML is accepted, and where a place stands. Keep out: what the values mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as quoted

import yaml

from pipelines.declarations.faults import Place, Wrong

_Loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_TAG = "tag:yaml.org,2002:"
_AS_WRITTEN = frozenset({"str", "timestamp", "value"})
# An alias of an alias of an alias can name more values than a machine holds.
_MOST_VALUES = 200_000
# libyaml composes by recursion in C, where a stack that overflows ends the process; each level takes one of the signs.
_DEEPEST = 10_000
_OPENING_SIGNS = "[{-:?"


@dataclass
class Document:
    """A document: its value as JSON, its nodes, and what no YAML of ours may hold, by line."""

    root: yaml.Node | None
    json: str = "null"
    wrong: list[tuple[int, Wrong]] = field(default_factory=list)

    def line(self, at: Place) -> int:
        """Return the line of a place; of a collection that of its key; of what is missing that of what lacks it.

        Steps that are none of the document's, such as the names that pydantic gives the members of a union, are
        passed over.
        """
        node, line = self.root, 1 if self.root is None else _line(self.root)
        for step in at:
            if node is None or (found := _child(node, step)) is None:
                continue
            key, node = found
            line = _line(node if key is None or isinstance(node, yaml.ScalarNode) else key)
        return line

    def resolved(self, at: Place) -> Place:
        """Return a place without the steps that are none of the document's."""
        node, steps = self.root, list[str | int]()
        for step in at:
            if node is not None and (found := _child(node, step)) is not None:
                node = found[1]
                steps.append(step)
        return tuple(steps)


def read_document(text: str) -> Document:
    """Return the document of a text; an empty text is null.

    Raises yaml.YAMLError where it is no YAML, RecursionError where it is nested too deeply.
    """
    if sum(map(text.count, _OPENING_SIGNS)) > _DEEPEST:
        _check_depth(text)
    loader = _Loader(text)
    try:
        document = Document(loader.get_single_node())
    finally:
        loader.dispose()
    if document.root is not None:
        document.json = _Writer(document.wrong).written(document.root, ())
    return document


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise RecursionError(f"nested more than {_DEEPEST:,} deep")


def _line(node: yaml.Node) -> int:
    line: int = node.start_mark.line + 1
    return line


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    """Return (key, value) below a node; the key is None in a sequence."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


class _Writer:
    """Writes nodes as JSON and collects what is wrong with them."""

    def __init__(self, wrong: list[tuple[int, Wrong]]) -> None:
        self._wrong = wrong
        self._open: set[int] = set()
        self._count = 0

    def written(self, node: yaml.Node, at: Place) -> str:
        self._count += 1
        if self._count == _MOST_VALUES:
            self._tell(node, at, f"expected at most {_MOST_VALUES:,} values in a file, aliases followed")
        if id(node) in self._open or self._count >= _MOST_VALUES:
            if self._count < _MOST_VALUES:
                self._tell(node, at, "an alias names a value that holds the alias; write it out")
            return "null"
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, at)
        self._open.add(id(node))
        if isinstance(node, yaml.MappingNode):
            pairs = (f"{quoted(key)}:{self.written(value, (*at, key))}" for key, value in self._pairs(node, at))
            out = f"{{{','.join(pairs)}}}"
        else:
            out = f"[{','.join(self.written(value, (*at, number)) for number, value in enumerate(node.value))}]"
        self._open.remove(id(node))
        return out

    def _pairs(self, node: yaml.MappingNode, at: Place) -> Iterator[tuple[str, yaml.Node]]:
        """Yield the pairs of a mapping. A key is the text that is written, be it 11, 0571 or no."""
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == f"{_TAG}merge":
                self._tell(key, at, "expected a text as key; lists, mappings and merge keys (<<) are none")
            elif key.value in lines:
                self._tell(key, (*at, key.value), f"this key stands twice, first in line {lines[key.value]}")
            else:
                lines[key.value] = _line(key)
                yield key.value, value

    def _scalar(self, node: yaml.ScalarNode, at: Place) -> str:
        text: str = node.value
        kind = node.tag.removeprefix(_TAG)
        if kind == "null":
            return "null"
        if kind == "bool":
            return text if text in ("true", "false") else quoted(text)
        if kind in ("int", "float") and not (_INTEGER if kind == "int" else _NUMBER).fullmatch(text):
            self._tell(node, at, f"expected a plain decimal number, found {text}; quote it if it is a text")
            return "null"
        if kind in ("int", "float"):
            return text
        if kind not in _AS_WRITTEN:
            self._tell(node, at, f"expected no tag, found {node.tag}")
        return quoted(text)

    def _tell(self, node: yaml.Node, at: Place, message: str) -> None:
        self._wrong.append((_line(node), Wrong(at, message)))
