"""Read a report of pictures as the product does, and judge its cells, its prose, its year and its date.

Belongs here: what is silently wrong in a picture, and lines of two pages that were joined. Keep out: making files
(`pictured`), tables of results (`scans`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks.corpus.judging import LAST_YEAR, Verdict, judge_cells
from benchmarks.corpus.pictured import Pictured
from benchmarks.corpus.pictured_report import PicturedReport
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.narrative.figures import NarrativeFigure, narrative_figures
from pipelines.extracting.report import extract
from pipelines.extracting.sections import Section
from pipelines.extracting.tables.cells import CellReading
from pipelines.office.read_files import Counted, read_files
from pipelines.reading import Document, Paragraph, ReadError, read
from pipelines.reading.sniffing import ZIP, sniff

_PRINTED = re.compile(r"[\u3400-\u9fff0-9.%-]")
_LETTERS = re.compile(r"[\u3400-\u9fff0-9]")
_GIVEN_UP = re.compile("□+")
# Letters in a row that tell which page they stand on, and how many more letters than are read may be meant.
_GRAM, _APART = 4, 12
# So many of each of two pages in one paragraph, so that it is joined; of one that goes on overleaf this share stands at
# the end of the one page or at the beginning of the next.
_LEAST_EACH, _OVERLEAF = 3, 0.8


@dataclass
class Judged:
    """What became of a report: its cells, how many reports its file was taken for, and what is wrong beside cells.

    `joined` are paragraphs that mix two pages, `wrong` everything that is silently wrong, cells included; `dated` tells
    whether the date at the end was read, `figures` how many of the `told` ones of its prose.
    """

    verdict: Verdict
    reports: int = 1
    joined: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    dated: bool = False
    figures: int = 0
    told: int = 0


class Stated(NamedTuple):
    """What a report was read to state beside its cells."""

    year: int | None
    published: date | None
    sections: Sequence[Section]


def judge_pictured(pictured: Pictured) -> Judged:
    """Read the file of a report, alone or in a folder with what lies beside it, and judge it."""
    if is_read_here(pictured):
        return _judge_alone(pictured, pictured.files[pictured.main])
    return _judge_folder(pictured)


def is_read_here(pictured: Pictured) -> bool:
    """Return whether a report is one file, which this process reads; archives and folders are read by workers."""
    return len(pictured.files) == 1 and sniff(pictured.files[pictured.main]) != ZIP


def _judge_alone(pictured: Pictured, data: bytes) -> Judged:
    printout = pictured.report.printout
    nothing = Verdict(0, 0, len(printout.truth), (), None)
    try:
        document = read(data)
    except ReadError as error:
        return Judged(nothing._replace(refused=error.reason), 0)
    joined = joined_paragraphs(paragraph_texts(document), pictured.columns)
    try:
        report = extract(document, LAST_YEAR)
    except (ReadError, NotAReport) as error:
        return Judged(nothing._replace(refused=error.reason), 0, joined)
    if report.reading is None:
        verdict = nothing._replace(refused="narrative")
    elif report.reading.form.id != printout.form.id:
        wrong = f"form {report.reading.form.id}, printed {printout.form.id}"
        verdict = nothing._replace(wrong=(wrong,))
    else:
        verdict = judge_cells(printout, report.reading.cells)
    stated = Stated(report.headline.year, report.headline.published_on, report.sections)
    return with_stated(Judged(verdict, 1, joined, [*verdict.wrong]), pictured.report, stated, pictured.columns)


def _judge_folder(pictured: Pictured) -> Judged:
    """Judge what the program for offices makes of the file that is named, with the others beside it."""
    printout = pictured.report.printout
    with TemporaryDirectory() as folder:
        for name, data in pictured.files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        (found,) = read_files([Path(folder) / pictured.main], _uncounted)
        outcomes = [found.outcome_of(location) for location in found.locations]
        reports = [report for location in found.files for report in found.reports_of(location)]
        sections = found.part.tables["sections"].to_pylist() if found.part.tables else []
    verdicts = [judge_cells(printout, _cells(report["cells"])) for report in reports]
    wrong = tuple(each for verdict in verdicts for each in verdict.wrong)
    told = [Section(row["section"], row["heading"], row["body"] or "") for row in sections]
    judged = Judged(Verdict(0, 0, len(printout.truth), wrong, None), len(reports), wrong=[*wrong])
    if len(reports) == 1:
        judged.verdict = verdicts[0]
        judged.joined = joined_paragraphs([line for part in told for line in part.text.split("\n")], pictured.columns)
        printed = reports[0]["published_on"]
        stated = Stated(reports[0]["year"], date.fromisoformat(printed) if printed else None, told)
        return with_stated(judged, pictured.report, stated, pictured.columns)
    reason = next((each["reason"] for each in outcomes if each["reason"]), "unread")
    judged.verdict = judged.verdict._replace(refused=f"{len(reports)} reports" if reports else reason)
    return judged


@contextmanager
def _uncounted() -> Iterator[Counted]:
    yield lambda _, __: None


def _cells(cells: dict[str, Any]) -> dict[tuple[str, str, str], CellReading]:
    """Return cells as the program tells them as cells that were read."""
    found = {}
    for name, cell in cells.items():
        table, _, rest = name.partition(".")
        row, _, column = rest.rpartition(".")
        value = None if cell["value"] is None else Decimal(str(cell["value"]))
        reading = (cell["raw"], cell["status"], value, None, None, cell["matched_by"], None, None, cell.get("note"))
        found[table, row, column] = CellReading(*reading)
    return found


def with_stated(judged: Judged, report: PicturedReport, stated: Stated, columns: Sequence[str] = ()) -> Judged:
    """Judge year, date and the figures of prose: one that is read must be one that is told.

    Where a paragraph begins is seen otherwise in a picture, and by it what a figure is of: of a sentence printed
    so, character by character, in one of the `columns` the reading is right.
    """
    printed = [_figures_and_words(text) for text in columns]
    if stated.year and stated.year != report.year:
        judged.wrong.append(f"year: printed {report.year}, read {stated.year}")
    if stated.published and stated.published != report.published:
        judged.wrong.append(f"date: printed {report.published}, read {stated.published}")
    judged.dated = stated.published == report.published
    judged.told = len(report.told)
    for figure in narrative_figures(stated.sections, report.year):
        if any(_states(figure, told) for told in report.told):
            judged.figures += 1
        elif not any(_is_printed(figure.sentence, text) for text in printed):
            judged.wrong.append(f"prose: {'/'.join(figure.meanings)} read {figure.raw!r} {figure.value}")
    judged.figures = min(judged.figures, judged.told)
    return judged


def _states(read_figure: NarrativeFigure, told: NarrativeFigure) -> bool:
    """Tell whether a figure that was read is one that is told: its number, and a meaning that both have."""
    if read_figure.value != told.value:
        return False
    return not read_figure.meanings or bool({*read_figure.meanings} & {*told.meanings})


def paragraph_texts(document: Document) -> list[str]:
    """Return the paragraphs of a document outside its tables."""
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def joined_paragraphs(paragraphs: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return the paragraphs that mix the text of two pages; one that goes on from a page to the next is none."""
    pages = [_letters(text) for text in columns]
    held = [_grams(page) for page in pages]
    # What stands on one page alone tells that a paragraph is of that page.
    own = [each - set().union(*(other for other in held if other is not each)) for each in held]
    return [text for text in paragraphs if _is_joined(_letters(text), pages, own)]


def _is_printed(sentence: str, text: str) -> bool:
    """Tell whether a sentence stands in a text; digits of it that were given up may be any."""
    parts = (re.escape(_figures_and_words(part)) for part in _GIVEN_UP.split(sentence))
    return re.search(r"[0-9.%-]*".join(parts), text) is not None


def _figures_and_words(text: str) -> str:
    return "".join(_PRINTED.findall(text))


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text))


def _grams(text: str) -> set[str]:
    return {text[n : n + _GRAM] for n in range(len(text) - _GRAM + 1)}


def _is_joined(text: str, pages: Sequence[str], own: Sequence[set[str]]) -> bool:
    grams = _grams(text)
    of = [n for n, each in enumerate(own) if len(grams & each) >= _LEAST_EACH]
    if len(of) < 2:
        return False
    first, last = of[0], of[-1]
    near = len(text) + _APART
    overleaf = _grams(pages[first][-near:]) | _grams(pages[last][:near])
    known = set().union(*(grams & each for each in own))
    ordered = text.find(_some(grams & own[first], text)) < text.find(_some(grams & own[last], text))
    return last - first > 1 or not ordered or len(known & overleaf) < _OVERLEAF * len(known)


def _some(grams: set[str], text: str) -> str:
    """Return that of the runs which stands first in a text."""
    return min(grams, key=text.find)
