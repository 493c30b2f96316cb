"""A declaration is plain data: whoever wants a label or a name loads no frames."""

from __future__ import annotations

import pytest

from benchmarks.opening import load
from pipelines.contracts import CONTRACTS
from pipelines.contracts.column_types import INT32
from pipelines.contracts.table import column, table
from tests.projects import ROOT


def test_declarations_load_neither_frames_nor_arrow() -> None:
    program = "import pipelines.contracts, pipelines.contracts.changes, pipelines.contracts.rendering"
    found = load(program, ROOT)
    assert "pipelines.contracts.registry" in found.modules
    assert not found.modules & {"polars", "pandera", "pyarrow", "pandas"}


def test_names_and_labels_are_asked_of_the_declaration() -> None:
    status = CONTRACTS["fact_reviews"].column_by_name["status"]
    assert (status.zh, status.nullable, status.isin[0]) == ("状态", False, "value")
    assert CONTRACTS["fact_reviews"].columns == tuple(each.name for each in CONTRACTS["fact_reviews"].declared)


def test_a_declaration_names_each_column_once_and_only_its_own() -> None:
    one = column("one", INT32, "一", "One.")
    with pytest.raises(ValueError, match="t: two columns have one name: one, one"):
        table("t", "表", "T.", one, one, primary_key=["one"])
    with pytest.raises(ValueError, match="t: no column two, three; known: one"):
        table("t", "表", "T.", one, primary_key=["two"], sort=["three"])
