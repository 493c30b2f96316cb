"""Readers: releases are published over them, damaged beside them, removed around them, and none reads anything else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.releases.layout import Layout, current_release, release_to_read
from pipelines.releases.leases import leased
from pipelines.releases.open_release import connect
from pipelines.releases.verified import DamagedRelease, faults
from pipelines.warehouse.run_causes import causes_of_run
from tests.faults.publications import OPENING, SCANNING, Publisher, reading
from tests.projects import build_release, build_tables, copy_project, make_project

PUBLICATIONS, LEAST_READS = 8, 20


@pytest.fixture
def project(seed_layout: Layout, tmp_path: Path) -> Layout:
    return copy_project(seed_layout, tmp_path / "own")


def test_publications_disturb_no_reader(project: Layout, tmp_path: Path) -> None:
    published = Publisher(project)
    with reading(project, tmp_path / "stop", published.cells, OPENING, SCANNING) as readers:
        for _ in range(PUBLICATIONS):
            assert published().is_new
        reads, errors = readers.stop()
    assert errors == [] and reads >= LEAST_READS


def test_a_leased_release_outlives_what_would_remove_it(project: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.warehouse.pruning.GRACE", -timedelta(days=1))
    published = Publisher(project)
    mine, other = published(), published()
    with leased(mine.path) as release:
        for _ in range(PUBLICATIONS):
            published()
        assert list(faults(release)) == [] and not other.path.exists()
        with connect(release) as database:
            assert database.execute("SELECT count(*) FROM cell").fetchone() == (published.cells,)
    published()
    assert not mine.path.exists()


@pytest.mark.parametrize("log", ["gongkai.duckdb.wal", "gongkai.duckdb.wal.recovery"])
def test_a_log_beside_a_release_is_read_by_nobody_and_mended_by_the_next_run(tmp_path: Path, log: str) -> None:
    layout = make_project(tmp_path)
    first = build_release(layout)
    first.path.chmod(0o755)
    (first.path / log).write_bytes(b"whatever DuckDB would apply")
    with pytest.raises(DamagedRelease, match=rf"damaged: {log} is not in the manifest: `gongkai run --rebuild`"):
        release_to_read(layout)
    assert causes_of_run(layout) != []
    build_tables(layout)
    again = build_release(layout)
    assert again.is_new and release_to_read(layout) == current_release(layout) == again.path
