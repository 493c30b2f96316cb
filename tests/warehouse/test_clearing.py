"""What stands where a run reads or writes and no run left there: nobody waits for it, nothing outside is written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.releases.layout import Layout, current_release
from pipelines.warehouse.clearing import InTheWay
from pipelines.warehouse.extraction import ends_of
from pipelines.warehouse.last_run import note_run, read_last_run
from pipelines.warehouse.raw_inventory import refresh_inventory
from tests.projects import ROOT, build_release, copy_project

_WAIT_SECONDS = 120
_RUN = """
import sys
from pathlib import Path
from pipelines.releases.layout import Layout
from pipelines.warehouse.extraction import ends_of
from pipelines.warehouse.last_run import note_run, read_last_run
from tests.projects import build_release
for root in sys.argv[1:]:
    print("a run of", root, file=sys.stderr, flush=True)
    layout = Layout(Path(root))
    read_last_run(layout)
    build_release(layout)
    note_run(layout, {}, ends_of(layout))
"""


@pytest.fixture
def layout(seed_layout: Layout, tmp_path: Path) -> Layout:
    """Return a project of its own with a release, and a record of the run that led to it."""
    layout = copy_project(seed_layout, tmp_path / "own")
    note_run(layout, {}, ends_of(layout))
    return layout


def replaced(path: Path) -> Path:
    """Return a path at which nothing stands any more."""
    path.unlink(missing_ok=True)
    return path


def files_a_run_opens(layout: Layout) -> list[Path]:
    work = layout.work
    named = [layout.last_run, layout.inventory, work / "inventory.part", work / "candidate.checked"]
    named += [layout.warehouse / f".{name}.part" for name in ("last_run.json", "current")]
    kinds: tuple[str, ...] = (
        "agencies/*.parquet",
        "reports/*/*/*.parquet",
        "sums/*/*.parquet",
        "star/*.parquet",
        "star/*/*/.*.json",
    )
    kinds = (*kinds, "extracted/*/*/documents.parquet", "extracted/*/*/manifest.json", "sources/*/*.parquet")
    found = [next(work.glob(kind)) for kind in kinds]
    return [*named, *found, next(work.glob("extracted/*")) / "tries.json"]


def pipes(layout: Layout) -> None:
    for path in files_a_run_opens(layout):
        os.mkfifo(replaced(path))


def devices(layout: Layout) -> None:
    for path in (layout.last_run, layout.inventory):
        replaced(path).symlink_to("/dev/zero")


def folders(layout: Layout) -> None:
    for path in (layout.last_run, layout.inventory, layout.work / "inventory.part", layout.warehouse / ".current.part"):
        replaced(path).mkdir()
        (path / "something").touch()
    replaced(layout.current)


@pytest.fixture(scope="module")
def ended(seed_layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Layout]:
    """Return projects in which something stood in the way, after runs in a process, which is ended where it waits."""
    found = {}
    for stand in (pipes, devices, folders):
        layout = copy_project(seed_layout, tmp_path_factory.mktemp(stand.__name__) / "own")
        note_run(layout, {}, ends_of(layout))
        stand(layout)
        found[stand.__name__] = layout
    words = [sys.executable, "-c", _RUN, *(str(layout.root) for layout in found.values())]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_WAIT_SECONDS)
    assert done.returncode == 0, done.stderr[-2_000:]
    return found


def test_pipes_where_a_run_opens_files_hold_no_run_up(ended: dict[str, Layout]) -> None:
    layout = ended["pipes"]
    left = [path for path in layout.warehouse.rglob("*") if not path.is_dir() and not path.is_file()]
    assert not left and read_last_run(layout) is not None


def test_devices_behind_links_are_never_read(ended: dict[str, Layout]) -> None:
    layout = ended["devices"]
    assert not layout.last_run.is_symlink() and not layout.inventory.is_symlink()


def test_folders_in_the_place_of_files_are_moved_aside_or_made_anew(ended: dict[str, Layout]) -> None:
    layout = ended["folders"]
    assert layout.last_run.is_file() and layout.inventory.is_file() and current_release(layout).is_dir()
    assert (layout.warehouse / "last_run.json.aside-1" / "something").is_file()


def test_links_in_the_work_folder_are_not_written_through(layout: Layout, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").write_text("mine", encoding="utf-8")
    layout.candidate.symlink_to(outside)
    (layout.work / "inventory.part").symlink_to(outside / "mine")
    (layout.warehouse / ".last_run.json.part").symlink_to(outside / "mine")
    next((layout.raw / "2020").glob("*.txt")).rename(layout.raw / "2020" / "renamed.txt")
    build_release(layout)
    note_run(layout, {}, {})
    assert [path.name for path in outside.iterdir()] == ["mine"]
    assert (outside / "mine").read_text(encoding="utf-8") == "mine" and stat.S_IMODE(outside.stat().st_mode) & 0o200


def test_a_folder_of_the_work_folder_may_lie_on_another_disk(layout: Layout, tmp_path: Path) -> None:
    layout.extracted.rename(tmp_path / "large disk")
    layout.extracted.symlink_to(tmp_path / "large disk")
    build_release(layout)
    assert layout.extracted.is_symlink()


def test_an_empty_folder_in_the_place_of_the_link_to_the_release_goes(layout: Layout) -> None:
    for link in (layout.current, layout.database):
        link.unlink()
        link.mkdir()
    build_release(layout)
    assert layout.current.is_symlink() and layout.database.is_symlink()


def a_folder_for_current(layout: Layout) -> Path:
    layout.current.unlink()
    layout.current.mkdir()
    (layout.current / "mine").touch()
    return layout.current


def a_file_for_work(layout: Layout) -> Path:
    layout.work.rename(layout.root / "moved")
    layout.work.touch()
    return layout.work


@pytest.mark.parametrize("damage", [a_folder_for_current, a_file_for_work])
def test_what_may_be_somebodys_is_told_in_one_line_with_a_remedy(
    layout: Layout, damage: Callable[[Layout], Path]
) -> None:
    place = damage(layout)
    with pytest.raises(InTheWay) as told:
        refresh_inventory(layout)
    assert str(told.value).startswith(f"{place}: ") and str(told.value).endswith("move it elsewhere, and run again")
    assert len(str(told.value).splitlines()) == 1 and os.path.lexists(place)
