"""Make an export of a selection for the page of downloads, in a process of its own: it may take time and memory.

Belongs here: which files a reader gets, and within which bounds. Keep out: formats (`pipelines.exporting`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from pipelines.exploring.filtering import Filter

FORMATS = ("xlsx", "csv", "dta", "parquet", "datapackage")
# A page that makes a reader wait longer is the wrong place: the command line has no bound.
MOST_REPORTS = 5_000
_SECONDS = 180
_SAID = 500


class NotExported(Exception):
    """The export failed; the message is that of `gongkai export`."""


def export(release: Path, restriction: Filter, file_format: str, language: str) -> tuple[str, bytes]:
    """Return the name and the bytes of the export: one file as it is, several as ZIP. Raises NotExported."""
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        target = Path(folder) / f"gongkai-{file_format}"
        asked = {
            "release": str(release),
            "folder": str(target),
            "format": file_format,
            "language": language,
            "years": restriction.years,
            "provinces": restriction.provinces,
            "levels": restriction.levels,
        }
        try:
            done = subprocess.run(  # our own interpreter and module; what is asked goes in as JSON
                [sys.executable, "-m", __name__],
                input=json.dumps(asked),
                text=True,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotExported(f"more than {_SECONDS} s") from error
        if done.returncode:
            raise NotExported(
                done.stderr.strip().splitlines()[-1][:_SAID] if done.stderr.strip() else "no reason given"
            )
        return _packed(target, release.name)


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


def main() -> None:
    """Export what standard input asks for; the last line of standard error says why it failed."""
    from pipelines.exporting.files import export as export_release  # noqa: PLC0415  # pages do without it
    from pipelines.exporting.selection import OlderRelease, Selection  # noqa: PLC0415

    asked = json.load(sys.stdin)
    selection = Selection(tuple(asked["years"]), tuple(asked["provinces"]), tuple(asked["levels"]))
    try:
        export_release(
            Path(asked["release"]),
            Path(asked["folder"]),
            asked["format"],
            selection=selection,
            language=asked["language"],
        )
    except (KeyError, ValueError, OSError, OlderRelease) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
