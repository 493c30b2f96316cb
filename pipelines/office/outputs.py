"""What an office is given beside the terminal: files in a folder, of which nothing else is touched.

Belongs here: which files there are, their names, the order in which they are written. Keep out: what stands in each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.office.form_file import in_file_name, save
from pipelines.office.given_files import ROUND_FILE, is_own_page
from pipelines.office.overview_html import overview_page
from pipelines.office.overview_rows import Overview
from pipelines.office.overview_xlsx import write as overview_workbook
from pipelines.office.receipt import receipt
from pipelines.office.rounds import Round, write_round


class Results(NamedTuple):
    """All that results are made of: the overview with its coverage, and the round that was made."""

    overview: Overview
    made: Round


# Content by the path of its file below the folder.
Files = Iterator[tuple[Path, bytes]]


def write_results(folder: Path, results: Results) -> list[Path]:
    """Write the results into a folder, each file whole; returns the files. Raises OSError where one cannot be written.

    The round is written last: one that did not end is none. A new folder has an empty round first, so that it is known
    as ours whatever happens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ROUND_FILE).exists():
        write_round(folder, results.made.model_copy(update={"number": 0, "units": {}}))
    written: list[Path] = []
    for writer in _WRITERS:
        for name, content in writer(results):
            file = folder / name
            file.parent.mkdir(exist_ok=True)
            save(file, content, replace=True)
            written.append(file)
    _remove_old_receipts(folder / results.overview.words.say("rounds.receipts_folder"), set(written))
    return [*written, write_round(folder, results.made)]


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
        plain = in_file_name(row.unit.name)
        name = next(each for n in range(1, 10_000) if (each := plain if n == 1 else f"{plain} {n}") not in names)
        names.add(name)
        yield folder / f"{name}.html", receipt(row, words, results.made).encode()


# Correction sheets and the computed summary stand here as well: each a function of `Results` that yields its files.
_WRITERS: tuple[Callable[[Results], Files], ...] = (_overview, _receipts)


def _remove_old_receipts(folder: Path, written: set[Path]) -> None:
    """Remove the receipts of an earlier round that this one has none of: what was withdrawn is received no more."""
    for file in folder.glob("*.html") if folder.is_dir() else ():
        if file not in written and is_own_page(file):
            file.unlink()
