"""Contents in a storage, by their hash: raw files that several machines read, and what else one hands to another.

Belongs here: sending contents, and fetching those that are needed next to a scratch folder. Keep out: which file has
which content (`inventory`), and this machine's own store of what was fetched (`raw_store`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath

from pipelines.durable import sha256_of
from pipelines.storing import Missing, Storage, StorageError

RAW = "raw"
# Most of the time of a request is waiting for its answer.
_MOVERS = 16
# An answer whose bytes are others than asked for is asked for again so often.
_FETCHES = 3
Told = Callable[[int], object]


def content_key(sha256: str, below: str = RAW) -> str:
    """Return the key of a content."""
    return f"{below}/{sha256[:2]}/{sha256}"


def contents_lacking(storage: Storage, wanted: Collection[str]) -> set[str]:
    """Return which of some contents (sha256) a storage does not hold: a listing for each of their first two digits."""
    prefixes = sorted({sha256[:2] for sha256 in wanted})
    with ThreadPoolExecutor(_MOVERS) as movers:
        listed = movers.map(lambda prefix: list(storage.entries(f"{RAW}/{prefix}")), prefixes)
        held = {PurePosixPath(entry.key).name for entries in listed for entry in entries}
    return set(wanted) - held


def send_contents(storage: Storage, files: Mapping[str, bytes], told: Told = lambda _: None) -> set[str]:
    """Send files (path by sha256) and return the contents that could not be sent: their files are gone, or others now.

    `told` is given how many were done. Raises StorageError.
    """
    unsent = set()
    with ThreadPoolExecutor(_MOVERS) as movers:
        done = zip(files, movers.map(partial(_send, storage), files, files.values()), strict=True)
        for count, (sha256, is_sent) in enumerate(done, 1):
            unsent |= set() if is_sent else {sha256}
            told(count)
    return unsent


def _send(storage: Storage, sha256: str, path: bytes) -> bool:
    try:
        data = Path(os.fsdecode(path)).read_bytes()
    except OSError:
        return False  # whoever reads it here is told why
    if hashlib.sha256(data).hexdigest() != sha256:
        return False
    storage.put(content_key(sha256), data)
    return True


def fetch_contents(storage: Storage, wanted: Collection[str], folder: Path, below: str = RAW) -> None:
    """Fetch contents to a folder, each to a file named by its hash and held against it.

    Raises StorageError for one that is missing or damaged there, and OSError where this machine has no room.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_MOVERS) as movers:
        for _ in movers.map(partial(_fetch, storage, folder, below), wanted):
            pass


def fetch_those_there(storage: Storage, wanted: Collection[str], folder: Path) -> None:
    """Fetch raw files as far as they are there, as they are: whoever looks at them sees which are missing or damaged.

    Raises StorageError where the storage does not answer.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def fetch(sha256: str) -> None:
        with suppress(Missing):
            storage.download(content_key(sha256), folder / sha256)

    with ThreadPoolExecutor(_MOVERS) as movers:
        for _ in movers.map(fetch, wanted):
            pass


def _fetch(storage: Storage, folder: Path, below: str, sha256: str) -> None:
    target = folder / sha256
    for _ in range(_FETCHES):
        try:
            storage.download(content_key(sha256, below), target)
        except Missing as error:
            about = {"storage": storage.address, "below": below, "sha256": sha256}
            raise StorageError.of("raw.content_missing", **about) from error
        if sha256_of(target) == sha256:
            return
    target.unlink()
    raise StorageError.of("raw.content_damaged", place=f"{storage.address}/{content_key(sha256, below)}")
