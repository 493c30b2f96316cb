"""The spans of the official tables: abstract rows -> cells with row and column spans, as Word and web pages hold them.

Belongs here: which cell spans what, and the whole report as blocks that every writer of a format prints. Keep out:
markup and bytes of a format.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.corpus.printing import CAPTION, HEADER, ROW, Line, Printout, Sheet


class SpannedCell(NamedTuple):
    """A printed cell: its text (line breaks as \\n) and how many grid columns and rows it covers."""

    text: str
    colspan: int = 1
    rowspan: int = 1


class TextBlock(NamedTuple):
    """A paragraph; `is_title` is the title of the report, `is_heading` the title of a section."""

    text: str
    is_title: bool = False
    is_heading: bool = False


class TableBlock(NamedTuple):
    """A table: rows of cells, each cell once at its upper left place."""

    rows: tuple[tuple[SpannedCell, ...], ...]


Block = TextBlock | TableBlock
Writer = Callable[[random.Random, Sequence[Block]], bytes]

TITLE = "测试市东山区人民政府2020年政府信息公开工作年度报告"
SECTIONS = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip
PROSE = "2020年，我区收到行政许可申请15件，行政处罚3件，重复申请2件，政府集中采购20万元，全年主动公开规范性文件4件。"
_PROBLEMS, _OTHER = "问题是公开不够及时；将加强培训。", "无。"


def spanned_rows(
    rng: random.Random, sheet: Sheet, *, even: bool = True, sliver: bool = False
) -> list[list[SpannedCell]]:
    """Return the rows of a sheet. `even`: header and data rows span alike; `sliver`: some rows hold a surplus one."""
    if sheet.table == "applications":
        return _application_rows(sheet)
    if sheet.table == "reviews":
        return _review_rows(sheet)
    return _item_rows(rng, sheet, even, sliver)


def report_blocks(
    rng: random.Random,
    printout: Printout,
    *,
    title: str = TITLE,
    prose: str = PROSE,
    signature: str = "",
    even: bool = True,
    one_table: bool = False,
) -> list[Block]:
    """Return the whole report: title, six sections, the tables in the second to fourth.

    `prose` is the first section, `signature` stands below the last; `one_table` makes one table of section two.
    """
    by_table = {sheet.table: sheet for sheet in printout.sheets}
    items = [sheet for sheet in printout.sheets if sheet.table not in ("applications", "reviews")]
    parts: list[list[list[list[SpannedCell]]]] = [[spanned_rows(rng, sheet, even=even) for sheet in items]]
    if one_table:
        parts = [[[row for rows in parts[0] for row in rows]]]
    parts.extend([spanned_rows(rng, by_table[name], even=even)] for name in ("applications", "reviews"))
    blocks: list[Block] = [TextBlock(title, is_title=True), TextBlock(SECTIONS[0], is_heading=True), TextBlock(prose)]
    for heading, tables in zip(SECTIONS[1:4], parts, strict=True):
        blocks.append(TextBlock(heading, is_heading=True))
        blocks.extend(TableBlock(tuple(tuple(row) for row in rows if row)) for rows in tables)
    for heading, text in zip(SECTIONS[4:], (_PROBLEMS, _OTHER), strict=True):
        blocks.extend((TextBlock(heading, is_heading=True), TextBlock(text)))
    return [*blocks, TextBlock(signature)] if signature else blocks


def _widths(rng: random.Random, parts: int, total: int, even: bool) -> list[int]:
    if even or parts < 2:
        each, rest = divmod(total, max(parts, 1))
        return [each + (i < rest) for i in range(parts)]
    cuts = sorted(rng.sample(range(1, total), parts - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


def _item_rows(rng: random.Random, sheet: Sheet, even: bool, sliver: bool) -> list[list[SpannedCell]]:
    data = [line for line in sheet.lines if line.kind == ROW]
    total = 12 if not even else 6
    same = _widths(rng, max((len(line.paths) for line in data), default=1) + sheet.added, total, even)
    rows = []
    for line in sheet.lines:
        wide = total + 1 + len(data[0].before) if data else total + 1
        label = [SpannedCell(line.levels[0] or "", 1 if line.kind != CAPTION else wide)] if line.levels else []
        widths = _widths(rng, len(line.values), total, even)
        if even and line.kind == ROW and not line.merged:
            widths = [*same, same[-1], same[-1]][: len(line.values)]  # a lost cell makes no other wider
        cells = [SpannedCell(value, width) for value, width in zip(line.values, widths, strict=True)]
        if sliver and line.kind == ROW and rng.random() < 0.5:
            cells.insert(rng.randint(0, len(cells)), SpannedCell(""))
        rows.append([*map(SpannedCell, line.before), *label, *cells])
    return rows


def _application_rows(sheet: Sheet) -> list[list[SpannedCell]]:
    rows, lines = [], sheet.lines
    headers = [line for line in lines if line.kind == HEADER]
    lower = max(5, len(headers[-1].values)) if headers else 5
    for position, line in enumerate(lines):
        if line.kind == HEADER:
            first = line.levels[0] if line.levels else None
            head = [SpannedCell(first, 3, 3)] if first else []
            wide = {"法人或其他组织": lower, "申请人情况": lower + 2}
            # What stands beside the words of the form reaches down to its rows.
            depth = 3 - headers.index(line)
            cells = [SpannedCell(v, wide.get(v, 1), 1 if v in wide else depth) for v in line.values]
            rows.append([*(SpannedCell(text, 1, depth) for text in line.before), *head, *cells])
            continue
        labels = [
            SpannedCell(
                level, 4 - len(line.levels) if depth == len(line.levels) - 1 else 1, _below(lines, position, depth)
            )
            for depth, level in enumerate(line.levels)
            if level is not None
        ]
        values = [SpannedCell(value, 7 if line.merged else 1) for value in line.values]
        rows.append([*map(SpannedCell, line.before), *labels, *values])
    return rows


def _below(lines: list[Line], position: int, depth: int) -> int:
    count = 1
    for line in lines[position + 1 :]:
        if len(line.levels) <= depth or line.levels[depth] is not None:
            break
        count += 1
    return count if depth < len(lines[position].levels) - 1 else 1


def _review_rows(sheet: Sheet) -> list[list[SpannedCell]]:
    spans = {"行政复议": (5, 1), "行政诉讼": (10, 1), "未经复议直接起诉": (5, 1), "复议后起诉": (5, 1)}
    rows = []
    for position, line in enumerate(sheet.lines):
        wide = 15 if line.merged else 1
        low = [3 - position if line.kind == HEADER and value not in spans else 1 for value in line.values]
        cells = [SpannedCell(v, spans.get(v, (wide, 1))[0], rows_) for v, rows_ in zip(line.values, low, strict=True)]
        rows.append(cells)
    return rows
