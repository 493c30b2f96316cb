"""The rules as read from rules/*.yml, and their table audit_rule."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.contracts import contract
from pipelines.contracts.audit import SEVERITIES

KINDS = ("relation", "cells", "report", "unmapped", "figures", "figure_sums", "figure_shares", "last_year", "levels")
SCOPES = ("cell", "row", "table", "report")


@dataclass(frozen=True)
class Rule:
    """A rule. What its fields mean depends on its kind.

    `relation` compares two sums of cells and fails on `fails_when` (SQL over left_value and right_value).
    `cells` groups the cells of `where` and fails on `fails_when`; `report` fails on a condition over the report's
    attributes; neither is assessable on `unknown_when`, and `hint` tells a possible cause of a failure.
    `unmapped` tells of every row that the form does not explain; `figures` hold what the text states of `measures`
    against the tables; the others are computed as their names say.
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
    unknown_when: str | None = None
    marks: str | None = None
    hint: str | None = None
    measures: tuple[str, ...] = ()
    claims_none: bool = False
    severity_of: tuple[tuple[str, str], ...] = ()

    @property
    def formula(self) -> str:
        """Return the relation checked, as readers see it."""
        if self.kind == "relation":
            left, right = " + ".join(self.left), " + ".join(self.right)
            if self.fails_when is None:
                return f"{left} = {right}"
            return f"left = {left}; right = {right}; fails when {self.fails_when}"
        return " ".join(part for part in (self.where, self.fails_when) if part) or self.kind


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """Read all rule files; raises ValueError naming the file and the entry that is not a rule, or a slug used twice."""
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yml")):
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise ValueError(f"{path.name}: expected a list of rules")
        for number, entry in enumerate(entries, start=1):
            rule = _rule(path.name, number, entry)
            if rule.rule in rules:
                raise ValueError(f"{path.name}: {rule.rule} stands twice")
            rules[rule.rule] = rule
    return tuple(rules.values())


def _rule(file: str, number: int, entry: Any) -> Rule:
    if not isinstance(entry, dict):
        raise ValueError(f"{file}: entry {number} is not a rule: {entry!r}")
    place = f"{file}: {entry.get('rule', f'entry {number}')}"
    try:
        rule = Rule(**{key: _frozen(value) for key, value in entry.items()})
        for condition in (rule.where, rule.fails_when, rule.unknown_when, rule.marks, rule.hint):
            if condition is not None:
                pl.sql_expr(condition)
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise ValueError(f"{place}: {error}") from error
    severities = {rule.severity, *(severity for _, severity in rule.severity_of)}
    unknown = {*severities} - {*SEVERITIES} | {rule.kind} - {*KINDS} | {rule.by} - {*SCOPES}
    if unknown:
        raise ValueError(f"{place}: unknown severity, kind or scope: {', '.join(sorted(unknown))}")
    return rule


RULES = load_rules(Path(__file__).parent / "rules")


@cache
def rules_frame() -> pl.DataFrame:
    """Return audit_rule: one row per rule."""
    table = contract("audit_rule")
    rows: list[tuple[Any, ...]] = [
        (r.rule, r.severity, ",".join(r.forms), r.zh, r.en, r.formula, r.source) for r in RULES
    ]
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)
