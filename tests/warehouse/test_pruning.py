"""Nothing that somebody may have open goes: not within a day, not while it is leased, whatever the clock says."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.releases.layout import Layout
from pipelines.releases.leases import leased
from pipelines.releases.manifest import DATABASE
from pipelines.releases.read_only import is_writable, make_read_only
from pipelines.warehouse.pruning import newest, prune
from tests.warehouse.handmade_releases import release, town

_FIRST = datetime(2026, 3, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a project of nine releases, an hour apart, the last of which is current."""
    layout = Layout(tmp_path)
    for number in range(9):
        folder = layout.releases / f"{_FIRST + number * _HOUR:%Y%m%dT%H%M%SZ}-{number:012x}"
        make_read_only(release(folder, [town(1)], content=f"{number:064x}"))
        os.utime(folder, (_FIRST.timestamp(), _FIRST.timestamp()))
    return layout


def numbers(layout: Layout) -> list[int]:
    return sorted(int(path.name.partition("-")[2], 16) for path in layout.releases.iterdir())


def with_database(layout: Layout) -> list[int]:
    return sorted(int(path.parent.name.partition("-")[2], 16) for path in layout.releases.glob(f"*/{DATABASE}"))


def at(layout: Layout, number: int) -> Path:
    return sorted(layout.releases.iterdir())[number]


def test_within_a_day_everything_stays(layout: Layout) -> None:
    prune(layout, at(layout, 8), now=_FIRST + 24 * _HOUR)
    assert numbers(layout) == with_database(layout) == list(range(9))


def test_what_was_replaced_more_than_a_day_ago_goes_oldest_first(layout: Layout) -> None:
    current = at(layout, 8)
    prune(layout, current, now=_FIRST + 27 * _HOUR)  # the first three were replaced a day ago or longer
    assert numbers(layout) == with_database(layout) == [3, 4, 5, 6, 7, 8]
    prune(layout, current, now=_FIRST + 30 * _HOUR)
    assert numbers(layout) == [4, 5, 6, 7, 8] and with_database(layout) == [6, 7, 8]
    prune(layout, current, now=_FIRST + 365 * 24 * _HOUR)
    assert numbers(layout) == [4, 5, 6, 7, 8] and with_database(layout) == [7, 8]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in layout.releases.rglob("*") if path.is_dir()}
    assert modes == {0o555}


def test_a_leased_release_stays_with_its_database(layout: Layout) -> None:
    current = at(layout, 8)
    with leased(at(layout, 0)), leased(at(layout, 5)):
        prune(layout, current, now=_FIRST + 365 * 24 * _HOUR)
        assert numbers(layout) == [0, 4, 5, 6, 7, 8] and with_database(layout) == [0, 5, 7, 8]
    prune(layout, current, now=_FIRST + 365 * 24 * _HOUR)
    assert numbers(layout) == [4, 5, 6, 7, 8] and with_database(layout) == [7, 8]


def test_an_older_release_that_was_current_again_until_now_stays_for_a_day(layout: Layout) -> None:
    left = _FIRST + 100 * _HOUR
    current, again = at(layout, 8), at(layout, 1)
    os.utime(again, (left.timestamp(), left.timestamp()))
    prune(layout, current, now=left + 23 * _HOUR)
    assert numbers(layout) == [1, 4, 5, 6, 7, 8] and with_database(layout) == [1, 7, 8]
    prune(layout, current, now=left + 25 * _HOUR)
    assert numbers(layout) == [1, 4, 5, 6, 7, 8][1:]


def test_a_clock_that_went_back_removes_nothing(layout: Layout) -> None:
    prune(layout, at(layout, 8), now=_FIRST - 365 * 24 * _HOUR)
    assert numbers(layout) == list(range(9))


def test_an_older_release_that_is_current_stays(layout: Layout) -> None:
    prune(layout, at(layout, 1), now=_FIRST + 365 * 24 * _HOUR)
    assert numbers(layout) == [1, 4, 5, 6, 7, 8] and with_database(layout) == [1, 7, 8]


def test_a_folder_of_somebody_else_is_not_touched(layout: Layout) -> None:
    (layout.releases / "notes").mkdir()
    (layout.releases / "0-before-all").mkdir()
    prune(layout, at(layout, 9), now=_FIRST + 365 * 24 * _HOUR)
    assert {path.name for path in layout.releases.iterdir()} >= {"notes", "0-before-all"}


def test_of_a_storage_the_names_alone_tell() -> None:
    ids = [f"{_FIRST + n * _HOUR:%Y%m%dT%H%M%SZ}-{n:012x}" for n in range(9)]
    assert newest(ids, _FIRST + 12 * _HOUR, 5) == set(ids)
    assert newest(ids, _FIRST + 27 * _HOUR, 5) == set(ids[3:])
    assert newest([*ids, "current"], _FIRST + 365 * 24 * _HOUR, 5) >= {*ids[-4:], "current"}


def test_no_right_to_write_is_left(tmp_path: Path) -> None:
    folder = release(tmp_path / "release", [town(1)])
    assert is_writable(folder)
    make_read_only(folder)
    assert not is_writable(folder)
    (folder / "parquet").chmod(0o755)
    assert is_writable(folder)
