"""Reports that print some tables as another form has them: which tables, and the form that such a report is read by.

A table is of another form where it prints cells that the report's own form does not have and that form does.

Belongs here: telling such tables, and putting forms together. Keep out: how a table is recognised (`extracting`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from pipelines.forms import ALL_FORMS, Form, path_name
from pipelines.messages import Language, message_in

Forms = Mapping[str, Form]
# English labels of tables have commas of their own.
_BETWEEN: dict[Language, str] = {"zh": "，", "en": "; "}


def with_layout(reports: pl.DataFrame, forms: Forms = ALL_FORMS) -> pl.DataFrame:
    """Return reports with the layout of their form (tables, indicators, text)."""
    layouts = {form.id: form.layout for form in forms.values()}
    return reports.with_columns(layout=pl.col("form").replace_strict(layouts, default=None, return_dtype=pl.String))


def other_tables(cells: pl.DataFrame, reports: pl.DataFrame, forms: Forms = ALL_FORMS) -> pl.DataFrame:
    """Return (report_key, other_tables) of the reports that mix forms: `documents=2019,procurement=2019`."""
    own = {form.id: {path_name(path) for path in form.cell_paths} for form in forms.values()}
    # Most cells are of every form: only of the others it matters which form they are of.
    special = sorted({path for paths in own.values() for path in paths if any(path not in p for p in own.values())})
    printed = cells.lazy().filter(pl.col("is_statutory") & (pl.col("status") != "absent"))
    strange = (
        printed.filter(pl.col("cell_path").is_in(special))
        .select("report_key", "table_id", "cell_path")
        .join(reports.lazy().select("report_key", "form"), on="report_key")
        .join(_pairs(own), on=["form", "cell_path"], how="anti")
        .group_by("report_key", "form")
        .agg("table_id", "cell_path")
        .collect()
    )
    rows = [
        (key, _told(zip(tables, paths, strict=True), form, own)) for key, form, tables, paths in strange.iter_rows()
    ]
    found = pl.DataFrame(rows, schema={"report_key": pl.Int64, "other_tables": pl.String}, orient="row")
    return found.filter(pl.col("other_tables") != "")


def _pairs(own: Mapping[str, set[str]]) -> pl.LazyFrame:
    rows = [(form, path) for form, paths in own.items() for path in paths]
    return pl.LazyFrame(rows, schema={"form": pl.String, "cell_path": pl.String}, orient="row")


def _told(strange: Iterator[tuple[str, str]], form: str, own: Mapping[str, set[str]]) -> str:
    by_table: defaultdict[str, set[str]] = defaultdict(set)
    for table, path in strange:
        by_table[table].add(path)
    found = {table: _form_of(paths, form, own) for table, paths in by_table.items()}
    return ",".join(f"{table}={other}" for table, other in sorted(found.items()) if by_table[table] & own[other])


def _form_of(strange: set[str], form: str, own: Mapping[str, set[str]]) -> str:
    """Return the form that has most of some cells; of several the oldest: a newer one is known by cells of its own."""
    return max((other for other in own if other != form), key=lambda other: len(strange & own[other]))


def pairs_of(mixed: str) -> list[tuple[str, str]]:
    """Return (table, form) of the tables of other forms."""
    parts = (part.partition("=") for part in mixed.split(",") if part)
    return [(table, form) for table, _, form in parts]


def tables_in_words(mixed: str, language: Language, forms: Forms = ALL_FORMS) -> str:
    """Return which tables are of which form, as a finding says it."""
    labels = ((forms[form].table_by_id[table].label, forms[form].label) for table, form in pairs_of(mixed))
    told = (
        {"table": each.zh, "form": form.zh} if language == "zh" else {"table": each.en, "form": form.en}
        for each, form in labels
    )
    return _BETWEEN[language].join(message_in(language, "auditing.table_of_form", **names) for names in told)


def composed(form: str, mixed: str, forms: Forms = ALL_FORMS) -> Form:
    """Return the form of a report: its own, each table of another form in the place of its own."""
    main = forms[form]
    tables = dict(main.table_by_id)
    tables |= {table: forms[other].table_by_id[table] for table, other in pairs_of(mixed)}
    return replace(main, tables=tuple(tables.values())) if mixed else main
