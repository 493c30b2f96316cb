"""Files below work/star in which a bit has flipped, with their times as they were: none is read or published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.bit_rot import FLIP, damage
from pipelines.contracts import contract
from pipelines.releases.layout import Layout, current_release
from pipelines.releases.manifest import read_manifest
from pipelines.releases.verified import faults
from pipelines.warehouse import last_run, release
from pipelines.warehouse.parquet import table_files
from pipelines.warehouse.parts import DamagedPart
from pipelines.warehouse.release import build_candidate
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.sound_files import name_in_release, state_of
from tests.projects import LAST_YEAR, build_release, copy_project

_BIT = 4_000


@pytest.fixture
def project(seed_layout: Layout, tmp_path: Path) -> Layout:
    """Return a project of its own whose release shares its files with work/star, as a run leaves them."""
    layout = copy_project(seed_layout, tmp_path / "own")
    for file in table_files(layout.star, contract("cell")):
        own = current_release(layout) / name_in_release(layout, file)
        own.parent.chmod(0o755)
        own.unlink()
        own.hardlink_to(file)
    return layout


def flip(layout: Layout) -> Path:
    (file,) = table_files(layout.star, contract("cell"))
    damage(file, FLIP, _BIT)
    return file


def test_a_damaged_part_is_not_read(project: Layout) -> None:
    inputs = RunInputs(project, LAST_YEAR).declared_by("a test", ("cell",))
    inputs.scan("cell").collect()
    file = flip(project)
    with pytest.raises(DamagedPart, match=r"part-0\.parquet: run again"):
        inputs.scan("cell")
    assert not file.exists()


def test_a_damaged_part_is_in_no_candidate_and_the_next_run_makes_it_anew(project: Layout) -> None:
    before = read_manifest(current_release(project))["content_hash"]
    file = flip(project)
    with pytest.raises(DamagedPart, match=r"part-0\.parquet: run again"):
        build_candidate(project)
    assert not file.exists()
    done = build_release(project)
    assert done.is_new and list(faults(done.path)) == []
    assert read_manifest(done.path)["content_hash"] == before


def test_a_run_that_adds_a_report_heals_the_parts_beside_it(project: Layout, tmp_path: Path) -> None:
    undisturbed = copy_project(project, tmp_path / "undisturbed")
    for layout in (project, undisturbed):
        text = next((layout.raw / "2020").glob("*.txt"))
        shutil.copy(text, text.with_name("again.txt"))
    flip(project)
    done, golden = build_release(project), build_release(undisturbed)
    assert list(faults(done.path)) == [] and done.path.name.split("-")[1] == golden.path.name.split("-")[1]


def test_of_a_release_too_large_to_hash_in_every_run_what_was_found_sound_is_trusted_until_damage_is_found(
    project: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[Path] = []
    (file,) = table_files(project.star, contract("cell"))

    def noted(each: Path, _: object) -> bool:
        hashed.append(each)
        return True

    monkeypatch.setattr(release, "is_sound", noted)
    monkeypatch.setattr(release, "sound_files", lambda _: {name_in_release(project, file): state_of(file)})
    build_candidate(project)
    assert hashed and file not in hashed
    monkeypatch.setattr(release, "sound_files", lambda _: {})
    build_candidate(project)
    assert file in hashed
    assert file.stat().st_size < last_run.SCRUBBED_BYTES
