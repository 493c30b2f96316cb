"""Make an export of a selection for the page of downloads, in a process of its own: it may take time and memory.

Belongs here: which files a reader gets, and within which bounds. Keep out: formats (`pipelines.exporting`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

from pipelines.exploring.restriction import Filter

# What a reader can have, and of how many reports at once: what takes minutes belongs to the command line, which has no
# bound. Excel writes cell by cell, so its tables take ten times as long as those of the others.
MOST_REPORTS = {"summary": 20_000, "xlsx": 500, "csv": 5_000, "dta": 5_000, "parquet": 5_000, "datapackage": 5_000}
FORMATS = tuple(MOST_REPORTS)
_SECONDS = 300
_MOST_ERROR_CHARACTERS = 500
ShareProgress = Callable[[float], object]


class NotExported(Exception):
    """The export failed; the message is that of `gongkai export`."""


def export(
    release: Path, restriction: Filter, file_format: str, language: str, progress: ShareProgress = lambda _: None
) -> tuple[str, bytes]:
    """Return the name and the bytes of the export: one file as it is, several as ZIP. Raises NotExported.

    `file_format` is one of FORMATS; `progress` is called with the share that is done, from 0 to 1.
    """
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        target = Path(folder) / f"gongkai-{file_format}"
        order = {
            "release": str(release),
            "folder": str(target),
            "format": "xlsx" if file_format == "summary" else file_format,
            "summary": file_format == "summary",
            "language": language,
            "years": restriction.years,
            "provinces": restriction.provinces,
            "levels": restriction.levels,
        }
        _run(order, Path(folder) / "errors.txt", progress)
        return _packed(target, release.name)


def _run(order: dict[str, object], errors: Path, progress: ShareProgress) -> None:
    """Run the export in our own interpreter; the selection goes in as JSON, the share that is done comes out."""
    with errors.open("w+", encoding="utf-8", errors="replace") as error_output:
        child = subprocess.Popen(
            [sys.executable, "-m", __name__],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=error_output,
        )
        timer = threading.Timer(_SECONDS, child.kill)
        timer.start()
        try:
            with child:
                assert child.stdin is not None and child.stdout is not None
                child.stdin.write(json.dumps(order))
                child.stdin.close()
                for line in child.stdout:
                    progress(min(1.0, float(line)))
        finally:
            is_late = not timer.is_alive()
            timer.cancel()
            child.kill()
        if child.returncode and is_late:
            raise NotExported(f"more than {_SECONDS} s")
        if child.returncode:
            error_output.seek(0)
            raise NotExported(
                (error_output.read().strip().splitlines() or ["no reason given"])[-1][:_MOST_ERROR_CHARACTERS]
            )


def _packed(folder: Path, release_id: str) -> tuple[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    books = [path for path in files if path.suffix == ".xlsx"]
    if len(books) == 1:
        return f"{books[0].stem}-{release_id}.xlsx", books[0].read_bytes()
    packed = folder.parent / "packed.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder.parent))
    return f"{folder.name}-{release_id}.zip", packed.read_bytes()


class _ShareWriter:
    """Prints the share that is done, hundredth by hundredth."""

    def __init__(self) -> None:
        self.hundredths = 0

    def __call__(self, _: str, rows: int, total: int) -> None:
        done = rows * 100 // max(total, 1)
        if done > self.hundredths:
            self.hundredths = done
            sys.stdout.write(f"{done / 100}\n")
            sys.stdout.flush()


def main() -> None:
    """Export the selection that standard input states; the last line of standard error says why it failed."""
    from pipelines.exporting.files import export as export_release  # noqa: PLC0415  # pages do without it
    from pipelines.exporting.selection import OlderRelease, Selection  # noqa: PLC0415

    order = json.load(sys.stdin)
    selection = Selection(tuple(order["years"]), tuple(order["provinces"]), tuple(order["levels"]))
    try:
        export_release(
            Path(order["release"]),
            Path(order["folder"]),
            order["format"],
            selection=selection,
            language=order["language"],
            summary=order["summary"],
            progress=_ShareWriter(),
        )
    except (KeyError, ValueError, OSError, OlderRelease) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
