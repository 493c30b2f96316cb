"""Many publications of one built candidate, and processes that read meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.releases.layout import Layout
from pipelines.releases.manifest import MANIFEST, read_manifest
from pipelines.warehouse.release import Published, build_candidate, publish
from tests.projects import ROOT

# Opens whatever is current, again and again, until the file `stop` is there: what a command or a page does.
OPENING = """
from pipelines.releases.open_release import connect
from pipelines.releases.layout import release_to_read

def read():
    with connect(release_to_read(layout)) as database:
        assert database.execute("SELECT count(*) FROM cell").fetchone() == (cells,)
"""
# Reads the Parquet files of the release that was current when it began, lazily: what somebody's notebook does.
SCANNING = """
import polars as pl
begun_with = layout.current.resolve()

def read():
    files = pl.scan_parquet(begun_with / "parquet" / "cell" / "**" / "*.parquet", hive_partitioning=False)
    assert files.select(pl.len()).collect().item() == cells
"""
_LOOP = """
import json, sys
from pathlib import Path
from pipelines.releases.layout import Layout
layout, stop, cells = Layout(Path(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3])
{how}
reads, errors = 0, []
print("reading", flush=True)
while not stop.exists() or not reads:
    try:
        read()
    except Exception as error:
        errors.append(f"{{type(error).__name__}}: {{error}}")
    reads += 1
print(json.dumps([reads, errors]))
"""


class Publisher:
    """Publishes what was built for a project again and again, each time as if its content were another."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self._number = layout, 0
        self._built = layout.work / "built"
        build_candidate(layout).rename(self._built)
        self.cells = int(read_manifest(self._built)["tables"]["cell"]["rows"])

    def __call__(self) -> Published:
        """Publish once more."""
        self._number += 1
        subprocess.run(["cp", "-al", self._built, self.layout.candidate], check=True)
        manifest = read_manifest(self.layout.candidate) | {"content_hash": f"{self._number:012x}{0:052x}"}
        (self.layout.candidate / MANIFEST).unlink()
        (self.layout.candidate / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        return publish(self.layout)


class Readers:
    """Processes that read until they are stopped."""

    def __init__(self, layout: Layout, stop: Path, cells: int, *kinds: str) -> None:
        self._stop = stop
        words = [str(layout.root), str(stop), str(cells)]
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-c", _LOOP.format(how=how), *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
            )
            for how in kinds
        ]
        for process in self._processes:
            assert process.stdout is not None and process.stdout.readline() == "reading\n"

    def stop(self) -> tuple[int, list[str]]:
        """End them; return how often they read, and what went wrong."""
        self._stop.touch()
        reads = 0
        errors: list[str] = []
        for process in self._processes:
            out, _ = process.communicate()
            assert process.returncode == 0
            own, found = json.loads(out)
            reads += own
            errors += found
        return reads, errors


@contextmanager
def reading(layout: Layout, stop: Path, cells: int, *kinds: str) -> Iterator[Readers]:
    """Have processes read while the block lasts."""
    readers = Readers(layout, stop, cells, *kinds)
    try:
        yield readers
    finally:
        stop.touch()


def main() -> None:
    """Publish so often, no faster than reads come: `python -m tests.faults.publications ROOT PUBLICATIONS SECONDS`."""
    layout, publications, seconds = Layout(Path(sys.argv[1])), int(sys.argv[2]), float(sys.argv[3])
    published = Publisher(layout)
    published()
    with reading(layout, layout.root / "stop", published.cells, OPENING, SCANNING, OPENING) as readers:
        for _ in range(publications):
            published()
            time.sleep(seconds)
        reads, errors = readers.stop()
    print(f"{publications} publications, {reads} reads, {len(errors)} errors: {errors[:3]}")


if __name__ == "__main__":
    main()
