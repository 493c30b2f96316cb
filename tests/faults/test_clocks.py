"""Clocks that jump: releases stay in order and are not removed too early or never, and work that is due is due."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.engine.tries import Tries
from pipelines.raw.arrivals import with_arrivals
from pipelines.raw.inventory import Location, table_of
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import DATABASE, MANIFEST
from pipelines.warehouse import pruning
from pipelines.warehouse import release as releasing
from pipelines.warehouse.release import Published, publish
from tests.warehouse.handmade_releases import release, town

TODAY = datetime(2026, 11, 30, 12, tzinfo=UTC)
YEAR, DAY, HOUR = timedelta(days=365), timedelta(days=1), timedelta(hours=1)


class Clock:
    """The clock of the machine, as publishing and pruning see it, and as it stands in the times of files."""

    def __init__(self, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
        self.layout, self.moment, self._number = layout, TODAY, 0
        clock = self

        class Now(datetime):
            @classmethod
            def now(cls, tz: object = None) -> Any:  # noqa: ARG003
                return clock.moment

        monkeypatch.setattr(releasing, "datetime", Now)
        monkeypatch.setattr(pruning, "datetime", Now)

    def publish(self) -> Published:
        """Publish something new at this moment."""
        self._number += 1
        shutil.rmtree(self.layout.candidate, ignore_errors=True)
        release(self.layout.candidate, [town(1)], content=f"{self._number:012x}{0:052x}")
        before = self.names()
        done = publish(self.layout)
        # The clock of the files is the machine's, too; pruning has seen another one, and looks again.
        for path in (done.path / MANIFEST, done.path):
            os.utime(path, (self.moment.timestamp(), self.moment.timestamp()))
        assert done.release_id not in before
        pruning.prune(self.layout, done.path)
        return done

    def names(self) -> list[str]:
        folder = self.layout.releases
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(Layout(tmp_path), monkeypatch)


@pytest.mark.parametrize("jump", [YEAR, -YEAR, 70 * YEAR])
def test_what_was_just_replaced_stays_wherever_the_clock_jumps(clock: Clock, jump: timedelta) -> None:
    done = []
    for _ in range(4):
        done.append(clock.publish())
        clock.moment += DAY
    clock.moment += jump
    done.append(clock.publish())
    assert clock.names() == [each.release_id for each in done]
    assert clock.layout.current.resolve() == done[-1].path
    assert [(each.path / DATABASE).exists() for each in done[-2:]] == [True, True]


def test_after_a_day_with_the_clock_ahead_releases_are_removed_as_ever(clock: Clock) -> None:
    clock.publish()
    clock.moment += 70 * YEAR
    clock.publish()
    clock.moment -= 70 * YEAR
    later = []
    for _ in range(12):
        clock.moment += DAY + HOUR
        later.append(clock.publish())
    kept = clock.names()
    assert kept[-1] == later[-1].release_id and set(kept) <= {each.release_id for each in later}
    assert len(kept) == pruning.KEPT_RELEASES


def test_within_an_hour_nothing_is_removed_though_the_clock_went_back(clock: Clock) -> None:
    done = [clock.publish()]
    clock.moment -= YEAR
    for _ in range(8):
        clock.moment += HOUR / 10
        done.append(clock.publish())
    assert clock.names() == [each.release_id for each in done]
    assert all((each.path / DATABASE).exists() for each in done)


def test_what_is_known_keeps_its_arrival_and_is_never_later_for_a_clock_that_is_wrong() -> None:
    inbox = table_of(
        [Location("2020/a.txt", b"a", 1, "", "a" * 64, 2020), Location("2020/b.txt", b"b", 1, "", "b" * 64, 2020)]
    )
    first = with_arrivals(inbox, {"a" * 64: "2026-11-30T12:00:00+00:00"}, "1990-01-01T00:00:00+00:00")
    assert first["arrived_at"].to_pylist() == ["2026-11-30T12:00:00+00:00", "1990-01-01T00:00:00+00:00"]
    known = dict(zip(first["file_sha256"].to_pylist(), first["arrived_at"].to_pylist(), strict=True))
    again = with_arrivals(inbox, known, "2099-01-01T00:00:00+00:00")
    assert again["arrived_at"].to_pylist() == first["arrived_at"].to_pylist()


def test_a_file_is_tried_again_by_runs_and_by_no_clock() -> None:
    tries, found, tried = Tries().ended({"a": "timeout"}), {"a": "timeout"}, []
    for run in range(1, 9):
        due = tries.due(found)
        tries = tries.begun(due).ended(found)
        tried += [run] * len(due)
    assert tried == [1, 3, 7]
