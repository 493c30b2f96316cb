"""The sum of a county's reports checked by the same rules as any report, and whose error each finding comes from.

A cell that not all units are known for decides nothing: half a sum breaks relations that every unit holds. Belongs
here: the frames that rules are evaluated on. Keep out: rules (`auditing`), adding (`summary`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.auditing.rule_cells import scope_labels
from pipelines.auditing.rule_kinds import RelationRule
from pipelines.auditing.rules_file import rules_of
from pipelines.contracts import contract
from pipelines.contracts.codes import code_list
from pipelines.extracting.numbers import AMBIGUOUS, IN_HEADER, VALUE
from pipelines.forms import Form
from pipelines.messages import message_in
from pipelines.office.cell_figures import Number, number_of, yuan_of
from pipelines.office.checked import Words
from pipelines.office.printed_form import printed_value
from pipelines.office.summary import COMPLETE, Summary, SummedCell

_PASS, _NOT_ASSESSABLE = code_list("rule_outcome").named("pass", "not_assessable")
(_BY_LABEL,) = code_list("matched_by").named("label")
# The key of the summary among those of its parts.
_SUMMARY = 0
# Rules over how a cell was read: a sum is not read, and that units are unknown is told beside it.
_OF_READING = "extraction."
# What the column of numbers holds.
_TOO_LARGE = Decimal(10) ** 12
_COLUMNS = (
    *("report_key", "year_key", "cell_path", "cell_order", "table_id", "row_id", "column_id", "is_statutory"),
    *("raw_text", "status", "value", "unit", "yuan", "unit_source", "matched_by", "note"),
)


@dataclass(frozen=True)
class UnitsError:
    """A unit that breaks the same relation as the summary, and by how much, where the relation has a difference."""

    unit: str
    difference: Number | None


@dataclass(frozen=True)
class SummaryFinding:
    """A finding of the summary; `units` are those whose own errors account for it, exactly, else none.

    `cell_path` and the scope name cells by their paths: people are told their labels (`forms.measures.with_labels`).
    """

    rule: str
    scope: str
    severity: str
    message: Words
    hint: Words
    cell_path: str | None
    left: Number | None
    right: Number | None
    difference: Number | None
    units: tuple[UnitsError, ...] = ()


@dataclass(frozen=True)
class Cancelled:
    """An equality that holds in the sum alone: units break it in ways that cancel out. `relation` with its scope."""

    rule: str
    scope: str
    relation: Words
    units: tuple[UnitsError, ...]


@dataclass(frozen=True)
class SummaryAudit:
    """What the rules say of a summary; `relations` were held against it, of them `undecided` for what is not known."""

    findings: tuple[SummaryFinding, ...]
    cancelled: tuple[Cancelled, ...]
    relations: int
    undecided: int


def findings_of(summary: Summary) -> SummaryAudit:
    """Return the findings of a summary, errors first.

    Evaluated are all rules over cells and relations of cells; those over reading, texts, dates and other reports need a
    report.
    A rule that fails for units too is theirs where their differences add up to that of the summary.
    """
    keys = {unit: key for key, unit in enumerate(summary.units, start=1)}
    cells = _frame(summary, keys)
    known = cells.select("report_key", "year_key").unique(maintain_order=True)
    reports = known.with_columns(form=pl.lit(summary.form.id))
    unmapped = pl.DataFrame(schema={**contract("unmapped_row").dtypes, "label": pl.String, "cells": pl.String})
    evaluated = evaluate(Audited(cells, reports, unmapped), packs=())
    found = findings(evaluated, packs=()).filter(~pl.col("rule").str.starts_with(_OF_READING)).to_dicts()
    units = {key: unit for unit, key in keys.items()}
    own = [row for row in found if row["report_key"] == _SUMMARY]
    order = [*code_list("severity")]
    of_units = [row for row in found if row["report_key"] != _SUMMARY]
    told = [_finding(row, [each for each in of_units if _key(each) == _key(row)], units) for row in own]
    relations = evaluated.filter(
        (pl.col("report_key") == _SUMMARY) & pl.col("rule").is_in([rule.rule for rule in rules_of(RelationRule)])
    )
    undecided = relations.filter(pl.col("outcome") == _NOT_ASSESSABLE)
    ordered = sorted(told, key=lambda each: order.index(each.severity))
    passed = {_key(row) for row in relations.filter(pl.col("outcome") == _PASS).iter_rows(named=True)}
    cancelled = tuple(_cancelled([row for row in of_units if _key(row) in passed], units))
    return SummaryAudit(tuple(ordered), cancelled, relations.height, undecided.height)


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["rule"], row["scope"]


def _cancelled(rows: list[dict[str, Any]], units: Mapping[int, str]) -> Iterator[Cancelled]:
    """Yield the equalities that units break although the sum passes."""
    labels = {scope: (zh, en) for scope, zh, en in scope_labels().iter_rows()}
    for rule in rules_of(RelationRule):
        own = [row for row in rows if row["rule"] == rule.rule and rule.fails_when is None]
        for scope in dict.fromkeys(row["scope"] for row in own):
            zh, en = labels.get(scope, (scope, scope))
            relation: Words = {
                "zh": message_in("zh", "summary.relation", rule=rule.zh, place=zh),
                "en": message_in("en", "summary.relation", rule=rule.en, place=en),
            }
            errors = (row for row in own if row["scope"] == scope)
            yield Cancelled(
                rule.rule,
                scope,
                relation,
                tuple(UnitsError(units[row["report_key"]], _number(row["difference"])) for row in errors),
            )


def _finding(row: Mapping[str, Any], same: list[dict[str, Any]], units: Mapping[int, str]) -> SummaryFinding:
    errors = tuple(UnitsError(units[each["report_key"]], _number(each["difference"])) for each in same)
    own = row["difference"]
    theirs = [each["difference"] for each in same]
    explains = own is None or (None not in theirs and sum(theirs, Decimal(0)) == own)
    return SummaryFinding(
        rule=row["rule"],
        scope=row["scope"],
        severity=row["severity"],
        message={"zh": row["message"], "en": row["message_en"]},
        hint={"zh": row["hint"], "en": row["hint_en"]},
        cell_path=row["cell_path"],
        left=_number(row["left_value"]),
        right=_number(row["right_value"]),
        difference=_number(own),
        units=errors if explains else (),
    )


def _number(value: Decimal | None) -> Number | None:
    return None if value is None else number_of(value)


def _frame(summary: Summary, keys: Mapping[str, int]) -> pl.DataFrame:
    """Return rows of the table cell: of the summary, then of every unit as the summary took it."""
    rows = [*_rows(summary, _SUMMARY, None)]
    for unit, key in keys.items():
        rows += _rows(summary, key, unit)
    dtypes = contract("cell").dtypes
    return pl.DataFrame(rows, schema={name: dtypes[name] for name in _COLUMNS}, orient="row")


def _rows(summary: Summary, key: int, unit: str | None) -> Iterator[tuple[Any, ...]]:
    for order, (name, cell) in enumerate(summary.cells.items(), start=1):
        if unit is None:
            value, status = cell.value if cell.state == COMPLETE else None, AMBIGUOUS
        else:
            value, status = cell.by_unit.get(unit), _status(cell, unit)
        yield (key, summary.year, name, order, *cell.path, True, *_values(cell, value, status, summary.form))


def _status(cell: SummedCell, unit: str) -> str:
    """Return the status of a cell that a unit has no number for; what is no status of a cell decides nothing."""
    reason = cell.lacking.get(unit, AMBIGUOUS)
    return reason if reason in code_list("cell_status") else AMBIGUOUS


def _values(cell: SummedCell, value: Number | None, reason: str, form: Form) -> tuple[Any, ...]:
    table, row, column = cell.path
    is_amount = form.table_by_id[table].kind_of(row, column) == "amount"
    if value is None or abs(Decimal(value)) >= _TOO_LARGE:
        status = AMBIGUOUS if value is not None else reason
        return (None, status, None, cell.unit, None, IN_HEADER if is_amount else None, _BY_LABEL, None)
    exact = Decimal(value)
    yuan = exact * yuan_of(cell.unit) if is_amount else None
    source = IN_HEADER if is_amount else None
    return (printed_value(value), VALUE, exact, cell.unit, yuan, source, _BY_LABEL, None)
