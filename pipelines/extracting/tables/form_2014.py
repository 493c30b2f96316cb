"""Form 2014: find the table 统计指标 | 单位 | 统计数 in grids or lines of text and read its indicators.

Only below its own header: the labels live on in the prose of later years. Nothing is placed by counting: in grids the
header's columns decide, in lines the unit that the form prints between label and number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.extracting.numbers import AMBIGUOUS, VALUE, looks_like_value, parse_value
from pipelines.extracting.tables.cells import ABSENT_CELL, CellReading, FormReading, keep_cell, parse_slot
from pipelines.extracting.tables.rows import LogicalRow, Slot, grid_rows
from pipelines.extracting.tables.unmapped import UnmappedRow
from pipelines.forms.indicators import STATISTICS_2014, TABLE_ID, Indicator, Named, is_unit, may_go_on, name_of
from pipelines.forms.indicators import names_column as column_of
from pipelines.forms.labels import clean
from pipelines.forms.units import PrintedUnits, joined, printed_units, whole_units
from pipelines.reading import Document, Grid, Paragraph, Run

SEVERAL_COLUMNS, SHORT_ROW, UNIT_DIFFERS = code_list("cell_note").named("several_columns", "short_row", "unit_differs")
# A table is this form when it bears a decisive label, or this many of its indicators.
_MIN_INDICATORS, _MIN_WITHOUT_DECISIVE = 5, 20
_MAX_JOIN = 6
_WORDS = re.compile(r"[^\s|｜]+")


class _Panel(NamedTuple):
    """Columns that belong together: label, unit (None: not printed), and the columns of numbers."""

    label: tuple[int, int]
    unit: tuple[int, int] | None
    numbers: tuple[tuple[int, int], ...]
    width: int


@dataclass
class _Reading:
    """What is read so far, and the section in which the next label stands."""

    form: FormReading = field(
        default_factory=lambda: FormReading(
            STATISTICS_2014.form, dict.fromkeys(STATISTICS_2014.form.cell_paths, ABSENT_CELL)
        )
    )
    section: str = ""
    decisive: bool = False
    named: int = 0

    def take(self, label: Slot, unit: str, values: Sequence[Slot], problem: str | None = None) -> None:
        """Take a row: its label, the unit printed beside it, and the cells of its numbers."""
        found = self._choose(name_of(label.text))
        self.decisive |= any(word in clean(label.text) for word in STATISTICS_2014.form.decisive)
        if found is None or (found.indicator is None and any(looks_like_number(v) for v in values)):
            if label.text and not (len(values) == 0 and unit == ""):
                self.form.unmapped.append(UnmappedRow(TABLE_ID, label.text, tuple(v.text for v in values), label))
            return
        self.section = found.section
        if found.indicator is None:
            return
        self.named += 1
        path = (TABLE_ID, found.indicator.id, "")
        keep_cell(self.form, path, _cell(found.indicator, found, unit, values, problem, label))

    def _choose(self, named: tuple[Named, ...]) -> Named | None:
        if len(named) <= 1:
            return named[0] if named else None
        here = [n for n in named if n.section == self.section]
        return here[0] if len(here) == 1 else None


def looks_like_number(slot: Slot) -> bool:
    """Tell whether a cell holds a number and not the dashes of a section row."""
    return parse_value(slot.text, "count").status == VALUE


def _cell(
    indicator: Indicator, found: Named, unit: str, values: Sequence[Slot], problem: str | None, label: Slot
) -> CellReading:
    own = clean(unit)
    if problem is None and len(values) != 1:
        problem = SEVERAL_COLUMNS if values else SHORT_ROW
    if problem is not None:
        printed = " | ".join(v.text for v in values) or None
        place = values[0] if values else label
        return CellReading(printed, AMBIGUOUS, None, None, None, found.matched_by, found.score, place, problem)
    beside = _unit_beside(indicator, own, label.text)
    cell = parse_slot(values[0], indicator.kind, indicator.unit, beside, found.matched_by, found.score)
    if indicator.kind == "amount" or cell.status == AMBIGUOUS or not (own and is_unit(own)):
        return cell
    return cell._replace(unit=own, note=cell.note if own == indicator.unit else UNIT_DIFFERS)


def _unit_beside(indicator: Indicator, own: str, label: str) -> str | None:
    """Return the unit that the unit's cell and the label print; of counts only one that changes the number."""
    units = printed_units(label)
    if own and any(map(str.isalpha, own)):
        units = units.with_those_of(whole_units(own) or PrintedUnits(unknown=(own,)))
    if indicator.kind == "amount":
        return joined((*units.money, *units.unknown, *(() if units.money else (*units.single, *units.several))))
    return None if is_unit(own) else joined((*units.several, *units.unknown))


def has_statistics(document: Document) -> bool:
    """Tell whether the header of form 2014 stands anywhere in a document; cheap for all that lack it."""
    for block in document.blocks:
        if isinstance(block, Grid):
            if any("指标" in cell.text or "指 标" in cell.text for row in block.rows for cell in row):
                return True
        elif isinstance(block, Run):
            if any("指标" in piece.text for piece in block.pieces):
                return True
        elif "指标" in block.text and len(block.text) < 200:
            return True
    return False


def read_statistics(document: Document) -> FormReading | None:
    """Return the cells of form 2014, or None where the document does not hold that table."""
    if not has_statistics(document):
        return None
    reading = _Reading()
    panels: list[_Panel] = []
    stream: list[Paragraph | Run] = []
    grids = 1 + max((b.index for b in document.blocks if isinstance(b, Grid)), default=-1)
    for block in document.blocks:
        if isinstance(block, Grid):
            panels = _read_grid(reading, block, panels)
        else:
            stream.append(block)
    if not reading.named:
        _read_words(reading, list(_words(stream, grids)))
    enough = reading.named >= (_MIN_INDICATORS if reading.decisive else _MIN_WITHOUT_DECISIVE)
    return reading.form if enough else None


def _read_grid(reading: _Reading, grid: Grid, panels: list[_Panel]) -> list[_Panel]:
    """Read the rows of a grid below its header; a grid without one goes on where the last of that width ended."""
    rows = grid_rows(grid)
    if panels and not any(_panels(row) for row in rows) and rows and _width(rows[0]) != panels[0].width:
        return panels
    below: list[LogicalRow] = []
    for row in (*rows, None):
        found = _panels(row) if row is not None else []
        if row is not None and not found:
            below.append(row)
            continue
        # Panel by panel: what a label means depends on the section above it, and that stands in its own panel.
        for panel in panels:
            for each in below:
                _read_row(reading, each, panel)
        panels, below = found or panels, []
    return panels


def _width(row: LogicalRow) -> int:
    return row.slots[-1].right if row.slots else 0


def _panels(row: LogicalRow) -> list[_Panel]:
    """Return the panels a header row opens, side by side where it is printed twice."""
    panels: list[_Panel] = []
    label: tuple[int, int] | None = None
    unit: tuple[int, int] | None = None
    numbers: list[tuple[int, int]] = []
    width = _width(row)
    for slot in (*row.slots, None):
        named = column_of(slot.text) if slot is not None else "indicator"
        if named == "indicator":
            if label is not None and numbers:
                panels.append(_Panel(label, unit, tuple(numbers), width))
            if slot is not None:
                label, unit, numbers = (slot.col, slot.right), None, []
        elif slot is not None and named == "unit":
            unit = (slot.col, slot.right)
        elif slot is not None and named == "number" and label is not None:
            numbers.append((slot.col, slot.right))
    return panels


def _under(slots: Sequence[Slot], span: tuple[int, int]) -> list[Slot]:
    return [s for s in slots if s.col < span[1] and s.right > span[0]]


def _read_row(reading: _Reading, row: LogicalRow, panel: _Panel) -> None:
    labels = [s for s in _under(row.slots, panel.label) if s.text]
    if not row.spanned and _width(row) != panel.width:
        _read_short_row(reading, row)
        return
    if not labels:
        return
    joined = labels[0]._replace(text="".join(s.text for s in labels))
    label = joined if len(labels) > 1 and name_of(joined.text) else labels[-1]
    unit = "".join(s.text for s in _under(row.slots, panel.unit)) if panel.unit else ""
    values = [s for span in panel.numbers for s in _under(row.slots, span)]
    label_again = any(v in labels for v in values)  # one cell spans label and number: a section's row
    reading.take(label, unit, [] if label_again else values)


def _read_short_row(reading: _Reading, row: LogicalRow) -> None:
    """Read a row whose cells do not fit the header by the unit printed between its label and its number."""
    filled = [s for s in row.slots if s.text]
    units = [i for i, s in enumerate(row.slots) if is_unit(s.text)]
    if len(units) == 1 and units[0] > 0 and len(row.slots) == units[0] + 2:
        reading.take(row.slots[units[0] - 1], row.slots[units[0]].text, [row.slots[units[0] + 1]])
    elif filled and (named := next((s for s in filled if name_of(s.text)), None)):
        values = [s for s in filled if looks_like_number(s)]
        reading.take(named, "", values, SHORT_ROW if values else None)


def _words(blocks: Sequence[Paragraph | Run], grid: int) -> Iterator[Slot]:
    number = 0
    for block in blocks:
        pieces = block.pieces if isinstance(block, Run) else (block,)
        for piece in pieces:
            for word in _WORDS.findall(piece.text):
                yield Slot(word, grid, number, 0, 1, piece.line)
                number += 1


def _read_words(reading: _Reading, words: list[Slot]) -> None:
    """Read words below the header: label, unit, number. Without the unit between them nothing is believed."""
    position = _after_header(words)
    while 0 < position < len(words):
        if "。" in words[position].text:
            return
        label, end = _longest_label(words, position)
        if label is None:
            position += 1
            continue
        unit = words[end].text if end < len(words) else ""
        if not is_unit(unit):
            reading.take(label, "", [s for s in words[end : end + 1] if looks_like_number(s)], SHORT_ROW)
            position = end
            continue
        following = words[end + 1] if end + 1 < len(words) else None
        blank = words[end]._replace(text="")
        is_number = following is not None and looks_like_value(following.text)
        reading.take(label, unit, [following if is_number and following is not None else blank])
        position = end + 1 + is_number


def _after_header(words: list[Slot]) -> int:
    for position in range(len(words)):
        near = [column_of(w.text) for w in words[position : position + 4]]
        if near[:1] == ["indicator"] and near.count("number") == 1 and "older" not in near:
            return position + near.index("number") + 1
    return -1


def _longest_label(words: list[Slot], position: int) -> tuple[Slot | None, int]:
    """Return the longest label that begins at a word, parts of a broken one joined, and where it ends."""
    best: tuple[Slot | None, int] = (None, position)
    text = ""
    for end in range(position, min(position + _MAX_JOIN, len(words))):
        if end > position and (is_unit(words[end].text) or looks_like_value(words[end].text)):
            break
        text += words[end].text
        found = name_of(text)
        if found and (end == position or found[0].matched_by == "label"):
            best = (words[position]._replace(text=text), end + 1)
        elif not may_go_on(text):
            break
    return best
