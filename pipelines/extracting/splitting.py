"""Several reports in one file: where one ends and the next begins, and the extraction of each.

A report ends after its last statutory table; the next title, sheet or caption after that begins another one, but
only where another whole set of tables follows. Running titles and links to other years therefore split nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from pipelines.extracting.headline import NO_YEAR, names_annual_report
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.report import Report, extract
from pipelines.extracting.sections import names_page
from pipelines.forms.labels import caption_item, clean
from pipelines.forms.periods import period_alone, years_named
from pipelines.messages.kept import Kept, kept, kept_together
from pipelines.reading import Block, Document, Grid, Paragraph, ReadError, Run
from pipelines.reading.pages.beside_text import MISSING_PAGES

# The last row of the applications table is printed once in a report; so is the header of form 2014.
_ENDING = re.compile(
    r"结\s*转\s*下\s*(?:一\s*)?年\s*度|結\s*轉\s*下\s*(?:一\s*)?年\s*度|统\s*计\s*指\s*标|統\s*計\s*指\s*標"
)
# No white space, so that no ending is found across two texts.
_BETWEEN_TEXTS = "\0"
_STATISTICS = "统计指标"
_CARRIED_OUT = re.compile(r"^(?:四、)?结转下一?年度(?:继续办理)?$")
_RECEIVED = re.compile(r"^(?:一、)?本年新收政府信息公开申请")
_MAX_LABEL = 30
# （二〇二一年度） has eight characters.
_MAX_YEAR = 10
# A document is a table of contents where so many of its lines, and this share of them, name a page.
_MIN_LISTED, _MOSTLY_LISTED = 3, 0.5


@dataclass(frozen=True)
class Extraction:
    """The reports of a document in order, and what could not be read of it: (reason, detail) of each part."""

    reports: tuple[Report, ...]
    problems: tuple[tuple[str, Kept], ...] = ()


class _Mark(NamedTuple):
    """A place where a part may begin (title, start, received, year) or where one has ended.

    `row` is -1 outside grids.
    """

    kind: str
    block: int
    row: int


def extract_all(document: Document, last_year: int) -> Extraction:
    """Extract every report of a document. Raises ReadError or NotAReport where it holds none that can be read."""
    parts = list(split(document))
    # Of pages that nobody gave, nothing is known but that they are missing.
    problems: list[tuple[str, Kept]] = []
    if missing := document.metadata.get(MISSING_PAGES):
        problems.append(("part_unread", kept("extracting.pages_missing", pages=missing.replace(" ", ", "))))
    if len(parts) == 1:
        return Extraction((_whole(document, last_year),), tuple(problems))
    reports: list[tuple[Report, str]] = []
    for number, part in enumerate(parts, start=1):
        try:
            reports.append((_whole(part, last_year), _heading_of(part)))
        except (ReadError, NotAReport) as error:
            detail = kept("extracting.part", number=number, parts=len(parts), detail=error.detail)
            problems.append((error.reason, detail))
    if not reports:
        details = kept_together(detail for _, detail in problems)
        raise ReadError(problems[0][0], "extracting.parts_unread", details=details)
    return Extraction(tuple(_dated(reports)), tuple(problems))


def _whole(document: Document, last_year: int) -> Report:
    """Extract a report. Raises NotAReport also where a document tells its contents and holds none of them."""
    report = extract(document, last_year)
    if report.reading is None:
        lines = [line for text in _texts(document) for line in text.split("\n") if line.strip()]
        listed = sum(map(names_page, lines))
        if listed >= _MIN_LISTED and listed >= len(lines) * _MOSTLY_LISTED:
            raise NotAReport("no_statutory_table", "extracting.contents_alone", lines=listed)
    return report


def _heading_of(part: Document) -> str:
    """Return the text that a part begins with, empty where that is too long for a heading."""
    first = next(_texts(replace(part, blocks=part.blocks[:1])), "")
    return first if len(first) <= _MAX_LABEL else ""


def _dated(reports: Iterable[tuple[Report, str]]) -> Iterator[Report]:
    """Give parts that state no year of their own the year of the report before them: they share its title page.

    What a part is headed by comes first: the sheet 2021年 beside a report of 2022 is of 2021.
    """
    year, source = 0, NO_YEAR
    for report, heading in reports:
        own = report.headline
        if own.year:
            year, source = own.year, own.year_source
            yield report
            continue
        named = years_named(heading)
        if len(named) == 1:
            (of_part,) = named
        else:
            of_part = max(0, year + (period_alone(heading, year) or 0))
        yield replace(report, headline=own._replace(year=of_part, year_source=source if of_part else NO_YEAR))


def split(document: Document) -> Iterator[Document]:
    """Yield a document for each report in it; most hold one and are yielded as they are."""
    endings = len(_ENDING.findall(_BETWEEN_TEXTS.join(_texts(document))))
    cuts = _cuts(list(_marks(document))) if endings > 1 else []
    if not cuts:
        yield document
        return
    places = [(0, -1), *cuts, (len(document.blocks), -1)]
    for begin, end in pairwise(places):
        yield replace(document, blocks=tuple(_between(document.blocks, begin, end)))


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Grid):
            texts = [cell.text for row in block.rows for cell in row]
            yield from [text for text in texts if len(text) <= _MAX_LABEL]
        elif isinstance(block, Run):
            yield from (piece.text for piece in block.pieces)
        else:
            yield block.text


def _marks(document: Document) -> Iterator[_Mark]:
    for index, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            if kind := _kind(block.text, heading=block.is_heading):
                yield _Mark(kind, index, -1)
        elif isinstance(block, Run):
            kinds = [kind for piece in block.pieces if (kind := _kind(piece.text))]
            yield from (_Mark(kind, index, -1) for kind in kinds)
        else:
            for number, row in enumerate(block.rows):
                for cell in row:
                    if cell.text and (kind := _kind(cell.text)):
                        yield _Mark(kind, index, number)


def _kind(text: str, *, heading: bool = False) -> str | None:
    if heading:
        return "title"
    if len(text) > 90 or names_page(text):
        return None
    label = clean(text)
    if _CARRIED_OUT.match(label):
        return "end"
    if label == _STATISTICS:
        return "statistics"
    if caption_item(text) == "一":
        return "start"
    if _RECEIVED.match(label):
        return "received"
    if len(label) <= _MAX_YEAR and _is_year(label):
        return "year"
    return "title" if names_annual_report(text) else None


def _is_year(label: str) -> bool:
    return bool(years_named(label)) and period_alone(label, 0) is not None


def _cuts(marks: list[_Mark]) -> list[tuple[int, int]]:
    """Return where to cut: after an end, at the first title or start, if another end follows it.

    A table of applications alone, without a title, begins no report: it stands twice in the one before.
    """
    cuts: list[tuple[int, int]] = []
    ends = [i for i, mark in enumerate(marks) if mark.kind in ("end", "statistics")]
    for ended, following in pairwise(ends):
        between = marks[ended + 1 : following + 1]
        kinds = {mark.kind for mark in between}
        started = "start" in kinds or kinds >= {"title", "received"} or marks[following].kind == "statistics"
        titles = [mark for mark in between if mark.kind == "title"]
        same_table = marks[ended].kind == marks[following].kind == "statistics" and not titles
        if not started or same_table or marks[ended].kind != marks[following].kind:
            continue
        cut = titles[0] if titles else _first_of(between)
        cuts.append((cut.block, cut.row))
    return cuts


def _first_of(between: list[_Mark]) -> _Mark:
    """Return where a report without a title begins: at its caption, or at the year that stands above that."""
    place = next(n for n, mark in enumerate(between) if mark.kind != "year")
    return between[place - 1] if place else between[place]


def _between(blocks: tuple[Block, ...], begin: tuple[int, int], end: tuple[int, int]) -> Iterator[Block]:
    for index in range(begin[0], min(end[0] + 1, len(blocks))):
        block = blocks[index]
        first = begin[1] if index == begin[0] else -1
        last = end[1] if index == end[0] else None
        if last is None and first < 0:
            yield block
        elif isinstance(block, Grid):
            rows = block.rows[max(first, 0) : max(last, 0) if last is not None else None]
            if rows:
                yield block._replace(rows=rows)
