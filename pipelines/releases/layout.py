"""Where everything lies below a project's root, and which release is current.

Belongs here: paths. Keep out: what is in them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines import Told

# The views, checks and queries that come with the code.
SQL_FOLDER = Path(__file__).resolve().parents[2] / "sql"
# What a reader named instead of the project's own, for whatever a process becomes or starts.
RELEASE_SWITCH = "GONGKAI_RELEASE"


@dataclass(frozen=True)
class Layout:
    """Paths of one project. All writing happens below data/warehouse."""

    root: Path

    @property
    def raw(self) -> Path:
        """Inbox of raw files, never changed by us."""
        return self.root / "data" / "raw"

    @property
    def warehouse(self) -> Path:
        """Everything we write."""
        return self.root / "data" / "warehouse"

    @property
    def work(self) -> Path:
        """Caches and stages; may be deleted at any time at the cost of work."""
        return self.warehouse / "work"

    @property
    def extracted(self) -> Path:
        """The work store of extracted cells."""
        return self.work / "extracted"

    @property
    def inventory(self) -> Path:
        """Inventory of data/raw of the last run."""
        return self.work / "inventory.parquet"

    @property
    def agencies(self) -> Path:
        """The agencies of reports, by what they were resolved with."""
        return self.work / "agencies"

    @property
    def sources(self) -> Path:
        """What sources say in numbers, and which of them agree."""
        return self.work / "sources"

    @property
    def star(self) -> Path:
        """Tables of the run, as Parquet."""
        return self.work / "star"

    @property
    def candidate(self) -> Path:
        """The release that is being built."""
        return self.work / "candidate"

    @property
    def releases(self) -> Path:
        """Published releases, read-only."""
        return self.warehouse / "releases"

    @property
    def current(self) -> Path:
        """Link to the current release."""
        return self.warehouse / "current"

    @property
    def database(self) -> Path:
        """Link to the database of the current release."""
        return self.warehouse / "gongkai.duckdb"

    @property
    def last_run(self) -> Path:
        """What the last run that ended well depended on, and the release it led to."""
        return self.warehouse / "last_run.json"

    @property
    def stored(self) -> Path:
        """Which release of each storage this project may replace: what it put there, or was told to."""
        return self.warehouse / "stored.json"

    @property
    def lock(self) -> Path:
        """Lock of everything that writes."""
        return self.warehouse / ".lock"

    @property
    def exports(self) -> Path:
        """Exports made with the release."""
        return self.warehouse / "exports"


class NoRelease(Told):
    """Nothing was published yet."""


def project_root() -> Path:
    """Return the project: GONGKAI_ROOT, else the nearest folder above with its data, else where the code lies.

    Where data/raw is gone, as when a share is not mounted, data/warehouse tells the project still.
    """
    if stated := os.environ.get("GONGKAI_ROOT"):
        return Path(stated).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        has_data = any((folder / "data" / name).is_dir() for name in ("raw", "warehouse"))
        if has_data and (folder / "pyproject.toml").is_file():
            return folder
    return Path(__file__).resolve().parents[2]


def project_that_keeps(folder: Path) -> Path | None:
    """Return the project below whose data a folder lies, where a run reads and writes by itself; None for any other."""
    place = folder.resolve()
    for root in (place, *place.parents):
        if (root / "dagster.yaml").is_file() and place.is_relative_to(root / "data"):
            return root
    return None


def reader_cache() -> Path:
    """Return the folder of what readers on this machine keep; it may be deleted at any time.

    Raises RuntimeError for a user without a home.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "gongkai"


def release_to_read(layout: Layout, named: str | None = None) -> Path:
    """Return the folder of a release: the one named, else that of GONGKAI_RELEASE, else the current one of the project.

    What may be named says `choosing`. Raises NoRelease, and DamagedRelease for one that is not what it was.
    """
    from pipelines.releases.verified import require_readable  # noqa: PLC0415  # it knows the errors of this module

    named = named or os.environ.get(RELEASE_SWITCH)
    if not named:
        return require_readable(current_release(layout))
    from pipelines.releases.choosing import named_release  # noqa: PLC0415  # it loads what reads storages

    return require_readable(named_release(named))


def current_release(layout: Layout) -> Path:
    """Return the resolved folder of the current release, so that a swap never changes what a reader has open.

    Raises NoRelease where nothing was published, and where the link is none or leads anywhere else.
    """
    try:
        found = layout.current.resolve(strict=True)
        is_release = layout.current.is_symlink() and found.parent == layout.releases.resolve() and found.is_dir()
    except PermissionError as error:
        raise NoRelease.of("releases.closed", folder=layout.warehouse, error=error.strerror) from error
    except OSError as error:
        raise NoRelease.of("releases.no_release", folder=layout.warehouse) from error
    except RuntimeError as error:  # a link that leads to itself
        raise NoRelease.of("releases.current_astray", link=layout.current, folder=layout.releases) from error
    if not is_release:
        raise NoRelease.of("releases.current_astray", link=layout.current, folder=layout.releases)
    return found


def is_database_linked(layout: Layout) -> bool:
    """Tell whether the link to the database is there and leads to that of the current release, whichever that is."""
    try:
        return str(layout.database.readlink()) == database_link(layout)
    except OSError:
        return False


def database_link(layout: Layout) -> str:
    """Return where the link to the database leads."""
    return f"{layout.current.name}/{layout.database.name}"
