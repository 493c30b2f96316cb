"""Which release a reader named: one in a folder, or one in a storage.

Belongs here: what a reader may name. Keep out: opening it (`open_release`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.releases.layout import NoRelease, reader_cache
from pipelines.releases.manifest import MANIFEST
from pipelines.releases.remote import open_remote
from pipelines.releases.stored import POINTER, RELEASES
from pipelines.storing import StorageError, open_storage
from pipelines.storing.storage import OBJECT_SCHEMES


def named_release(named: str) -> Path:
    """Return the folder of a release that was named.

    A name is the folder of a release or of a storage, or an address like s3://bucket/prefix (its current release) or
    s3://bucket/prefix/releases/ID. Raises NoRelease, also where a storage does not answer.
    """
    if urlsplit(named).scheme not in (*OBJECT_SCHEMES, "file"):
        folder = Path(named)
        try:
            if (folder / MANIFEST).is_file():
                return folder.resolve()
            is_storage = (folder / POINTER).is_file()
        except (OSError, ValueError):  # no name of a file: too long, or with a NUL
            is_storage = False
        if not is_storage:
            raise NoRelease.of("releases.not_a_release", named=named)
    address, _, release_id = named.rstrip("/").partition(f"/{RELEASES}/")
    try:
        storage = open_storage(address)
        return open_remote(storage, _scratch(storage.address), release_id or None)
    except StorageError as error:
        raise NoRelease(str(error)) from error


def _scratch(address: str) -> Path:
    """Return where the small files of stored releases lie on this machine; it may be deleted at any time."""
    return reader_cache() / "releases" / hashlib.sha256(address.encode()).hexdigest()[:16]
