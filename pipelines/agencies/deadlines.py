"""By when a report must be published: the only place that knows what the law asks of whom, and since when.

To the report of 2018 every agency had until 31 March (政府信息公开条例 of 2007, article 31). Since that of 2019
departments of governments at and above county level have until 31 January, governments until 31 March (article 49 of
2019). The law names nobody else: towns, subdistricts, party organs, institutions and agencies of unknown type are not
late before 31 March. Belongs here: days. Keep out: which report is late (`auditing`).
"""

from __future__ import annotations

from datetime import date

import polars as pl

# Since this report year departments have a day of their own.
_SINCE = 2019
_DEPARTMENTS = ("ministry", "vertical", "department")


def department_deadline(year: int) -> date:
    """Return the last day for the report of a department about a year."""
    return date(year + 1, 1, 31) if year >= _SINCE else government_deadline(year)


def government_deadline(year: int) -> date:
    """Return the last day for the report of a government, and of everybody whom the law does not name."""
    return date(year + 1, 3, 31)


def deadline(year: int, agency_type: str | None) -> date:
    """Return the last day for the report of an agency of a type about a year, as `due_on` does for frames."""
    return department_deadline(year) if agency_type in _DEPARTMENTS else government_deadline(year)


def due_on() -> pl.Expr:
    """Return the last day (Date) by `year_key` and `agency_type`; null for a year that could not be read (0)."""
    early = pl.col("agency_type").is_in(_DEPARTMENTS) & (pl.col("year_key") >= _SINCE)
    month = pl.when(early.fill_null(False)).then(1).otherwise(3)
    return pl.when(pl.col("year_key") > 0).then(pl.date(pl.col("year_key") + 1, month, 31)).alias("due_on")
