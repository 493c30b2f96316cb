"""The reports that examples of rules describe, as the frames of an audit.

Belongs here: building what an example says, printed texts through the parser and sentences through the reader of
reports. Keep out: what should come of it (`test_examples`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.agencies.deadlines import due_on
from pipelines.auditing.attributes import with_attributes
from pipelines.auditing.binding import forms_of
from pipelines.auditing.evaluate import Audited, evaluate
from pipelines.auditing.levels import BELOW
from pipelines.auditing.rule_examples import Cells, CellState, Example, Printed
from pipelines.auditing.rule_kinds import AnyRule
from pipelines.contracts import contract
from pipelines.extracting.narrative.figures import narrative_figures
from pipelines.extracting.numbers import parse_value, to_yuan
from pipelines.extracting.sections import Section
from pipelines.forms import ALL_FORMS, Form, path_name
from pipelines.forms.patterns import FORM_CELLS, paths_of
from pipelines.warehouse.dimensions import dim_year
from tests.auditing.frames import YEARS, cells

_AMOUNT = "amount"


@dataclass(frozen=True)
class Read:
    """A cell as read from what an example prints."""

    status: str
    value: Decimal | None
    columns: dict[str, Any]


def form_of(rule: AnyRule, example: Example) -> Form:
    """Return the form of an example: the one named, else the newest that the rule applies to and has its cells."""
    if example.form is not None:
        return ALL_FORMS[example.form]
    named = {example.place(written) for written in (*example.cells, *(example.last or ()))}
    for form in sorted((ALL_FORMS[name] for name in forms_of(rule)), key=lambda form: -form.since):
        paths = FORM_CELLS[form.id].paths
        if all(any(f"{path}.".startswith(f"{place}.") for path in paths) for place in named):
            return form
    raise AssertionError(f"{rule.rule}: no form of the rule has all of {', '.join(sorted(named))}")


def audited(rule: AnyRule, example: Example) -> Audited:
    """Return the frames of an example."""
    form = form_of(rule, example)
    year = YEARS[form.id] if example.report.year is None else example.report.year
    own = _cells(form, example, example.cells).with_columns(year_key=pl.lit(year, pl.Int32))
    texts = dict.fromkeys(example.sections, "正文。") | {0: example.opening or ""}
    if example.text is not None:
        texts[1] = example.text
    if example.other_matters is not None:
        texts[6] = example.other_matters
    sections = _sections(texts, year)
    last = None
    if example.last is not None:
        before = ALL_FORMS[example.last_form] if example.last_form else form
        last = _cells(before, example, example.last).select("report_key", "cell_path", "status", "value")
    below = None if example.below is None else _below(example, example.below)
    return Audited(
        own, _report(form, example, year, sections, own), _unmapped(example, year), _figures(texts, year), last, below
    )


def together(made: Mapping[int, Audited]) -> Audited:
    """Return the frames of several examples as those of one audit, each under its key."""

    def under_keys(name: str) -> pl.DataFrame:
        frames: dict[int, pl.DataFrame | None] = {key: getattr(one, name) for key, one in made.items()}
        keyed = [f.with_columns(report_key=pl.lit(key, pl.Int64)) for key, f in frames.items() if f is not None]
        return pl.concat(keyed, how="diagonal_relaxed")

    held = [f.name for f in fields(Audited) if any(getattr(one, f.name) is not None for one in made.values())]
    return Audited(**{name: under_keys(name) for name in held})


def evaluated_each(made: Iterable[Audited]) -> list[pl.DataFrame]:
    """Return the evaluations of each of several reports, evaluated as those of one release: what is said of one is the
    same alone (test_examples).
    """
    under_keys = dict(enumerate(made, 1))
    whole = evaluate(together(under_keys))
    return [whole.filter(pl.col("report_key") == key) for key in under_keys]


def _below(example: Example, sums: dict[str, int]) -> pl.DataFrame:
    """Return what lies below the summary of an example: ten agencies, with one missing nine."""
    missing = example.missing or ""
    rows = [
        (1, example.place(path), Decimal(value), 10, 9 if missing else 10, 0, not missing, missing, missing, None)
        for path, value in sums.items()
    ]
    return pl.DataFrame(rows, schema=BELOW, orient="row")


def _read(printed: Printed, kind: str, header_unit: str) -> Read:
    told = printed if isinstance(printed, CellState) else CellState(text=None)
    text = str(told.text or "") if isinstance(printed, CellState) else str(printed)
    parsed = parse_value(text, kind)
    columns: dict[str, Any] = {"raw_text": text, "note": told.note or parsed.note}
    columns |= {"matched_by": told.matched_by or "label"}
    status = told.status or parsed.status
    value = parsed.value if status == "value" else None
    if kind == _AMOUNT and value is not None:
        yuan = to_yuan(value, parsed.unit, header_unit if told.unit_source == "header" else None)
        columns |= {"yuan": yuan.yuan, "unit": yuan.unit, "unit_source": yuan.unit_source}
    return Read(status, value, columns)


def _cells(form: Form, example: Example, printed: Cells) -> pl.DataFrame:
    """Return the cells of a form, 0 except for what is printed; a place further down overrides one above it."""
    tables = {table.id: table for table in form.tables}
    tables |= {name: ALL_FORMS[other].table_by_id[name] for name, other in example.tables_of.items()}
    kinds = {
        path_name((t.id, row.id, c.id)): (t.kind_of(row.id, c.id), t.unit_of(row.id, c.id))
        for t in tables.values()
        for row in (*t.rows, *t.extra_rows)
        for c in t.columns
    }
    statutory = {path_name(path) for table in tables.values() for path in table.paths}
    read: dict[str, Read] = {}
    placed = {example.place(written): cell for written, cell in printed.items()}
    for place in sorted(placed, key=lambda place: place.count(".")):
        for path, (kind, unit) in kinds.items():
            if f"{path}.".startswith(f"{place}.") and (path in statutory or path == place):
                read[path] = _read(placed[place], kind, unit)
    zeros = {path: ("value", 0) for name in example.tables_of for path in paths_of(tables[name]) if path in statutory}
    changes: dict[str, Any] = zeros | {path: (state.status, state.value) for path, state in read.items()}
    others = {path: {"is_statutory": True} for path in zeros}
    others |= {path: {**others.get(path, {}), **state.columns} for path, state in read.items()}
    frame = cells(changes, form.id, others=others)
    return frame.filter(pl.col("cell_path").is_in([*statutory, *read]))


def _report(form: Form, example: Example, year: int, sections: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    known = example.report.model_dump(exclude={"year", "folder_year"})
    row = {"report_key": 1, "year_key": year, "form": form.id, **known}
    types = {"year_key": pl.Int32, "published_on": pl.Date, "agency_type": pl.String, "agency_level": pl.String}
    types |= {"agency_code": pl.String, "code_conflict": pl.String}
    types |= {"prefecture": pl.String}
    folders = pl.DataFrame({"report_key": [1], "folder_year": [example.report.folder_year]})
    folders = folders.cast({"folder_year": pl.Int32})
    report = pl.DataFrame([row], schema_overrides=types).with_columns(due_on())
    return with_attributes(report, sections, own, folders, dim_year(2026))


def _sections(texts: dict[int, str], year: int) -> pl.DataFrame:
    rows = [(1, year, number, None, text) for number, text in sorted(texts.items())]
    return pl.DataFrame(rows, schema=contract("report_section").dtypes, orient="row")


def _figures(texts: dict[int, str], year: int) -> pl.DataFrame:
    table = contract("narrative_figure")
    found = narrative_figures([Section(number, None, text) for number, text in sorted(texts.items())], year)
    names = {"figure_group": "group", "figure_role": "role", "stop": "end", "raw_text": "raw"}
    rows = []
    for figure in found:
        told = {**figure._asdict(), "report_key": 1, "year_key": year, "meanings": ",".join(figure.meanings)}
        rows.append(tuple(told[names.get(column, column)] for column in table.columns))
    return pl.DataFrame(rows, schema=table.dtypes, orient="row")


def _unmapped(example: Example, year: int) -> pl.DataFrame:
    table = contract("unmapped_row")
    base = {**dict.fromkeys(table.columns), "report_key": 1, "year_key": year, "table_id": "fees", "cells": "[]"}
    rows = [tuple({**base, "ordinal": n, "label": label}.values()) for n, label in enumerate(example.unmapped, start=1)]
    return pl.DataFrame(rows, schema=table.dtypes, orient="row")
