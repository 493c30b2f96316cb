"""Releases while pages are open: one that is gone gives way to the current one, one that is damaged is not shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.exploring import app
from pipelines.releases.layout import Layout
from tests.exploring.hostile_release import RELEASE_ID, publish_hostile
from tests.projects import copy_project

_SECONDS = 60


@pytest.fixture
def project(seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path / "own"))
    return copy_project(seed_layout, tmp_path / "own")


def opened() -> AppTest:
    return AppTest.from_file(str(Path(app.__file__))).run(timeout=_SECONDS)


def shown(test: AppTest) -> str:
    assert not test.exception, test.exception
    return "".join(element.proto.body for element in test.get("html"))


def test_a_release_that_somebody_removed_gives_way_to_the_current_one(project: Layout) -> None:
    old = project.current.resolve()
    test = opened()
    assert f"数据版本 {old.name}" in shown(test)
    publish_hostile(project)
    assert "有新的数据版本" in shown(test.run(timeout=_SECONDS))
    for folder in (old, *(path for path in old.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    shutil.rmtree(old)
    after = shown(test.run(timeout=_SECONDS))
    assert f"数据版本 {old.name} 已不再保留，本页改为显示 {RELEASE_ID}" in after
    assert "已不再保留" not in shown(test.run(timeout=_SECONDS))


def test_a_damaged_release_is_not_shown_and_its_damage_is(project: Layout) -> None:
    release = project.current.resolve()
    release.chmod(0o755)
    (release / "gongkai.duckdb.wal").touch()
    told = shown(opened())
    assert "已损坏" in told and "gongkai.duckdb.wal" in told and "gongkai run --rebuild" in told
    assert 'class="gk-figure"' not in told
