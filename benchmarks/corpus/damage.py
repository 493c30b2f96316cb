"""What happens to a table between the agency's desk and the file: each function damages a printout in place.

A damage hides or moves what is printed; the truth of the cells stays. Only `slashes` and `merged` change it,
because there the agency itself printed something else.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.corpus.printing import CAPTION, HEADER, ROW, Line, Printout, Truth

Damage = Callable[[random.Random, Printout], None]


def none(rng: random.Random, printout: Printout) -> None:
    """Leave all as it is."""


def first_caption_missing(_rng: random.Random, printout: Printout) -> None:
    """Drop the caption of the first table."""
    printout.sheets[0].lines = [line for line in printout.sheets[0].lines if line.kind != CAPTION]


def captions_missing(_rng: random.Random, printout: Printout) -> None:
    """Drop every caption."""
    for sheet in printout.sheets:
        sheet.lines = [line for line in sheet.lines if line.kind != CAPTION]


def headers_cut(_rng: random.Random, printout: Printout) -> None:
    """Cut the headers at their line break: two columns then have the same name."""
    cuts = {"本年新制作数量": "本年新", "本年新公开数量": "本年新", "现行有效件数": "现行有效件", "本年增/减": "本年增"}
    for line in _headers(printout):
        line.values = [cuts.get(value, value) for value in line.values]


def header_missing(rng: random.Random, printout: Printout) -> None:
    """Drop the header of one table."""
    sheet = rng.choice(printout.sheets)
    sheet.lines = [line for line in sheet.lines if line.kind != HEADER]


def header_cell_lost(rng: random.Random, printout: Printout) -> None:
    """Drop one header cell."""
    line = rng.choice([line for line in _headers(printout) if line.values])
    del line.values[rng.randrange(len(line.values))]


def first_character_lost(rng: random.Random, printout: Printout) -> None:
    """Lose the first character of some labels of section 二."""
    for line in printout.rows():
        if line.paths[0][0] not in ("applications", "reviews") and rng.random() < 0.5:
            label = str(line.levels[-1])
            line.levels[-1] = label[1:] if len(label) > 3 else label


def noted_labels(_rng: random.Random, printout: Printout) -> None:
    """Put explanations with numbers and other labels into labels and headers."""
    notes = {
        "规章": "规章（设区的市、自治州人民政府应提供相关数据，不含规范性文件）",
        "上一年项目数量": "上一年项目数量（指2019年事项数）",
        "处理决定数量": "处理决定数量（指2020年办件量）",
        "本年增/减": "本年增/减（减用负值表示，如-8）",
        "其他对外管理服务事项": "其他对外管理服务事项：行政确认、奖励、裁决等",
    }
    for sheet in printout.sheets:
        for line in sheet.lines:
            line.levels = [notes.get(level, level) if level else level for level in line.levels]
            if line.kind == HEADER:
                line.values = [notes.get(value, value) for value in line.values]


def broken_labels(rng: random.Random, printout: Printout) -> None:
    """Break labels and headers over two lines."""
    for sheet in printout.sheets:
        for line in sheet.lines:
            line.levels = [_broken(rng, level) if level else level for level in line.levels]
            if line.kind == HEADER:
                line.values = [_broken(rng, value) for value in line.values]


def _broken(rng: random.Random, label: str) -> str:
    if len(label) < 5 or rng.random() < 0.6:
        return label
    cut = rng.randint(2, len(label) - 2)
    return f"{label[:cut]}\n{label[cut:]}"


def lost_labels(rng: random.Random, printout: Printout) -> None:
    """Lose the labels of some rows; their cells stay."""
    for line in _some(rng, printout, 0.15):
        line.levels = ["" if level else level for level in line.levels]


def dropped_labels(rng: random.Random, printout: Printout) -> None:
    """Lose the label cells of some rows altogether."""
    for line in _some(rng, printout, 0.15):
        line.levels = []


def dropped_rows(rng: random.Random, printout: Printout) -> None:
    """Lose some rows."""
    lost = {id(line) for line in _some(rng, printout, 0.15)}
    for sheet in printout.sheets:
        sheet.lines = [line for line in sheet.lines if id(line) not in lost]


def deleted_cells(rng: random.Random, printout: Printout) -> None:
    """Lose one value cell of some rows: all after it move to the left."""
    for line in _some(rng, printout, 0.3):
        place = rng.randrange(len(line.values))
        del line.values[place]
        printout.lost.add(line.paths[place])


def surplus_cells(rng: random.Random, printout: Printout) -> None:
    """Add a cell somewhere in some rows that are full: with a blank lost as well, nothing could tell."""
    for line in _some(rng, printout, 0.3):
        if all(line.values):
            line.values.insert(rng.randint(0, len(line.values)), rng.choice(("", "7", "合计", "88")))


def surplus_at_end(rng: random.Random, printout: Printout) -> None:
    """Add an empty cell at the end of some rows."""
    for line in _some(rng, printout, 0.3):
        line.values.append("")


def collapsed_blanks(_rng: random.Random, printout: Printout) -> None:
    """Drop all blank cells: what a converter does that skips empty cells."""
    for line in printout.rows():
        line.values = [value for value in line.values if value]


def glued_numbers(rng: random.Random, printout: Printout) -> None:
    """Print two numbers in one cell, and nothing in the other."""
    for line in _some(rng, printout, 0.3):
        if len(line.values) > 1 and all(line.values):
            place = rng.randrange(len(line.values) - 1)
            printout.lost.update(line.paths[place : place + 2])
            line.values[place : place + 2] = [f"{line.values[place]} {line.values[place + 1]}"]


def slashes(_rng: random.Random, printout: Printout) -> None:
    """Print / in every cell."""
    for line in printout.rows():
        line.values = ["/" for _ in line.values]
        printout.truth.update(dict.fromkeys(line.paths, Truth("/", None)))


def merged(rng: random.Random, printout: Printout) -> None:
    """Print one text for a whole row in place of its cells; the layouts span it where they can."""
    for line in _some(rng, printout, 0.3):
        if len(line.values) < 2:
            continue
        text = rng.choice(("", "无", "本单位无此项", "5"))
        line.values, line.merged = [text], True
        printout.truth.update(dict.fromkeys(line.paths, Truth(text, None)))


# Columns that agencies add: their header, where they stand, and what their cells hold.
_REMARKS, _FIGURES = ("", "—", "无", "见附件", "12%"), ("", "0", "3", "4321")
_ADDED = (
    ("备注", "end", _REMARKS), ("备注", "end", ("—",)), ("备注", "end", ("1", "2")), ("说明", "end", _REMARKS),
    ("上年总计", "end", _FIGURES), ("同比增减", "end", ("-3", "5")), ("占比", "end", ("12.5", "3")),
    ("小计", "within", _FIGURES), ("个体工商户", "within", _FIGURES), ("其中网上申请", "within", ("2",)),
    ("行次", "first", ()), ("单位", "first", ("件",)), ("序号", "before", ()),
)  # fmt: skip


def added_column(rng: random.Random, printout: Printout) -> None:
    """Add a column that the form does not have to some tables: remarks, a subtotal, last year's figure, row numbers."""
    name, where, texts = rng.choice(_ADDED)
    for sheet in printout.sheets:
        if rng.random() < 0.2 or (where != "end" and sheet.table == "reviews"):
            continue
        headers = [line for line in sheet.lines if line.kind == HEADER]
        rows = [line for line in sheet.lines if line.kind == ROW]
        header = headers[-1] if where == "within" else headers[0]
        within = rng.randint(0, len(header.values))
        sheet.added = 0 if where == "before" else 1
        for number, line in enumerate([header, *rows]):
            text = (rng.choice(texts) if texts else str(number)) if number else name
            if where == "before":
                line.before = [text]
                continue
            # The lower row of the table of applications begins behind 自然人.
            behind = int(number > 0 and sheet.table == "applications")
            place = {"end": len(line.values), "first": 0, "within": within + behind}[where]
            line.values.insert(place, text)


DAMAGES: tuple[Damage, ...] = (
    none, none, none, first_caption_missing, captions_missing, headers_cut, header_missing, header_cell_lost,
    first_character_lost, noted_labels, broken_labels, lost_labels, dropped_labels, dropped_rows, deleted_cells,
    surplus_cells, surplus_at_end, collapsed_blanks, glued_numbers, slashes, merged, added_column,
)  # fmt: skip


def _headers(printout: Printout) -> list[Line]:
    return [line for sheet in printout.sheets for line in sheet.lines if line.kind == HEADER]


def _some(rng: random.Random, printout: Printout, share: float) -> list[Line]:
    return [line for line in printout.rows() if rng.random() < share]
