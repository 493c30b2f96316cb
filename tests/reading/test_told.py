"""What readers say of a file that they cannot read: each error gives its message the values that it tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.messages.message_file import named_in
from pipelines.messages.saying import FOLDER, entry_of
from tests.projects import ROOT

READERS = sorted((ROOT / "pipelines" / "reading").rglob("*.py"))
STAGES = {path.stem for path in FOLDER.glob("reading*.yml")}


def told(tree: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """Yield the code of each error that names one, and the values that it gives."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ReadError" and len(node.args) > 1:
            given = {each.arg for each in node.keywords}
            for part in ast.walk(node.args[1]):
                code = part.value if isinstance(part, ast.Constant) else None
                if isinstance(code, str) and code.partition(".")[0] in STAGES and None not in given:
                    yield code, {name for name in given if name}


@pytest.mark.parametrize("path", READERS, ids=lambda path: "/".join(path.parts[-2:]))
def test_an_error_gives_the_values_that_its_message_tells(path: Path) -> None:
    for code, given in told(ast.parse(path.read_text(encoding="utf-8"))):
        entry = entry_of(code)
        assert (code, given) == (code, named_in(entry.en) | named_in(entry.remedy.en if entry.remedy else ""))


def test_the_errors_are_found() -> None:
    assert sum(len(list(told(ast.parse(path.read_text(encoding="utf-8"))))) for path in READERS) > 140
    assert list(told(ast.parse('ReadError("damaged", "reading.part_missing", part=1)'))) == [
        ("reading.part_missing", {"part"})
    ]
