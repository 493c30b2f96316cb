"""The rules as read from rules/*.yml, and their tables: audit_rule and audit_rule_cell."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.contracts import contract
from pipelines.contracts.audit import SEVERITIES
from pipelines.forms import ALL_FORMS, Form

KINDS = ("identity", "cells", "report", "unmapped")
SCOPES = ("cell", "row", "table", "report")
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Rule:
    """A rule. `identity` compares two sums; `cells` groups the cells of `where` and fails on `fails_when`;
    `report` fails on a condition over dim_report; `unmapped` reports every unmapped row.
    """

    rule: str
    severity: str
    kind: str
    zh: str
    en: str
    source: str | None = None
    forms: tuple[str, ...] = ("2019", "2021")
    scope: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    only_if_printed: bool = False
    by: str = "report"
    where: str | None = None
    fails_when: str | None = None
    marks: str | None = None

    @property
    def formula(self) -> str:
        """Return the relation checked, as readers see it."""
        if self.kind == "identity":
            return f"{' + '.join(self.left)} = {' + '.join(self.right)}"
        return " ".join(part for part in (self.where, self.fails_when) if part) or self.kind


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """Read all rule files; raises ValueError naming the entry that is not a rule, or a slug used twice."""
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
            rule = Rule(**fields)
            if rule.severity not in SEVERITIES or rule.kind not in KINDS or rule.by not in SCOPES:
                raise ValueError(f"{path.name}: {rule.rule}: unknown severity, kind or scope")
            if rule.rule in rules:
                raise ValueError(f"{path.name}: {rule.rule} stands twice")
            rules[rule.rule] = rule
    return tuple(rules.values())


RULES = load_rules(Path(__file__).parent / "rules")


def _sets(form: Form) -> dict[str, list[str]]:
    """Return what the names in braces stand for."""
    if "applications" not in form.table_by_id:
        return {"line": []}
    applications, reviews = form.table_by_id["applications"], form.table_by_id["reviews"]
    return {
        "applicant": [c.id for c in applications.columns],
        "part": [c.id for c in applications.columns if not c.is_total],
        "line": [r.id for r in applications.rows],
        "outcome": [r.id for r in applications.rows if r.stage == "outcome"],
        "group": [r.id.removesuffix(".subtotal") for r in applications.extra_rows if r.group_label],
        "channel": [r.id for r in reviews.rows],
        "result": [c.id for c in reviews.columns if not c.is_total],
    }


def _expand(pattern: str, fixed: dict[str, str], sets: dict[str, list[str]]) -> Iterator[str]:
    free = [name for name in _NAME.findall(pattern) if name not in fixed]
    for values in itertools.product(*(sets[name] for name in free)):
        yield pattern.format(**fixed, **dict(zip(free, values, strict=True)))


def _rule_cells(rule: Rule, form: Form) -> Iterator[tuple[str, str, str, str, str]]:
    sets = _sets(form)
    for values in itertools.product(*(sets[name] for name in rule.scope)):
        fixed = dict(zip(rule.scope, values, strict=True))
        members = [r for r in sets["line"] if r.startswith(f"{fixed.get('group')}.")]
        scoped = {**sets, "member": members}
        for side, patterns in (("left", rule.left), ("right", rule.right)):
            for pattern in patterns:
                for path in _expand(pattern, fixed, scoped):
                    yield rule.rule, ".".join(values), form.id, side, path


@cache
def rule_cells_frame() -> pl.DataFrame:
    """Return audit_rule_cell: the cells of each identity by form, scope and side."""
    rows = [
        row
        for rule in RULES
        if rule.kind == "identity"
        for form_id in rule.forms
        for row in _rule_cells(rule, ALL_FORMS[form_id])
    ]
    table = contract("audit_rule_cell")
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)


@cache
def rules_frame() -> pl.DataFrame:
    """Return audit_rule: one row per rule."""
    table = contract("audit_rule")
    rows: list[tuple[Any, ...]] = [
        (r.rule, r.severity, ",".join(r.forms), r.zh, r.en, r.formula, r.source) for r in RULES
    ]
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)


@cache
def scope_labels() -> pl.DataFrame:
    """Return (scope, label): the Chinese name of every applicant, line, channel, row and table used as a scope."""
    labels: dict[str, str] = {}
    for form in ALL_FORMS.values():
        for table in form.tables:
            labels.setdefault(table.id, table.label_zh)
            rows = (*table.rows, *table.extra_rows)
            for row in rows:
                labels.setdefault(row.id, row.label)
            for column in table.columns:
                labels.setdefault(column.id, column.label)
            for row in rows:
                labels.setdefault(f"{table.id}.{row.id}", f"{table.label_zh} {row.label}")
                for column in table.columns:
                    labels.setdefault(f"{table.id}.{row.id}.{column.id}", f"{row.label} {column.label}")
    return pl.DataFrame({"scope": list(labels), "scope_label": list(labels.values())})
