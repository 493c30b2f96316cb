"""When contents arrived: noted by the first run that sees them, kept by releases, untouched by copying."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pipelines.raw.arrivals import ARRIVALS, arrivals_of, read_arrivals, with_arrivals, write_arrivals
from pipelines.raw.inventory import Location, locations_in, table_of
from pipelines.releases.layout import Layout, current_release
from pipelines.warehouse import raw_inventory
from pipelines.warehouse.raw_inventory import refresh_inventory
from tests.projects import SEEDS, build_release, make_project

FIRST, SECOND = "2022-03-01T00:00:00+00:00", "2022-04-01T00:00:00+00:00"


def located(name: str, sha256: str | None, **about: str) -> Location:
    return Location(name, name.encode(), 1, "", sha256, None, **about)  # type: ignore[arg-type]


def test_what_is_known_keeps_its_time_and_what_is_new_has_that_of_the_run() -> None:
    files = [located("a", "1"), located("b", "2"), located("c", None), located("d", "3", fetched_from="https://x.cn")]
    found = with_arrivals(table_of(files), {"1": FIRST}, SECOND)
    assert found["arrived_at"].to_pylist() == [FIRST, SECOND, None, None]
    assert with_arrivals(found, {"1": FIRST, "2": SECOND}, "later") is found
    assert arrivals_of(found) == {"1": FIRST, "2": SECOND}


def test_arrivals_survive_being_written_and_nothing_is_made_of_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / ARRIVALS
    assert read_arrivals(path) == {}
    write_arrivals({"2": SECOND, "1": FIRST}, path)
    assert read_arrivals(path) == {"1": FIRST, "2": SECOND}
    path.write_bytes(path.read_bytes()[:50])
    assert read_arrivals(path) == {}


class _Clock:
    moment = FIRST

    def now(self, _zone: object) -> _Clock:
        return self

    def isoformat(self, **_: object) -> str:
        return self.moment


def _noted(layout: Layout) -> dict[str, str]:
    noted = {location.location: location.arrived_at for location in locations_in(refresh_inventory(layout))}
    return {place: arrived for place, arrived in noted.items() if arrived}


def test_a_release_keeps_the_order_when_the_work_is_deleted(tmp_path: Path, monkeypatch: object) -> None:
    clock = _Clock()
    monkeypatch.setattr(raw_inventory, "datetime", clock)  # type: ignore[attr-defined]
    layout = make_project(tmp_path, seeds=False)
    early, late = sorted(SEEDS.glob("*.txt"))[:2]
    shutil.copy(early, layout.raw / "2020" / "early.txt")
    build_release(layout)
    clock.moment = SECOND
    shutil.copy(late, layout.raw / "2020" / "late.txt")
    build_release(layout)
    assert sorted(read_arrivals(current_release(layout) / ARRIVALS).values()) == [FIRST, SECOND]
    shutil.rmtree(layout.work)
    os.utime(layout.raw / "2020" / "early.txt")
    clock.moment = "2022-05-01T00:00:00+00:00"
    assert _noted(layout) == {"2020/early.txt": FIRST, "2020/late.txt": SECOND}
