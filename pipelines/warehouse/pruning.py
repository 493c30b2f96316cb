"""Which releases on disk are removed, and when: never one that somebody may have open.

Belongs here: what of the older releases goes. Keep out: publishing (`release`), those of a storage (`publication`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from pipelines.releases.layout import Layout
from pipelines.releases.leases import is_leased
from pipelines.releases.manifest import DATABASE
from pipelines.releases.read_only import remove, remove_file
from pipelines.warehouse.earlier_releases import kept_for_good

KEPT_RELEASES, KEPT_DATABASES = 5, 2
# Whoever found a release as the current one may read on in it for so long after another has taken its place, without a
# lease: what reads Parquet lazily, or a program that is not ours, has none.
GRACE = timedelta(hours=24)
STAMP = "%Y%m%dT%H%M%SZ"


def prune(layout: Layout, current: Path, *, now: datetime | None = None) -> None:
    """Remove the releases beyond the newest few, and the databases of all but two of these, once nobody reads them.

    The last good release before a loss that was accepted stays, too, until someone removes its folder: five runs after
    a loss that should not have been accepted, nothing else would hold what was lost.
    """
    moment = now or datetime.now(UTC)
    ids = _ids(layout)
    read = {current.name, *(name for name in ids if moment - _left_at(layout.releases / name) < GRACE)}
    kept = {*kept_for_good(layout), *newest(ids, moment, KEPT_RELEASES), *read}
    with_database = {*newest(ids, moment, KEPT_DATABASES), *read}
    for path in (layout.releases / name for name in ids):
        if path.name in with_database or is_leased(path):
            continue
        if path.name not in kept:
            remove(path)
        elif (path / DATABASE).exists():
            remove_file(path / DATABASE)


def newest(ids: Sequence[str], now: datetime, count: int) -> set[str]:
    """Return the releases that stay by their age: so many newest ones, and those replaced less than a day ago.

    The moment at which one was replaced is that in the name of the next.
    """
    order = sorted(ids)
    kept = set(order[-count:])
    for name, follower in pairwise(order):
        replaced = published_at(follower)
        if replaced is None or now - replaced < GRACE:
            kept.add(name)
    return kept


def note_left(release: Path) -> None:
    """Note that a release is current no longer: one that had become current again is not as old as its name."""
    os.utime(release)


def _left_at(release: Path) -> datetime:
    return datetime.fromtimestamp(release.stat().st_mtime, UTC)


def published_at(release_id: str) -> datetime | None:
    """Return the moment in the name of a release; None for a name that has none."""
    with suppress(ValueError):
        return datetime.strptime(release_id.partition("-")[0], STAMP).replace(tzinfo=UTC)
    return None


def newest_first(layout: Layout) -> list[Path]:
    """Return the releases on disk; a folder of another name is none."""
    return [layout.releases / name for name in sorted(_ids(layout), reverse=True)] if layout.releases.is_dir() else []


def _ids(layout: Layout) -> list[str]:
    """Return the names of the releases; a folder of another name is somebody else's."""
    return [path.name for path in layout.releases.iterdir() if published_at(path.name) is not None and path.is_dir()]
