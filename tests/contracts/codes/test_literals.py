"""Codes in the source are declared, and declared codes are used."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import get_args

import pytest

from pipelines.collecting.summary import ListState, RunState
from pipelines.contracts.codes import LISTS, code_list
from tests.contracts.codes.literals import Scanner, all_literals, sql_literals
from tests.projects import ROOT

# Codes that stand in words of a text or in data: f"many_gone: ...", stages of forms, types of organs.yml, regions.
_WORD = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*|[\u4e00-\u9fff]+")
_DATA = ("pipelines/forms", "pipelines/agencies", "pipelines/auditing")


def test_every_literal_code_is_in_a_code_list() -> None:
    found = all_literals()
    assert len(found) > 500  # the places are found at all
    unknown = [each for each in found if not any(each.code in code_list(name) for name in each.lists)]
    assert not unknown, "\n".join(f"{each.place}: {each.code!r} is in none of {each.lists}" for each in unknown)


@pytest.mark.parametrize(
    "snippet",
    [
        'raise ReadError("trunkated", "x")',
        'raise NotAReport("budged", "x")',
        'rows.add_outcome(sha, 0, "quarantined", "contrakt", "x")',
        'rows.add_outcome(sha, 0, "quarantene", "contract", "x")',
        '_STRUCK = "struk_text"\ncell._replace(doubt=cell.doubt or _STRUCK)',
        'note = "short_rwo" if x else None',
        'frame.filter(pl.col("status") == "curent")',
        'frame.filter(pl.col("agency_status").is_in(["exact", "infered"]))',
        'frame.with_columns(outcome=pl.when(x).then(pl.lit("quarantned")).otherwise("outcome"))',
        '_KNOWN = frozenset(("not_found", "soft_405"))\nx = error.reason in _KNOWN',
        'end = {"outcome": "parsed", "reason": "emty"}',
        'if found["severity"] == "eror": pass',
        'code_list("cell_note").named("struck_through")',
        "connection.execute(\"SELECT 1 FROM cell WHERE status IN ('value', 'blanc')\")",
    ],
)
def test_a_misspelt_code_is_found(snippet: str) -> None:
    found = list(Scanner(snippet, "pipelines/x.py").literals())
    unknown = [each.code for each in found if not any(each.code in code_list(name) for name in each.lists)]
    assert len(unknown) == 1, found


@pytest.mark.parametrize(
    "condition",
    [
        "status = 'valu'",
        "c.note NOT IN ('short_row', 'long_rwo')",
        "agency_status <> 'exakt'",
        "CASE agency_level WHEN 'county' THEN 1 WHEN 'townshp' THEN 2 END",
    ],
)
def test_a_misspelt_code_in_sql_is_found(condition: str) -> None:
    found = list(sql_literals(condition, "rules/x.yml"))
    assert sum(not any(each.code in code_list(name) for name in each.lists) for each in found) == 1


@cache
def _words() -> frozenset[str]:
    """Return the words of all texts in Python, and of the data that names codes."""
    words: set[str] = set()
    for path in (p for folder in ("pipelines", "assets") for p in (ROOT / folder).rglob("*.py")):
        texts = (n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant))
        words.update(word for text in texts if isinstance(text, str) for word in _WORD.findall(text))
    for path in (p for folder in _DATA for p in (ROOT / folder).rglob("*.yml")):
        words.update(_WORD.findall(path.read_text(encoding="utf-8")))
    return frozenset(words)


@pytest.mark.parametrize("name", LISTS)
def test_every_declared_code_is_used(name: str) -> None:
    as_codes = {each.code for each in all_literals() if name in each.lists}
    unused = [code for code in code_list(name) if code not in as_codes | _words()]
    assert not unused, f"{name}.yml declares what nothing uses: {', '.join(unused)}"


@pytest.mark.parametrize("name", ["outcome", "outcome_reason", "cell_note", "cell_status", "rule_outcome"])
def test_codes_that_the_program_sets_are_written_where_codes_stand(name: str) -> None:
    assert set(code_list(name)) <= {each.code for each in all_literals() if name in each.lists}


def test_states_that_types_name_are_those_of_the_code_lists() -> None:
    assert get_args(ListState) == tuple(code_list("list_state"))
    assert set(get_args(RunState)) <= set(code_list("run_state"))
