"""`gongkai export`: writing a release to a folder, with progress. Keep out: how formats are written (`exporting`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import Told
from pipelines.commands.failures import fail, fail_unwritten
from pipelines.commands.progress import phase
from pipelines.commands.terminal import say, warn
from pipelines.exporting.files import export
from pipelines.exporting.selection import OlderRelease, Selection
from pipelines.locking import Locked
from pipelines.messages import message
from pipelines.releases.layout import NoRelease

if TYPE_CHECKING:
    from pipelines.contracts.codes import Language


def export_release(
    release: Path,
    folder: Path,
    file_format: str,
    tables: Sequence[str],
    *,
    selection: Selection,
    language: Language,
    summary: bool,
) -> None:
    """Write a release to a folder and print what was written; where that cannot be, print why and exit."""
    lacking: list[str] = []
    try:
        with phase("progress.exporting") as counted:
            written = export(
                release,
                folder,
                file_format,
                tables,
                selection=selection,
                language=language,
                summary=summary,
                progress=lambda _, rows, total: counted(rows, total),
                lacking=lacking.append,
            )
    except (Locked, OlderRelease, NoRelease) as error:
        fail(str(error))
    except (KeyError, ValueError) as error:
        fail(str(error) if isinstance(error, Told) else str(error.args[0]), 2)
    except OSError as error:
        fail_unwritten(error, folder)
    for names in lacking:
        warn(message("exporting.left_out", tables=names))
    say(message("commands.exported", files=len(written), release=release.name, folder=folder))
