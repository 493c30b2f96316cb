"""Projects in temporary folders, and a release built from them by the library alone, without dagster."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.releases.layout import Layout
from pipelines.warehouse.dimensions import years
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.release import Published, build_candidate, publish
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.star import build_all

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "data" / "raw" / "2020"
LAST_YEAR = 2026


def make_project(root: Path, *, seeds: bool = True) -> Layout:
    """Return a project below `root`, with the five seeds in its inbox."""
    inbox = root / "data" / "raw" / "2020"
    inbox.mkdir(parents=True)
    for path in SEEDS.glob("*.txt") if seeds else ():
        shutil.copy(path, inbox)
    shutil.copy(ROOT / "dagster.yaml", root)
    shutil.copy(ROOT / "pyproject.toml", root)
    return Layout(root)


def copy_project(layout: Layout, root: Path) -> Layout:
    """Return a project of its own below `root` that is at the state of another: what was built is not built again."""
    shutil.copytree(layout.root, root, symlinks=True)
    return Layout(root)


def build_tables(layout: Layout) -> RunInputs:
    """Extract and build all tables of a project."""
    refresh_inventory(layout)
    extract_new(layout, workers=1)
    inputs = RunInputs(layout, LAST_YEAR)
    build_all(inputs, years(LAST_YEAR))
    return inputs


def build_release(layout: Layout, *, accept_loss: str | None = None) -> Published:
    """Extract, build and publish a project."""
    build_tables(layout)
    build_candidate(layout)
    return publish(layout, accept_loss=accept_loss)
