"""The raw store: whole files by their content, below <root>/objects/<aa>/<sha256>, never changed and never deleted.

Where machines share a storage, what one of them stores is in it too before anybody is told of it, and what another has
stored is fetched from there when it is asked for.
Belongs here: writing, reading and verifying content. Keep out: where a file came from (`ledger`, `journal`).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from pipelines import Told
from pipelines.durable import sha256_of, sync
from pipelines.raw.shared_contents import content_key
from pipelines.storing import Missing, Storage

_SHA256 = re.compile(r"[0-9a-f]{64}")
_READ_ONLY = 0o444


class DamagedObject(Told):
    """A stored file is missing or is not what its name says; the message names it."""


class RawStore:
    """Content-addressed files below `root`/objects.

    `owner` names who writes (a source id): at most one process writes under a name, so whatever it left half
    written may be removed by the next one.
    """

    def __init__(self, root: Path, *, owner: str = "store", shared: Storage | None = None) -> None:
        self.folder = root / "objects"
        self._owner, self._shared = owner, shared

    def path(self, sha256: str) -> Path:
        """Return where the file with this hash stands, whether it does or not."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is not a sha256: expected 64 hexadecimal digits in lower case")
        return self.folder / sha256[:2] / sha256

    def put(self, body: bytes) -> str:
        """Store a body for good and return its sha256: when this returns, a power cut does not lose it.

        Raises OSError (a full disk) with nothing left behind, StorageError where what is shared does not answer.
        """
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.path(sha256)
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            sync(self.folder)
            sync(self.folder.parent)
        if not path.exists() or sha256_of(path) != sha256:
            self._write(path, body)  # a damaged file is mended by the whole one
        sync(path.parent)
        if self._shared is not None:
            self._shared.put(content_key(sha256), body)
        return sha256

    def _write(self, path: Path, body: bytes) -> None:
        part = path.parent / f".{self._owner}.{secrets.token_hex(8)}.part"
        try:
            with part.open("xb") as file:
                file.write(body)
                file.flush()
                os.fchmod(file.fileno(), _READ_ONLY)
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise

    def read(self, sha256: str) -> bytes:
        """Return a stored body. Raises DamagedObject if it is missing or other bytes stand there."""
        path = self.path(sha256)
        try:
            body = path.read_bytes() if self._shared is None or path.exists() else self._of_another(sha256)
        except (FileNotFoundError, Missing):
            raise DamagedObject.of("raw.stored_missing", file=path) from None
        if hashlib.sha256(body).hexdigest() != sha256:
            raise DamagedObject.of("raw.stored_changed", file=path, bytes=len(body))
        return body

    def _of_another(self, sha256: str) -> bytes:
        """Return what another machine has stored. Raises Missing."""
        assert self._shared is not None
        return self._shared.read(content_key(sha256))[0]

    def hashes(self) -> Iterator[str]:
        """Yield the names of all stored files, sorted."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path.name for path in folder.iterdir() if _SHA256.fullmatch(path.name))

    def verify_all(self) -> list[str]:
        """Read every stored file and return the hashes of those that are damaged."""
        return [sha256 for sha256 in self.hashes() if sha256_of(self.path(sha256)) != sha256]

    def remove_leftovers(self) -> int:
        """Remove what a killed process of this owner left half written; return how many files that were."""
        leftovers = list(self.folder.glob(f"[0-9a-f][0-9a-f]/.{self._owner}.*.part"))
        for path in leftovers:
            path.unlink(missing_ok=True)
        return len(leftovers)
