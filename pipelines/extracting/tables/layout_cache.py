"""Tables that look alike are placed alike: where the cells of a form stand, remembered by labels and spans.

Forms repeat by the thousand, and only their values differ. How the tables of a document look, with one value in place
of every value, decides where each of its cells belongs; the values themselves never do, nor, in tables that are even,
which of them are blank. Belongs here: the look of a document's tables and what is remembered for it. Keep out: how
tables are collected and placed (`raw_tables`, `cells`), and which tables are even (`even_tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import add
from typing import NamedTuple

from pipelines.extracting.numbers import is_sign_word
from pipelines.extracting.sections import heading_number
from pipelines.extracting.tables.cells import FormLayout, FormReading, absent_cells, parse_slot
from pipelines.extracting.tables.collector import RawTable, classify_cell
from pipelines.extracting.tables.even_tables import RowEnd, are_even
from pipelines.extracting.tables.header import names_years
from pipelines.extracting.tables.page_breaks import joined_rows
from pipelines.extracting.tables.placing import GLUED_ZEROS
from pipelines.extracting.tables.raw_tables import closes_table, has_pages, texts_of
from pipelines.extracting.tables.rows import grid_rows, slot_of
from pipelines.forms import CellPath, Form, form_in_force
from pipelines.forms.units import units_of_their_own
from pipelines.reading import Block, Cell, Document, Grid, Paragraph

# Texts of each row with the edges of its cells, and what stands between rows of tables: a heading, the item that a
# caption names, the end of a grid. What is passed over where no table is open (prose, titles) is no part of it.
Signature = tuple[object, ...]
Standing = tuple[str, ...]
# The grid columns in which the cells of a row begin, and behind which they end.
Edges = tuple[tuple[int, ...], tuple[int, ...]]
_RowLook = tuple[Standing, Edges]
Row = tuple[int, tuple[Cell, ...]]
_VALUE, _HEADING, _GRID_END = "1", "heading", "end"
_VALUE_OR_BLANK = frozenset((_VALUE, ""))
# A report has some 600 cells; what has many more is not remembered.
_MAX_CELLS = 2_000
_MAX_PLANS, _MAX_MET = 256, 4096
_NO_CELLS: tuple[tuple[()], ...] = ((),) * len(Cell._fields)


class _Known(NamedTuple):
    """A cell of the form: its path, its place in the rows of all tables, and what is needed to read it."""

    path: CellPath
    row: int
    cell: int
    kind: str
    unit: str
    header_unit: str | None
    by: str
    score: float | None


@dataclass(frozen=True)
class LayoutSignature:
    """How the tables of a document look: exactly, and with a value in place of each blank among values.

    `rows` are those of its tables with the index of their grid: these have no part in whether two look alike.
    """

    exact: Signature
    filled: Signature
    rows: list[Row] = field(compare=False)


class _Plan(NamedTuple):
    """Where the cells of a form stand; `is_even`: whichever of the values are blank."""

    form: Form
    cells: tuple[_Known, ...]
    borrowed: dict[str, Form]
    is_even: bool


_new = tuple.__new__
_plans: dict[Signature, _Plan] = {}
# Looks that were met once, by their hash: one more that hashes alike is only kept too early.
_met: dict[int, None] = {}


def layout_signature(document: Document, year: int) -> LayoutSignature | None:
    """Return how the tables of a document look; None where the text around them, or a page break, may matter.

    The form in force in the report year belongs to it: it decides where labels cannot tell two forms apart.
    """
    in_force = form_in_force(year)
    looks: list[_RowLook | str] = []
    rows: list[Row] = []
    count = 0
    is_closed = True  # no table is open
    for block in document.blocks:
        if _has_more_than_looks(block):
            return None
        if isinstance(block, Grid):
            for row in block.rows:
                count += len(row)
                texts, _, columns, _, spans, *_ = zip(*row, strict=True) if row else _NO_CELLS
                if is_closed or texts.count("") == len(texts) - 1:
                    alone = [text for text in texts if text]
                    if closes_table(alone):
                        is_closed = is_closed or _begin(_HEADING, looks)
                        continue
                    if is_closed and all(map(_is_passed_over, texts)):
                        continue
                    is_closed = False
                    if len(alone) == 1 and (caption := classify_cell(alone[0]).caption) is not None:
                        _begin(caption, looks)
                        continue
                looks.append((tuple(map(_standing, texts)), (columns, tuple(map(add, columns, spans)))))
                rows.append((block.index, row))
            if not is_closed:
                looks.append(_GRID_END)
        elif not is_closed and isinstance(block, Paragraph) and heading_number(block.text):
            is_closed = _begin(_HEADING, looks)
    if not 0 < count <= _MAX_CELLS:
        return None
    while looks and looks[-1] in (_HEADING, _GRID_END):
        looks.pop()  # nothing follows
    known = in_force.id if in_force else None
    exact, filled = _aligned(looks)
    return LayoutSignature((known, *exact), (known, *filled), rows)


def _has_more_than_looks(block: Block) -> bool:
    """Tell whether the reading of a block depends on more than how its tables look.

    A line or a heading with units (单位：万元) may be that of a table below. A unit in a label in doubt may be struck.
    """
    if not isinstance(block, Grid):
        return any(map(units_of_their_own, texts_of(block)))
    if not block.spanned or (has_pages(block) and _has_joined_rows(block)):
        return True
    cells = [cell for row in block.rows for cell in row]
    doubted = [cell.text for cell in cells if cell.doubt is not None]
    if any(_standing(text) not in _VALUE_OR_BLANK for text in doubted):
        return True
    return any(heading_number(cell.text) and units_of_their_own(cell.text) for cell in cells if "单" in cell.text)


def _begin(what: str, looks: list[_RowLook | str]) -> bool:
    """Note a heading or a caption, whether the grid before it ended or not: the table above is no longer open."""
    if looks and looks[-1] == _GRID_END:
        looks.pop()
    looks.append(what)
    return True


def _aligned(looks: Sequence[_RowLook | str]) -> tuple[list[object], list[object]]:
    """Return looks, exact and filled, with the number of each edge in place of its grid column.

    Placing compares edges and never counts with them, and only those of one table, which no heading or caption divides.
    """
    exact: list[object] = []
    filled: list[object] = []
    begin = 0
    ends = [n for n, look in enumerate(looks) if isinstance(look, str) and look != _GRID_END]
    for end in (*ends, len(looks)):
        different = {look[1] for look in looks[begin:end] if not isinstance(look, str)}
        columns = sorted({column for edges in different for side in edges for column in side})
        number = {column: n for n, column in enumerate(columns)}.__getitem__
        known = {
            (lefts, rights): (tuple(map(number, lefts)), tuple(map(number, rights))) for lefts, rights in different
        }
        for look in looks[begin : end + 1]:
            if isinstance(look, str):
                exact.append(look)
                filled.append(look)
                continue
            standing, edges = look
            exact += (standing, known[edges])
            filled += (_filled(standing) if "" in standing else standing, known[edges])
        begin = end + 1
    return exact, filled


def _filled(standing: Standing) -> Standing:
    """Return what stands in a row with a value in place of each blank behind its label, if it has any value there."""
    run = _run(standing)
    return standing[: len(standing) - run] + (_VALUE,) * run


def _run(standing: Standing) -> int:
    """Return how many cells at the end of a row are values or blank, 0 where none of them is a value."""
    run = next((n for n, text in enumerate(reversed(standing)) if text not in _VALUE_OR_BLANK), len(standing))
    return run if _VALUE in standing[len(standing) - run :] else 0


def _runs(rows: Sequence[Row]) -> dict[RowEnd, int]:
    """Return the rows of tables that have values, by their last cell, with how many cells these are and blanks."""
    runs = {
        (index, row[-1].row, row[-1].col): _run(tuple([_standing(cell.text) for cell in row]))
        for index, row in rows
        if row
    }
    return {end: run for end, run in runs.items() if run}


def _has_joined_rows(grid: Grid) -> bool:
    """Tell whether a page break cuts a row: what is then one row depends on more than its look."""
    rows = grid_rows(grid)
    return len(list(joined_rows(rows))) < len(rows)


def _is_passed_over(text: str) -> bool:
    """Tell whether a text opens no table where none is open, whatever stands beside it: the collector passes it over.

    Labels such as 其他 and 总计 are columns until a table has rows.
    """
    found = classify_cell(text)
    opens = found.caption is not None or found.in_header or found.groups or (found.rows and not found.is_column)
    return not opens and units_of_their_own(text) is None


@lru_cache(maxsize=65536)
def _standing(text: str) -> str:
    """Return what stands for a text in a look: itself, or one value for all that are placed as cells alike.

    Several zeros are a value that placing takes apart, and 减 may be a header, so they stand for themselves.
    """
    if text.isdecimal() or (classify_cell(text).is_value and not is_sign_word(text)):
        return text if GLUED_ZEROS.match(text) else _VALUE
    return text


def read_by_cached_plan(signature: LayoutSignature | None) -> FormReading | None:
    """Read a document whose tables look like those of an earlier one; None where there was none."""
    if signature is None:
        return None
    even = _plans.get(signature.filled)
    key = signature.filled if even is not None and even.is_even else signature.exact
    plan = _plans.pop(key, None)
    if plan is None:
        return None
    _plans[key] = plan  # the last one used goes last
    rows = signature.rows
    cells = absent_cells(plan.form)
    for path, row, cell, kind, unit, header_unit, by, score in plan.cells:
        index, found = rows[row]
        cells[path] = parse_slot(slot_of(found[cell], index), kind, unit, header_unit, by, score)
    return FormReading(plan.form, cells, borrowed=plan.borrowed)


def cache_plan(signature: LayoutSignature | None, layout: FormLayout, tables: Sequence[RawTable]) -> None:
    """Keep where the cells of a whole form stand, if that is plain: each printed once, and no row left over.

    A look is kept when it is met again: most files of an office's own making are the only ones of their kind.
    """
    if signature is None or layout.unmapped or any(names_years(raw.header) for raw in tables):
        return  # where a header names years, the year of the report decides as well
    if not _is_met_again(signature.filled):
        return
    is_even = are_even(layout, tables, _runs(signature.rows))
    if not (is_even or _is_met_again(signature.exact)):
        return
    if len({placed.path for placed in layout.cells}) < len(layout.cells):
        return
    slots = [
        (slot_of(cell, index), (r, c)) for r, (index, row) in enumerate(signature.rows) for c, cell in enumerate(row)
    ]
    places = dict(slots)
    known: list[_Known] = []
    for path, slot, kind, unit, header_unit, by, score, problem, _ in layout.cells:
        if problem is not None or slot not in places:
            return
        known.append(_Known(path, *places[slot], kind, unit, header_unit, by, score))
    if len(places) < len(slots):
        return  # two cells in one place
    _plans[signature.filled if is_even else signature.exact] = _Plan(
        layout.form, tuple(known), layout.borrowed, is_even
    )
    if len(_plans) > _MAX_PLANS:
        del _plans[next(iter(_plans))]


def _is_met_again(signature: Signature) -> bool:
    known = hash(signature)
    if known in _met:
        return True
    _met[known] = None
    if len(_met) > _MAX_MET:
        del _met[next(iter(_met))]
    return False
