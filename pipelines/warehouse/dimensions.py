"""Frames of the dimensions that come from the forms and the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from pipelines.contracts import contract
from pipelines.forms import FORMS, Row
from pipelines.forms.indicators import STATISTICS_2014

FIRST_YEAR = 2008
_FORM_BY_FIRST_YEAR = (
    (2021, "2021", FORMS["2021"].source),
    (2019, "2019", FORMS["2019"].source),
    (2014, "2014", STATISTICS_2014.form.source),
    (2008, "narrative", "政府信息公开条例（2007年）第三十二条"),
)


def years(last_year: int) -> list[int]:
    """Return the years of the warehouse: 0 (unreadable), then 2008 to `last_year`."""
    return [0, *range(FIRST_YEAR, last_year + 1)]


def dim_year(last_year: int) -> pl.DataFrame:
    """Return dim_year: form in force and legal deadlines of every year."""
    rows: list[tuple[Any, ...]] = [(0, "年度不明", *[None] * 6)]
    for year in years(last_year)[1:]:
        form, source = next((f, s) for first, f, s in _FORM_BY_FIRST_YEAR if year >= first)
        period = (date(year, 1, 1), date(year, 12, 31))
        rows.append((year, f"{year}年", form, source, *period, date(year + 1, 1, 31), date(year + 1, 3, 31)))
    return pl.DataFrame(rows, schema=contract("dim_year").dtypes, orient="row")


def dim_application_line() -> pl.DataFrame:
    """Return dim_application_line: the lines of both forms, a line of both once."""
    found: dict[str, tuple[Row, str | None, list[str]]] = {}
    for form in FORMS.values():
        applications = form.table_by_id["applications"]
        labels = {group.id: group.label for group in applications.groups}
        for row in applications.rows:
            found.setdefault(row.id, (row, labels.get(row.group or ""), []))[2].append(form.id)
    order = [r.id for r in FORMS["2021"].table_by_id["applications"].rows]
    lines = sorted(found, key=lambda line: order.index(line) if line in order else order.index(f"{line}.overdue_fee"))
    rows = [
        (line, n, row.role, row.group, row.label, label, row.article, ",".join(forms), row.is_total)
        for n, line in enumerate(lines, start=1)
        for row, label, forms in (found[line],)
    ]
    return pl.DataFrame(rows, schema=contract("dim_application_line").dtypes, orient="row")


def dim_applicant() -> pl.DataFrame:
    """Return dim_applicant: the columns of the applications table."""
    columns = FORMS["2021"].table_by_id["applications"].columns
    rows = [(c.id, n, c.label, c.parent is not None, c.is_total) for n, c in enumerate(columns, start=1)]
    return pl.DataFrame(rows, schema=contract("dim_applicant").dtypes, orient="row")


def dim_review() -> pl.DataFrame:
    """Return dim_review: channels by results."""
    reviews = FORMS["2021"].table_by_id["reviews"]
    pairs = [(row, column) for row in reviews.rows for column in reviews.columns]
    rows = [(r.id, c.id, n, r.label, c.label, c.is_total) for n, (r, c) in enumerate(pairs, start=1)]
    return pl.DataFrame(rows, schema=contract("dim_review").dtypes, orient="row")


def dim_indicator() -> pl.DataFrame:
    """Return dim_indicator: the numbers of form 2014."""
    rows = [
        (i.id, n, i.section, STATISTICS_2014.section_labels[i.section], i.number, i.label, i.unit, i.of)
        for n, i in enumerate(STATISTICS_2014.indicators, start=1)
    ]
    return pl.DataFrame(rows, schema=contract("dim_indicator").dtypes, orient="row")
