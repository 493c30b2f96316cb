"""Fetch a whole release from a storage to a folder: verified file by file, resumed where it broke off.

A folder that holds anything else is refused, and nothing of others in it is written over or removed. A release that is
there already is held against its manifest, and fetched again where it is damaged.
Belongs here: what is fetched, from where, and when it appears. Keep out: making a database of Parquet, which whoever
pulls names (`warehouse.database`): a storage keeps none above a size.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.durable import NotRegular, read_regular, sha256_of, swap_link, sync_tree
from pipelines.locking import hold
from pipelines.releases.layout import NoRelease
from pipelines.releases.manifest import (
    DATABASE,
    LOCAL,
    MANIFEST,
    PARQUET,
    UnreadableManifest,
    files_of_table,
    is_intact,
    is_release_id,
    read_manifest,
)
from pipelines.releases.read_only import make_read_only, remove
from pipelines.releases.remote import storage_of
from pipelines.releases.stored import Files, Progress, StoredRelease, moved, object_key, read_stored, release_key
from pipelines.releases.verified import MISSING, OTHER, UNNAMED, Fault, faults, unnamed_files
from pipelines.storing import Missing, Storage, StorageError

CURRENT, _LOCK, _PULL = "current", ".lock", "gongkai pull"
# What is being fetched, and a damaged release that what was fetched takes the place of; ids begin with a time.
_PART, _STAMPED = re.compile(r"\.(.+)\.part"), re.compile(r"\d{8}T\d{6}Z-.+")
_ARRIVALS = "arrivals.parquet"
_MOST_OF_A_LOCK = 4096


class ForeignFolder(NoRelease):
    """The folder to fetch to holds what no pull wrote, or something else stands where a pull writes."""


def pull(
    storage: Storage,
    folder: Path,
    release_id: str | None = None,
    *,
    build_database: Callable[[Path], None],
    progress: Progress = lambda *_: None,
    was_there: Callable[[Sequence[Fault]], object] = lambda _: None,
) -> Path:
    """Fetch a release into <folder>/<its id>, point <folder>/current to it, and return it.

    Files that an earlier release there has already are shared with it (hard links). `build_database` makes the database
    of a folder where the storage holds none. Of a release that is there already every byte is read: `was_there` is told
    what is damaged (nothing, as a rule), and the release is fetched again then. Raises ForeignFolder for a folder of
    others, NoRelease (also where files of others lie in the release), StorageError for a file that is not what the
    manifest says, and Locked where another process fetches to the folder.
    """
    _require_own(folder)
    found = read_stored(storage, release_id)
    target = folder / found.release_id
    if os.path.lexists(target) and not _is_release(target):
        raise ForeignFolder.of("releases.foreign_place", file=target)
    part = target.with_name(f".{target.name}.part")
    if os.path.lexists(part) and not _holds_release_alone(part):
        raise ForeignFolder.of("releases.foreign_place", file=part)
    with hold(folder / _LOCK, str(folder), _PULL):
        for left in folder.glob(".*.part"):
            if left != part and _is_part(left):  # of a release that somebody began to fetch and gave up
                remove(left)
        is_there = target.is_dir()
        damage = _damage(found, target, progress) if is_there else []
        if is_there:
            was_there(damage)
        if damage or not is_there:
            _fetch_release(storage, found, part, target, build_database, progress)
        if release_id is None:
            swap_link(folder / CURRENT, target.name)
    return target


def _fetch_release(
    storage: Storage,
    found: StoredRelease,
    part: Path,
    target: Path,
    build_database: Callable[[Path], None],
    progress: Progress,
) -> None:
    part.mkdir(parents=True, exist_ok=True)
    # What is sound of a damaged release need not be fetched again.
    own = {about["sha256"]: target / name for name, about in found.files.items()} if target.is_dir() else {}
    moved(found.files, partial(_fetch, storage, found.release_id, part, [own, _held(target.parent)]), progress)
    if not (part / DATABASE).is_file():
        build_database(part)
        path = part / DATABASE
        made = {DATABASE: {"sha256": sha256_of(path), "bytes": path.stat().st_size}}
        (part / LOCAL).write_text(json.dumps(made), encoding="utf-8")
    (part / MANIFEST).write_bytes(found.data)
    sync_tree(part)
    damaged = target.with_name(f".{target.name}.damaged.part")
    if target.is_dir():
        target.rename(damaged)
    part.rename(target)
    make_read_only(target)
    if damaged.is_dir():
        remove(damaged)


def _damage(found: StoredRelease, target: Path, progress: Progress) -> list[Fault]:
    """Return what of a release that is there is not as the storage states it; every byte of it is read.

    Raises NoRelease where files of others lie in it, or where it is a link: it cannot be fetched again in its place.
    """
    strangers = unnamed_files(target, {**found.files, DATABASE: {}})
    if strangers:
        raise NoRelease.of("releases.foreign_within", release=target, file=strangers[0], n=len(strangers))
    damage = [each for each in faults(target, told=_counted(found.files, progress)) if each.what != UNNAMED]
    path = target / MANIFEST
    if not path.exists():
        damage = [Fault(MANIFEST, MISSING)]
    elif not damage and path.read_bytes() != found.data:
        damage = [Fault(MANIFEST, OTHER)]
    if damage and target.is_symlink():
        raise NoRelease.of("releases.foreign_place", file=target)
    return damage


def _counted(files: Files, progress: Progress) -> Callable[[str], None]:
    """Return what counts the bytes of the files that it is told of, each before it is read."""
    total, done = sum(about["bytes"] for about in files.values()), 0

    def told(name: str) -> None:
        nonlocal done
        progress(min(done, total), total)
        done += files.get(name, {"bytes": 0})["bytes"]

    return told


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
        release_id = read_manifest(release).get("id", release.name)
        moved(wanted, partial(_fetch, storage, release_id, Path(folder), []), lambda *_: None)
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


def _fetch(
    storage: Storage,
    release_id: str,
    part: Path,
    held: Sequence[Mapping[str, Path]],
    name: str,
    about: dict[str, Any],
) -> None:
    path = part / name
    if is_intact(path, about) and not path.is_symlink():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    for own in (each[about["sha256"]] for each in held if about["sha256"] in each):
        if is_intact(own, about) and not own.is_symlink():
            os.link(own, path)
            return
    arriving = path.with_name(f".{path.name}.part")
    try:
        storage.download(object_key(name, about), arriving)
    except Missing as error:
        if name == DATABASE:
            return
        raise _gone(storage, release_id, name, about) from error
    if not is_intact(arriving, about):
        place = f"{storage.address}/{object_key(name, about)}"
        raise StorageError.of("releases.other_bytes", place=place, file=name)
    arriving.replace(path)


def _gone(storage: Storage, release_id: str, name: str, about: dict[str, Any]) -> NoRelease | StorageError:
    """Return why a storage has no such object: its release was removed meanwhile, or the storage has lost it."""
    try:
        storage.read(release_key(release_id, MANIFEST))
    except Missing:
        return NoRelease.of("releases.removed_meanwhile", storage=storage.address, file=name)
    return StorageError.of("releases.object_lost", place=f"{storage.address}/{object_key(name, about)}", file=name)


def _require_own(folder: Path) -> None:
    """Raise ForeignFolder for what is no folder, or one that no pull wrote to; what is new or empty is taken.

    Files of others beside what was fetched are let be, unless they stand where a pull writes.
    """
    if not folder.is_dir():
        # A link that leads nowhere, or to itself, is no folder to be.
        if folder.exists() or folder.is_symlink():
            raise ForeignFolder.of("releases.pulled_into_file", folder=folder)
        return
    entries = {path.name: path for path in sorted(folder.iterdir())}
    for name in (CURRENT, f".{CURRENT}.part"):
        if name in entries and not _is_link_to_release(entries.pop(name)):
            raise ForeignFolder.of("releases.foreign_link", file=folder / name)
    if _LOCK in entries and not _is_lock(entries.pop(_LOCK)):
        raise ForeignFolder.of("releases.foreign_place", file=folder / _LOCK)
    others = [path for path in entries.values() if not _is_release(path) and not _is_part(path)]
    if others and len(others) == len(entries):
        raise ForeignFolder.of("releases.pulled_into_foreign", folder=folder, file=others[0].name)


def _is_link_to_release(link: Path) -> bool:
    """Tell whether a path is a link to a release beside it, which may be gone."""
    if not link.is_symlink():
        return False
    target = Path(os.path.normpath(link.parent / link.readlink()))
    is_beside = target.parent == Path(os.path.normpath(link.parent))
    return is_beside and is_release_id(target.name) and (not os.path.lexists(target) or _is_release(target))


def _is_lock(path: Path) -> bool:
    """Tell whether a file is the lock of a pull: it names one, or nobody yet. What cannot be read is told elsewhere."""
    try:
        data = read_regular(path) if path.stat().st_size <= _MOST_OF_A_LOCK else b"?"
        return not data or json.loads(data)["by"] == _PULL
    except NotRegular:
        return path.is_symlink()
    except OSError:
        return True
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _is_release(path: Path) -> bool:
    """Tell whether a folder is a release that was fetched, damaged or not."""
    if not path.is_dir() or not is_release_id(path.name):
        return False
    try:
        read_manifest(path)
    except (OSError, UnreadableManifest):
        return (path / PARQUET).is_dir() and _holds_release_alone(path)
    return True


def _is_part(path: Path) -> bool:
    """Tell whether a folder is what a pull that ended early left of a release."""
    named = _PART.fullmatch(path.name)
    if named is None or not is_release_id(named[1]) or not path.is_dir() or path.is_symlink():
        return False
    # An empty folder is told by its name alone.
    return _holds_release_alone(path) and (any(path.iterdir()) or _STAMPED.fullmatch(named[1]) is not None)


def _holds_release_alone(folder: Path) -> bool:
    """Tell whether a folder holds what a release consists of, or a part of that, and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return all(_is_of_release(each, folder) for each in folder.rglob("*"))


def _is_of_release(path: Path, folder: Path) -> bool:
    """Tell whether a file or folder in a release, or a part of one, has a name and kind that it can have there."""
    place = path.relative_to(folder)
    if path.is_symlink():
        return False
    if place.parts[0] == PARQUET:
        return path.is_dir() or (len(place.parts) > 1 and path.name.endswith((".parquet", ".parquet.part")))
    top = place.parts[0].removeprefix(".").removesuffix(".part")
    # Beside a database that is being made, DuckDB has a log and a folder that it spills to.
    return top in (MANIFEST, LOCAL, _ARRIVALS, DATABASE) or top.startswith(f"{DATABASE}.")
