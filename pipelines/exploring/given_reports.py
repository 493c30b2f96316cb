"""What a reader gives the page for offices, in a private folder that is gone when the work is done.

Belongs here: names and places of files, the results as one ZIP. Keep out: what is in the files (`office`), the page.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pipelines import Told
from pipelines.office.given_files import ROUND_FILE
from pipelines.reading.limits import DEFAULT_LIMITS

# A folder with more files is no office's, or not the one that was meant.
MOST_FILES = DEFAULT_LIMITS.members
_PREFIX = "gongkai-office-"
# Of the 255 bytes that a file system gives a name; the rest is for a number.
_NAME_BYTES, _MOST_FOLDERS = 200, 16
_ROUND_BYTES = 20_000_000
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_QUOTES = "\"'“”‘’ \t\r\n"


class NotGiven(Told, ValueError):
    """Nothing that can be read was given: why, as a message."""


class Upload(NamedTuple):
    """A file that a browser sent: the name that it told, which may be a path, and the content."""

    name: str
    data: bytes | memoryview


@contextmanager
def private_folder() -> Iterator[Path]:
    """Yield a new folder that only this user may look into; it is removed with all that is in it, whatever happens."""
    with TemporaryDirectory(prefix=_PREFIX) as folder:
        yield Path(folder)


def place_of(text: str) -> Path:
    """Return the folder, or archive, of a path as somebody typed or pasted it.

    Raises NotGiven for a path that does not begin at the root, for nothing there, and for more files than are read.
    """
    plain = text.strip(_QUOTES)
    if not plain:
        raise NotGiven.of("exploring.nothing_given")
    try:
        path = Path(plain).expanduser()
        if not path.is_absolute():
            raise NotGiven.of("exploring.path_not_whole", path=plain)
        if not path.exists():
            raise NotGiven.of("exploring.path_not_there", path=plain)
        if path.is_dir():
            _require_few(path)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, NotGiven):
            raise
        raise NotGiven.of("exploring.path_not_there", path=plain) from error
    return path


def _require_few(folder: Path) -> None:
    found = 0
    for _, _, files in os.walk(folder):
        found += len(files)
        if found > MOST_FILES:
            raise NotGiven.of("exploring.too_many_files", path=folder, most=MOST_FILES)


def linked(path: Path, folder: Path) -> Path:
    """Return a place under its own name in a folder of ours, so that nothing tells what stands above it."""
    real = path.resolve()
    link = _free(folder / (real.name or _PREFIX))
    link.symlink_to(real)
    return link


def saved(uploads: Sequence[Upload], folder: Path) -> list[Path]:
    """Write uploads below a folder under the names that they told, and nowhere else; returns the files.

    Raises NotGiven where there are more than are read.
    """
    if len(uploads) > MOST_FILES:
        raise NotGiven.of("exploring.too_many_files", path=folder.name, most=MOST_FILES)
    found = []
    for upload in uploads:
        file = _free(folder.joinpath(*_parts(upload.name)))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(upload.data)
        found.append(file)
    return found


def _parts(name: str) -> list[str]:
    """Return the folders and the name of an upload, none of which leads anywhere else."""
    told = name.encode("utf-8", "replace").decode().replace("\\", "/").split("/")
    plain = [_plain(each) for each in told]
    found = [each for each in plain if each not in ("", ".", "..")]
    return [*found[:-1][:_MOST_FOLDERS], *(found[-1:] or ["_"])]


def _plain(part: str) -> str:
    """Return a name without controls and no longer than a file system takes; its ending is kept."""
    path = PurePosixPath(_CONTROLS.sub("", part).strip())
    ending = path.suffix if len(path.suffix.encode()) < _NAME_BYTES // 10 else ""
    stem = path.name.removesuffix(ending).encode()[: _NAME_BYTES - len(ending.encode())].decode(errors="ignore")
    return f"{stem}{ending}"


def _free(file: Path) -> Path:
    """Return a file that is not there yet: of two of one name the second is numbered."""
    for parent in file.parents:
        # What is a file cannot be a folder, too.
        if parent.is_file():
            return _free(parent.parent / f"{parent.name}_" / file.relative_to(parent))
    numbers = (file.with_name(f"{file.stem} ({n}){file.suffix}") for n in range(2, 10_000))
    return file if not file.exists() else next(each for each in numbers if not each.exists())


def save_round(before: Upload, folder: Path) -> None:
    """Write the record of the round before into the folder of results: of a ZIP of results, or as the record itself.

    Raises NotGiven where there is none in it.
    """
    record = bytes(before.data)
    try:
        if zipfile.is_zipfile(io.BytesIO(record)):
            with zipfile.ZipFile(io.BytesIO(record)) as archive:
                names = sorted((each for each in archive.namelist() if _is_record(each)), key=len)
                with archive.open(names[0]) as member:
                    record = member.read(_ROUND_BYTES + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        IndexError,
        RuntimeError,
        NotImplementedError,
        ValueError,
        OSError,
    ) as error:
        raise NotGiven.of("exploring.no_round", file=before.name) from error
    if len(record) > _ROUND_BYTES:
        raise NotGiven.of("exploring.no_round", file=before.name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ROUND_FILE).write_bytes(record)


def _is_record(name: str) -> bool:
    return PurePosixPath(name).name == ROUND_FILE


def packed(files: Sequence[Path], folder: Path) -> bytes:
    """Return files below a folder as one ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(folder).as_posix())
    return made.getvalue()
