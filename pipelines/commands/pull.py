"""`gongkai pull`: fetching a release, with progress. Keep out: how it is fetched (`releases.pulling`)."""

from __future__ import annotations

import os
from pathlib import Path


def pull_release(folder: Path, release: str | None, storage: str | None) -> None:
    """Fetch a release of a storage to a folder and print where it is; where that fails, print why and exit with 1."""
    from rich.console import Console
    from rich.progress import Progress

    from pipelines.commands.failures import fail
    from pipelines.locking import Locked
    from pipelines.releases.layout import NoRelease
    from pipelines.releases.manifest import DATABASE, PARQUET
    from pipelines.releases.pulling import pull as fetch
    from pipelines.storing import StorageError, open_storage
    from pipelines.storing.storage import STORAGE_SWITCH

    address = storage or os.environ.get(STORAGE_SWITCH)
    if not address:
        fail(f"no storage is named: give --from s3://bucket/prefix, or set {STORAGE_SWITCH}", 2)

    def build(part: Path) -> None:
        from pipelines.warehouse.database import build_database

        build_database(part / PARQUET, part / DATABASE)

    console = Console(stderr=True)
    try:
        with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
            task = progress.add_task("取回 fetching", total=None)
            found = fetch(
                open_storage(address),
                folder,
                release,
                build_database=build,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
    except (NoRelease, StorageError, Locked) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror}: choose a folder that can be written, and pull again")
    print(f'已取回 fetched {found}\n查询 query it: gongkai sql --release {found} "..."')
