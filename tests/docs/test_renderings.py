"""What is generated from the contracts and committed is not stale."""

from __future__ import annotations

from pipelines.contracts.rendering import dictionary_markdown, schema_sql
from tests.projects import ROOT


def test_schema_sql_is_current() -> None:
    assert (ROOT / "sql" / "schema.sql").read_text(encoding="utf-8") == schema_sql(), "run `make docs`"


def test_dictionary_is_current() -> None:
    assert (ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8") == dictionary_markdown(), "run `make docs`"
