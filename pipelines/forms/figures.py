"""The main figures of a report: every line of the total column, sums of its groups, reconsiderations and lawsuits.

A figure is a cell of the form or a sum of its cells. A sum has a number only where every cell of the report's own form
has one: what is blank is not zero. They follow from the forms: a row that a form adds is a figure more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.forms.catalogue import all_rows, tables_named
from pipelines.forms.form import Table
from pipelines.forms.parts import Group

APPLICATIONS, REVIEWS = "applications", "reviews"
# The applicants of new applications who are a figure of their own.
_NATURAL_PERSON = "natural_person"
_RECEIVED = "received"


@dataclass(frozen=True)
class Figure:
    """A number of a report: its name, labels, and the cells (row, column) of one table it is the sum of."""

    name: str
    zh: str
    en: str
    table_id: str
    cells: tuple[tuple[str, str], ...]


def line_labels() -> dict[str, str]:
    """Return the lines of the applications table of every form with their labels, in the order of the newest form."""
    groups = _groups()
    found: dict[str, str] = {}
    for line, (row, _) in all_rows(APPLICATIONS).items():
        group = groups.get(row.group or "")
        label = f"{group.label}：{row.label}" if group else row.label
        # The form calls two things 总计: this one is known by what it is the total of.
        found[line] = "办理结果总计" if row.is_total else label
    return found


def _groups() -> dict[str, Group]:
    return {group.id: group for table in tables_named(APPLICATIONS) for group in table.groups}


def _total(table: Table) -> str:
    return next(column.id for column in table.columns if column.is_total)


def _applications() -> Iterator[Figure]:
    lines = line_labels()
    table = tables_named(APPLICATIONS)[-1]
    total = _total(table)
    summed = [group for group in _groups().values() if group.is_summed]
    for line, label in lines.items():
        if any(line == group.id for group in summed):
            continue
        yield Figure(line.replace(".", "_"), label, f"Line {line}, total column, 件.", APPLICATIONS, ((line, total),))
        if line == _RECEIVED:
            message = "Received from natural persons, 件."
            name = table.column_by_id[_NATURAL_PERSON]
            cells = ((line, name.id),)
            yield Figure(f"{line}_{name.id}", f"{label}：{name.label}", message, APPLICATIONS, cells)
    for group in summed:
        yield _sum(group, tuple(lines), total)


def _sum(group: Group, lines: tuple[str, ...], total: str) -> Figure:
    """Return the sum of a group; the row of an older form that it takes the place of counts beside its own rows."""
    cells = tuple((line, total) for line in lines if line == group.id or line.startswith(f"{group.id}."))
    message = f"Sum of the lines {group.id}.*, 件."
    if group.id in lines:
        alone = " and ".join(f"form {form}" for form in all_rows(APPLICATIONS)[group.id][1])
        message = f"Line {group.id} ({alone}) or sum of the lines {group.id}.*, 件."
    return Figure(group.id, f"{group.label}合计", message, APPLICATIONS, cells)


def _reviews() -> Iterator[Figure]:
    table = tables_named(REVIEWS)[-1]
    decided = [column.id for column in table.columns if not (column.is_total or column.is_undecided)]
    for row in table.rows:
        for column in table.columns:
            name = f"{row.id}_{column.id}"
            message = f"{row.id}, {column.id}, 件."
            yield Figure(name, f"{row.label}：{column.label}", message, REVIEWS, ((row.id, column.id),))
        cells = tuple((row.id, result) for result in decided)
        message = f"{row.id}, decided: {', '.join(decided)}, 件."
        yield Figure(f"{row.id}_decided", f"{row.label}：审结", message, REVIEWS, cells)


FIGURES: tuple[Figure, ...] = (*_applications(), *_reviews())
