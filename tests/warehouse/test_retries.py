"""Outcomes of the day are tried again by themselves, others where somebody asks; what is read is there once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.engine.extracted_tables import Rows, add_document
from pipelines.engine.stored_tables import FileTask, Tables
from pipelines.engine.tries import UnknownReason, read_tries
from pipelines.engine.work_store import WorkStore, reader_fingerprint
from pipelines.engine.worker import quarantined_rows
from pipelines.raw.inventory import locations_in
from pipelines.reading import Limits
from pipelines.releases.layout import Layout
from pipelines.warehouse import extraction
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.raw_inventory import refresh_inventory
from tests.projects import make_project

POISON = "000"


class Reading:
    """Stands in for the pool: files of one name end for `reason` as long as there is one, all others are read."""

    def __init__(self) -> None:
        self.reason: str | None = "timeout"
        self.read: list[str] = []
        self.again: Collection[str] = ()
        self.killed = False

    def __call__(
        self,
        tasks: Sequence[FileTask],
        *,
        limits: Limits,
        again: Collection[str],
        done: Callable[[int], None],
        **_: Any,
    ) -> Iterator[Tables]:
        self.read, self.again = [], again
        for task in tasks:
            if self.killed:
                raise KeyboardInterrupt
            rows = Rows()
            self.read.append(Path(task.path.decode()).name[:3])
            if self.reason and self.read[-1] == POISON:
                rows = quarantined_rows(task, self.reason, "as always")
            else:
                add_document(rows, task, limits)
            yield rows.tables()
            done(1)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    reading = Reading()
    monkeypatch.setattr(extraction, "extract_files", reading)
    return reading


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = make_project(tmp_path)
    refresh_inventory(layout)
    return layout


def store(layout: Layout) -> WorkStore:
    return WorkStore(layout.extracted, reader_fingerprint())


def test_a_file_that_took_too_long_is_tried_after_ever_more_runs(layout: Layout, reading: Reading) -> None:
    first = extract_new(layout)
    assert (first.new, first.again, first.outcomes) == (5, 0, {"parsed": 4, "quarantined": 1})
    tried = []
    for run in range(2, 12):
        done = extract_new(layout)
        assert (done.new, done.outcomes) == (0, first.outcomes)
        assert len(reading.again) == done.again == len(reading.read)
        tried += [run] * done.again
    assert tried == [2, 4, 8]


def test_a_file_that_is_read_at_last_is_there_once(layout: Layout, reading: Reading) -> None:
    extract_new(layout)
    reading.reason = None
    assert extract_new(layout).outcomes == {"parsed": 5}
    ends = [row for path in store(layout).files("documents") for row in pl.read_parquet(path).rows()]
    assert len(ends) == len(store(layout).ends()) == 5
    assert read_tries(store(layout).tries).files == {}
    assert extract_new(layout).again == 0


def test_other_outcomes_are_read_again_only_where_asked_for(layout: Layout, reading: Reading) -> None:
    reading.reason = "damaged"
    extract_new(layout)
    assert extract_new(layout).again == 0
    assert extract_new(layout, retry=["timeout"]).again == 0
    assert extract_new(layout, retry=["damaged"]).again == 1 == len(reading.read)
    assert extract_new(layout, retry=["all"]).again == 1
    reading.reason = None
    assert extract_new(layout, retry=["timeout", "damaged"]).outcomes == {"parsed": 5}


@pytest.mark.usefixtures("reading")
def test_asking_takes_a_file_that_is_not_due(layout: Layout) -> None:
    for _ in range(2):
        extract_new(layout)
    assert extract_new(layout).again == 0
    assert extract_new(layout, retry=["timeout"]).again == 1


def test_an_unknown_reason_is_refused_before_anything_is_done(layout: Layout, reading: Reading) -> None:
    with pytest.raises(UnknownReason, match="there are all, unreadable"):
        extract_new(layout, retry=["tiemout"])
    with pytest.raises(UnknownReason, match="did you mean timeout"):
        refresh_inventory(layout, retry=["tiemout"])
    assert reading.read == []


def test_a_run_that_is_killed_while_it_tries_has_tried(layout: Layout, reading: Reading) -> None:
    extract_new(layout)
    reading.killed = True
    with pytest.raises(KeyboardInterrupt):
        extract_new(layout)
    assert [tried.times for tried in read_tries(store(layout).tries).files.values()] == [2]
    reading.killed = False
    assert extract_new(layout).outcomes == {"parsed": 4, "quarantined": 1}
    assert len(reading.again) == 1
    assert [extract_new(layout).again for _ in range(5)] == [0, 0, 0, 1, 0]


def test_what_was_refused_unread_is_looked_at_anew(layout: Layout) -> None:
    bomb = layout.raw / "2020" / "a.zip"
    bomb.write_bytes(b"PK\3\4" + bytes(100))
    reasons = {f.location: f.reason for f in locations_in(refresh_inventory(layout))}
    assert reasons["2020/a.zip"] is not None
    assert {f.location: f.reason for f in locations_in(refresh_inventory(layout, retry=["all"]))} == reasons
