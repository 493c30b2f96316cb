"""The cells that relations use: patterns of the rules written out for each form and scope, as audit_rule_cell.

A pattern is a cell path with {names} of sets of the form; `-` before it subtracts, `last:` takes the cell of last
year's report, and 0 stands for itself. Belongs here: writing out. Keep out: evaluating.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import polars as pl

from pipelines.auditing.rules_file import RULES, Rule
from pipelines.contracts import contract
from pipelines.forms import ALL_FORMS, Form

_NAME = re.compile(r"\{(\w+)\}")
_ITEM_TABLES = ("licensing", "enforcement")


class Term(NamedTuple):
    """A cell that a relation adds (sign 1) or subtracts (-1), of this report or of last year's; or a constant."""

    cell_path: str
    sign: int
    is_last: bool


def _sets(form: Form) -> dict[str, list[str]]:
    """Return what the names in braces stand for."""
    if "applications" not in form.table_by_id:
        return {"line": []}
    applications, reviews = form.table_by_id["applications"], form.table_by_id["reviews"]
    items = [form.table_by_id[name] for name in _ITEM_TABLES]
    return {
        "applicant": [c.id for c in applications.columns],
        "part": [c.id for c in applications.columns if not c.is_total],
        "line": [r.id for r in applications.rows],
        "outcome": [r.id for r in applications.rows if r.role == "outcome"],
        "group": [r.id.removesuffix(".subtotal") for r in applications.extra_rows if r.group_label],
        "channel": [r.id for r in reviews.rows],
        "result": [c.id for c in reviews.columns if not c.is_total],
        "document": [r.id for r in form.table_by_id["documents"].rows],
        "matter": [f"{table.id}.{row.id}" for table in items for row in table.rows],
    }


def _expand(pattern: str, fixed: dict[str, str], sets: dict[str, list[str]]) -> Iterator[str]:
    free = [name for name in _NAME.findall(pattern) if name not in fixed]
    for values in itertools.product(*(sets[name] for name in free)):
        yield pattern.format(**fixed, **dict(zip(free, values, strict=True)))


def _term(written: str) -> Term | None:
    """Return the term that is written out; None for a constant, which is 0 in every rule there is."""
    if written == "0":
        return None
    plain = written.removeprefix("-")
    path = plain.removeprefix("last:")
    return Term(path, -1 if written != plain else 1, path != plain)


def _rule_cells(rule: Rule, form: Form) -> Iterator[tuple[str, str, str, str, str, int, bool]]:
    sets = _sets(form)
    for values in itertools.product(*(sets[name] for name in rule.scope)):
        fixed = dict(zip(rule.scope, values, strict=True))
        members = [r for r in sets["line"] if r.startswith(f"{fixed.get('group')}.")]
        scoped = {**sets, "member": members}
        for side, patterns in (("left", rule.left), ("right", rule.right)):
            for term in (_term(path) for pattern in patterns for path in _expand(pattern, fixed, scoped)):
                if term is not None:
                    yield rule.rule, ".".join(values), form.id, side, term.cell_path, term.sign, term.is_last


@cache
def rule_cells_frame() -> pl.DataFrame:
    """Return audit_rule_cell: the cells of each relation by form, scope and side."""
    rows = [
        row
        for rule in RULES
        if rule.kind == "relation"
        for form_id in rule.forms
        for row in _rule_cells(rule, ALL_FORMS[form_id])
    ]
    table = contract("audit_rule_cell")
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)


@cache
def scope_labels() -> pl.DataFrame:
    """Return (scope, label): the Chinese name of every applicant, line, channel, row and table used as a scope."""
    labels: dict[str, str] = {}
    for form in ALL_FORMS.values():
        for table in form.tables:
            labels.setdefault(table.id, table.label.zh)
            rows = (*table.rows, *table.extra_rows)
            for row in rows:
                labels.setdefault(row.id, row.label)
            for column in table.columns:
                labels.setdefault(column.id, column.label)
            for row in rows:
                labels.setdefault(f"{table.id}.{row.id}", f"{table.label.zh} {row.label}")
                for column in table.columns:
                    labels.setdefault(f"{table.id}.{row.id}.{column.id}", f"{row.label} {column.label}")
    # A form with one number a row has a column without a name; an evaluation of the whole report has no scope.
    labels.pop("", None)
    return pl.DataFrame({"scope": list(labels), "scope_label": list(labels.values())})
