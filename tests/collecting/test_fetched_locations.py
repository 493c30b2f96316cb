"""What was fetched, taken with the last inventory at hand, is what it is without: whatever happened in between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.collecting import fetched_locations
from pipelines.collecting.fetched_locations import LEDGER
from pipelines.collecting.ledger import Ledger, open_ledger, timestamp
from pipelines.raw.inventory import Known
from pipelines.raw.raw_store import RawStore
from pipelines.raw.shared_contents import content_key
from pipelines.releases.layout import Layout
from pipelines.storing.folder import FolderStorage
from pipelines.storing.storage import STORAGE_SWITCH
from pipelines.warehouse.raw_inventory import refresh_inventory
from tests.collecting.test_ledger import START, fetched, see
from tests.raw.test_inventory import packed

URLS = tuple(f"http://www.example.gov.cn/{n}.html" for n in range(4))


class Place:
    """A raw store with its ledger; every event is a minute later than the one before."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self.layout, self.ledger = Layout(root), ledger
        self.store = RawStore(self.layout.raw)
        self.minutes = 0

    def fetch(self, url: str, body: bytes, source: str = "s") -> str:
        self.minutes += 1
        at = START + timedelta(minutes=self.minutes)
        sha256 = self.store.put(body)
        see(self.ledger, url, at=at, published_on="2026-01-20")
        event = fetched(url, "created", sha256, at=timestamp(at)) | {"source_id": source}
        self.ledger.record_fetch(event)
        return sha256

    def inventory(self) -> pa.Table:
        """Return the inventory, taken with the last one and equal to one taken without."""
        found = refresh_inventory(self.layout)
        shutil.copy(self.layout.inventory, self.layout.root / "kept")
        self.layout.inventory.unlink()
        assert refresh_inventory(self.layout).equals(found)
        shutil.move(self.layout.root / "kept", self.layout.inventory)
        return found


@pytest.fixture
def place(tmp_path: Path, either: str) -> Iterator[Place]:  # noqa: ARG001  # `either` sets which database
    (tmp_path / "data" / "raw" / "objects").mkdir(parents=True)
    with open_ledger(tmp_path / "data" / "raw" / "objects" / LEDGER) as ledger:
        yield Place(tmp_path, ledger)


def test_whatever_happens_the_last_inventory_only_saves_work(place: Place) -> None:
    seen = [place.inventory()]
    first = place.fetch(URLS[0], b"<html>first")
    seen.append(place.inventory())
    place.fetch(URLS[1], b"<html>first")
    seen.append(place.inventory())
    place.fetch(URLS[0], b"<html>second")
    seen.append(place.inventory())
    place.fetch(URLS[2], packed({"a.txt": b"one", "b.txt": b"two"}))
    place.fetch(URLS[3], packed({"a.txt": b"one", "b.txt": b"two"}))
    seen.append(place.inventory())
    place.ledger.lose("s", START + timedelta(days=1), [URLS[1]])
    seen.append(place.inventory())
    path = place.store.path(first)
    body = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(b"other bytes")
    seen.append(place.inventory())
    path.write_bytes(body)
    seen.append(place.inventory())
    path.unlink()
    seen.append(place.inventory())
    assert [table.num_rows for table in seen] == [0, 1, 2, 3, 9, 9, 9, 9, 9]
    assert all(not before.equals(after) for before, after in pairwise(seen))
    damaged = [table["reason"].to_pylist().count("damaged_in_store") for table in seen]
    assert damaged == [0] * 6 + [2, 0, 2]


def test_an_address_that_reads_like_a_file_in_a_fetched_archive_is_another_location(place: Place) -> None:
    archive = "http://www.example.gov.cn/a.zip"
    within = place.fetch(archive, packed({"r.txt": b"in it"}))
    beside = place.fetch(f"{archive}!/r.txt", b"beside it")
    place.fetch("http://www.example.gov.cn/!/r.txt", b"of no archive")
    rows = place.inventory().select(["location", "file_sha256"]).to_pylist()
    found = {row["location"]: row["file_sha256"] for row in rows}
    assert len(found) == len(rows) == 4 and within in found.values()
    assert found[f"{archive}!#2/r.txt"] == beside != found[f"{archive}!/r.txt"]
    assert "http://www.example.gov.cn/!/r.txt" in found


def test_nothing_new_reads_no_file_and_writes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.fetch(URLS[0], packed({"a.txt": b"one"}))
    place.fetch(URLS[1], b"<html>first")
    found = place.inventory()
    before = place.layout.inventory.stat().st_mtime_ns
    monkeypatch.setattr(Known, "locations", lambda *_: pytest.fail("made a location of a row"))
    monkeypatch.setattr(fetched_locations, "_at", lambda *_: pytest.fail("looked at anew"))
    assert refresh_inventory(place.layout).equals(found)
    assert place.layout.inventory.stat().st_mtime_ns == before


def test_what_another_machine_fetched_is_looked_at_once_and_left_in_the_storage(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = FolderStorage(tmp_path / "storage")
    place.store = RawStore(place.layout.raw, shared=storage)
    bodies = [
        b"<html>one</html>",
        packed({"a.txt": b"two", "b.txt": b"three"}),
        b"<html>four</html>",
        b"<html>5</html>",
    ]
    digests = [place.fetch(url, body) for url, body in zip(URLS, bodies, strict=True)]
    here = place.inventory()
    away = [place.store.path(digest) for digest in digests[:3]]
    for path in away:
        path.unlink()
    assert place.store.read(digests[0]) == bodies[0], "what another machine has stored is asked of the storage"
    monkeypatch.setenv(STORAGE_SWITCH, storage.address)
    columns = [name for name in here.column_names if name != "stamp"]
    looked_at = refresh_inventory(place.layout)
    assert looked_at.select(columns).equals(here.select(columns))
    assert not any(path.exists() for path in away)
    asked: list[str] = []
    with monkeypatch.context() as watched:
        watched.setattr(FolderStorage, "download", lambda _, key, __: asked.append(key))
        assert refresh_inventory(place.layout).equals(looked_at) and asked == []
    place.layout.inventory.unlink()
    storage.remove(content_key(digests[0]))
    storage.put(content_key(digests[2]), b"something else")
    again = {row["fetched_from"]: row["reason"] for row in refresh_inventory(place.layout).to_pylist()}
    assert (again[URLS[0]], again[URLS[2]], again[URLS[3]]) == ("damaged_in_store", "damaged_in_store", None)
