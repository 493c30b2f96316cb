"""Where codes stand as literals: in Python, in SQL, and in the conditions of rules; each with the lists it may be of.

A place is known by its name: an argument, attribute, column or variable that holds codes (`FIELDS`), or a call that
takes one (`CALLS`). Names of constants of the same module are followed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.projects import ROOT

FIELDS: dict[str, tuple[str, ...]] = {
    "outcome": ("outcome", "rule_outcome", "fetch_outcome"),
    "reason": ("outcome_reason", "source_state"),
    "gone_reason": ("source_state",),
    "reasons": ("source_state",),
    "note": ("cell_note",),
    "doubt": ("cell_note",),
    "status": ("cell_status", "agency_status", "report_status"),
    "agency_status": ("agency_status",),
    "scope": ("scope",),
    "scope_basis": ("scope_basis",),
    "status_basis": ("status_basis",),
    "form": ("form",),
    "agency_type": ("agency_type",),
    "level": ("level",),
    "agency_level": ("level",),
    "year_source": ("year_source",),
    "stage": ("stage",),
    "severity": ("severity",),
    "matched_by": ("matched_by",),
    "unit_source": ("unit_source",),
    "role": ("file_role", "column_role", "stage"),
    "figure_role": ("figure_role",),
    "side": ("relation_side",),
    "state": ("correction_state", "list_state", "run_state", "url_state", "source_state"),
    "list_state": ("list_state",),
    "change": ("release_change",),
    "cause": ("change_cause",),
}
_REASON, _STATE = ("outcome_reason",), ("source_state",)
CALLS: dict[str, dict[int, tuple[str, ...]]] = {
    "ReadError": {0: _REASON},
    "NotAReport": {0: _REASON},
    "Lost": {0: _REASON},
    "_End": {0: _REASON},
    "quarantined_rows": {1: _REASON},
    "_refused": {2: _REASON},
    "add_outcome": {2: ("outcome",), 3: _REASON},
    "Yuan": {1: ("unit_source",)},
    "Parsed": {0: ("cell_status",), 3: ("cell_note",)},
    "RowPlacement": {1: ("cell_note",)},
    "Shown": {1: ("cell_note",)},
    "Refused": {0: _STATE},
    "Refusal": {0: _STATE},
    "Failure": {0: _STATE},
    "Failed": {0: _STATE},
    "Verdict": {0: _STATE},
    "ListError": {0: _STATE},
    "Health": {1: _STATE},
    "MissingInput": {0: ("publishing_stop",)},
    "Loss": {0: ("publishing_stop",)},
}
# Names that mean another thing in some folder: the numbering of a list, the level of a source, what a rule is about,
# why a file cannot be shown.
ELSEWHERE = {
    "form": "pipelines/reading/",
    "level": "pipelines/collecting/",
    "scope": "pipelines/auditing/",
    "reason": "pipelines/exploring/",
}
_SELECTING = ("select", "with_columns", "agg")
_CODE = re.compile(r"^[a-z0-9]+(?:_[a-z0-9]+)*$")
_SQL = re.compile(r"\b(?:SELECT|UPDATE|WHERE|CASE|FILTER)\b")
_SQL_FIELD = rf"\b({'|'.join(FIELDS)})\b"
_COMPARED = re.compile(rf"{_SQL_FIELD}\s*(?:=|<>|!=|(?:NOT\s+)?IN)\s*(\([^()]*\)|'[^']*')")
_CASE = re.compile(rf"CASE\s+(?:\w+\.)?{_SQL_FIELD}((?:\s+WHEN\s+'[^']*'\s+THEN\s+\S+)+)")
_WHEN = re.compile(r"WHEN\s+('[^']*')")
_QUOTED = re.compile(r"'([^']*)'")


class Literal(NamedTuple):
    """A code as written: where, and of which lists it may be."""

    place: str
    code: str
    lists: tuple[str, ...]


class Scanner:
    """The codes of one Python module."""

    def __init__(self, text: str, place: str) -> None:
        self.tree, self.place = ast.parse(text), place
        self.fields = {name: lists for name, lists in FIELDS.items() if not place.startswith(ELSEWHERE.get(name, " "))}
        renames = (n for n in ast.walk(self.tree) if isinstance(n, ast.Call) and _called(n) == "rename")
        self.renamed = {id(argument) for call in renames for argument in call.args}
        assigned = (node for node in self.tree.body if isinstance(node, ast.Assign) and len(node.targets) == 1)
        self.constants = {node.targets[0].id: node.value for node in assigned if isinstance(node.targets[0], ast.Name)}

    def literals(self) -> Iterator[Literal]:
        """Yield the codes of all places that hold one."""
        for node in ast.walk(self.tree):
            for lists, value in self._carried(node):
                for found in self._strings(value):
                    if lists and isinstance(found.value, str) and _CODE.match(found.value):
                        yield Literal(f"{self.place}:{found.lineno}", found.value, lists)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value):
                yield from sql_literals(node.value, f"{self.place}:{node.lineno}")

    def _carried(self, node: ast.AST) -> Iterator[tuple[tuple[str, ...], ast.expr]]:
        if isinstance(node, ast.Call):
            yield from self._of_call(node)
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            yield from ((self.fields[name], side) for name in filter(None, map(self._field, sides)) for side in sides)
        elif isinstance(node, ast.Assign):
            names = filter(None, map(self._field, node.targets))
            yield from ((self.fields[name], node.value) for name in names)
        elif isinstance(node, ast.Dict) and id(node) not in self.renamed:
            keys = (key.value if isinstance(key, ast.Constant) else None for key in node.keys)
            pairs = zip(keys, node.values, strict=True)
            yield from ((self.fields[str(key)], value) for key, value in pairs if key in self.fields)

    def _of_call(self, node: ast.Call) -> Iterator[tuple[tuple[str, ...], ast.expr]]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for place, lists in CALLS.get(name, {}).items():
            if place < len(node.args):
                yield lists, node.args[place]
        for keyword in node.keywords:
            # What polars is given as a text there is the name of a column.
            is_column = name in _SELECTING and isinstance(keyword.value, ast.Constant)
            if keyword.arg in self.fields and not is_column:
                yield self.fields[keyword.arg], keyword.value
        if isinstance(node.func, ast.Attribute):
            if name == "is_in" and (field := self._field(node.func.value)):
                yield self.fields[field], node.args[0]
            if name == "named" and isinstance(node.func.value, ast.Call):
                yield from (((str(ast.literal_eval(node.func.value.args[0])),), arg) for arg in node.args)
            if name == "lit" and self.place.startswith("pipelines/auditing/"):
                yield ("rule_outcome", "severity", "form"), node.args[0]

    def _field(self, node: ast.expr) -> str | None:
        """Return the field an expression reads or sets: a name, attribute, key, or column of a frame."""
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found = name
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                found = name
            case ast.Call(func=ast.Attribute(attr="col"), args=[ast.Constant(value=str(name))]):
                found = name
            case _:
                return None
        return found if found in self.fields else None

    def _strings(self, node: ast.expr) -> Iterator[ast.Constant]:
        """Yield the constants that an expression can be, not those it is computed from."""
        match node:
            case ast.Constant():
                yield node
            case ast.Name(id=name) if name in self.constants:
                yield from self._strings(self.constants[name])
            case ast.IfExp(body=body, orelse=other):
                yield from (found for each in (body, other) for found in self._strings(each))
            case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                yield from (found for each in parts for found in self._strings(each))
            case ast.Call(func=ast.Name(id="frozenset" | "set" | "tuple"), args=[inner]):
                yield from self._strings(inner)
            case ast.Call() | ast.Attribute():
                lits = (each for each in ast.walk(node) if isinstance(each, ast.Call) and _called(each) == "lit")
                yield from (found for each in lits for found in self._strings(each.args[0]))
            case ast.Dict(values=values):
                yield from (found for each in values for found in self._strings(each))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def sql_literals(text: str, place: str) -> Iterator[Literal]:
    """Yield the codes that SQL compares a column with."""
    for field, compared in _COMPARED.findall(text):
        yield from (Literal(place, code, FIELDS[field]) for code in _QUOTED.findall(compared))
    for field, cases in _CASE.findall(text):
        codes = _QUOTED.findall(" ".join(_WHEN.findall(cases)))
        yield from (Literal(place, code, FIELDS[field]) for code in codes)


def _conditions(path: Path) -> Iterator[str]:
    for rule in yaml.safe_load(path.read_text(encoding="utf-8")):
        yield from (rule[key] for key in ("where", "fails_when", "unknown_when", "marks", "hint") if key in rule)


@cache
def all_literals() -> tuple[Literal, ...]:
    """Return the codes of all Python modules, queries and rules of the project."""
    found: list[Literal] = []
    for path in sorted(p for folder in ("pipelines", "assets") for p in (ROOT / folder).rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        found.extend(Scanner(path.read_text(encoding="utf-8"), place).literals())
    for path in sorted((ROOT / "sql").rglob("*.sql")):
        found.extend(sql_literals(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()))
    for path in sorted((ROOT / "pipelines" / "auditing" / "rules").glob("*.yml")):
        for condition in _conditions(path):
            found.extend(sql_literals(condition, path.relative_to(ROOT).as_posix()))
    return tuple(found)
