"""The memory of a coordinator: what a run holds of the files that nodes are to read, in a process of its own.

Belongs here: memory. Keep out: who reads what when (`spreading_simulation`).
"""

from __future__ import annotations

import hashlib
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.apart import processes
from pipelines.digested import note_digest
from pipelines.raw.inventory import SCHEMA, read_inventory
from pipelines.raw.shared_contents import content_key
from pipelines.storing.storage import Stored
from pipelines.warehouse import extraction
from pipelines.warehouse.shared_reading import shared_files

_ROWS_AT_ONCE = 50_000
# Keys that an object store lists in one answer.
KEYS_A_PAGE = 1_000


@dataclass(frozen=True)
class Held:
    """Bytes of memory after each step, and of their peak, beside those of a process that has imported all of it."""

    files: int
    bytes: dict[str, int]


def held(files: int) -> Held:
    """Measure what a run holds of files that were crawled, none of which was read before."""
    with TemporaryDirectory(prefix="gongkai-coordinator-") as folder, processes(1) as apart:
        inventory = Path(folder) / "inventory.parquet"
        _write_inventory(inventory, files)
        return apart.submit(_held, inventory, files).result()


def requests_of_listing(keys: int) -> int:
    """Return how many requests list all contents of a storage: pages of each of the 256 prefixes."""
    each = -(-keys // 256)
    return 256 * max(1, -(-each // KEYS_A_PAGE))


def _write_inventory(path: Path, files: int) -> None:
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for begin in range(0, files, _ROWS_AT_ONCE):
            rows = [_row(number) for number in range(begin, min(begin + _ROWS_AT_ONCE, files))]
            writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
    note_digest(path)


def _row(number: int) -> dict[str, object]:
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    path = f"/srv/gongkai/data/raw/objects/{sha256[:2]}/{sha256}"
    portal, year = f"portal-{number // 1_800}", 2008 + number % 18
    url = f"https://www.{portal}.gov.cn/zwgk/xxgknb/{year}/{number:08}.html"
    return {
        "location": url, "path": path.encode(), "size_bytes": 104_000, "stamp": f"104000 {number} {number}",
        "file_sha256": sha256, "media_type": "text/html", "fetched_from": url, "is_latest": True,
        "fetched_at": "2026-11-29T23:00:00+00:00", "source_id": portal, "published_on": f"{year}-03-31",
        "parent_location": f"https://www.{portal}.gov.cn/zwgk/xxgknb/index_{year}.html", "is_archive": False,
    }  # fmt: skip


def _held(inventory: Path, files: int) -> Held:
    before, found = _memory(), dict[str, int]()
    locations = read_inventory(inventory)
    found["inventory"] = _memory() - before
    contents = extraction._contents(locations)
    tasks = sorted(contents.values(), key=lambda task: (task.path, task.member or ""))
    found["and tasks, in order"] = _memory() - before
    shared = shared_files(locations)
    found["and what a storage calls them"] = _memory() - before
    # As `contents_lacking` has it of a storage that holds all of them.
    listed = [Stored(content_key(sha256), 104_000, 0.0) for sha256 in shared]
    held = {entry.key.rpartition("/")[2] for entry in listed}
    found["and a listing of the storage"] = _memory() - before
    assert len(held) == len(tasks) == files
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    # Of a peak the system knows as much as it last looked at.
    found["peak"] = max(peak - before, *found.values())
    return Held(files, found)


def _memory() -> int:
    """Return the bytes of memory that this process holds now."""
    if not sys.platform.startswith("linux"):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
