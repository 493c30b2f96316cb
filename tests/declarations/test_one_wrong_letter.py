"""One wrong letter in any key or reference of any YAML file is refused when the file is read.

Every scalar of every file is tried, keys included, but for those that the file's model marks as words for readers,
named by others or regular expressions, in which a wrong letter cannot be seen. Of a field that stands many times in a
file (the divisions of 280 changes) MOST_OF_A_FIELD are tried, spread over the file; no field is left out. The folder
`samples` has files with fields that ours do not use, named as their schema.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from pipelines.commands.declared_files import DECLARED, PACKAGE, DeclaredFiles
from pipelines.declarations import DeclarationError, Place
from pipelines.declarations.document import read_document
from pipelines.declarations.kinds import UNCHECKED
from pipelines.declarations.schema_places import key_schemas_at, known_keys, schemas_at

MOST_OF_A_FIELD = 10
SAMPLES = Path(__file__).with_name("samples")
OURS = [(files, path) for files in DECLARED for path in files.paths]
FILES = [*OURS, *((files, path) for files in DECLARED for path in SAMPLES.glob(f"{files.name}.yml"))]
NAMES = [f"{files.name}:{path.parent.name}/{path.name}" for files, path in FILES]
# Kinds of files that are not read by the strict loader yet.
NOT_YET = ("exploring/labels.yml",)


class Scalar(NamedTuple):
    """A key or a value: where it stands in the document, which field it is of, and its characters in the text."""

    at: Place
    field: tuple[str, ...]
    start: int
    end: int


def scalars(files: DeclaredFiles, text: str) -> list[Scalar]:
    """Return the scalars in which a wrong letter has to be seen."""
    root = read_document(text).root
    return [] if root is None else list(below(files, root, (), ()))


def below(files: DeclaredFiles, node: yaml.Node, at: Place, field: tuple[str, ...]) -> Iterator[Scalar]:
    if isinstance(node, yaml.MappingNode):
        declared = known_keys(files.model, at)
        for key, value in node.value:
            name = key.value if key.value in declared else "*"
            if name != "*" or not is_unchecked(key_schemas_at(files.model, at)):
                yield Scalar((*at, key.value), (*field, name, "key"), key.start_mark.index, key.end_mark.index)
            yield from below(files, value, (*at, key.value), (*field, name))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from below(files, value, (*at, number), (*field, "*"))
    elif not node.tag.endswith(":null") and not is_unchecked(schemas_at(files.model, at)):
        yield Scalar(at, field, node.start_mark.index, node.end_mark.index)


def is_unchecked(schemas: list[dict[str, object]]) -> bool:
    return any(UNCHECKED in schema for schema in schemas)


def has_letters(text: str, scalar: Scalar) -> bool:
    return any(text[place].isalnum() for place in range(scalar.start, scalar.end))


def sampled(found: list[Scalar]) -> Iterator[Scalar]:
    fields: dict[tuple[str, ...], list[Scalar]] = {}
    for scalar in found:
        fields.setdefault(scalar.field, []).append(scalar)
    for held in fields.values():
        step = max(1, len(held) / MOST_OF_A_FIELD)
        yield from (held[int(number * step)] for number in range(min(len(held), MOST_OF_A_FIELD)))


def misspelt(text: str, scalar: Scalar) -> str:
    """Return the text with another letter in the middle of a scalar."""
    letters = [place for place in range(scalar.start, scalar.end) if text[place].isalnum()]
    place = letters[len(letters) // 2]
    return text[:place] + other_letter(text[place]) + text[place + 1 :]


def other_letter(letter: str) -> str:
    if letter in string.ascii_lowercase:
        return chr((ord(letter) - ord("a") + 1) % 26 + ord("a"))
    return "某" if "\u3400" <= letter <= "\u9fff" else "x"


@pytest.mark.parametrize(("files", "path"), FILES, ids=NAMES)
def test_one_wrong_letter_is_refused(files: DeclaredFiles, path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    copy = tmp_path / path.name
    copy.write_text(text, encoding="utf-8")
    files.read(copy)
    accepted = []
    for scalar in sampled([each for each in scalars(files, text) if has_letters(text, each)]):
        wrong = misspelt(text, scalar)
        copy.write_text(wrong, encoding="utf-8")
        try:
            files.read(copy)
        except DeclarationError:
            continue
        accepted.append(f"{scalar.at}: {wrong[scalar.start : scalar.end]}")
    assert not accepted


def test_letters_are_changed_in_the_scalar_they_are_meant_for() -> None:
    (files,) = (files for files in DECLARED if files.name == "organs")
    text = "# 注\ntypes:\n  - {id: 'xpcc', patterns: [团]}\nfunctions: {}\nsystems: {税: [税务]}\n"
    found = {scalar.field: misspelt(text, scalar) for scalar in scalars(files, text)}
    assert set(found) == {
        *(("types", "key"), ("functions", "key"), ("systems", "key"), ("types", "*", "id")),
        *(("types", "*", "id", "key"), ("types", "*", "patterns", "key")),
        ("systems", "*", "key"),
    }, "patterns and words of systems are no references"
    assert "'xpdc'" in found["types", "*", "id"]
    assert "{某: [税务]}" in found["systems", "*", "key"]


def test_every_yaml_file_is_declared() -> None:
    declared = {path for _, path in OURS} | {path for pattern in NOT_YET for path in PACKAGE.glob(pattern)}
    assert declared == set(PACKAGE.rglob("*.yml"))
