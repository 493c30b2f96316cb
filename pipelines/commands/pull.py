"""`gongkai pull`: fetching a release, with progress. Keep out: how it is fetched (`releases.pulling`)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.releases.verified import Fault


def pull_release(folder: Path, release: str | None, storage: str | None) -> None:
    """Fetch a release of a storage to a folder and print where it is; where that fails, print why and exit with 1."""
    from pipelines.commands.failures import fail, fail_unwritten, fail_with
    from pipelines.commands.progress import phase
    from pipelines.commands.terminal import say
    from pipelines.locking import Locked
    from pipelines.messages import message
    from pipelines.releases.layout import NoRelease, project_that_keeps
    from pipelines.releases.manifest import DATABASE, PARQUET
    from pipelines.releases.pulling import ForeignFolder
    from pipelines.releases.pulling import pull as fetch
    from pipelines.storing import StorageError, open_storage
    from pipelines.storing.storage import STORAGE_SWITCH

    address = storage or os.environ.get(STORAGE_SWITCH)
    if not address:
        fail_with("commands.no_storage_named", exit_code=2, switch=STORAGE_SWITCH)

    if (project := project_that_keeps(folder)) is not None:
        fail_with("releases.pulled_into_project", exit_code=2, folder=folder, project=project)

    def build(part: Path) -> None:
        from pipelines.warehouse.database import build_database

        build_database(part / PARQUET, part / DATABASE)

    was_there: list[Sequence[Fault]] = []
    try:
        with phase("progress.fetching") as counted:
            found = fetch(
                open_storage(address),
                folder,
                release,
                build_database=build,
                progress=counted,
                was_there=was_there.append,
            )
    except ForeignFolder as error:
        fail(str(error), 2)
    except (NoRelease, StorageError, Locked) as error:
        fail(str(error))
    except OSError as error:
        fail_unwritten(error, folder)
    say(_done(found, was_there[0] if was_there else None))
    say(message("commands.query_it", release=found))


def _done(release: Path, damage: Sequence[Fault] | None) -> str:
    """Return what was done: fetched, fetched again for what was damaged, or nothing, since all of it was there."""
    from pipelines.messages import message
    from pipelines.releases.verified import first_faults

    if damage is None:
        return message("commands.fetched", release=release)
    if not damage:
        return message("commands.fetched_before", release=release)
    return message("commands.fetched_again", release=release, faults=first_faults(damage))
