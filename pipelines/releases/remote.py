"""Read a release where it is stored: a small database of views, whose Parquet files DuckDB fetches as far as it needs.

Belongs here: how DuckDB reads a storage, and a folder that every reader of a release can open. Keep out: which release
that is (`stored`), fetching all of it (`pulling`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.durable import replace_text, swap_link
from pipelines.releases.layout import NoRelease
from pipelines.releases.manifest import DATABASE, MANIFEST, REMOTE, UnreadableManifest, address_of_rows, read_manifest
from pipelines.releases.stored import OBJECTS, VIEWS, object_key, read_stored, release_key
from pipelines.releases.verified import is_of_a_storage
from pipelines.storing import Storage, open_storage
from pipelines.storing.folder import FolderStorage
from pipelines.storing.storage import OBJECT_SCHEMES

if TYPE_CHECKING:
    import duckdb


def is_far(storage: Storage) -> bool:
    """Tell whether files of a storage are read by requests; those of a folder are opened where they are."""
    return urlsplit(storage.address).scheme in OBJECT_SCHEMES


def readable_name(storage: Storage, key: str) -> str:
    """Return what DuckDB reads a key of a storage by: the address that any DuckDB knows."""
    return f"{storage.address}/{key}"


def let_read_rows(connection: duckdb.DuckDBPyConnection, release: Path) -> str:
    """Let a connection read the rows of a stored release by their names, and return the one folder that they are in.

    It cannot write there, whatever is allowed.
    """
    from pipelines.releases.remote_files import RemoteFiles  # noqa: PLC0415  # needs what `make install-store` brings
    from pipelines.storing.object_store import ObjectStorage  # noqa: PLC0415

    storage = remote_of(release)
    assert isinstance(storage, ObjectStorage)
    files: dict[str, dict[str, Any]] = read_manifest(release)["files"]
    sizes = {object_key(name, about): int(about["bytes"]) for name, about in files.items()}
    connection.register_filesystem(RemoteFiles(storage, sizes))
    return f"{storage.address}/{OBJECTS}/"


def remote_of(release: Path) -> Storage | None:
    """Return the storage that the rows of a release lie in; None where they are beside it."""
    address = address_of_rows(release)
    return None if address is None else open_storage(address)


def storage_of(release: Path) -> Storage | None:
    """Return the storage that holds the files of a release; None where they are in its folder."""
    if not is_of_a_storage(release):
        return None
    database = release / DATABASE
    # Of a folder that is a storage, the database among its objects is linked to.
    return FolderStorage(database.readlink().parents[2]) if database.is_symlink() else remote_of(release)


def open_remote(storage: Storage, scratch: Path, release_id: str | None = None) -> Path:
    """Return a folder below `scratch` that is opened like a release on disk; its rows stay in the storage.

    Raises NoRelease, and what a storage raises.
    """
    found = read_stored(storage, release_id)
    folder = scratch / found.release_id
    # Written last: with it all is there, and a reader that looks for newer releases asks at every turn.
    if (folder / MANIFEST).is_file() and (folder / MANIFEST).read_bytes() == found.data and _leads_to(storage, folder):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    if is_far(storage):
        _fetched(folder / DATABASE, lambda path: storage.download(release_key(found.release_id, VIEWS), path))
        replace_text(folder / REMOTE, json.dumps({"address": storage.address}))
    else:
        assert isinstance(storage, FolderStorage)
        stated = found.files.get(DATABASE)
        database = storage.path(object_key(DATABASE, stated)) if stated else None
        if database is None or not database.is_file():
            about = {"storage": storage.address, "release": found.release_id}
            raise NoRelease.of("releases.database_not_stored", **about)
        swap_link(folder / DATABASE, str(database))
    replace_text(folder / MANIFEST, found.data.decode())
    return folder


def _leads_to(storage: Storage, folder: Path) -> bool:
    """Tell whether what is kept of a release says that its rows lie in this storage."""
    try:
        return address_of_rows(folder) == (storage.address if is_far(storage) else None)
    except (OSError, UnreadableManifest):
        return False


def _fetched(path: Path, fetch: Callable[[Path], None]) -> None:
    part = path.with_name(f".{path.name}.part")
    fetch(part)
    part.replace(path)
