"""What follows from a file of this package alone, kept from one start to the next: reading YAML takes longest of all.

Kept is the JSON of a YAML file and that its regular expressions compile, or the columns of a table, under the sha256 of
the file and of what reads it. Every check of a declaration is still made at each load. An entry lies where Python keeps
the module beside the file compiled, or, where nobody may write there, below the user's cache folder; one that is
missing, older or damaged is none, and where nothing can be written every start reads the files.

Belongs here: finding and writing entries. Keep out: reading files (`document`), checks (`loading`).
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import cache_from_source, find_spec
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_NAME = 32


def key_of(data: bytes, readers: tuple[Path, ...], library: str) -> str:
    """Return the key of a file's bytes: another reader, Python or library that reads it gives another key.

    The library is told by its file, since it is not to be loaded.
    """
    return hashlib.sha256(_reader(readers, library) + data).hexdigest()


def kept(path: Path, key: str) -> bytes | None:
    """Return what was kept of a file, if the file and its reader are still the same."""
    for entry in _entries(path):
        try:
            found, digest, content = entry.read_bytes().split(b"\n", 2)
        except (OSError, ValueError):
            continue
        if found == key.encode() and digest == _digest(content):
            return content
    return None


def keep(path: Path, key: str, content: bytes) -> None:
    """Keep what follows from a file; nothing, where nobody may write or Python was told to keep no bytecode."""
    if sys.dont_write_bytecode:
        return
    for entry in _entries(path):
        half = entry.with_name(f"{entry.name}.{os.getpid()}")
        try:
            entry.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(b"\n".join((key.encode(), _digest(content), content)))
            half.replace(entry)
        except OSError:
            continue
        return


def _entries(path: Path) -> Iterator[Path]:
    """Yield where the entry of a file may lie; of a file that is none of this package, nowhere."""
    held = path.absolute()
    if not held.is_relative_to(PACKAGE):
        return
    compiled = Path(cache_from_source(str(held.with_name("_.py"))))
    yield compiled.with_name(f"{held.name}.{compiled.suffixes[0].removeprefix('.')}.kept")
    name = f"{hashlib.sha256(os.fsencode(held)).hexdigest()[:_NAME]}.kept"
    if home := os.environ.get("XDG_CACHE_HOME"):
        yield Path(home, "gongkai", name)
    elif home := os.environ.get("HOME"):
        yield Path(home, ".cache", "gongkai", name)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


@cache
def _reader(readers: tuple[Path, ...], library: str) -> bytes:
    found = hashlib.sha256(sys.version.encode())
    for path in (Path(__file__), *readers):
        found.update(path.read_bytes())
    spec = find_spec(library)
    if spec is not None and spec.origin is not None:
        about = Path(spec.origin).stat()
        found.update(f"{spec.origin} {about.st_size} {about.st_mtime_ns}".encode())
    return found.digest()
