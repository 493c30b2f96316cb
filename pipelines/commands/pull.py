"""`gongkai pull`: a whole release from a storage to a folder on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def pull(
    folder: Annotated[Path, typer.Argument(help="目标目录 Folder to fetch it to.")],
    release: Annotated[
        str | None, typer.Option("--release", help="发布标识；默认为当前发布。Release id; by default the current one.")
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ADDRESS",
            help="存储地址，如 s3://桶/前缀；默认为 GONGKAI_STORAGE。Storage; by default GONGKAI_STORAGE.",
        ),
    ] = None,
) -> None:
    """从存储取回一个发布：逐个文件校验，可续传。Fetch a release: verified, resumed where it broke off."""
    from rich.console import Console
    from rich.progress import Progress

    from pipelines.commands.failures import fail
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
    except (NoRelease, StorageError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or folder}: {error.strerror}: choose a folder that can be written, and pull again")
    print(f'{found}: gongkai sql --release {found} "..."')
