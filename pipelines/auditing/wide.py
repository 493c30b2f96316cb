"""Cells as wide frames: a report is a row and a cell a column, so that summing touches each number once.

Belongs here: the shape that relations and comparisons of years work on. Keep out: rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from pipelines.auditing.mixed_forms import composed
from pipelines.contracts.codes import code_list
from pipelines.forms import ALL_FORMS, Form
from pipelines.forms.patterns import FORM_CELLS, LAST, FormCells

NUMBER = pl.Decimal(18, 6)
# Numbers are whole millionths here, in integers that no sum of printed numbers can leave.
SCALE = 1_000_000
# Millionths below it can be added and subtracted a hundred times in 64 bits, which is much faster than in 128.
_SMALL = 2**63 // 128
(PROVED,) = code_list("cell_note").named("proved_by_sum")
# States of cells beside 0, which is printed.
AMBIGUOUS_STATE, PROVED_STATE = 1, 2
EVALUATED = (
    *("report_key", "year_key", "rule", "scope", "outcome", "left_value", "right_value", "difference"),
    *("cell_path", "detail", "detail_en", "hint", "hint_en"),
)


class Wide(NamedTuple):
    """The reports of one form: their own cells, and, of those that have one, with last year's cells beside them.

    `form_cells` are those of the form, with the tables that the reports print as other forms have them.
    """

    form_cells: FormCells
    own: pl.DataFrame
    both: pl.DataFrame | None


def wide_frames(
    cells: pl.DataFrame, reports: pl.DataFrame, last: pl.DataFrame | None, *, forms: Mapping[str, Form] = ALL_FORMS
) -> Iterator[Wide]:
    """Yield the reports form by form; `last` are cells of last year's reports under this year's report_key."""
    mixed = pl.lit(None, pl.String) if "other_tables" not in reports.columns else pl.col("other_tables")
    reports = reports.select("report_key", "year_key", "form", mixed.alias("mixed"))
    before = widen(last, LAST) if last is not None else None
    slim = cells.select("report_key", "cell_path", "status", "value", "is_statutory", "note")
    for (form, other), own in reports.group_by("form", "mixed", maintain_order=True):
        keys = own.select("report_key", "year_key")
        wide = keys.join(widen(slim.join(keys, on="report_key", how="semi")), on="report_key", how="left")
        both = wide.join(before, on="report_key") if before is not None else None
        yield Wide(_form_cells(str(form), str(other or ""), forms), wide, both)


def _form_cells(form: str, mixed: str, forms: Mapping[str, Form]) -> FormCells:
    return _catalogued(form, mixed) if forms is ALL_FORMS else FormCells(composed(form, mixed, forms))


@lru_cache(maxsize=128)
def _catalogued(form: str, mixed: str) -> FormCells:
    """Return what is bound once for all reports: batches and single reports follow each other by the thousand."""
    return FormCells(composed(form, mixed)) if mixed else FORM_CELLS[form]


def widen(cells: pl.DataFrame, prefix: str = "") -> pl.DataFrame:
    """Return cells as one row a report: `v:<path>` in millionths (NULL: unknown).

    Of cells that are ambiguous or proved by sums, and of those that no form demands, `s:<path>` tells the state: 0
    printed, 1 ambiguous, 2 proved.
    """
    if cells.is_empty():
        return pl.DataFrame(schema={"report_key": pl.Int64})
    ambiguous = pl.col("status") == "ambiguous"
    extra = ~pl.col("is_statutory") if "is_statutory" in cells.columns else pl.lit(False)
    known = cells.select("report_key", "cell_path", v=pl.col("value").cast(NUMBER).to_physical())
    small = known.select((pl.col("v").abs().max() < _SMALL).fill_null(True)).item()
    if small:
        known = known.with_columns(pl.col("v").cast(pl.Int64))
    proved = (pl.col("note") == PROVED).fill_null(False) if "note" in cells.columns else pl.lit(False)
    state = ambiguous.cast(pl.Int8) * AMBIGUOUS_STATE + proved.cast(pl.Int8) * PROVED_STATE
    states = cells.filter(ambiguous | extra | proved).select("report_key", "cell_path", s=state)
    wide = _pivoted(known, f"v:{prefix}")
    return wide if states.is_empty() else wide.join(_pivoted(states, f"s:{prefix}"), on="report_key", how="left")


def _pivoted(cells: pl.DataFrame, prefix: str) -> pl.DataFrame:
    """Return (report_key, cell_path, number) as a column for each path; several times faster than DataFrame.pivot."""
    keys = cells.select("report_key").unique(maintain_order=True)
    columns = []
    for (path,), part in cells.partition_by("cell_path", as_dict=True, include_key=False).items():
        aligned = part["report_key"].equals(keys["report_key"])
        whole = part if aligned else keys.join(part, on="report_key", how="left", maintain_order="left")
        columns.append(whole.to_series(1).alias(f"{prefix}{path}"))
    return keys.with_columns(columns)


def held(number: pl.Expr) -> pl.Expr:
    """Return a number as its column holds it; one that is too large as NULL."""
    return number.cast(NUMBER, strict=False)


def printed(millionths: pl.Expr) -> pl.Expr:
    """Return millionths as the number that was printed; a sum too large for its column as NULL."""
    held = pl.when(millionths.abs() < 10**18).then(millionths)
    return (held.cast(pl.Decimal(38, 6)) / SCALE).cast(NUMBER)
