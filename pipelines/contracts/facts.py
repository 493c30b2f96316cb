"""Contracts of the facts: one table per statutory table of the forms, all projections of `cell`.

They follow from the forms: a column that a form adds is a measure more, a table that it adds is a fact more. Belongs
here: how a statutory table becomes a fact. Keep out: which tables and columns there are (`pipelines.forms`).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts.codes import code_list
from pipelines.contracts.column_types import INT64, NUMBER, STRING, YUAN
from pipelines.contracts.table import Column, Table, column, key, table, year_key
from pipelines.forms import ALL_FORMS, FORMS, all_columns, all_rows, tables_named
from pipelines.forms import Column as FormColumn
from pipelines.forms.figures import FIGURES
from pipelines.forms.parts import Label

CELL_STATUS, UNIT_SOURCES = code_list("cell_status"), code_list("unit_source")
_ORDER = ("year_key", "agency_sk", "report_key")
_UNIT_SOURCE = "Where the unit was read: the cell, the header, inferred from the digits, or none."


def keys() -> tuple[Column, ...]:
    """Declare the keys every fact begins with."""
    return (
        key("report_key", "报告键", "References dim_report."),
        key("agency_sk", "行政机关版本键", "References dim_agency."),
        year_key(),
    )


def measure(name: str, zh: str, en: str, note: Label | None = None) -> tuple[Column, Column]:
    """Declare a count and its status; NULL where the form has no such cell or the cell holds no number."""
    status = f"Why {name} is NULL; NULL where the report's form has no such cell."
    return (
        column(name, INT64, zh, en, nullable=True, note=_note(note)),
        column(f"{name}_status", STRING, f"{zh}状态", status, nullable=True, isin=CELL_STATUS),
    )


def _note(label: Label | None) -> tuple[str, str] | None:
    return None if label is None else (label.zh, label.en)


def amount(name: str, zh: str, en: str) -> tuple[Column, ...]:
    """Declare an amount in yuan with its status and where its unit was read."""
    return (
        column(f"{name}_yuan", YUAN, f"{zh}（元）", f"{en} In yuan, exact.", nullable=True),
        column(f"{name}_status", STRING, f"{zh}状态", f"Status of the cell {name}.", nullable=True, isin=CELL_STATUS),
        column("unit_source", STRING, "单位依据", _UNIT_SOURCE, nullable=True, isin=UNIT_SOURCES),
    )


def statutory_fact(table_id: str) -> Table:
    """Return the contract of the fact of a statutory table, over all forms that have it."""
    fact = tables_named(table_id)[0].fact
    return _long(table_id) if fact.shape == "long" else _wide(table_id)


def has_row_column(table_id: str) -> bool:
    """Tell whether the wide fact of a table has a row for each row of the table, and not one row a report."""
    return len(all_rows(table_id)) > 1


def _wide(table_id: str) -> Table:
    fact = tables_named(table_id)[0].fact
    rows = fact.rows if has_row_column(table_id) else None
    named = [column(rows.id, STRING, rows.zh, rows.en)] if rows is not None else []
    measures = (each for spec, forms in all_columns(table_id).values() for each in _measures(table_id, spec, forms))
    own = [rows.id] if rows is not None else []
    return table(
        fact.name,
        fact.zh,
        fact.en,
        *keys(),
        *named,
        *measures,
        primary_key=["report_key", *own],
        sort=[*_ORDER, *own],
    )


def _measures(table_id: str, spec: FormColumn, forms: tuple[str, ...]) -> tuple[Column, ...]:
    whole = len(forms) == len(tables_named(table_id))
    en = spec.en if whole else f"{spec.en} ({', '.join(f'form {form}' for form in forms)})"
    if spec.kind == "amount":
        return amount(spec.id, spec.label, f"{en}.")
    return measure(spec.id, spec.label, f"{en}, {spec.unit}.", spec.note)


def _long(table_id: str) -> Table:
    fact = tables_named(table_id)[0].fact
    names = [name for name in (fact.rows, fact.columns) if name is not None]
    sizes = {
        form.id: len(form.table_by_id[table_id].paths) for form in ALL_FORMS.values() if table_id in form.table_by_id
    }
    grain = f"{fact.en}: {', '.join(f'{size} rows of form {form}' for form, size in sizes.items())}."
    return table(
        fact.name,
        fact.zh,
        grain,
        *keys(),
        *(column(name.id, STRING, name.zh, name.en) for name in names),
        *_values(table_id),
        column("status", STRING, "状态", "Status of the cell; only value has a number.", isin=CELL_STATUS),
        primary_key=["report_key", *(name.id for name in names)],
        sort=[*_ORDER, *(name.id for name in names)],
    )


def _values(table_id: str) -> Iterator[Column]:
    tables = tables_named(table_id)
    value = tables[0].fact.value
    assert value is not None
    amounts = any(each.kind_of(row, spec) == "amount" for each in tables for _, row, spec in each.paths)
    yield column(value.id, NUMBER if amounts else INT64, value.zh, value.en, nullable=True, note=_note(value.note))
    if amounts:
        yield column("yuan", YUAN, "金额（元）", "Amounts only: yuan, exact.", nullable=True)
        source = "Amounts only: where the unit was read."
        yield column("unit_source", STRING, "单位依据", source, nullable=True, isin=UNIT_SOURCES)


# In the order of the forms whose tables stand in the report itself, the form of indicators last.
_TABLES = dict.fromkeys(each.id for form in (*FORMS.values(), *ALL_FORMS.values()) for each in form.tables)
# The fact of each statutory table, by the id of the table.
STATUTORY_FACTS = {table_id: statutory_fact(table_id) for table_id in _TABLES}

FACT_REPORT_FIGURES = table(
    "fact_report_figures",
    "年报主要数字",
    "One row per current report with tables of its own, for rates and comparisons: the facts of its applications and "
    "reviews beside each other. NULL where a number is not there; a sum needs every one of its numbers.",
    *keys(),
    *(column(figure.name, INT64, figure.zh, figure.en, nullable=True) for figure in FIGURES),
    primary_key=["report_key"],
    sort=_ORDER,
)
