"""Which releases on disk are removed, and when: never one that somebody may have open.

Belongs here: what of the older releases goes. Keep out: publishing (`release`), those of a storage (`publication`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from pipelines.releases.layout import Layout
from pipelines.releases.leases import is_leased
from pipelines.releases.manifest import DATABASE, MANIFEST
from pipelines.releases.read_only import remove, remove_file
from pipelines.warehouse.earlier_releases import kept_for_good

KEPT_RELEASES, KEPT_DATABASES = 5, 2
# Whoever found a release as the current one may read on in it for so long after another has taken its place, without a
# lease: what reads Parquet lazily, or a program that is not ours, has none.
GRACE = timedelta(hours=24)
# A clock may be ahead by years; a folder whose name is a century ahead was named by no clock.
_AHEAD = timedelta(days=36_525)
STAMP = "%Y%m%dT%H%M%SZ"
_UNKNOWN: Mapping[str, datetime] = MappingProxyType({})


def prune(layout: Layout, current: Path, *, now: datetime | None = None) -> None:
    """Remove the releases beyond the newest few, and the databases of all but two of these, once nobody reads them.

    The last good release before a loss that was accepted stays, too, until someone removes its folder: five runs after
    a loss that should not have been accepted, nothing else would hold what was lost.
    """
    moment = now or datetime.now(UTC)
    ids = [name for name in _ids(layout) if not is_too_late(name, moment)]
    written = {name: _written_at(layout.releases / name) for name in ids}
    read = {current.name, *(name for name in ids if _is_left_lately(layout.releases / name, moment))}
    kept = {*kept_for_good(layout), *newest(ids, moment, KEPT_RELEASES, written), *read}
    with_database = {*newest(ids, moment, KEPT_DATABASES, written), *read}
    for path in (layout.releases / name for name in ids):
        if path.name in with_database or is_leased(path):
            continue
        if path.name not in kept:
            remove(path)
        else:
            remove_file(path / DATABASE)


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


def note_left(release: Path) -> None:
    """Note that a release is current no longer: one that had become current again is not as old as its name."""
    os.utime(release)


def _is_left_lately(release: Path, now: datetime) -> bool:
    """Tell whether a release was current within the last day; what a clock noted that was ahead says nothing."""
    return timedelta(0) <= now - datetime.fromtimestamp(release.stat().st_mtime, UTC) < GRACE


def _written_at(release: Path) -> datetime:
    """Return when a release was written, by the clock of then; one without a manifest is no release, and old."""
    try:
        return datetime.fromtimestamp((release / MANIFEST).stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.fromtimestamp(0, UTC)


def published_at(release_id: str) -> datetime | None:
    """Return the moment in the name of a release; None for a name that has none."""
    with suppress(ValueError):
        return datetime.strptime(release_id.partition("-")[0], STAMP).replace(tzinfo=UTC)
    return None


def is_too_late(release_id: str, now: datetime) -> bool:
    """Tell whether the moment in a name is one that no clock of ours was ever at: no release has it, nor follows it."""
    stated = published_at(release_id)
    return stated is not None and stated - now > _AHEAD


def newest_first(layout: Layout) -> list[Path]:
    """Return the releases on disk; a folder of another name is none."""
    return [layout.releases / name for name in sorted(_ids(layout), reverse=True)] if layout.releases.is_dir() else []


def _ids(layout: Layout) -> list[str]:
    """Return the names of the releases; a folder of another name is somebody else's."""
    return [path.name for path in layout.releases.iterdir() if published_at(path.name) is not None and path.is_dir()]
