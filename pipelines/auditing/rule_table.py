"""The table of the rules in force, audit_rule: the national ones and those of the local packs that are on.

Belongs here: rules as rows. Keep out: reading them (`rules_file`, `local_packs`), pages (`rule_pages`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipelines.auditing.binding import forms_of
from pipelines.auditing.local_packs import PACKS_ON, LocalPack, rules_of_packs
from pipelines.auditing.rule_kinds import AnyRule
from pipelines.auditing.rules_file import RULES
from pipelines.contracts import contract


def rules_frame(packs: Sequence[LocalPack] = PACKS_ON) -> pl.DataFrame:
    """Return audit_rule: one row per rule."""
    table = contract("audit_rule")
    rows = [_row(rule, None) for rule in RULES]
    rows += [_row(rule, pack.division) for pack, rule in rules_of_packs(packs)]
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)


def _row(rule: AnyRule, division: str | None) -> tuple[Any, ...]:
    sources = ("；".join(each.text_zh for each in rule.source), "; ".join(each.text_en for each in rule.source))
    return (
        *(rule.rule, rule.severity, ",".join(forms_of(rule)), rule.zh, rule.en, rule.formula),
        *(*sources, division),
    )
