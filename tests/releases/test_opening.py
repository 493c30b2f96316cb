"""A reader of a release loads little: what opening, asking and comparing import is counted, never timed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.opening import EXPLORE, OPEN, Loaded, load, programs
from pipelines.releases import layout
from pipelines.releases.layout import Layout

# Of them three are those of every command: its group, the language, the widths of tables.
MOST_MODULES = 17
# What reads and fetches releases that are stored elsewhere; nobody else loads it.
FAR = {"choosing", "pulling", "remote", "remote_files", "stored", "stored_faults"}
MODULES = sorted({path.stem for path in Path(layout.__file__).parent.glob("*.py")} - {"__init__"} - FAR)


@pytest.fixture(scope="module")
def asked(seed_layout: Layout) -> dict[str, str]:
    """Return the programs of readers, by name."""
    return programs(seed_layout.root)


def strangers(found: Loaded) -> list[str]:
    return [name for name in found.ours if not name.startswith(("pipelines.releases", "pipelines.durable"))]


def test_opening_a_release_loads_the_leaf_alone(seed_layout: Layout) -> None:
    found = load(OPEN, seed_layout.root)
    assert strangers(found) == ["pipelines"] and found.heavy == []
    assert len(found.ours) <= MOST_MODULES and "duckdb" in found.modules


def test_tracing_a_cell_loads_the_leaf_alone(seed_layout: Layout, asked: dict[str, str]) -> None:
    found = load(asked["open, trace a cell"], seed_layout.root)
    assert strangers(found) == ["pipelines"] and found.heavy == []


def test_no_module_of_releases_loads_more_than_the_leaf(seed_layout: Layout) -> None:
    found = load("\n".join(f"import pipelines.releases.{name}" for name in MODULES), seed_layout.root)
    assert strangers(found) == ["pipelines"] and found.heavy == []
    assert len(found.ours) == len(MODULES) + 3


def test_reading_from_afar_loads_the_storage_and_no_more(seed_layout: Layout) -> None:
    names = sorted(FAR - {"remote_files"})
    found = load("\n".join(f"import pipelines.releases.{name}" for name in names), seed_layout.root)
    assert {each.split(".")[1] for each in strangers(found)[1:]} == {"locking", "storing"} and found.heavy == []
    assert not found.modules & {"obstore", "fsspec"}


@pytest.mark.parametrize("name", ["gongkai sql", "gongkai trace", "gongkai audit"])
def test_commands_that_ask_a_release_load_no_more_than_they_need(
    seed_layout: Layout, asked: dict[str, str], name: str
) -> None:
    found = load(asked[name], seed_layout.root)
    # What a reader may ask is looked at before it is asked.
    looked_at: set[str] = set()
    if name == "gongkai sql":
        # `leaving` is what every command begins with that is not asked by its app alone.
        looked_at = {"pipelines.releases.statements", "pipelines.releases.exact", "pipelines.commands.leaving"}
    assert looked_at <= set(found.ours)
    assert len(set(found.ours) - looked_at) <= MOST_MODULES and found.heavy == [], found.ours
    # Every command holds the language that was chosen against those there are.
    assert {each.split(".")[1] for each in strangers(found)[1:]} == {"cli", "commands", "shown", "language"}


def test_a_comparison_loads_the_labels_of_codes_besides(seed_layout: Layout, asked: dict[str, str]) -> None:
    found = load(asked["gongkai diff"], seed_layout.root)
    assert found.heavy == []
    labels = {"pipelines.contracts", "pipelines.contracts.codes", "pipelines.contracts.codes.code_list"}
    assert {each for each in strangers(found) if each.startswith("pipelines.contracts")} == labels
    folders = {each.split(".")[1] for each in strangers(found)[1:]}
    # That nothing changed is a message in some language, whose file is a declaration.
    assert folders == {"cli", "commands", "contracts", "declarations", "language", "messages", "shown"}


def test_help_opens_nothing(seed_layout: Layout, asked: dict[str, str]) -> None:
    found = load(asked["gongkai --help"], seed_layout.root)
    assert not found.modules & {"duckdb", "pipelines.releases"} and found.heavy == []


def test_the_connection_of_the_explorer_adds_frames_and_no_more(seed_layout: Layout) -> None:
    found = load(EXPLORE, seed_layout.root)
    assert found.heavy == ["polars"]
    assert strangers(found) == ["pipelines", "pipelines.exploring", "pipelines.exploring.connection"]
