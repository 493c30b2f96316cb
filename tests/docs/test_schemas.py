"""The JSON schemas for editors are those of the models, and every file of a kind leads an editor to its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.commands.declared_files import DECLARED, PACKAGE, DeclaredFiles, stale_schemas

FILES = [(files, path) for files in DECLARED for path in files.paths]


def test_schemas_are_current() -> None:
    assert list(stale_schemas()) == [], "run `make docs`"


@pytest.mark.parametrize(("files", "path"), FILES, ids=[path.relative_to(PACKAGE).as_posix() for _, path in FILES])
def test_a_file_names_its_schema_in_its_first_line(files: DeclaredFiles, path: Path) -> None:
    assert path.read_text(encoding="utf-8").partition("\n")[0] == files.editor_line(path)


def test_editors_complete_what_is_known_and_refuse_what_is_not() -> None:
    schemas = {files.name: json.loads(files.schema.read_text(encoding="utf-8")) for files in DECLARED}
    correction = schemas["cell_corrections"]["$defs"]["CellCorrection"]
    assert "applications.received.total" in correction["properties"]["cell"]["enum"]
    assert correction["additionalProperties"] is False
    assert {"cell", "printed", "value", "reason", "evidence"} <= set(correction["required"])
    assert "health" in schemas["organs"]["properties"]["functions"]["propertyNames"]["enum"]
    assert set(schemas["changes"]["$defs"]["DeclaredChange"]["properties"]) >= {"from", "to", "into"}
