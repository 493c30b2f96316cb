"""Fetch a whole release from a storage to a folder: verified file by file, resumed where it broke off.

Belongs here: what is fetched, from where, and when it appears. Keep out: making a database of Parquet, which whoever
pulls names (`warehouse.database`): a storage keeps none above a size.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.durable import sha256_of, swap_link, sync_tree
from pipelines.locking import hold
from pipelines.releases.layout import NoRelease
from pipelines.releases.manifest import DATABASE, LOCAL, MANIFEST, PARQUET, files_of_table, is_intact, read_manifest
from pipelines.releases.read_only import make_read_only
from pipelines.releases.remote import storage_of
from pipelines.releases.stored import Files, Progress, StoredRelease, moved, object_key, read_stored
from pipelines.storing import Missing, Storage, StorageError

CURRENT, _LOCK = "current", ".lock"


def pull(
    storage: Storage,
    folder: Path,
    release_id: str | None = None,
    *,
    build_database: Callable[[Path], None],
    progress: Progress = lambda *_: None,
) -> Path:
    """Fetch a release into <folder>/<its id>, point <folder>/current to it, and return it.

    Files that an earlier release there has already are shared with it (hard links). `build_database` makes the database
    of a folder where the storage holds none. Raises NoRelease, StorageError for a file that is not what the manifest
    says, and Locked where another process fetches to the folder.
    """
    found = read_stored(storage, release_id)
    with hold(folder / _LOCK, str(folder), "gongkai pull"):
        target = folder / found.release_id
        if not (target / MANIFEST).is_file():
            _fetch_release(storage, found, target, build_database, progress)
        if release_id is None:
            swap_link(folder / CURRENT, target.name)
    return target


def _fetch_release(
    storage: Storage,
    found: StoredRelease,
    target: Path,
    build_database: Callable[[Path], None],
    progress: Progress,
) -> None:
    part = target.with_name(f".{target.name}.part")
    for left in target.parent.glob(".*.part"):
        if left != part:  # of a release that somebody began to fetch and gave up
            shutil.rmtree(left)
    part.mkdir(parents=True, exist_ok=True)
    moved(found.files, partial(_fetch, storage, part, _held(target.parent)), progress)
    if not (part / DATABASE).is_file():
        build_database(part)
        path = part / DATABASE
        made = {DATABASE: {"sha256": sha256_of(path), "bytes": path.stat().st_size}}
        (part / LOCAL).write_text(json.dumps(made), encoding="utf-8")
    (part / MANIFEST).write_bytes(found.data)
    sync_tree(part)
    part.rename(target)
    make_read_only(target)


@contextmanager
def parquet_folder(release: Path, tables: Collection[str]) -> Iterator[Path]:
    """Yield the folder of a release's Parquet files; those of a stored release are fetched for it, of these tables."""
    storage = storage_of(release)
    if storage is None:
        yield release / PARQUET
        return
    stated: Files = read_manifest(release)["files"]
    wanted = {name: about for table in tables for name, about in files_of_table(stated, table).items()}
    with tempfile.TemporaryDirectory() as folder:
        moved(wanted, partial(_fetch, storage, Path(folder), {}), lambda *_: None)
        yield Path(folder) / PARQUET


def _held(folder: Path) -> dict[str, Path]:
    """Return the files of the releases that are there, by digest."""
    held: dict[str, Path] = {}
    for manifest in folder.glob(f"*/{MANIFEST}"):
        try:
            files = read_manifest(manifest.parent)["files"]
        except (OSError, ValueError):
            continue  # a damaged release has nothing to share
        held.update({about["sha256"]: manifest.parent / name for name, about in files.items() if name != DATABASE})
    return held


def _fetch(storage: Storage, part: Path, held: dict[str, Path], name: str, about: dict[str, Any]) -> None:
    path = part / name
    if is_intact(path, about) and not path.is_symlink():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    own = held.get(about["sha256"])
    if own is not None and is_intact(own, about) and not own.is_symlink():
        os.link(own, path)
        return
    arriving = path.with_name(f".{path.name}.part")
    try:
        storage.download(object_key(name, about), arriving)
    except Missing as error:
        if name == DATABASE:
            return
        raise NoRelease.of("releases.removed_meanwhile", storage=storage.address, file=name) from error
    if not is_intact(arriving, about):
        place = f"{storage.address}/{object_key(name, about)}"
        raise StorageError.of("releases.other_bytes", place=place, file=name)
    arriving.replace(path)
