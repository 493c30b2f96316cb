"""Frames of small reports for the tests of the rules: every cell holds 0 except for the changes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.auditing.evaluate import Audited, evaluate
from pipelines.contracts import contract
from pipelines.forms import ALL_FORMS, Form, path_name

# Status and number of a cell.
State = tuple[str, int | str | None]
Changes = Mapping[str, State]
Columns = Mapping[str, Mapping[str, object]]
YEARS = {"2014": 2015, "2019": 2020, "2021": 2023, "narrative": 2020}


def number(value: int | str) -> State:
    """Return the state of a cell that holds a number."""
    return "value", value


BLANK: State = ("blank", None)
AMBIGUOUS: State = ("ambiguous", None)


def cells(changes: Changes, form: str | Form = "2019", *, key: int = 1, others: Columns | None = None) -> pl.DataFrame:
    """Return the cells of a report; `others` sets columns of cells by path; a path of no form is extra."""
    form = ALL_FORMS[form] if isinstance(form, str) else form
    paths = list(form.cell_paths)
    own = {path_name(path) for path in paths}
    for name in changes:
        if name not in own:
            table, rest = name.split(".", 1)
            paths.append((table, *rest.rsplit(".", 1)))  # type: ignore[arg-type]
    rows = []
    for order, path in enumerate(paths, start=1):
        name = path_name(path)
        status, value = changes.get(name, ("value", 0))
        set_here = (others or {}).get(name, {})
        base = {
            **dict.fromkeys(contract("cell").columns),
            **{"report_key": key, "year_key": YEARS.get(form.id, form.since), "cell_path": name, "cell_order": order},
            **{"table_id": path[0], "row_id": path[1], "column_id": path[2], "is_statutory": name in own},
            **{"raw_text": str(value), "status": status, "value": None if value is None else Decimal(str(value))},
            "matched_by": "label",
        }
        rows.append(tuple({**base, **set_here}.values()))
    return pl.DataFrame(rows, schema=contract("cell").dtypes, orient="row")


def last(changes: Changes, form: str = "2019", *, key: int = 1) -> pl.DataFrame:
    """Return the cells of the report of the year before, under the key of this year's."""
    return cells(changes, form, key=key).select("report_key", "cell_path", "status", "value")


def reports(form: str = "2019", **attributes: object) -> pl.DataFrame:
    """Return the report of the cells with attributes."""
    known = {"report_key": 1, "year_key": YEARS[form], "form": form, **attributes}
    return pl.DataFrame([known]).with_columns(pl.col("year_key").cast(pl.Int32))


def audited(
    changes: Changes,
    form: str = "2019",
    *,
    before: Changes | None = None,
    before_form: str | None = None,
    others: Columns | None = None,
    figures: pl.DataFrame | None = None,
    **attributes: object,
) -> Audited:
    """Return the frames of one report; `before` changes last year's report (None: there is none)."""
    earlier = None if before is None else last(before, before_form or form)
    own = cells(changes, form, others=others)
    none = contract("unmapped_row").empty()
    return Audited(own, reports(form, **attributes), none, figures, earlier)


def evaluated(changes: Changes, form: str = "2019", **told: Any) -> pl.DataFrame:
    """Return the evaluations of one report, told as to `audited`."""
    return evaluate(audited(changes, form, **told))


def outcome(found: pl.DataFrame, rule: str, scope: str = "") -> str | None:
    """Return the outcome of an evaluation; None where there is none."""
    chosen = found.filter((pl.col("rule") == rule) & (pl.col("scope") == scope))["outcome"].to_list()
    assert len(chosen) < 2
    return chosen[0] if chosen else None


def hint(found: pl.DataFrame, rule: str, scope: str = "") -> str | None:
    """Return the hint of an evaluation."""
    value: str | None = found.filter((pl.col("rule") == rule) & (pl.col("scope") == scope))["hint"].item()
    return value
