"""Build a release candidate and publish it: built beside, checked, synced, and only then made current by rename."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.agencies.resolver import resolver
from pipelines.contracts import CONTRACTS
from pipelines.contracts.rendering import schema_sql
from pipelines.corrections import agencies, cells, reports
from pipelines.durable import sha256_of, swap_link, sync, sync_tree
from pipelines.engine.work_store import reader_fingerprint
from pipelines.raw.arrivals import ARRIVALS, arrivals_of, write_arrivals
from pipelines.raw.inventory import read_inventory_table
from pipelines.releases.accepted_loss import ENTRY, AcceptedLoss, Loss, accepted_loss
from pipelines.releases.layout import Layout, NoRelease, current_release, database_link, is_database_linked
from pipelines.releases.manifest import (
    DATABASE,
    MANIFEST,
    PARQUET,
    is_intact,
    read_manifest,
    sha256_of_text,
)
from pipelines.releases.read_only import make_read_only
from pipelines.releases.verified import faults, linked_files, note_verified
from pipelines.warehouse.content import all_content, content_hash
from pipelines.warehouse.database import build_database, views_digest
from pipelines.warehouse.database_update import UPDATES, update_database
from pipelines.warehouse.earlier_releases import KEPT, kept_for_good
from pipelines.warehouse.last_run import sound_files
from pipelines.warehouse.losses import ALLOWED_SHARE, Shrinkage, shrinkage
from pipelines.warehouse.parquet import table_files
from pipelines.warehouse.parts import discarded, is_sound, read_note
from pipelines.warehouse.pruning import STAMP, is_too_late, note_left, prune, published_at
from pipelines.warehouse.sound_files import is_noted_sound, name_in_release

_LIBRARIES = ("polars", "pyarrow", "duckdb", "pandera", "dagster", "selectolax")
_SECOND = timedelta(seconds=1)
# What makes two releases one: what they hold, and how that is defined.
_SAME = ("content_hash", "schema", "views")


@dataclass(frozen=True)
class Published:
    """What publishing did: the current release, whether it is a new one, and why old ones are left that should go.

    `left_aside` are folders among the releases whose names are of no time that a release can have been published at.
    """

    path: Path
    release_id: str
    is_new: bool
    not_removed: str | None = None
    left_aside: tuple[str, ...] = ()


def build_candidate(layout: Layout, *, rebuild: bool = False) -> Path:
    """Build the candidate from the tables below work/star: Parquet, database, manifest. Returns its folder.

    Its database is that of the current release with what is other, where that is less work. `rebuild`: all is written.
    Raises DamagedPart for files of tables that are not what they were; they are removed, and a new run makes them.
    """
    candidate = layout.candidate
    shutil.rmtree(candidate, ignore_errors=True)
    # Before they are linked: that changes the state of a file, by which it is known again.
    known = {} if rebuild else _known_digests(layout)
    parquet = candidate / PARQUET
    for table in CONTRACTS.values():
        for path in table_files(layout.star, table):
            target = parquet / path.relative_to(layout.star)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
    write_arrivals(arrivals_of(read_inventory_table(layout.inventory)), candidate / ARRIVALS)
    tables = all_content(layout.star)
    manifest: dict[str, Any] = {
        "content_hash": content_hash(tables),
        "tables": tables,
        "files": _digests(candidate, known),
        "reader": reader_fingerprint(),
        "schema": sha256_of_text(schema_sql()),
        "views": views_digest(),
        "gazetteer": resolver().gazetteer.version,
        "corrections": _digest_of(agencies.PATH, cells.PATH, reports.PATH),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
    updates = None if rebuild else update_database(layout, candidate, manifest)
    if updates is None:
        _require_intact(layout, candidate, known)
        build_database(parquet, candidate / DATABASE)
    manifest[UPDATES] = updates or 0
    manifest["files"] |= _digests(candidate, manifest["files"])
    (candidate / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    return candidate


def _digest_of(*paths: Path) -> str:
    return sha256_of_text(" ".join(sha256_of(path) for path in paths))


def _digests(folder: Path, known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return digest and size of all files of a candidate by name; those of `known` names are not read for it."""
    files = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {
        name: known[name] if name in known else {"sha256": sha256_of(path), "bytes": path.stat().st_size}
        for name, path in files.items()
        if name != MANIFEST
    }


def _known_digests(layout: Layout) -> dict[str, dict[str, Any]]:
    """Return digest and size of the files of parts as their notes have them, by name in a release.

    A digest is taken over from a note where this run has hashed or written the file, or an earlier one found it sound
    and its state has not changed since; all others are hashed. Raises DamagedPart for those that are other files.
    """
    sound = sound_files(layout)
    known: dict[str, dict[str, Any]] = {}
    damaged: list[Path] = []
    for file in (path for table in CONTRACTS.values() for path in table_files(layout.star, table)):
        if (note := read_note(file)) is None:
            continue
        if is_noted_sound(layout, file, sound) or is_sound(file, note):
            known[name_in_release(layout, file)] = {"sha256": note.sha256, "bytes": note.size}
        else:
            damaged.append(file)
    if damaged:
        raise discarded(damaged)
    return known


def _require_intact(layout: Layout, candidate: Path, stated: Mapping[str, Any]) -> None:
    """Raise DamagedPart where a file from which the database is to be written differs from what is stated of it."""
    damaged = [name for name, about in stated.items() if not is_intact(candidate / name, about)]
    if damaged:
        raise discarded([layout.star / name.removeprefix(f"{PARQUET}/") for name in damaged])


class UnacceptedLoss(Exception):
    """The candidate has less than the release before, and nobody said why that is right; nothing is published."""

    def __init__(self, before: str, losses: tuple[Loss, ...]) -> None:
        told = "; ".join(f"{loss.code} {loss}" for loss in losses)
        super().__init__(f"less than in {before}: {told}: put it back, or accept the loss with a reason")
        self.before, self.losses = before, losses


def publish(layout: Layout, *, accept_loss: str | None = None, allowed_share: float = ALLOWED_SHARE) -> Published:
    """Make the candidate current. Equal content publishes nothing, unless the current release is damaged.

    Raises UnacceptedLoss where it has less than the release before by more than a share, and no reason is given.
    """
    candidate = layout.candidate
    manifest = read_manifest(candidate)
    same = _release_with(layout, manifest)
    if same is not None and same == _current(layout):
        return _adopted(layout, same)
    found = shrinkage(layout, candidate, allowed_share)
    accepted = _accepted(found, accept_loss)
    # Of two releases with one content, one may stand for a loss that was accepted and the other not.
    if same is not None and (accepted is None or accepted_loss(read_manifest(same)) == accepted):
        return _adopted(layout, same)
    moment = _later_than_all(layout, datetime.now(UTC))
    release_id = f"{moment:{STAMP}}-{manifest['content_hash'][:12]}"
    manifest |= {"id": release_id, "created_at": moment.isoformat(timespec="seconds")}
    manifest |= {KEPT: _kept(layout, accepted)}
    if accepted is not None:
        manifest |= {ENTRY: accepted.entry()}
    (candidate / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    _link_unchanged(layout, candidate, manifest)
    sync_tree(candidate)
    layout.releases.mkdir(parents=True, exist_ok=True)
    target = layout.releases / release_id
    candidate.rename(target)
    make_read_only(target)
    sync(layout.releases)
    note_verified(target)
    _point_to(layout, target)
    aside = tuple(sorted(path.name for path in layout.releases.glob("*") if is_too_late(path.name, moment)))
    return Published(target, release_id, is_new=True, not_removed=_pruned(layout, target), left_aside=aside)


def _pruned(layout: Layout, current: Path) -> str | None:
    """Remove old releases; returns what could not be removed, which the next run tries again.

    It is no error: the release is published, and whoever is told otherwise looks for it in vain.
    """
    try:
        prune(layout, current)
    except OSError as error:
        return f"{error.filename or layout.releases}: {error.strerror or error}"
    return None


def _later_than_all(layout: Layout, now: datetime) -> datetime:
    """Return now, or a second after the newest release: their names are their order, even where the clock went back."""
    newest = now - _SECOND
    for path in layout.releases.glob("*") if layout.releases.is_dir() else ():
        if not is_too_late(path.name, now):
            newest = max(newest, published_at(path.name) or newest)  # a folder of somebody else has none
    return max(now, newest + _SECOND)


def _adopted(layout: Layout, same: Path) -> Published:
    make_read_only(same)
    _point_to(layout, same)
    shutil.rmtree(layout.candidate)
    return Published(same, same.name, is_new=False)


def _accepted(found: Shrinkage, reason: str | None) -> AcceptedLoss | None:
    """Return what is lost for a reason; None where nothing is. Raises UnacceptedLoss."""
    if found.before is None or not found.losses:
        return None
    if reason is None:
        raise UnacceptedLoss(found.before, found.losses)
    return AcceptedLoss(reason, found.before, found.losses)


def _kept(layout: Layout, accepted: AcceptedLoss | None) -> list[str]:
    """Return the releases that stay whatever is published after them: those before losses, unless lossy themselves."""
    kept = {name for name in kept_for_good(layout) if (layout.releases / name).is_dir()}
    if accepted is not None and accepted_loss(read_manifest(layout.releases / accepted.before)) is None:
        kept.add(accepted.before)
    return sorted(kept)


def _release_with(layout: Layout, wanted: Mapping[str, Any]) -> Path | None:
    """Return an undamaged complete release with this content under the same tables and views, if there is one.

    That is the current one, or one a killed run left behind.
    """
    for path in sorted(layout.releases.glob("*"), reverse=True) if layout.releases.is_dir() else []:
        try:
            stated = read_manifest(path)
            if all(stated.get(name) == wanted.get(name) for name in _SAME) and not any(faults(path)):
                return path
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # no manifest: not a release
    return None


def _point_to(layout: Layout, release: Path) -> None:
    wanted = f"releases/{release.name}"
    before = _current(layout)
    if before is not None and before != release:
        note_left(before)
    if not layout.current.is_symlink() or str(layout.current.readlink()) != wanted:
        swap_link(layout.current, wanted)
    if not is_database_linked(layout):
        swap_link(layout.database, database_link(layout))


def _current(layout: Layout) -> Path | None:
    """Return the current release; None where there is none, or its link leads elsewhere: then it is set anew."""
    try:
        return current_release(layout)
    except NoRelease:
        return None


def _link_unchanged(layout: Layout, candidate: Path, manifest: dict[str, Any]) -> None:
    """Share the Parquet files that equal those of the current release with it, as hard links."""
    try:
        current = current_release(layout)
        earlier = read_manifest(current)["files"]
    except (NoRelease, OSError, ValueError, KeyError):
        return
    if linked_files(current, earlier):
        return  # a hard link of a link is that link
    for name, about in manifest["files"].items():
        source = current / name
        if (
            name.startswith(PARQUET)
            and earlier.get(name) == about
            and source.is_file()
            and not source.samefile(candidate / name)
            and sha256_of(source) == about["sha256"]
        ):
            (candidate / name).unlink()
            os.link(source, candidate / name)
