"""Files that one run keeps for the next, each with its digest: whoever reads one is given what was written, or nothing.

A bit that flips on a disk mostly leaves a file that can be read, with another number in it. So the digest stands beside
the file, written after it, and is held against the very bytes that are used; a note of some values has its own in it.
What is not as it was written is made anew by whoever would have read it, as what is cut or missing.
Belongs here: writing and reading such files. Keep out: what is in them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.durable import read_regular, sha256_of

_SUFFIX, _DIGEST = ".sha256", "digest"


class NotAsWritten(OSError):
    """A file is not the one that its digest speaks of, or has none."""


def digest_beside(path: Path) -> Path:
    """Return the file that has the digest of another."""
    return path.with_name(f"{path.name}{_SUFFIX}")


def note_digest(path: Path) -> None:
    """Write the digest of a file beside it. A stop before that leaves a file that nobody reads."""
    digest_beside(path).write_text(sha256_of(path), encoding="ascii")


def read_digested(path: Path) -> bytes:
    """Return the bytes of a file with its digest beside it. Raises NotAsWritten, and OSError where there is none."""
    data = read_regular(path)
    try:
        noted = read_regular(digest_beside(path))
    except FileNotFoundError:
        noted = b""
    if hashlib.sha256(data).hexdigest().encode() != noted:
        raise NotAsWritten(str(path))
    return data


def sealed(values: Mapping[str, Any]) -> str:
    """Return values as JSON with their digest in it."""
    return json.dumps({**values, _DIGEST: _digest_of(values)})


def unsealed(data: bytes) -> dict[str, Any]:
    """Return the values that were sealed. Raises ValueError where they are not those."""
    found = json.loads(data)
    if not isinstance(found, dict) or found.pop(_DIGEST, None) != _digest_of(found):
        raise ValueError("not what was written")
    return found


def _digest_of(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
