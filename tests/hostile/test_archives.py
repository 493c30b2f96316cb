"""Hostile archives, from the inventory to the outcomes: each costs only itself, and nothing is written outside."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.corpus.hostile import zip_bomb, zip_of
from pipelines.engine.work_store import WorkStore, reader_fingerprint
from pipelines.raw.inventory import read_inventory
from pipelines.reading import Limits
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.raw_inventory import refresh_inventory
from tests.hostile.packages import archive_with_link, encrypted_flag, nested_archives, overlapping
from tests.hostile.running import DEFECTS, SEEDS
from tests.projects import make_project

REPORT = SEEDS[0].read_bytes() + "\n附后\n".encode()
OUTSIDE = "../../../../../../../tmp/outside-{}.txt"
Endings = dict[str, tuple[str, str | None]]


def repeated_names() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for number in range(3):
            archive.writestr("report.txt", REPORT + b"%d" % number)
    return packed.getvalue()


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "bomb": zip_bomb,
    "bombs in bombs": lambda: zip_of(
        {f"{n}.zip": zip_of({f"{m}.zip": zip_bomb(20) for m in range(3)}) for n in range(3)}
    ),
    "deep": lambda: nested_archives(30, REPORT),
    "encrypted": lambda: encrypted_flag(zip_of({"report.txt": REPORT})),
    "outside": lambda: zip_of({OUTSIDE.format("a"): REPORT + b"1", "/tmp/outside-b.txt": REPORT + b"2"}),
    "link": archive_with_link,
    "same names": repeated_names,
    "overlapping": lambda: overlapping(zip_of({f"{n}.txt": REPORT + b"%d" % n for n in range(50)})),
    "many members": lambda: zip_of({f"{n}.txt": b"" for n in range(20_000)}),
    "cut": lambda: zip_of({"report.txt": REPORT * 9})[:-40],
    "page": lambda: b"<html><table><tr><td>1</td></tr></table></html>" + zip_of({"report.txt": REPORT + b"3"}),
    "good": lambda: zip_of({"a/report.txt": REPORT + b"4", "a/empty.txt": b""}),
}


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> Endings:
    """Return outcome and reason of every location of a project whose inbox holds the archives and the seeds."""
    layout = make_project(tmp_path_factory.mktemp("archives"))
    for name, make in ARCHIVES.items():
        (layout.raw / "2020" / f"{name}.zip").write_bytes(make())
    refresh_inventory(layout)
    extract_new(layout, workers=2, limits=Limits())
    found = {}
    for path in WorkStore(layout.extracted, reader_fingerprint()).files("documents"):
        for row in pq.read_table(path).to_pylist():
            found[row["file_sha256"]] = (row["outcome"], row["reason"])
    inventory = read_inventory(layout.inventory)
    return {
        place.location.removeprefix("2020/"): ("inventory", place.reason)
        if place.reason or place.is_archive or place.file_sha256 is None
        else found[place.file_sha256]
        for place in inventory
    }


def test_every_location_has_one_ending_that_is_no_defect(endings: Endings) -> None:
    assert not {name: end for name, end in endings.items() if end[1] in DEFECTS}
    assert {f"{name}.zip" for name in ARCHIVES} <= set(endings)


def test_the_files_beside_the_archives_are_all_parsed(endings: Endings) -> None:
    assert [endings[path.name] for path in SEEDS] == [("parsed", None)] * len(SEEDS)
    assert endings["good.zip!/a/report.txt"] == ("parsed", None)
    assert endings["good.zip!/a/empty.txt"] == ("quarantined", "empty")


@pytest.mark.parametrize("name", ["bomb", "bombs in bombs", "deep", "encrypted", "link", "overlapping", "many members"])
def test_a_hostile_archive_yields_no_report(endings: Endings, name: str) -> None:
    own = {place: end for place, end in endings.items() if place.startswith(f"{name}.zip")}
    refused = [reason for outcome, reason in own.values() if outcome != "parsed" and reason]
    assert refused
    assert name == "overlapping" or all(outcome != "parsed" for outcome, _ in own.values())


def test_a_name_that_leads_outside_is_only_a_label(endings: Endings) -> None:
    own = [end for place, end in endings.items() if place.startswith("outside.zip!/")]
    assert own == [("parsed", None)] * 2
    assert not [place for place in endings if place.startswith("outside") and (".." in place or "!//" in place)]
    assert not list(Path("/tmp").glob("outside-*"))


def test_members_of_the_same_name_are_all_read(endings: Endings) -> None:
    own = [end for place, end in endings.items() if place.startswith("same names.zip!/")]
    assert own == [("parsed", None)] * 3
