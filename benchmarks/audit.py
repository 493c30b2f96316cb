"""How fast and in how much memory reports are audited: `python -m benchmarks.audit`.

Belongs here: generated frames of sound reports, the runs, the printed table. Keep out: rules, and what they catch
(`mutations`).
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from multiprocessing import get_context
from random import Random
from time import perf_counter
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.corpus.figures import Figure, Path, random_figures
from pipelines.auditing.attributes import with_attributes
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts import contract
from pipelines.forms import FORMS, Form
from pipelines.warehouse.dimensions import dim_year

_MB = 1_000_000
_MILLION = 1_000_000
_YEARS = {"2019": 2020, "2021": 2023}
# Different reports that are repeated under new keys; the time of a column does not depend on what it holds.
_POOL = 300
# Share of the repeated reports with one wrong figure, so that failures, hints and findings are measured too.
_WRONG = 0.2
_LAYOUTS = ("all printed", "all printed", "zeros blank", "totals blank", "zeros marked")
_BODY = "本单位认真贯彻落实政府信息公开条例，扎实推进主动公开和依申请公开工作。" * 10
_OPENING = "本报告中所列数据的统计期限自{0}年1月1日起至{0}年12月31日止。" + _BODY
_SENTENCE = "全年共收到政府信息公开申请{}件。"


def sound_report(rng: Random, form: Form) -> dict[Path, Figure]:
    """Return figures of a correct report: everything that a form relates adds up; some layouts leave cells blank."""
    figures = random_figures(rng, form)
    for path, figure in figures.items():
        table, row, column = path
        number = figure.value or Decimal(0)
        if column == "items_change":
            number = max(number, -(figures[table, row, "prior_year_items"].value or Decimal(0)))
            figures[path] = Figure(f"{number:+f}", number)
        elif column in ("total_published", "in_force"):
            other = "newly_published" if column == "total_published" else "issued"
            number += figures[table, row, other].value or Decimal(0)
            figures[path] = Figure(f"{number:f}", number)
        elif column == "decisions":
            # Equal to the two columns before it, it would look like three years in three columns.
            number = number * 2 + 1_000_000 if number else number
            figures[path] = Figure(f"{number:f}", number)
        elif column in ("total_amount", "amount_collected"):
            figures[path] = Figure(f"{number:f}万元", number)
    if ("procurement", "centralized_procurement", "total_amount") in figures:
        _procure(figures)
    return _laid_out(rng.choice(_LAYOUTS), figures)


def _procure(figures: dict[Path, Figure]) -> None:
    count, amount = (("procurement", "centralized_procurement", name) for name in ("project_count", "total_amount"))
    projects = figures[count].value or Decimal(0)
    figures[amount] = Figure(f"{projects * 10:f}万元", projects * 10)


def _laid_out(layout: str, figures: dict[Path, Figure]) -> dict[Path, Figure]:
    def printed(path: Path, figure: Figure) -> Figure:
        counted = path[0] in ("applications", "reviews")
        if counted and layout == "totals blank" and path[2] == "total":
            return Figure("", None)
        if counted and layout.startswith("zeros") and figure.value == 0:
            return Figure("" if layout == "zeros blank" else "-", None)
        return figure

    return {path: printed(path, figure) for path, figure in figures.items()}


def cell_frame(reports: list[tuple[int, Form, dict[Path, Figure]]]) -> pl.DataFrame:
    """Return rows of the table cell for some reports, by their keys."""
    rows = []
    for key, form, figures in reports:
        for order, (path, figure) in enumerate(figures.items(), start=1):
            money = path[2] in ("total_amount", "amount_collected")
            status = "value" if figure.value is not None else "nil_mark" if figure.text else "blank"
            yuan = figure.value * 10_000 if money and figure.value is not None else None
            unit = ("万元", "cell") if money else ("件", None)
            whole = (key, _YEARS[form.id], ".".join(path), order, *path, True, figure.text, status, figure.value)
            rows.append((*whole, unit[0], yuan, unit[1], "label", None))
    names = "report_key year_key cell_path cell_order table_id row_id column_id is_statutory raw_text status value"
    columns = [*names.split(), "unit", "yuan", "unit_source", "matched_by", "note"]
    return pl.DataFrame(rows, schema={name: contract("cell").dtypes[name] for name in columns}, orient="row")


def report_frame(cells: pl.DataFrame, *, level: str = "county") -> pl.DataFrame:
    """Return the rows of dim_report with their agencies for the reports of some cells."""
    forms = {year: form for form, year in _YEARS.items()}
    keys = cells.select("report_key", "year_key").unique(maintain_order=True)
    return keys.with_columns(
        form=pl.col("year_key").replace_strict(forms, return_dtype=pl.String),
        agency_status=pl.lit("exact"),
        agency_type=pl.lit("government"),
        agency_level=pl.lit(level),
        status=pl.lit("current"),
        published_on=pl.date(pl.col("year_key") + 1, 1, 20),
    )


def last_year(cells: pl.DataFrame) -> pl.DataFrame:
    """Return cells of the reports of the year before, which every relation to last year holds with."""
    path = pl.col("cell_path")
    wide = cells.select("report_key", "cell_path", "status", "value")
    carried = wide.filter(path.str.starts_with("applications.carried_in.")).with_columns(
        path.str.replace("carried_in", "carried_out")
    )
    others = wide.filter(path.str.starts_with("applications.carried_out.").not_())
    document = pl.col("row_id") + "." + pl.col("column_id").str.replace(r"^(issued|repealed|in_force)$", "in_force")
    parts = cells.filter((pl.col("table_id") == "documents") & pl.col("column_id").is_in(["issued", "repealed", "in_force"]))
    sign = pl.when(pl.col("column_id") == "issued").then(-1).otherwise(1)
    kept = parts.group_by("report_key", "cell_path" if False else (pl.lit("documents.") + document).alias("cell_path")).agg(
        old=(pl.col("value").fill_null(0).cast(pl.Float64) * sign).sum()
    )
    items = cells.filter(pl.col("column_id") == "items_change").select("report_key", "cell_path", zero=pl.lit(True))
    return (
        pl.concat([others, carried])
        .join(kept, on=["report_key", "cell_path"], how="left")
        .join(items, on=["report_key", "cell_path"], how="left")
        .with_columns(
            value=pl.coalesce(pl.when("zero").then(0), pl.col("old").cast(wide.schema["value"]), "value"),
            status=pl.when(pl.col("zero") | pl.col("old").is_not_null()).then(pl.lit("value")).otherwise("status"),
        )
        .select("report_key", "cell_path", "status", "value")
    )
