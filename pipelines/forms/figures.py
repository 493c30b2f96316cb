"""The main figures of a report: every line of the total column, sums of its groups, reconsiderations and lawsuits.

A figure is a cell of the form or a sum of its cells. A sum has a number only where every cell of the report's own form
has one: what is blank is not zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.forms.form import FORMS

APPLICATIONS, REVIEWS = "applications", "reviews"
_TOTAL, _NATURAL_PERSON = "total", "natural_person"
_SUMMED = ("denied", "unable", "not_processed", "other_processing")
# Pending cases are not decided yet.
_DECIDED = ("upheld", "corrected", "other_result")


@dataclass(frozen=True)
class Figure:
    """A number of a report: its name, labels, and the cells (row, column) of one table it is the sum of."""

    name: str
    zh: str
    en: str
    table_id: str
    cells: tuple[tuple[str, str], ...]


def _lines() -> dict[str, str]:
    """Return the lines of the applications table of every form with their labels, in the order of the newest form."""
    found: dict[str, str] = {}
    for form in reversed(FORMS.values()):
        table = form.table_by_id[APPLICATIONS]
        groups = {group.id: group.label for group in table.groups}
        for row in table.rows:
            group = groups.get(row.group or "")
            found.setdefault(row.id, f"{group}：{row.label}" if group else row.label)
    return found


def _applications() -> Iterator[Figure]:
    lines = _lines()
    labels = {group.id: group.label for form in FORMS.values() for group in form.table_by_id[APPLICATIONS].groups}
    for line, label in lines.items():
        if line in _SUMMED:
            continue
        zh = "办理结果总计" if line == "outcome_total" else label
        yield Figure(line.replace(".", "_"), zh, f"Line {line}, total column, 件.", APPLICATIONS, ((line, _TOTAL),))
        if line == "received":
            said = "Received from natural persons, 件."
            cells = ((line, _NATURAL_PERSON),)
            yield Figure("received_natural_person", f"{zh}：自然人", said, APPLICATIONS, cells)
    for group in _SUMMED:
        summed = tuple((line, _TOTAL) for line in lines if line == group or line.startswith(f"{group}."))
        said = f"Sum of the lines {group}.*, 件."
        if group in lines:
            said = f"Line {group} (form 2019) or sum of the lines {group}.* (form 2021), 件."
        yield Figure(group, f"{labels[group]}合计", said, APPLICATIONS, summed)


def _reviews() -> Iterator[Figure]:
    table = FORMS["2021"].table_by_id[REVIEWS]
    for row in table.rows:
        for column in table.columns:
            name = f"{row.id}_{column.id}"
            said = f"{row.id}, {column.id}, 件."
            yield Figure(name, f"{row.label}：{column.label}", said, REVIEWS, ((row.id, column.id),))
        cells = tuple((row.id, result) for result in _DECIDED)
        said = f"{row.id}, decided: {', '.join(_DECIDED)}, 件."
        yield Figure(f"{row.id}_decided", f"{row.label}：审结", said, REVIEWS, cells)


FIGURES: tuple[Figure, ...] = (*_applications(), *_reviews())
