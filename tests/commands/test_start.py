"""Commands load what they use: modules are counted, never timed."""

from __future__ import annotations

import pytest

from benchmarks.opening import Loaded, load, programs
from pipelines.releases.layout import Layout

_NOWHERE = {"pandas", "pandera", "dagster"}


@pytest.fixture(scope="module")
def asked(seed_layout: Layout) -> dict[str, str]:
    """Return the programs of readers, by name."""
    return programs(seed_layout.root)


def again(seed_layout: Layout, program: str) -> Loaded:
    """Run a program for the second time: the first keeps what it read."""
    load(program, seed_layout.root)
    return load(program, seed_layout.root)


def test_an_agency_is_found_without_frames_forms_or_readers(seed_layout: Layout, asked: dict[str, str]) -> None:
    found = again(seed_layout, asked["gongkai agency"])
    assert found.heavy == ["opencc"]
    assert not found.modules & {*_NOWHERE, "duckdb", "rich", "yaml", "numpy"}
    assert not found.modules & {"pipelines.forms.catalogue", "pipelines.reading.reader", "pipelines.agencies.assigning"}


def test_a_file_is_read_without_duckdb_and_without_reading_declarations_anew(
    seed_layout: Layout, asked: dict[str, str]
) -> None:
    found = again(seed_layout, asked["gongkai extract"])
    assert not found.modules & {*_NOWHERE, "yaml", "rich"}


@pytest.mark.parametrize("name", ["gongkai sql", "gongkai trace", "gongkai audit", "gongkai diff", "gongkai --help"])
def test_what_asks_a_release_loads_none_of_these(seed_layout: Layout, asked: dict[str, str], name: str) -> None:
    # A comparison says that nothing changed, which is a message, read once.
    once = load(asked[name], seed_layout.root)
    found = again(seed_layout, asked[name]) if name == "gongkai diff" else once
    assert not found.modules & {*_NOWHERE, "polars", "pyarrow", "yaml"}


def test_pandas_is_hidden_where_it_is_installed(seed_layout: Layout) -> None:
    program = "\n".join(
        [
            "from pipelines.without_pandas import hide_pandas",
            "hide_pandas(); hide_pandas()",
            "import importlib.util, duckdb, pandera.polars, polars",
            "assert duckdb.connect().execute('SELECT $a', {'a': None}).fetchall() == [(None,)]",
            "try:\n    import pandas\nexcept ModuleNotFoundError as error:\n    assert error.name == 'pandas'",
        ]
    )
    assert "pandas" not in load(program, seed_layout.root, pandas=True).modules
    assert "pandas" in load("import pandas", seed_layout.root, pandas=True).modules
