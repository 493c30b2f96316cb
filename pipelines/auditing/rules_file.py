"""The national rules as read from rules/*.yml.

Belongs here: loading. Keep out: what a rule may say (`rule_kinds`), what must hold in it (`rule_checks`), rules of one
place (`local_packs`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pipelines.auditing.rule_checks import check_rules
from pipelines.auditing.rule_kinds import AnyRule, Rule, RuleFile
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
