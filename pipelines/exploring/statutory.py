"""A report in the layout of the statutory tables: every cell as it was printed, each leading to its source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from pipelines.exploring.display import Cell, clean, number, table
from pipelines.forms import ALL_FORMS, Column, Form, Row, Table
from pipelines.forms.catalogue import form
from pipelines.forms.indicators import STATISTICS_2014

Link = Callable[[str], str]
Cells = Mapping[str, Mapping[str, Any]]


def form_tables(form_id: str, cells: Cells, link: Link, doubted: Collection[str]) -> list[str]:
    """Return the tables of a report as HTML in the form's order; a narrative report has none."""
    shown = _Shown(cells, link, doubted)
    return [_table(each, known, shown) for known, each in _printed_tables(form(form_id), cells)]


def _printed_tables(own: Form, cells: Cells) -> Iterator[tuple[Form, Table]]:
    """Yield the tables of a report's form, and behind each the table of another form that it has in its place."""
    others = [other for other in ALL_FORMS.values() if other is not own]
    for table_id in dict.fromkeys(each.id for known in (own, *others) for each in known.tables):
        if table_id in own.table_by_id:
            yield own, own.table_by_id[table_id]
        foreign = [path for path, cell in cells.items() if cell["is_statutory"] and path.split(".")[0] == table_id]
        for other in others:
            if any(path in other.path_names and path not in own.path_names for path in foreign):
                yield other, other.table_by_id[table_id]
                break


class _Shown:
    """The cells of a report, ready to be shown."""

    def __init__(self, cells: Cells, link: Link, doubted: Collection[str]) -> None:
        self.cells, self.link, self.doubted = cells, link, frozenset(doubted)

    def at(self, *path: str) -> Cell:
        """Return the cell of a path as printed; what the report lacks is an empty, hatched cell."""
        name = ".".join(part for part in path if part)
        found = self.cells.get(name)
        if found is None or found["status"] == "absent":
            return Cell("", "", "num absent", name)
        style = f"num {found['status']}{' doubted' if name in self.doubted else ''}"
        return Cell(printed(found), self.link(name), style, clean(found["raw_text"] or ""))


def printed(cell: Mapping[str, Any]) -> str:
    """Return what a cell shows: its number, or its text as printed; a blank one is a thin mark to follow."""
    if cell["status"] == "value":
        shown = number(cell["value"])
        if cell["yuan"] is not None:
            return f"{shown} {cell['unit'] or ''}".strip()
        return f"+{shown}" if (cell["raw_text"] or "").lstrip().startswith(("+", "＋")) else shown
    return (cell["raw_text"] or "").strip()[:60] or "·"


def _table(each: Table, known: Form, shown: _Shown) -> str:
    if known.layout == "indicators":
        return _statistics(each, shown)
    if each.rows_across:
        return _across(each, shown)
    return _applications(each, shown) if each.spanning else _plain(each, shown)


def _plain(each: Table, shown: _Shown) -> str:
    head = [Cell("信息内容"), *(Cell(_with_unit(column)) for column in each.columns)]
    rows = [
        [Cell(row.label, style="left", header=True), *(shown.at(each.id, row.id, c.id) for c in each.columns)]
        for row in each.rows
    ]
    return table(head, rows, style="form", caption=each.label.zh)


def _with_unit(column: Column) -> str:
    """Return a column's label with its unit; amounts state theirs, which is not always the form's, in the cell."""
    return column.label if column.kind == "amount" else f"{column.label}（{column.unit}）"


def _applications(each: Table, shown: _Shown) -> str:
    organisation = each.spanning[0]
    inside = [column for column in each.columns if column.parent == organisation.id]
    first = each.columns.index(inside[0])
    before, behind = each.columns[:first], each.columns[first + len(inside) :]
    head = [
        [
            Cell(each.corner or "", rows=3, columns=3, header=True),
            Cell(each.over_columns or "", columns=len(each.columns), header=True),
        ],
        [
            *(Cell(column.label, rows=2, header=True) for column in before),
            Cell(organisation.label, columns=len(inside), header=True),
            *(Cell(column.label, rows=2, header=True) for column in behind),
        ],
        [Cell(column.label, header=True) for column in inside],
    ]
    rows = [
        [*_stub(each, place), *(shown.at(each.id, row.id, c.id) for c in each.columns)]
        for place, row in enumerate(each.rows)
    ]
    return table([], [*head, *rows], style="form", caption=f"{each.label.zh}（单位：件）")


def _stub(each: Table, place: int) -> list[Cell]:
    """Return the labels before a row: outcomes stand below one cell, reasons below their group."""
    row = each.rows[place]
    labels = {group.id: group for group in each.groups}
    if not _is_outcome(row):
        return [Cell(_numbered(row.number, row.label), style="left", columns=3, header=True)]
    cells = []
    if not _is_outcome(each.rows[place - 1]):
        outcomes = sum(map(_is_outcome, each.rows))
        heading = labels["outcome"]
        cells.append(Cell(_numbered(heading.number, heading.label), rows=outcomes, header=True))
    own = _bracketed(row.number, row.label)
    if row.group is None:
        return [*cells, Cell(own, style="left", columns=2, header=True)]
    if each.rows[place - 1].group != row.group:
        group = labels[row.group]
        size = sum(other.group == row.group for other in each.rows)
        cells.append(Cell(_bracketed(group.number, group.label), rows=size, header=True))
    return [*cells, Cell(_numbered(row.number, row.label, "."), style="left", header=True)]


def _is_outcome(row: Row) -> bool:
    return (row.role or "").startswith("outcome")


def _numbered(sign: str | None, label: str, after: str = "、") -> str:
    return f"{sign}{after}{label}" if sign else label


def _bracketed(sign: str | None, label: str) -> str:
    return f"（{sign}）{label}" if sign else label


def _across(each: Table, shown: _Shown) -> str:
    """Return reconsiderations and lawsuits, whose rows the form prints beside each other."""
    size = len(each.columns)
    lawsuits = each.rows[1:]
    head = [
        [
            Cell(each.rows[0].label, rows=2, columns=size, header=True),
            Cell(each.spanning[0].label, columns=size * len(lawsuits), header=True),
        ],
        [Cell(row.label, columns=size, header=True) for row in lawsuits],
        [Cell(column.label, header=True) for _ in each.rows for column in each.columns],
    ]
    cells = [shown.at(each.id, row.id, column.id) for row in each.rows for column in each.columns]
    return table([], [*head, cells], style="form", caption=f"{each.label.zh}（单位：件）")


def _statistics(each: Table, shown: _Shown) -> str:
    head = [Cell("统计指标"), Cell("单位"), Cell("统计数")]
    rows: list[list[Cell]] = []
    section = ""
    for indicator in STATISTICS_2014.indicators:
        if indicator.section != section:
            section = indicator.section
            rows.append([Cell(STATISTICS_2014.section_labels[section], style="left", columns=3, header=True)])
        label = f"{indicator.number or ''}{'其中：' if indicator.of else ''}{indicator.label}"
        rows.append([Cell(label, style="left", header=True), Cell(indicator.unit), shown.at(each.id, indicator.id)])
    return table(head, rows, style="form", caption=each.label.zh)


def cell_label(form_id: str, table_id: str, row_id: str, column_id: str) -> str:
    """Return a cell in words: table, row and column by their official labels, ids where the form has none."""
    own = form(form_id)
    having = [known for known in (own, *ALL_FORMS.values()) if (table_id, row_id, column_id) in known.cells]
    each = having[0].table_by_id[table_id] if having else own.table_by_id.get(table_id)
    if each is None:
        return ".".join((table_id, row_id, column_id))
    row, column = each.row_by_id.get(row_id), each.column_by_id.get(column_id)
    parts = [each.label.zh, row.label if row else row_id, column.label if column else column_id]
    return " · ".join(part for part in parts if part)
