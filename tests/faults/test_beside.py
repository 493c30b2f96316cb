"""What goes on beside a run: exports and the explorer end with the release they began with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.exploring.connection import Database
from pipelines.exporting.files import export
from pipelines.releases.layout import Layout, current_release
from tests.faults.publications import Publisher
from tests.projects import copy_project

PUBLICATIONS = 7


@pytest.fixture
def project(seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    # Whatever nobody reads goes at once.
    monkeypatch.setattr("pipelines.warehouse.pruning.GRACE", -timedelta(days=1))
    return copy_project(seed_layout, tmp_path / "own")


def files_of(folder: Path) -> dict[str, bytes]:
    named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in named.items() if name not in {"RELEASE.txt", ".gongkai-export.json"}}


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_an_export_ends_with_the_release_it_began_with(project: Layout, tmp_path: Path, file_format: str) -> None:
    release = current_release(project)
    export(release, tmp_path / "undisturbed", file_format)
    published = Publisher(project)
    begun: list[bool] = []

    def publish_once(*_told: object) -> None:
        if not begun:
            begun.append(True)
            for _ in range(PUBLICATIONS):
                published()

    export(release, tmp_path / "disturbed", file_format, progress=publish_once)
    assert begun and current_release(project) != release
    assert files_of(tmp_path / "disturbed") == files_of(tmp_path / "undisturbed") != {}


def test_the_explorer_goes_on_with_the_release_it_has_open(project: Layout) -> None:
    database = Database(current_release(project))
    before = database.rows("SELECT count(*), sum(value) FROM cell").rows()
    published = Publisher(project)
    for _ in range(PUBLICATIONS):
        published()
        assert database.rows("SELECT count(*), sum(value) FROM cell").rows() == before
    assert database.release.is_dir()
    database.close()
    published()
    assert not database.release.exists()
