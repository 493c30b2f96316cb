"""Files that somebody names, wherever they lie, as locations; those of them that are one report as one.

Belongs here: files by their paths. Keep out: the inbox (`inventory`), and which files of a folder are meant (`office`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.raw.inventory import Location, begun, locations_of
from pipelines.raw.page_files import FolderPages
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS


def locations_of_each(paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS) -> Iterator[tuple[Path, list[Location]]]:
    """Yield files anywhere with their locations (`locations_of`); several that are one report once, by the first."""
    pages = FolderPages(begun, limits)
    folders: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for path in paths:
        if os.path.isfile(path):  # noqa: PTH113  # of what may not be looked at, reading tells why
            folder, name = os.path.split(os.fsencode(path))
            folders[folder].append(name)
    units: defaultdict[bytes, list[Location]] = defaultdict(list)
    for folder, names in folders.items():
        for found in pages.locations(folder, b"", names, lambda *_: ()):
            units[found.path].append(found)
    for path in paths:
        place = os.fsencode(path)
        if place in units:
            yield path, units[place]
        elif place not in pages.taken:
            yield path, locations_of(path, limits)
