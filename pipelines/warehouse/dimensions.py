"""Frames of the dimensions that come from the calendar and from the forms: what they declare, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from pipelines.agencies.deadlines import department_deadline, government_deadline
from pipelines.contracts import contract
from pipelines.forms import ALL_FORMS, Form, all_columns, all_rows, form_in_force, path_name, tables_named
from pipelines.forms.figures import APPLICATIONS, REVIEWS
from pipelines.forms.indicators import STATISTICS_2014

FIRST_YEAR = min(form.since for form in ALL_FORMS.values())


def years(last_year: int) -> list[int]:
    """Return the years of the warehouse: 0 (unreadable), then 2008 to `last_year`."""
    return [0, *range(FIRST_YEAR, last_year + 1)]


def dim_year(last_year: int) -> pl.DataFrame:
    """Return dim_year: form in force and legal deadlines of every year."""
    rows: list[tuple[Any, ...]] = [(0, "年度不明", *[None] * 6)]
    for year in years(last_year)[1:]:
        form = form_in_force(year)
        named = (form.id, form.source) if form is not None else (None, None)
        period = (date(year, 1, 1), date(year, 12, 31))
        rows.append((year, f"{year}年", *named, *period, department_deadline(year), government_deadline(year)))
    return _frame("dim_year", rows)


def dim_form() -> pl.DataFrame:
    """Return dim_form: every form with its legal source and the years for which it is in force."""
    return _frame(
        "dim_form",
        [
            (f.id, n, f.label.zh, f.label.en, f.source, f.layout, f.since, f.until, len(f.cell_paths))
            for n, f in enumerate(ALL_FORMS.values(), start=1)
        ],
    )


def dim_form_cell() -> pl.DataFrame:
    """Return dim_form_cell: every cell of every form with its labels and meaning."""
    rows = [row for form in ALL_FORMS.values() for row in _form_cells(form)]
    return _frame("dim_form_cell", rows).sort(contract("dim_form_cell").sort)


def _form_cells(form: Form) -> Iterator[tuple[Any, ...]]:
    for order, path in enumerate(form.cell_paths, start=1):
        table = form.table_by_id[path[0]]
        row, column = table.row_by_id[path[1]], table.column_by_id[path[2]]
        english = f"{row.en}: {column.en}" if path[2] else row.en
        yield (
            *(form.id, path_name(path), order, *path, table.label.zh, row.label, column.label, english),
            *(table.unit_of(row.id, column.id), table.kind_of(row.id, column.id), column.role, row.role),
            table.fact.name,
        )


def dim_application_line() -> pl.DataFrame:
    """Return dim_application_line: the lines of all forms, each once, in the order of the newest."""
    labels = {group.id: group.label for table in tables_named(APPLICATIONS) for group in table.groups}
    rows = [
        (
            line,
            n,
            *(row.role, row.group, row.label, labels.get(row.group or "")),
            row.article,
            ",".join(forms),
            row.is_total,
        )
        for n, (line, (row, forms)) in enumerate(all_rows(APPLICATIONS).items(), start=1)
    ]
    return _frame("dim_application_line", rows)


def dim_applicant() -> pl.DataFrame:
    """Return dim_applicant: the columns of the applications table."""
    columns = [column for column, _ in all_columns(APPLICATIONS).values()]
    rows = [(c.id, n, c.label, c.parent is not None, c.is_total) for n, c in enumerate(columns, start=1)]
    return _frame("dim_applicant", rows)


def dim_review() -> pl.DataFrame:
    """Return dim_review: channels by results."""
    channels, results = all_rows(REVIEWS).values(), all_columns(REVIEWS).values()
    pairs = [(row, column) for row, _ in channels for column, _ in results]
    rows = [(r.id, c.id, n, r.label, c.label, c.is_total) for n, (r, c) in enumerate(pairs, start=1)]
    return _frame("dim_review", rows)


def dim_indicator() -> pl.DataFrame:
    """Return dim_indicator: the numbers of form 2014."""
    rows = [
        (i.id, n, i.section, STATISTICS_2014.section_labels[i.section], i.number, i.label, i.unit, i.of)
        for n, i in enumerate(STATISTICS_2014.indicators, start=1)
    ]
    return _frame("dim_indicator", rows)


def _frame(name: str, rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=contract(name).dtypes, orient="row")
