"""What an office is given beside the terminal: files in a folder, of which nothing else is touched.

Belongs here: which files there are, their names, the order in which they are written. Keep out: what stands in each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.durable import sha256_of
from pipelines.office.form_file import distinct_name, in_file_name, save
from pipelines.office.given_files import ROUND_FILE, is_own_page
from pipelines.office.last_year import NO_FIGURES, Figures
from pipelines.office.overview_html import overview_page
from pipelines.office.overview_rows import Overview
from pipelines.office.overview_xlsx import write as overview_workbook
from pipelines.office.receipt import receipt
from pipelines.office.results_folder import set_aside
from pipelines.office.rounds import Round, write_round
from pipelines.office.summary_files import summary_files
from pipelines.office.unfinished import Unfinished
from pipelines.office.unit_files import correction_files


class Results(NamedTuple):
    """All that results are made of: the overview with its coverage, the round that was made, figures of last year."""

    overview: Overview
    made: Round
    last_year: Figures = NO_FIGURES


class Written(NamedTuple):
    """The files that were written, and those of an earlier round that somebody changed since: (file, its new name)."""

    files: list[Path]
    kept: list[tuple[Path, Path]]


# Content by the path of its file below the folder.
Files = Iterator[tuple[Path, bytes]]


def write_results(folder: Path, results: Results) -> Written:
    """Write the results into a folder, each file whole. Raises OSError where one cannot be written.

    What somebody changed since the round before is kept under another name. The round is written last: one that did
    not end is none, and what it wrote is known all the same. A new folder has an empty round first, so that it is known
    as ours whatever happens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ROUND_FILE).exists():
        write_round(folder, results.made.model_copy(update={"number": 0, "units": {}}))
    changes = results.overview.changes
    before = changes.before.files if changes is not None and changes.before is not None else {}
    unfinished = Unfinished(folder)
    known = {*before.items(), *unfinished.before}
    files: dict[str, str] = {}
    kept: list[tuple[Path, Path]] = []
    for writer in _WRITERS:
        for name, content in writer(results):
            file, named = folder / name, name.as_posix()
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_file() and not _is_ours(file, named, known):
                kept.append((file, set_aside(file)))
            files[named] = hashlib.sha256(content).hexdigest()
            unfinished.note(named, files[named])
            save(file, content, replace=True)
    _remove_stale(folder, {(name, sha256) for name, sha256 in known if name not in files})
    made = write_round(folder, results.made.model_copy(update={"files": files}))
    unfinished.end()
    return Written([*(folder / name for name in files), made], kept)


def _is_ours(file: Path, name: str, known: Collection[tuple[str, str]]) -> bool:
    """Tell whether a file is as we wrote it; a page is nothing that people fill in, a document is."""
    is_page = file.suffix != ".docx" and is_own_page(file)
    return is_page or (name, sha256_of(file)) in known


def _remove_stale(folder: Path, known: Collection[tuple[str, str]]) -> None:
    """Remove what the round before wrote and this one has none of, as the receipt of what was withdrawn."""
    for name, sha256 in known:
        is_inside = not Path(name).is_absolute() and ".." not in Path(name).parts
        if is_inside and (file := folder / name).is_file() and sha256_of(file) == sha256:
            file.unlink()


def _overview(results: Results) -> Files:
    overview = results.overview
    name = overview.words.say("overview.file_name")
    yield Path(f"{name}.xlsx"), overview_workbook(overview, results.made.made_at)
    yield Path(f"{name}.html"), overview_page(overview).encode()


def _receipts(results: Results) -> Files:
    words = results.overview.words
    folder = Path(words.say("rounds.receipts_folder"))
    names: set[str] = set()
    for row in words.covered.rows:
        if not row.received:
            continue
        name = distinct_name(in_file_name(row.unit.name), names)
        yield folder / f"{name}.html", receipt(row, words, results.made).encode()


def _corrections(results: Results) -> Files:
    yield from correction_files(results.overview.words, results.last_year)


def _summary(results: Results) -> Files:
    if results.overview.added is not None:
        yield from summary_files(results.overview.added, results.overview.language)


_WRITERS: tuple[Callable[[Results], Files], ...] = (_overview, _summary, _corrections, _receipts)
