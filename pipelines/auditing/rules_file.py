"""The rules as read from rules/*.yml, and their table audit_rule.

Belongs here: loading. Keep out: what a rule may say (`rule_kinds`) and what must hold in it (`rule_checks`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from pipelines.auditing.binding import forms_of
from pipelines.auditing.rule_checks import check_rules
from pipelines.auditing.rule_kinds import AnyRule, Rule, RuleFile
from pipelines.contracts import contract
from pipelines.declarations import DeclarationError, Fault, load

R = TypeVar("R", bound=Rule)


def read_rules(path: Path) -> tuple[AnyRule, ...]:
    """Return the rules of one file; raises DeclarationError with every fault by line."""
    return load(path, RuleFile, also=check_rules).root


def load_rules(folder: Path) -> tuple[AnyRule, ...]:
    """Read all rule files; raises DeclarationError with every fault of the first file that has any, by line."""
    rules: dict[str, AnyRule] = {}
    for path in sorted(folder.glob("*.yml")):
        for rule in read_rules(path):
            if rule.rule in rules:
                raise DeclarationError([Fault(path.name, 1, rule.rule, "it stands in another file, too")])
            rules[rule.rule] = rule
    return tuple(rules.values())


RULES = load_rules(Path(__file__).parent / "rules")


def rules_of(kind: type[R], rules: tuple[Rule, ...] = RULES) -> tuple[R, ...]:
    """Return the rules of one kind."""
    return tuple(rule for rule in rules if isinstance(rule, kind))


@cache
def rules_frame() -> pl.DataFrame:
    """Return audit_rule: one row per rule."""
    table = contract("audit_rule")
    rows: list[tuple[Any, ...]] = [
        (r.rule, r.severity, ",".join(forms_of(r)), r.zh, r.en, r.formula, r.source) for r in RULES
    ]
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)
