"""Which releases on disk are removed, and when: never one that somebody may have open.

Belongs here: what of the older releases goes. Keep out: publishing (`release`), those of a storage (`publication`).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from pipelines.releases.layout import Layout
from pipelines.releases.leases import is_leased
from pipelines.releases.manifest import DATABASE, MANIFEST
from pipelines.warehouse.earlier_releases import kept_for_good

KEPT_RELEASES, KEPT_DATABASES = 5, 2
# Whoever found a release as the current one may read on in it for so long after another has taken its place, without a
# lease: what reads Parquet lazily, or a program that is not ours, has none.
GRACE = timedelta(hours=24)
STAMP = "%Y%m%dT%H%M%SZ"
_FOLDER, _READ_ONLY_FOLDER, _READ_ONLY = 0o755, 0o555, 0o444
_UNKNOWN: Mapping[str, datetime] = MappingProxyType({})


def prune(layout: Layout, current: Path, *, now: datetime | None = None) -> None:
    """Remove the releases beyond the newest few, and the databases of all but two of these, once nobody reads them.

    The last good release before a loss that was accepted stays, too, until someone removes its folder: five runs after
    a loss that should not have been accepted, nothing else would hold what was lost.
    """
    moment = now or datetime.now(UTC)
    ids = _ids(layout)
    written = {name: _written_at(layout.releases / name) for name in ids}
    kept = {*kept_for_good(layout), *newest(ids, moment, KEPT_RELEASES, written), current.name}
    with_database = {*newest(ids, moment, KEPT_DATABASES, written), current.name}
    for path in (layout.releases / name for name in ids):
        if path.name in with_database or is_leased(path):
            continue
        if path.name not in kept:
            remove(path)
        else:
            _remove_database(path)


def newest(ids: Sequence[str], now: datetime, count: int, written: Mapping[str, datetime] = _UNKNOWN) -> set[str]:
    """Return the releases that stay by their age: so many newest ones, and those replaced less than a day ago.

    The moment at which one was replaced is that in the name of the next, or that at which this was `written` where that
    is earlier: after a day on which the clock was ahead all names are later than any clock, and nothing would ever go.
    """
    order = sorted(ids)
    kept = set(order[-count:])
    for name, follower in pairwise(order):
        replaced = published_at(follower)
        if replaced is None or now - min(replaced, written.get(follower, replaced)) < GRACE:
            kept.add(name)
    return kept


def _written_at(release: Path) -> datetime:
    """Return when a release was written, by the clock of then; one without a manifest is no release, and old."""
    try:
        return datetime.fromtimestamp((release / MANIFEST).stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.fromtimestamp(0, UTC)


def _remove_database(release: Path) -> None:
    """Remove the database of a release, and the right to write to its folder, which a stopped run may have left."""
    if (release / DATABASE).exists():
        release.chmod(_FOLDER)
        (release / DATABASE).unlink()
    if release.stat().st_mode & 0o777 != _READ_ONLY_FOLDER:
        release.chmod(_READ_ONLY_FOLDER)


def published_at(release_id: str) -> datetime | None:
    """Return the moment in the name of a release; None for a name that has none."""
    with suppress(ValueError):
        return datetime.strptime(release_id.partition("-")[0], STAMP).replace(tzinfo=UTC)
    return None


def remove(release: Path) -> None:
    """Remove a release, whose folders are read-only; what is no longer there is gone already."""
    for folder in (release, *(path for path in release.rglob("*") if path.is_dir() and not path.is_symlink())):
        with suppress(FileNotFoundError):
            folder.chmod(_FOLDER)
    shutil.rmtree(release, ignore_errors=True)


def make_read_only(release: Path) -> None:
    """Take the right to write from all files and folders of a release, and from every link into it."""
    for path in (*release.rglob("*"), release):
        wanted = _READ_ONLY_FOLDER if path.is_dir() else _READ_ONLY
        if not path.is_symlink() and path.stat().st_mode & 0o777 != wanted:
            path.chmod(wanted)


def _ids(layout: Layout) -> list[str]:
    """Return the names of the releases; a folder of another name is somebody else's."""
    return [path.name for path in layout.releases.iterdir() if published_at(path.name) is not None and path.is_dir()]
