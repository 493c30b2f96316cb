"""What extracted cells depend on besides the file, as one name: the name of the work store that holds them.

Belongs here: which sources and parsers that are. Keep out: anything heavy, for whoever asks may not read at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_SOURCES = ("declarations", "reading", "forms", "extracting")
# How reports are named, and which tables they become.
_SHAPES = ("contracts/keys.py", "engine/extracted_tables.py", "engine/stored_tables.py")
PARSERS = ("selectolax", "opencc", "rapidfuzz", "olefile", "office-oxide", "pypdfium2")
# With the extra `ocr` scans are read that were quarantined without it.
OPTIONAL_PARSERS = ("rapidocr", "onnxruntime", "opencv-python", "opencv-python-headless")


@cache
def reader_fingerprint() -> str:
    """Return what extracted cells depend on besides the file: our sources and the versions of the parsers."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    sources = [path for name in _SOURCES for path in sorted((package / name).rglob("*"))]
    for path in (*sources, *(package / name for name in _SHAPES)):
        if path.suffix in {".py", ".yml", ".c"}:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name, found in installed(PARSERS, OPTIONAL_PARSERS).items():
        digest.update(f"{name}={found}\0".encode())
    return digest.hexdigest()[:16]


def installed(needed: Iterable[str], optional: Iterable[str] = ()) -> dict[str, str]:
    """Return the versions of packages; optional ones that are not installed are left out."""
    found = {name: version(name) for name in needed}
    for name in optional:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
