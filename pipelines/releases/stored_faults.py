"""A release that is stored elsewhere, held against its manifest: every file is fetched, looked at and let go.

Belongs here: what is wrong with the files in a storage. Keep out: releases on disk (`verified`), keeping what is
fetched (`pulling`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.releases.manifest import DATABASE, is_intact, read_manifest
from pipelines.releases.remote import is_far
from pipelines.releases.stored import Files, object_key
from pipelines.releases.verified import MISSING, OTHER, Fault
from pipelines.storing import Missing, Storage


def stored_faults(
    storage: Storage, release: Path, *, told: Callable[[str], object] = lambda _: None
) -> Iterator[Fault]:
    """Yield the files of a storage that are not as a release's manifest states. `told` hears of each file before it.

    `release` is the folder that a reader keeps of it. Its database may be missing from an object store, which holds
    none above a size. Raises StorageError.
    """
    stated: Files = read_manifest(release)["files"]
    with tempfile.TemporaryDirectory() as folder:
        fetched = Path(folder) / "fetched"
        for name, about in stated.items():
            told(name)
            try:
                storage.download(object_key(name, about), fetched)
            except Missing:
                if name != DATABASE or not is_far(storage):
                    yield Fault(name, MISSING)
                continue
            if not is_intact(fetched, about):
                yield Fault(name, OTHER)
