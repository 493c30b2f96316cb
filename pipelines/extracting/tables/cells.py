"""Raw tables -> the cells of a form, each with status, exact value, unit, and its place in the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.extracting.numbers import (
    ABSENT,
    AMBIGUOUS,
    BLANK,
    TEXT,
    TOO_MANY_DIGITS,
    UNITS_CONTRADICT,
    Yuan,
    in_doubt,
    is_beyond_tables,
    looks_like_value,
    parse_value,
    to_yuan,
)
from pipelines.extracting.scan_doubts import SCAN_DOUBTS
from pipelines.extracting.tables.blank_lines import with_blank_cells
from pipelines.extracting.tables.collector import RawRow, RawTable
from pipelines.extracting.tables.contradictions import doubtful_subtotals
from pipelines.extracting.tables.header import LABEL, POSITION, VARIANT, Columns, canonical_columns, resolve_columns
from pipelines.extracting.tables.placing import (
    HEADER_UNKNOWN,
    ROW_BELOW_LOST,
    WORDS_IN_ROW,
    RowPlacement,
    Shape,
    counts_rows,
    full_lengths,
    is_crowded,
    place,
    table_shape,
)
from pipelines.extracting.tables.recognition import Recognised
from pipelines.extracting.tables.rows import Slot
from pipelines.extracting.tables.units_beside import unit_of_row
from pipelines.extracting.tables.unlabelled_rows import KnownRow, known_rows, rows_above_gap
from pipelines.extracting.tables.unmapped import UnmappedRow, unmapped_columns, unmapped_row
from pipelines.forms import FORMS, CellPath, Form, Table
from pipelines.forms.units import YUAN

CONFLICT, SUBTOTAL_OR_ROW = code_list("cell_note").named("printed_twice", "subtotal_or_row")
# Tuples by the hundred are made as tuples are: the constructors of named tuples take twice as long.
_new = tuple.__new__
_ORDER = {LABEL: 0, VARIANT: 1, POSITION: 2}


class CellReading(NamedTuple):
    """A cell of a form as read. `note` says why a status or a value is what it is, where that is not plain."""

    raw: str | None
    status: str
    value: Decimal | None
    unit: str | None
    yuan: Yuan | None
    matched_by: str | None
    score: float | None
    slot: Slot | None
    note: str | None


ABSENT_CELL = CellReading(None, ABSENT, None, None, None, None, None, None, None)


@dataclass
class FormReading:
    """All cells of the form in printed order (those not printed are absent), extra cells, and unmapped rows.

    `borrowed` are the tables that are printed as another form has them: their cells stand under that form's paths.
    """

    form: Form
    cells: dict[CellPath, CellReading] = field(default_factory=dict)
    unmapped: list[UnmappedRow] = field(default_factory=list)
    borrowed: dict[str, Form] = field(default_factory=dict)

    def is_statutory(self, path: CellPath) -> bool:
        """Tell whether a cell is one of the form's, or of the form that its table is printed as."""
        other = self.borrowed.get(path[0])
        return path in self.form.cells or (other is not None and path in other.cells)


class LocatedCell(NamedTuple):
    """A cell whose place in the form is known and whose text is not read yet, with what is needed to read it.

    `unit` is that of the form, `header_unit` what the header and the row's label print (`units_beside`). A cell with a
    `problem` was printed as `raw` somewhere in its row; `slot` is then the row's first.
    """

    path: CellPath
    slot: Slot
    kind: str
    unit: str
    header_unit: str | None
    by: str
    score: float | None
    problem: str | None = None
    raw: str | None = None


@dataclass
class FormLayout:
    """All cells of the raw tables with their places, in the order in which they are printed, and unmapped rows.

    `labels` are the printed labels of the rows that were found, by table.
    """

    form: Form
    cells: list[LocatedCell] = field(default_factory=list)
    unmapped: list[UnmappedRow] = field(default_factory=list)
    borrowed: dict[str, Form] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def form_of(self, table: str) -> Form:
        """Return the form that a table is printed as."""
        return self.borrowed.get(table, self.form)


class PrintedTable(NamedTuple):
    """A raw table with the form that it is printed as."""

    raw: RawTable
    form: Form
    table: Table


@cache
def _absent_cells(form_id: str) -> dict[CellPath, CellReading]:
    return dict.fromkeys(FORMS[form_id].cell_paths, ABSENT_CELL)


def absent_cells(form: Form) -> dict[CellPath, CellReading]:
    """Return all cells of a form as absent."""
    return _absent_cells(form.id).copy()


def read_cells(layout: FormLayout) -> FormReading:
    """Read the text of every placed cell."""
    reading = FormReading(layout.form, absent_cells(layout.form), layout.unmapped, layout.borrowed)
    cells = reading.cells
    for path, slot, kind, unit, header_unit, by, score, problem, raw in layout.cells:
        if problem is not None:
            cell = CellReading(raw, AMBIGUOUS, None, None, None, by, score, slot, problem)
        else:
            cell = parse_slot(slot, kind, unit, header_unit, by, score)
        if cells.get(path) is ABSENT_CELL:
            cells[path] = cell
        else:
            keep_cell(reading, path, cell)
    return reading


def place_cells(recognised: Recognised, tables: list[RawTable], year: int = 0) -> FormLayout:
    """Place every row of the raw tables in the form that its table is printed as.

    `year` is the report year, 0 where unknown: it tells which of the columns that name years are the report's.
    """
    layout = FormLayout(recognised.form)
    printed = [
        PrintedTable(raw, form, form.table_by_id[raw.table or ""])
        for raw, form in zip(tables, recognised.of_tables, strict=True)
        if form is not None and raw.table in form.table_by_id
    ]
    placeable = {id(one.raw): one for one in printed}
    if any(row.source.assembled and not row.source.marked for one in printed for row in one.raw.rows[:1]):
        whole = with_blank_cells([(one.raw, _width(one, year)) for one in printed])
        printed = [one._replace(raw=raw) for one, raw in zip(printed, whole, strict=True)]
        placeable = dict(zip(placeable, printed, strict=True))
    shapes = _shared_shapes(recognised.form, printed)
    loses_blanks = any(map(_lost_blanks, printed))
    for raw in tables:
        if one := placeable.get(id(raw)):
            columns = resolve_columns(one.form, one.table, raw.header, raw.units, year)
            _place_table(layout, one, columns, shapes, loses_blanks)
            if one.form is not recognised.form:
                layout.borrowed[one.table.id] = one.form
        elif raw.table is not None:
            layout.unmapped.extend(unmapped_row(raw.table, row) for row in raw.rows if _printed(row))
    for name, labels in layout.labels.items():
        for subtotal, missing in doubtful_subtotals(layout.form_of(name).table_by_id[name], labels).items():
            _doubt_rows(layout, name, subtotal, missing)
    return layout


def _doubt_rows(layout: FormLayout, table: str, subtotal: str, missing: tuple[str, ...]) -> None:
    """Doubt the cells of a subtotal, and those of the rows that it may be."""
    for position, placed in enumerate(layout.cells):
        if placed.path[:2] != (table, subtotal):
            continue
        raw = placed.raw if placed.problem else placed.slot.text
        doubted = placed._replace(problem=placed.problem or SUBTOTAL_OR_ROW, raw=raw)
        layout.cells[position] = doubted
        layout.cells.extend(doubted._replace(path=(table, row, placed.path[2])) for row in missing)


def _width(one: PrintedTable, year: int) -> int:
    """Return how many cells a row of a table has where its header tells all of the form's columns, else 0."""
    columns = resolve_columns(one.form, one.table, one.raw.header, one.raw.units, year)
    width = len(canonical_columns(one.table))
    if columns is None or any(cell.is_certain for cell in columns.aside):
        return 0
    return width if len(columns.ids) == width else 0


def _printed(row: RawRow) -> bool:
    return bool(row.label) or any(slot.text for slot in row.slots)


def _shared_shapes(form: Form, tables: list[PrintedTable]) -> dict[int, Shape]:
    """Return the shape of complete assembled rows by number of columns: a converter ends all its rows alike."""
    shapes: dict[int, Shape] = {}
    for one in tables:
        width = len(one.table.columns) if not one.table.rows_across else 0
        rows = [row for row in one.raw.rows if row.source.assembled and row.targets]
        if width and (shape := table_shape(rows, width)):
            shapes.setdefault(width, shape)
    surplus = {(shape.cells - width, shape.offset) for width, shape in shapes.items()}
    if len(surplus) == 1:
        more, offset = surplus.pop()
        for table in form.tables:
            shapes.setdefault(len(table.columns), Shape(len(table.columns) + more, offset, len(table.columns) + more))
    return shapes


def _lost_blanks(one: PrintedTable) -> bool:
    """Tell whether a row without cell marks has fewer values than columns: the source loses blank cells."""
    unmarked = [row for row in one.raw.rows if row.targets and not row.source.marked]
    return not one.table.rows_across and any(len(row.slots) < len(one.table.columns) for row in unmarked)


def _place_table(
    layout: FormLayout, one: PrintedTable, columns: Columns | None, shapes: dict[int, Shape], loses_blanks: bool
) -> None:
    raw, form, table = one
    width = len(columns.ids) if columns else len(table.columns)
    if columns is not None and not columns.canonical and not columns.by_place:
        columns = _whole_form(one, columns)
        width = len(columns.ids)
    assembled = any(row.source.assembled for row in raw.rows)
    if columns is not None and len(columns.ids) < len(canonical_columns(table)) and not columns.by_place:
        # A header that lost a column and rows that lost a cell look alike, but in a grid whose rows fit the header.
        fits = not assembled and all(len(row.slots) <= len(columns.ids) for row in raw.rows)
        columns = columns if fits else None
    if assembled and counts_rows(raw.rows):
        columns = None
    shape = table_shape(raw.rows, width) or (shapes.get(width) if assembled else None)
    full = full_lengths(raw, two_level=bool(table.spanning))
    crowded = is_crowded(raw.rows, width)
    rows = known_rows(form, table, raw.rows, width)
    doubtful = rows_above_gap(table, rows)
    certain: list[RawRow] = []
    printed = _printed_columns(table, columns) if columns is not None else []
    for known in rows:
        if known.row_id is None:
            if _printed(known.raw):
                layout.unmapped.append(unmapped_row(table.id, known.raw))
            continue
        layout.labels.setdefault(table.id, {})[known.row_id] = known.raw.label
        if columns is None:
            problem = RowPlacement(known.raw.slots, HEADER_UNKNOWN)
            _place_row(layout, table, known, _plain_columns(table), [], problem)
            continue
        placed = place(known.raw, columns, shape, full, crowded=crowded)
        if loses_blanks and not known.raw.source.marked and known.raw.slots:
            placed = _doubted(known, placed, doubtful)
        _place_row(layout, table, known, columns, printed, placed)
        if placed.problem is None:
            certain.append(known.raw)
    if columns is not None and columns.aside:
        layout.unmapped.extend(unmapped_columns(table.id, certain, columns))


def _doubted(known: KnownRow, placed: RowPlacement, above_gap: frozenset[str]) -> RowPlacement:
    """Doubt a full row where blanks vanish: one lost, and words or the values of an unlabelled row in its place."""
    if known.row_id in above_gap:
        return RowPlacement(known.raw.slots, ROW_BELOW_LOST)
    words = any(slot.text and not looks_like_value(slot.text) for slot in known.raw.slots)
    return RowPlacement(known.raw.slots, WORDS_IN_ROW) if words else placed


def _whole_form(one: PrintedTable, columns: Columns) -> Columns:
    """Take the form's own columns where the header lost some but every row still has all cells."""
    whole = resolve_columns(one.form, one.table, [])
    assert whole is not None
    ids = [c for c in whole.ids if c in columns.ids]
    full = table_shape(one.raw.rows, len(whole.ids)) is not None
    whole = whole._replace(units=columns.units)
    return whole if full and ids == list(columns.ids) and len(ids) < len(whole.ids) else columns


def _plain_columns(table: Table) -> Columns:
    return Columns(tuple((None, c.id) for c in table.columns), POSITION, True, (), {})


def _printed_columns(table: Table, columns: Columns) -> list[tuple[str | None, str, str, str, str | None]]:
    """Return what is needed to read a cell of each column: row and column, kind, unit of the form and of the header."""
    specs = [(row_id, table.column_by_id[column]) for row_id, column in columns.ids]
    return [(row_id, spec.id, spec.kind, spec.unit, columns.units.get(spec.id)) for row_id, spec in specs]


def _place_row(
    layout: FormLayout,
    table: Table,
    known: KnownRow,
    columns: Columns,
    printed: list[tuple[str | None, str, str, str, str | None]],
    placed: RowPlacement,
) -> None:
    raw = known.raw
    by = POSITION if known.by_position else max(columns.matched_by, raw.matched_by or LABEL, key=_ORDER.__getitem__)
    score = raw.score if raw.targets and not known.by_position else None
    own_row = known.row_id or ""
    # What a header names in other words may be what stands under a column that is not of the form.
    unnamed = [(None, c.id) for c in table.columns if (None, c.id) not in columns.ids] if columns.by_place else []
    doubtful = unnamed if placed.problem is None else [*columns.ids, *unnamed]
    if doubtful:
        text = " | ".join(slot.text for slot in raw.slots) or None
        first = raw.slots[0] if raw.slots else raw.source.slots[0]
        for row_id, column in doubtful:
            path = (table.id, row_id or own_row, column)
            problem = placed.problem or HEADER_UNKNOWN
            layout.cells.append(LocatedCell(path, first, "", "", None, by, score, problem, text))
    if placed.problem is not None:
        return
    for (row_id, column, kind, unit, header_unit), slot in zip(printed, placed.slots, strict=True):
        if slot is not None:
            beside = unit_of_row(table, raw, kind, header_unit)
            path = (table.id, row_id or own_row, column)
            layout.cells.append(_new(LocatedCell, (path, slot, kind, unit, beside, by, score, None, None)))


def parse_slot(slot: Slot, kind: str, unit: str, beside: str | None, by: str, score: float | None) -> CellReading:
    """Return the reading of a cell under a column of a kind: its status, exact number and unit.

    `beside` is the unit that its header and its label print. That of the cell itself is nearer, and the contradiction
    is told; without one of its own the number is in doubt where those beside it contradict each other.
    """
    text = slot.text
    if slot.doubt is not None and (kind == "change" or slot.doubt not in SCAN_DOUBTS.sign):
        return CellReading(text, AMBIGUOUS, None, None, None, by, score, slot, slot.doubt)
    parsed = parse_value(text, kind)
    status, value, own_unit, note = parsed
    if beside is not None or note is not None:
        doubt = in_doubt(parsed, text, kind, beside)
        if doubt is not None:
            return CellReading(text, AMBIGUOUS, None, None, None, by, score, slot, doubt)
    if kind != "amount":
        return _new(CellReading, (text, status, value, unit, None, by, score, slot, note))
    known = beside if beside in YUAN else None
    if value is None:
        return CellReading(text, status, None, own_unit or known, None, by, score, slot, note)
    yuan = to_yuan(value, own_unit, known)
    if is_beyond_tables(value, yuan.unit):
        return CellReading(text, TEXT, None, yuan.unit, None, by, score, slot, TOO_MANY_DIGITS)
    if value and own_unit is not None and beside not in (None, own_unit):
        note = UNITS_CONTRADICT
    return CellReading(text, status, value, yuan.unit, yuan, by, score, slot, note)


def keep_cell(reading: FormReading, path: CellPath, cell: CellReading) -> None:
    """Keep a cell; the same cell printed twice with different values cannot be decided and is ambiguous."""
    earlier = reading.cells.get(path, ABSENT_CELL)
    if earlier.note == CONFLICT:
        return
    if earlier.status == ABSENT:
        reading.cells[path] = cell
    elif _number_of(earlier) != _number_of(cell) and cell.status != ABSENT:
        both = f"{earlier.raw} / {cell.raw}"
        reading.cells[path] = earlier._replace(raw=both, status=AMBIGUOUS, value=None, yuan=None, note=CONFLICT)


def _number_of(cell: CellReading) -> tuple[str, Decimal | None, Decimal | None]:
    return cell.status, cell.value, None if cell.yuan is None else cell.yuan.yuan


def is_empty(reading: FormReading) -> bool:
    """Tell whether nothing at all is printed in the cells: a blank template."""
    return all(cell.status in (ABSENT, BLANK) or not cell.raw for cell in reading.cells.values())
