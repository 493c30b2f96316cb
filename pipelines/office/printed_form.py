"""A form as it is printed: title, six sections, and tables as rows of cells with their words, spans and cell paths.

Belongs here: what stands where, drawn from the declaration of the form. Keep out: labels, numbers and notes themselves
(pipelines/forms), fonts, borders and bytes (`form_docx`, `form_xlsx`, `form_html`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from pipelines.forms import CellPath, Column, Form, Group, Row, Table
from pipelines.shown import shown

Value = Decimal | int | None
Values = Mapping[CellPath, Value]
# The words above a table of article 20, the words over other tables, the label of a row, a cell to be filled.
Kind = Literal["caption", "head", "label", "value"]

# Headings of the formats of 国办公开办函〔2019〕60号 and 〔2021〕30号; sections 3 and 4 are called as their tables.
_NUMERALS = "一二三四五六"
_HEADINGS = {1: "总体情况", 2: "主动公开政府信息情况", 5: "存在的主要问题及改进情况", 6: "其他需要报告的事项"}
_TITLE = "{unit}{year}年政府信息公开工作年度报告"
_ROW_LABELS = "信息内容"
# The section that begins the second of two pages.
SECOND_PAGE = 3
# 本年度办理结果, its groups, their rows.
_STUB = 3
# Columns of labels relative to those of numbers (3 in tables of article 20): half of the page is for words.
_WIDE_LABEL, _WIDE_VALUE = 2, 3
_STUB_WIDTHS = (1, 2, 5)
# Of a table as it is printed, in millimetres: a character of 9 points, and what is left free beside it.
_CHARACTER, _FREE = 3.175, 1.0
_PAIR, _MOST_PAIRS = 2, 3


class PrintedCell(NamedTuple):
    """A cell at its upper left place; `path` is that of a cell to be filled."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    kind: Kind = "value"
    path: CellPath | None = None


@dataclass(frozen=True)
class PrintedTable:
    """A table of cells that cover it whole; `widths` are those of its columns relative to each other."""

    widths: tuple[int, ...]
    rows: tuple[tuple[PrintedCell, ...], ...]


@dataclass(frozen=True)
class PrintedSection:
    """A section of the report: its heading and, in the second to fourth, its table."""

    number: int
    heading: str
    table: PrintedTable | None = None


@dataclass(frozen=True)
class PrintedForm:
    """A whole report of a form, with nothing filled."""

    form: Form
    title: str
    sections: tuple[PrintedSection, ...]

    @cached_property
    def cells(self) -> dict[CellPath, PrintedCell]:
        """Map the path of every cell to be filled to its cell."""
        rows = (row for section in self.sections if section.table for row in section.table.rows)
        return {cell.path: cell for row in rows for cell in row if cell.path is not None}


class _Part(NamedTuple):
    """A cell before its place is known."""

    text: str
    kind: Kind
    colspan: int = 1
    rowspan: int = 1
    path: CellPath | None = None


def printed_form(form: Form, *, unit: str, year: int) -> PrintedForm:
    """Return a form of tables as it is printed for a unit (blank where it is "") and a report year.

    What would act on a screen in the name of a unit is spelt. Raises ValueError for a form without tables of its own.
    """
    if form.layout != "tables":
        raise ValueError(f"form {form.id} has no tables that stand in the report")
    title = _TITLE.format(unit=shown(unit.strip()), year=year)
    sections = tuple(_section(form, number) for number in range(1, len(_NUMERALS) + 1))
    return PrintedForm(form, title, sections)


def printed_value(value: Value) -> str:
    """Return a number as it is typed into the form; none is blank, never 0."""
    if value is None:
        return ""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def stands_in_pairs(cell: PrintedCell, table: PrintedTable, width: float) -> bool:
    """Tell whether the words of a head stand two characters a line, as in the official form.

    They do where its column is too narrow for them in a table of `width` millimetres.
    """
    if cell.kind != "head" or len(cell.text) % _PAIR or len(cell.text) > _PAIR * _MOST_PAIRS:
        return False
    own = sum(table.widths[cell.column : cell.column + cell.colspan])
    return len(cell.text) * _CHARACTER > width * own / sum(table.widths) - _FREE


def check_paths(printed: PrintedForm, values: Values) -> None:
    """Raise KeyError where values are of cells that the form does not have."""
    if unknown := sorted(".".join(path) for path in values.keys() - printed.cells.keys()):
        raise KeyError(f"form {printed.form.id} has no cells {', '.join(unknown)}")


def _section(form: Form, number: int) -> PrintedSection:
    tables = [table for table in form.tables if table.section == number]
    name = _HEADINGS.get(number) or tables[0].label.zh
    return PrintedSection(number, f"{_NUMERALS[number - 1]}、{name}", _printed(tables) if tables else None)


def _printed(tables: Sequence[Table]) -> PrintedTable:
    if tables[0].rows_across:
        size = len(tables[0].rows) * len(tables[0].columns)
        return PrintedTable((1,) * size, _placed(_across(tables[0]), size))
    if tables[0].groups:
        size = len(tables[0].columns)
        return PrintedTable((*_STUB_WIDTHS, *(1,) * size), _placed(_stubbed(tables[0]), _STUB + size))
    size = max(len(table.columns) for table in tables)
    rows = [row for table in tables for row in _plain(table, size)]
    return PrintedTable((_WIDE_LABEL * size, *(_WIDE_VALUE,) * size), _placed(rows, 1 + size))


def _placed(rows: Iterable[Sequence[_Part]], columns: int) -> tuple[tuple[PrintedCell, ...], ...]:
    """Return rows with the place of each cell: the first that none above covers. Raises ValueError for any gap."""
    taken: set[tuple[int, int]] = set()
    found = []
    for at, parts in enumerate(rows):
        cells = []
        for part in parts:
            column = next((n for n in range(columns) if (at, n) not in taken), columns)
            cells.append(PrintedCell(part.text, at, column, part.rowspan, part.colspan, part.kind, part.path))
            places = {(at + down, column + right) for down in range(part.rowspan) for right in range(part.colspan)}
            if places & taken or column + part.colspan > columns:
                raise ValueError(f"row {at}: {part.text or part.path} has no place")
            taken |= places
        found.append(tuple(cells))
    if taken != {(row, column) for row in range(len(found)) for column in range(columns)}:
        raise ValueError(f"the cells do not cover a table of {len(found)} rows and {columns} columns")
    return tuple(found)


def _values(table: Table, row: Row, spans: Mapping[str, int] | None = None) -> Iterator[_Part]:
    for column in table.columns:
        yield _Part("", "value", (spans or {}).get(column.id, 1), path=(table.id, row.id, column.id))


def _plain(table: Table, size: int) -> Iterator[list[_Part]]:
    """Yield caption, header and rows of a table of article 20; the last column takes what others leave."""
    last = table.columns[-1]
    spans = {last.id: size - len(table.columns) + 1}
    heads = (_Part(_words(column), "head", spans.get(column.id, 1)) for column in table.columns)
    yield [_Part(table.label.zh, "caption", size + 1)]
    yield [_Part(_ROW_LABELS, "head"), *heads]
    for row in table.rows:
        yield [_Part(_words(row), "label"), *_values(table, row, spans)]


def _stubbed(table: Table) -> Iterator[list[_Part]]:
    """Yield a header of three rows, and rows whose labels stand below those of their groups."""
    groups = {group.id: group for group in table.spanning}
    high = 3 if groups else 2
    yield [
        _Part(table.corner or "", "head", _STUB, high),
        _Part(table.over_columns or "", "head", len(table.columns)),
    ]
    yield list(_spanning(table.columns, groups))
    if groups:
        yield [_Part(_words(column), "head") for column in table.columns if column.parent is not None]
    prefixes = {row.group for row in table.rows}
    around = next((group for group in table.groups if group.id not in prefixes), None)
    above: list[str] = []
    for row in table.rows:
        levels = _levels(table, row, around)
        # A label that stands in the row above already spans this one.
        parts = [
            _Part(
                text,
                "label",
                rowspan=sum(_levels(table, other, around)[: depth + 1] == levels[: depth + 1] for other in table.rows),
            )
            for depth, text in enumerate(levels[:-1])
            if above[: depth + 1] != levels[: depth + 1]
        ]
        own = _Part(levels[-1], "label", _STUB - len(levels) + 1)
        yield [*parts, own, *_values(table, row)]
        above = levels


def _spanning(columns: Sequence[Column], groups: Mapping[str, Group]) -> Iterator[_Part]:
    done = set()
    for column in columns:
        if column.parent is None:
            yield _Part(_words(column), "head", rowspan=2 if groups else 1)
        elif column.parent not in done:
            done.add(column.parent)
            inside = sum(other.parent == column.parent for other in columns)
            yield _Part(groups[column.parent].label, "head", inside)


def _levels(table: Table, row: Row, around: Group | None) -> list[str]:
    """Return the labels before the cells of a row, each with its number: 三、本年度办理结果, （三）不予公开, 1.…"""
    groups = {group.id: group for group in table.groups}
    levels = []
    is_inside = around is not None and (row.role or "").startswith(around.id)
    if around is not None and is_inside:
        levels.append(f"{around.number}、{around.label}")
    if row.group is not None:
        group = groups[row.group]
        levels.append(f"（{group.number}）{group.label}")
        return [*levels, f"{row.number}.{_words(row)}"]
    return [*levels, f"（{row.number}）{_words(row)}" if is_inside else f"{row.number}、{_words(row)}"]


def _across(table: Table) -> Iterator[list[_Part]]:
    """Yield the header and the one row of a table whose rows stand beside each other."""
    size = len(table.columns)
    inside = {row.id: group for group in table.spanning for row in table.rows if row.id.startswith(group.id)}
    first: list[_Part] = []
    for row in table.rows:
        group = inside.get(row.id)
        if group is None:
            first.append(_Part(_words(row), "head", size))
        elif group.label not in [part.text for part in first]:
            first.append(_Part(group.label, "head", size * sum(other is group for other in inside.values())))
    yield first
    yield [
        part
        for row in table.rows
        for part in (
            [_Part(_words(row), "head", size)]
            if row.id in inside
            else [_Part(_words(column), "head", rowspan=2) for column in table.columns]
        )
    ]
    yield [_Part(_words(column), "head") for row in table.rows if row.id in inside for column in table.columns]
    yield [part for row in table.rows for part in _values(table, row)]


def _words(part: Column | Row) -> str:
    return f"{part.label}{part.printed_note or ''}"
