"""Export a release: the formats, the folder, and what lies beside the tables. Nothing appears before all is written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines import Told
from pipelines.contracts import Table
from pipelines.contracts.codes import LANGUAGES, Language
from pipelines.exporting import codebook, columnar, comma_separated, data_package, excel, stata
from pipelines.exporting.job import Job, Progress
from pipelines.exporting.safe_text import safe_text
from pipelines.exporting.selection import WHOLE, NotRestricted, Selected, Selection, known_tables
from pipelines.locking import hold_folder
from pipelines.messages import message_in
from pipelines.releases.accepted_loss import accepted_loss_lines
from pipelines.releases.leases import leased
from pipelines.releases.manifest import read_manifest
from pipelines.releases.open_release import connect_for_export

__all__ = ["FORMATS", "ForeignFolder", "export", "safe_text"]

_FORMATS: dict[str, Callable[[Job], list[Path]]] = {
    "parquet": columnar.write,
    "csv": comma_separated.write,
    "xlsx": excel.write,
    "dta": stata.write,
    "datapackage": data_package.write,
}
FORMATS = tuple(_FORMATS)
# Lists the files of an export, so that the next one into the same folder can replace them.
_MARK = ".gongkai-export.json"
_NOTE, _CODEBOOK = "RELEASE.txt", "codebook.md"
_PART = ".gongkai-part-"


class CannotExport(Told, ValueError):
    """What was asked for is no export; names what there is."""


class ForeignFolder(CannotExport):
    """The folder holds files that no export wrote."""


def _no_progress(*_: object) -> None:
    return None


def export(
    release: Path,
    folder: Path,
    file_format: str,
    tables: Sequence[str] = (),
    *,
    selection: Selection | None = None,
    language: Language = "zh",
    summary: bool = False,
    progress: Progress = _no_progress,
    lacking: Callable[[str], object] = _no_progress,
) -> list[Path]:
    """Write tables of a release (all, or those named) with a codebook and a note of the release; returns the tables.

    `summary`: an Excel workbook of the sheets for readers (one row a report, findings, codebook) and no tables.

    `lacking` is called with the names of the tables that are left out since they add more than is selected; RELEASE.txt
    and the codebook name them too, and those that are whole.

    A folder that is new, empty or holds an earlier export is taken, an earlier export being replaced as a whole.
    Raises KeyError for an unknown table, ValueError for an unknown format, language, year, province or level (naming
    the known ones), for a folder with other files (ForeignFolder) and for a table named that adds more than is selected
    (NotRestricted), OlderRelease for a release to other contracts, Locked for a folder that another export writes to.
    """
    if file_format not in _FORMATS:
        raise CannotExport.of("exporting.unknown_format", format=file_format, known=", ".join(FORMATS))
    if language not in LANGUAGES:
        raise CannotExport.of("exporting.unknown_language", language=language, known=", ".join(LANGUAGES))
    if summary and (file_format != "xlsx" or tables):
        raise CannotExport.of("exporting.summary_is_excel")
    wanted = [] if summary else known_tables(tables)
    _require_own(folder)
    staging = folder.resolve() / f"{_PART}{os.getpid()}"
    with leased(release), connect_for_export(release, staging) as connection:
        selected = Selected(connection, selection or Selection())
        kept, left_out = _apart(selected, wanted, is_named=bool(tables))
        whole = [table for table in kept if table.name in WHOLE and not selected.selection.is_whole]
        about = _about(
            release,
            f"{file_format}{' summary' * summary}",
            selected.selection,
            kept if tables else [],
            language,
            [*_told("exporting.left_out", left_out, language), *_told("exporting.whole", whole, language)],
        )
        with _staged(folder, staging):
            job = Job(release, staging, kept, selected, language, about, progress, summary, left_out)
            written = _FORMATS[file_format](job)
            described = codebook.markdown(kept, language, about, job.notes, job.described)
            (staging / _CODEBOOK).write_text(described, encoding="utf-8")
            (staging / _NOTE).write_text(about, encoding="utf-8")
            _put_in_place(staging, folder)
    if left_out:
        lacking(_names(left_out))
    return [folder / path.relative_to(staging) for path in written]


def _apart(selected: Selected, tables: list[Table], *, is_named: bool) -> tuple[list[Table], list[Table]]:
    """Return the tables that can be written of a selection, and those that cannot.

    Raises NotRestricted where one of these was named.
    """
    kept = [table for table in tables if selected.is_restricted(table)]
    left_out = [table for table in tables if table not in kept]
    if is_named and left_out:
        selection = selected.selection.described()
        raise NotRestricted.of("exporting.not_restricted", tables=_names(left_out), selection=selection)
    return kept, left_out


def _names(tables: list[Table]) -> str:
    return ", ".join(table.name for table in tables)


def _told(code: str, tables: list[Table], language: Language) -> list[str]:
    return [message_in(language, code, tables=_names(tables))] if tables else []


def _about(
    release: Path,
    file_format: str,
    selection: Selection,
    tables: list[Table],
    language: Language,
    told: list[str],
) -> str:
    manifest = read_manifest(release)
    lines = [f"release {manifest['id']}", f"content {manifest['content_hash']}", f"format {file_format}"]
    lines.append(f"language {language}")
    if described := selection.described():
        lines.append(f"selection {described}")
    lines.extend(told)
    if tables:
        lines.append(f"tables {_names(tables)}")
    lines.extend(accepted_loss_lines(manifest))
    return "\n".join(lines) + "\n"


def _require_own(folder: Path) -> None:
    if not folder.is_dir():
        # A link that leads nowhere, or to itself, is no folder to be.
        if folder.exists() or folder.is_symlink():
            raise ForeignFolder.of("exporting.is_a_file", folder=folder)
        return
    others = [path for path in folder.iterdir() if not path.name.startswith(_PART)]
    if others and not (folder / _MARK).is_file():
        raise ForeignFolder.of("exporting.foreign_folder", folder=folder, file=others[0].name)


def _require_free(folder: Path, names: Collection[str], earlier: Collection[str]) -> None:
    """Refuse to write over files that no earlier export wrote, beside those that one did."""
    for name in names:
        # On file systems that take no heed of case another spelling is the same file.
        if name not in earlier and os.path.lexists(folder / name):
            raise ForeignFolder.of("exporting.foreign_folder", folder=folder, file=name)


@contextmanager
def _staged(folder: Path, staging: Path) -> Iterator[None]:
    """Make a folder inside the target, on the same file system, that is gone afterwards.

    Raises Locked where another export writes to the target: of two, the files of the later would stand under the note
    of the earlier.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with hold_folder(folder, str(folder)):
        for left in folder.glob(f"{_PART}*"):  # whoever made it holds the folder no longer
            shutil.rmtree(left)
        staging.mkdir()
        try:
            yield
        finally:
            shutil.rmtree(staging)
            if is_new and not any(folder.iterdir()):
                folder.rmdir()


def _put_in_place(staging: Path, folder: Path) -> None:
    """Move all files from the staging folder, then remove those of an earlier export that are no longer written."""
    names = sorted(path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file())
    earlier = _earlier(folder)
    _require_free(folder, names, earlier)
    # Both lists stand in the mark until all is in place, so that a killed export leaves no file without owner.
    _write_mark(folder, staging, sorted({*names, *earlier}))
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(folder / name)
    for name in set(earlier) - set(names):
        path = folder / name
        path.unlink(missing_ok=True)
        for parent in path.relative_to(folder).parents:
            if parent.name and (folder / parent).is_dir() and not any((folder / parent).iterdir()):
                (folder / parent).rmdir()
    _write_mark(folder, staging, names)


def _earlier(folder: Path) -> list[str]:
    try:
        found = json.loads((folder / _MARK).read_text(encoding="utf-8"))["files"]
    except FileNotFoundError:
        return []
    return [name for name in found if not Path(name).is_absolute() and ".." not in Path(name).parts]


def _write_mark(folder: Path, staging: Path, names: list[str]) -> None:
    part = staging / _MARK
    part.write_text(json.dumps({"files": names}, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(folder / _MARK)
