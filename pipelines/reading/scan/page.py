"""A pictured page -> its tables and lines of text, each cell with its probability and with what speaks against it.

Belongs here: one page from pixels to cells and lines. Keep out: files, the order of pages, and forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import NamedTuple

import cv2
import numpy as np

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Cell, Place, ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.scan.coloured_ink import hides_text
from pipelines.reading.scan.columns import parted
from pipelines.reading.scan.digit_verification import FAINT_INK, DigitVerification
from pipelines.reading.scan.doubts import SIGN_MAY_BE_LOST, doubted
from pipelines.reading.scan.faint_rules import with_faint_rules
from pipelines.reading.scan.ink import DARK, Inked, Paper, faint_level, inner_box, inside, segments, widest_gap
from pipelines.reading.scan.lattice import BROKEN_RULE, RuledCell
from pipelines.reading.scan.masks import Box, Mask, darker, dilated, opened
from pipelines.reading.scan.paper import Sheet, character_height
from pipelines.reading.scan.readings import read_cell_lines, read_prose_lines
from pipelines.reading.scan.rules import RuledTable, RulingLines, find_rules, ruled_tables
from pipelines.reading.scan.specks import may_change_figure
from pipelines.reading.scan.stray_lines import doubt_split_rows, runs_through, without_stray_lines
from pipelines.reading.scan.wrapped_figures import with_whole_figures
from pipelines.reading.strokes import Strokes

INK_AT_RULE, WRAPPED, WIDE_GAP, TURNED = code_list("cell_note").named(
    "ink_at_rule", "wrapped_figure", "wide_gap", "page_may_be_turned"
)
# More lines than any page of a report has: a photograph or noise.
_MOST_LINES = 4_000
_GAP = 1.2
# Shorter rules outside tables are strokes of large characters.
_LONG_RULE = 5.0
_CHINESE = re.compile(r"[\u3400-\u9fff]")
# A number other than 0 that prints no sign.
_UNSIGNED = re.compile(r"[^\d+-]*(?=[\d,.]*[1-9])\d[\d,.]*\D*")
_FIGURE = re.compile(r"^(?=.*\d)[\d\s,.+\-%()/]+$")
# Digits are at least this high by the height of the page's characters; lower are ends of pen strokes below a table.
_LEAST_FIGURE = 0.3
# A page stands upright if its words are read with this mean probability; so many of its lines tell, and where they do
# not, so many.
_UPRIGHT, _SAMPLES = 0.8, (8, 40)
# Words of which every page of a report has some, and how many different ones no nonsense has. None that narrow cells
# print one character below the other, as 总计: of a page on its side such words are read as lines.
WORDS = re.compile(
    "政府|信息|公开|行政|申请|处理|复议|诉讼|情况|工作|年度|报告|数量|部门|单位|问题|属于|秘密|法律|法规|第三方|机关|制作|"
    "补正|提供|要求|重复|理由|逾期|继续|办理|内容|规章|规范|许可|处罚|强制|收费|采购"
)
_ENOUGH_WORDS = 3
# How wide a line is that tells, and how much of it is looked at, in heights of a character.
_SAMPLE_WIDTHS = (3.0, 16.0)
_TABULAR_ROWS = 3
# Characters in a table are at least this much of those of the page.
_LEAST_SHARE = 0.4
# Black of an open scanner this near to a cell may cover some of it, in heights of a character.
_BESIDE_BLACK = 0.2
# So near to a table ink is no text beside it.
_MARGIN = 0.25
# The height of a line with the space below it.
_LINE = 1.3
# So many Chinese characters are words, which are read without proof.
_WORD = 3
# A line that fills its cell leaves less room than this many characters.
_FULL = 1.6


class TextLine(NamedTuple):
    """A line of text outside tables: its text, and where it stands in pixels."""

    text: str
    box: Box


class PageTable(NamedTuple):
    """A table of a page: its cells by rows, its upright rules from 0 to 1, its width in points, its box in pixels.

    `full` are the columns of those cells at its lower edge whose last line fills them: their text may go on. `ends`
    tell whether it has no rule above and below.
    """

    rows: list[list[Cell]]
    rules: tuple[float, ...]
    width: float
    full: frozenset[int]
    box: Box
    ends: tuple[bool, bool]


class PageText(NamedTuple):
    """What a page holds, in pixels of the straightened page; `em` is the height of its characters."""

    tables: tuple[PageTable, ...]
    lines: tuple[TextLine, ...]
    em: float
    size: tuple[int, int]


class _LaidOut(NamedTuple):
    """A sheet with its rules, its tables, the stretches of text outside them, and where stray lines were."""

    sheet: Sheet
    rules: RulingLines
    tables: list[RuledTable]
    texts: list[Box]
    stray: tuple[Box, ...]


class _Drawn(NamedTuple):
    """A cell, its ink, whether a line that is no rule ran through its text, and whether that ends below the cell."""

    cell: RuledCell
    ink: Inked
    struck: bool
    runs_out: bool


def read_sheet(sheet: Sheet, page: int, limits: Limits) -> list[PageText]:
    """Read a page, whichever way it lay on the scanner: each of its columns for itself, in reading order.

    Raises ReadError `no_grid_in_picture` where columns of figures stand without rules, and where a budget is exceeded.
    """
    upright, plain, is_sure = _upright(sheet)
    rules = with_faint_rules(plain, upright.gray, upright.em, upright.noise, limits)
    texts = []
    for part in _columns(_laid_out(*_without_stray(upright, rules), limits), limits):
        text, sure = _read_as_it_stands(part, page)
        texts.append(_checked(text if is_sure or sure >= _UPRIGHT else _doubted(text), page))
    return texts


def _without_stray(sheet: Sheet, rules: RulingLines) -> tuple[Sheet, RulingLines, tuple[Box, ...]]:
    gray, rules, lines = without_stray_lines(sheet.gray, rules, sheet.em)
    return replace(sheet, gray=gray), rules, lines


def _laid_out(sheet: Sheet, rules: RulingLines, stray: tuple[Box, ...], limits: Limits) -> _LaidOut:
    tables = ruled_tables(rules, sheet.em, limits)
    return _LaidOut(sheet, rules, tables, segments(_outside(sheet, rules, tables), sheet.em), stray)


def _columns(whole: _LaidOut, limits: Limits) -> list[_LaidOut]:
    """Return the parts of a sheet that are read for themselves."""
    sheet = whole.sheet
    height, width = sheet.gray.shape
    parts = parted((width, height), whole.texts, [table.box for table in whole.tables], sheet.em)
    if len(parts) == 1:
        return [whole]
    return [
        _laid_out(
            sheet.cropped(part),
            RulingLines(*(mask[part[1] : part[3], part[0] : part[2]] for mask in whole.rules)),
            tuple((b[0] - part[0], b[1] - part[1], b[2] - part[0], b[3] - part[1]) for b in whole.stray),
            limits,
        )
        for part in parts
    ]


def _upright(sheet: Sheet) -> tuple[Sheet, RulingLines, bool]:
    """Return a sheet the way up in which most of its words are such as reports use, its rules, and whether it is sure.

    How surely words are read does not tell alone: nonsense on its head has been read with 0.96, and of a page with few
    words more surely than what it says.
    """
    ways: dict[int, tuple[Sheet, RulingLines]] = {}
    found: dict[int, tuple[int, float]] = {}
    for lines in _SAMPLES:
        for quarters in (0, 2, 1, 3):
            if quarters not in ways:
                turned = sheet.turned(quarters)
                ways[quarters] = turned, find_rules(turned.gray, turned.em)
            found[quarters] = words, sure = _sample(*ways[quarters], lines)
            if words >= _ENOUGH_WORDS and sure >= _UPRIGHT:
                return *ways[quarters], True
    best = max(found, key=found.__getitem__)
    return *ways[best], found[best][1] >= _UPRIGHT


def _doubted(text: PageText) -> PageText:
    """Return a page of which no word tells which way is up: 6 may be 9, and rows may be columns."""
    tables = (
        table._replace(rows=[[doubted(cell, TURNED) for cell in row] for row in table.rows]) for table in text.tables
    )
    return text._replace(tables=tuple(tables))


def _read_as_it_stands(laid_out: _LaidOut, page: int) -> tuple[PageText, float]:
    """Return the text of a page and how surely its words were read."""
    sheet, rules, ruled, boxes, stray = laid_out
    every = rules.across | rules.down
    ems = [_height_inside(sheet, every, table) for table in ruled]
    drawn = []
    for table, em in zip(ruled, ems, strict=True):
        paper = Paper(em, sheet.noise, sheet.grain)
        drawn.append([_drawn(sheet, every, cell, table, paper, stray) for cell in table.cells])
    boxes = [box for box in boxes if not any(_runs_out_of(d, box, sheet.em) for cells in drawn for d in cells)]
    if sum(len(d.ink.lines) for cells in drawn for d in cells) + len(boxes) > _MOST_LINES:
        raise ReadError("too_many_cells", "reading_scan.page_lines", page=page, limit=_MOST_LINES)
    proofs = [
        read_cell_lines(
            [d.ink.gray[b[1] : b[3], b[0] : b[2]] for d in cells for b in d.ink.lines], em, strokes=sheet.strokes
        )
        for cells, em in zip(drawn, ems, strict=True)
    ]
    pictured = [sheet.gray[top:bottom, left:right] for left, top, right, bottom in boxes]
    words = read_prose_lines(pictured, sheet.em, strokes=sheet.strokes)
    lines = tuple(TextLine(proof.text, box) for proof, box in zip(words, boxes, strict=True) if proof.text)
    tables = [
        _table(sheet, page, t, cells, iter(found), em)
        for t, cells, found, em in zip(ruled, drawn, proofs, ems, strict=True)
    ]
    size = (sheet.gray.shape[1], sheet.gray.shape[0])
    return PageText(tuple(tables), lines, sheet.em, size), _sureness([*chain.from_iterable(proofs), *words])


def _drawn(sheet: Sheet, rules: Mask, cell: RuledCell, table: RuledTable, paper: Paper, stray: Sequence[Box]) -> _Drawn:
    """Return a cell with its ink: a label that no rule ends on this page may end a line below its table."""
    ink, (left, top, right, bottom), em = inside(sheet.gray, rules, cell.box, paper), cell.box, paper.em
    runs_out = False
    if not cell.closed and bottom == table.ys[-1]:
        longer = inside(sheet.gray, rules, (left, top, right, bottom + round(em * _LINE)), paper)
        runs_out = not longer.cut and (ink.cut or _has_line_at(longer, len(ink.lines), bottom - top, em))
        ink = longer if runs_out else ink
    return _Drawn(cell, ink, runs_through(stray, cell.box, ink.lines, em), runs_out)


def _has_line_at(longer: Inked, above: int, height: int, em: float) -> bool:
    """Tell whether ink has one line besides so many above, and it begins where a cell of this height ends."""
    return len(longer.lines) == above + 1 > 1 and abs(longer.lines[-1][1] - height) <= em * _MARGIN + 2


def _runs_out_of(drawn: _Drawn, box: Box, em: float) -> bool:
    """Tell whether a stretch of text is the rest of the line that ends below a cell."""
    left, _, right, bottom = drawn.cell.box
    return drawn.runs_out and 0 <= box[1] - bottom <= em * _MARGIN + 2 and left <= box[0] and box[2] <= right


def _height_inside(sheet: Sheet, rules: Mask, table: RuledTable) -> float:
    """Return the height of characters in a table: it may be printed smaller than the text around it."""
    left, top, right, bottom = table.box
    inner = sheet.gray[top:bottom, left:right].copy()
    inner[dilated(rules[top:bottom, left:right], 3, 3) > 0] = 255
    found = character_height(inner)
    return sheet.em if found is None else min(max(found, _LEAST_SHARE * sheet.em), sheet.em)


def _table(
    sheet: Sheet,
    page: int,
    ruled: RuledTable,
    drawn: Sequence[_Drawn],
    proofs: Iterator[DigitVerification],
    em: float,
) -> PageTable:
    rows: list[list[Cell]] = [[] for _ in ruled.ys[1:]]
    full: set[int] = set()
    filled: set[tuple[int, int]] = set()
    for one in drawn:
        lines = [next(proofs) for _ in one.ink.lines]
        cell = _cell(sheet, page, one, lines, em)
        if sheet.strokes == Strokes.WHOLE and _goes_on_below(one.ink, lines, em):
            filled.add((cell.row, cell.col))
        if one.cell.closed or cell.text:
            rows[cell.row].append(cell)
        lowest = one.ink.lines[-1:] if cell.row + cell.rowspan == len(rows) else ()
        if any(one.runs_out or _is_full(one.ink, line, em) for line in lowest):
            full.add(cell.col)
    left, _, right, _ = ruled.box
    rules = tuple((x - left) / (right - left) for x in ruled.xs)
    ends = (ruled.sides.top, ruled.sides.bottom)
    rows = with_whole_figures(doubt_split_rows(rows), filled)
    return PageTable(rows, rules, (right - left) * sheet.point, frozenset(full), ruled.box, ends)


def _is_full(ink: Inked, line: Box, em: float) -> bool:
    """Tell whether a line leaves no room in its cell for what follows."""
    return line[2] - line[0] >= int(ink.gray.shape[1]) - _FULL * em


def _goes_on_below(ink: Inked, lines: Sequence[DigitVerification], em: float) -> bool:
    """Tell whether lines are digits alone, surely read, and each but the last fills the cell."""
    sure = all(line.text.isdecimal() and line.doubt is None for line in lines)
    return len(lines) > 1 and sure and not ink.faint and all(_is_full(ink, line, em) for line in ink.lines[:-1])


def _outside(sheet: Sheet, rules: RulingLines, ruled: Sequence[RuledTable]) -> Mask:
    """Return the ink outside tables, without rules and specks."""
    ink = darker(np.asarray(cv2.blur(sheet.gray, (3, 3)), np.uint8), faint_level(sheet.noise))
    long = round(sheet.em * _LONG_RULE)
    ink[dilated(opened(rules.across, long, 1) | opened(rules.down, 1, long), 3, 3) > 0] = 0
    margin = round(sheet.em * _MARGIN)
    for table in ruled:
        left, top, right, bottom = table.box
        ink[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = 0
    return ink


def _cell(sheet: Sheet, page: int, drawn: _Drawn, lines: Sequence[DigitVerification], em: float) -> Cell:
    ruled, ink, struck, _ = drawn
    is_hidden = sheet.dropped is not None and hides_text(sheet.dropped, ruled.box, ink.lines, em)
    text = "\n".join(proof.text for proof in lines if proof.text)
    confidence = min((proof.confidence for proof in lines), default=1.0)
    place = Place(page, sheet.points(ruled.box), None, round(confidence, 3))
    why = ruled.doubt or (FAINT_INK if is_hidden else _odd(ink, lines, text, em))
    if sheet.covered is not None and _reaches(sheet.covered, ruled.box, em):
        why = why or INK_AT_RULE
    if sheet.specks is not None and len(_CHINESE.findall(text)) < _WORD:
        inked = [(b, darker(ink.gray[b[1] : b[3], b[0] : b[2]], DARK)) for b in ink.lines]
        if may_change_figure(text, sheet.specks, inner_box(ruled.box, em), inked, em):
            why = why or FAINT_INK
    # Nothing can be printed between rules that stand nearer than a character is high: one of them is none.
    if not text and ruled.box[3] - ruled.box[1] < em:
        why = why or BROKEN_RULE
    if struck and len(_CHINESE.findall(text)) < _WORD:
        why = why or FAINT_INK
    if sheet.strokes and len(_CHINESE.findall(text)) < _WORD and _UNSIGNED.fullmatch(text):
        why = why or SIGN_MAY_BE_LOST
    return Cell(text, ruled.row, ruled.col, ruled.rowspan, ruled.colspan, 0, place, why)


def _reaches(covered: Mask, box: Box, em: float) -> bool:
    """Tell whether black of the scanner lies over a part of a cell or at its rules: figures may go on beneath."""
    left, top, right, bottom = box
    near = round(em * _BESIDE_BLACK)
    return bool(covered[max(0, top - near) : bottom + near, max(0, left - near) : right + near].any())


def _odd(ink: Inked, lines: Sequence[DigitVerification], text: str, em: float) -> str | None:
    """Return what speaks against the text of a cell."""
    words = len(_CHINESE.findall(text)) >= _WORD
    if ink.cut and not words:
        return INK_AT_RULE
    if ink.faint and not words:
        return FAINT_INK
    if lines and not text:
        return FAINT_INK
    if any(a.text[-1:].isdecimal() and b.text[:1].isdecimal() for a, b in pairwise(lines)):
        return WRAPPED
    gaps = (widest_gap(ink.gray[top:bottom, left:right]) for left, top, right, bottom in ink.lines)
    if not words and any(gap > _GAP * em for gap in gaps):
        return WIDE_GAP
    return next((proof.doubt for proof in lines if proof.doubt), None)


def _sureness(proofs: Sequence[DigitVerification]) -> float:
    """Return the mean probability of lines of words; 0 where there is none."""
    sure = [proof.mean for proof in proofs if len(_CHINESE.findall(proof.text)) >= _WORD]
    return sum(sure) / len(sure) if sure else 0.0


def _sample(sheet: Sheet, rules: RulingLines, number: int) -> tuple[int, float]:
    """Return how many words of reports a number of lines of a page have as it stands, and how surely they are read."""
    ink = _outside(sheet, rules, [])
    least, most = (round(sheet.em * width) for width in _SAMPLE_WIDTHS)
    # Of a full line its beginning tells: pages of prose have few others.
    boxes = [(b[0], b[1], min(b[2], b[0] + most), b[3]) for b in segments(ink, sheet.em) if b[2] - b[0] >= least]
    boxes = boxes[:: max(1, len(boxes) // number)][:number]
    lines = read_prose_lines([sheet.gray[b[1] : b[3], b[0] : b[2]] for b in boxes], sheet.em)
    return len({word for line in lines for word in WORDS.findall(line.text)}), _sureness(lines)


def _checked(text: PageText, page: int) -> PageText:
    """Return a page with one line per row. Refuse figures in columns that no rules part: their cells were guessed."""
    rows: list[list[TextLine]] = []
    for line in sorted(text.lines, key=lambda one: one.box[1] + one.box[3]):
        middle = (line.box[1] + line.box[3]) / 2
        if rows and rows[-1][-1].box[1] < middle < rows[-1][-1].box[3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    least = text.em * _LEAST_FIGURE
    tabular = [row for row in rows if len(row) > 1 and any(_is_figure(line, least) for line in row)]
    if len(tabular) >= _TABULAR_ROWS:
        raise ReadError("no_grid_in_picture", "reading_scan.no_grid", page=page, rows=len(tabular))
    return text._replace(lines=tuple(_one(sorted(row, key=lambda line: line.box[0])) for row in rows))


def _is_figure(line: TextLine, least: float) -> bool:
    return line.box[3] - line.box[1] >= least and _FIGURE.match(line.text) is not None


def _one(row: Sequence[TextLine]) -> TextLine:
    boxes = np.array([line.box for line in row])
    low, high = boxes.min(axis=0), boxes.max(axis=0)
    return TextLine(" ".join(line.text for line in row), (int(low[0]), int(low[1]), int(high[2]), int(high[3])))
