"""What must hold in a file of rules beyond its model: patterns, scopes and conditions that name what there is.

Belongs here: checks of rules against forms, contracts and attributes. Keep out: the keys of a rule (`rule_kinds`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pipelines.auditing.attributes import report_columns
from pipelines.auditing.binding import forms_of, relation_sides
from pipelines.auditing.conditions import (
    Frame,
    cell_frame,
    codes_of,
    column_faults,
    group_frame,
    results_of,
    side_frame,
    value_faults,
)
from pipelines.auditing.rule_examples import Example, places
from pipelines.auditing.rule_kinds import (
    TABLES,
    AnyRule,
    CellsRule,
    JumpRule,
    LevelsRule,
    RelationRule,
    ReportRule,
    RuleFile,
)
from pipelines.declarations import Wrong, unknown
from pipelines.forms.pattern_faults import pattern_faults
from pipelines.forms.patterns import FORM_CELLS, NAME, FormCells

Place = tuple[str | int, ...]


def check_rules(rules: RuleFile, forms: Mapping[str, FormCells] = FORM_CELLS) -> Iterator[Wrong]:
    """Yield what is wrong with the rules of a file."""
    first: dict[str, int] = {}
    for place, rule in enumerate(rules.root):
        if first.setdefault(rule.rule, place) != place:
            yield Wrong((place, "rule"), f"{rule.rule} stands twice")
        yield from (Wrong((place, *at), message) for at, message in _faults(rule, forms))


def _faults(rule: AnyRule, forms: Mapping[str, FormCells]) -> Iterator[tuple[Place, str]]:
    found = list(_own_faults(rule, forms))
    yield from found
    bound = forms_of(rule, forms) if not found else ()
    if not found and not bound:
        yield (), "it applies to no form: none has cells for every pattern in any scope, or all that it chooses"
    if bound:
        yield from _scopes(rule, forms)
    for name, example in (("pass", rule.examples.passing), ("fail", rule.examples.failing)):
        yield from ((("examples", name, *at), message) for at, message in _example(example, bound))


def _example(example: Example, bound: tuple[str, ...]) -> Iterator[tuple[Place, str]]:
    if bound and example.form is not None and example.form not in bound:
        yield ("form",), unknown("form of the rule", example.form, bound)
    yield from _places(example)
    for table in example.tables_of:
        if table not in TABLES:
            yield ("tables_of", table), unknown("table", table, TABLES)


def _places(example: Example) -> Iterator[tuple[Place, str]]:
    """Yield what names no cell, row or table."""
    if example.of is not None and not any(place.startswith(f"{example.of}.") for place in places()):
        yield ("of",), _unknown_place(example.of)
        return
    for name, cells in (("cells", example.cells), ("last", example.last or {}), ("below", example.below or {})):
        for written in cells:
            if example.place(written) not in places():
                yield (name, written), _unknown_place(example.place(written))


def _unknown_place(written: str) -> str:
    """Return the words for a place that no form has: those of its table are the alternatives."""
    table = written.partition(".")[0]
    near = [place for place in places() if place.startswith(f"{table}.")]
    return unknown("cell, row or table", written, near or TABLES)


def _own_faults(rule: AnyRule, forms: Mapping[str, FormCells]) -> Iterator[tuple[Place, str]]:
    if isinstance(rule, RelationRule):
        yield from _relation(rule, forms)
    elif isinstance(rule, CellsRule):
        frames = {"where": cell_frame(), "marks": cell_frame()}
        frames |= dict.fromkeys(("fails_when", "unknown_when", "hint"), group_frame())
        yield from _conditions(rule, frames)
        yield from _hints(rule)
    elif isinstance(rule, ReportRule):
        yield from _conditions(rule, dict.fromkeys(("fails_when", "unknown_when"), report_frame()))
        for name in ("detail", "detail_en"):
            attribute = getattr(rule, name)
            if attribute is not None and attribute not in report_columns():
                yield (name,), unknown("attribute", attribute, report_columns())
    elif isinstance(rule, JumpRule | LevelsRule):
        yield from (
            (("compares", n), message)
            for n, cell in enumerate(rule.compares)
            for message in pattern_faults(cell, forms)
        )
        if isinstance(rule, LevelsRule):
            yield from ((("fails_when",), message) for message in column_faults(rule.fails_when, side_frame()))


def report_frame() -> Frame:
    """Return the frame of reports with their attributes."""
    of_agency = (("agency_level", "dim_agency", "level"), ("agency_type", "dim_agency", "agency_type"))
    coded = {name: (table, column) for name, table, column in of_agency}
    coded |= {name: ("dim_report", name) for name in ("status", "agency_status", "form")}
    values = {name: codes_of(*coded[name]) if name in coded else None for name in report_columns()}
    return Frame("attribute", {**values, "layout": {cells.form.layout for cells in FORM_CELLS.values()}})


def _conditions(rule: CellsRule | ReportRule, frames: Mapping[str, Frame]) -> Iterator[tuple[Place, str]]:
    for name, frame in frames.items():
        written = getattr(rule, name)
        if written is not None:
            wrong = list(column_faults(written, frame)) or value_faults(written, frame)
            yield from (((name,), message) for message in wrong)


def _hints(rule: CellsRule) -> Iterator[tuple[Place, str]]:
    """Yield causes that a condition names and the rule does not tell, and those that it tells and nothing names."""
    named = results_of(rule.hint)
    yield from ((("hint",), unknown("hint", name, rule.hints)) for name in named if name not in rule.hints)
    yield from ((("hints", name), "no THEN or ELSE of `hint` names it") for name in rule.hints if name not in named)


def _relation(rule: RelationRule, forms: Mapping[str, FormCells]) -> Iterator[tuple[Place, str]]:
    for side in ("left", "right", "unless_zero"):
        for number, written in enumerate(getattr(rule, side)):
            yield from (((side, number), message) for message in pattern_faults(written, forms))
    named = {name for written in (*rule.left, *rule.right) for name in NAME.findall(written)}
    for number, name in enumerate(rule.scope):
        if name not in named:
            yield ("scope", number), unknown("set that a pattern of the rule names", name, sorted(named))
    if rule.fails_when is not None:
        yield from ((("fails_when",), message) for message in column_faults(rule.fails_when, side_frame()))


def _scopes(rule: AnyRule, forms: Mapping[str, FormCells]) -> Iterator[tuple[Place, str]]:
    """Yield scopes that are named and cannot be: of relations none that it has, of others no cell, row or table."""
    named: list[tuple[Place, str | None]] = [(("severity_of", scope), scope) for scope in rule.severity_of]
    named += [(("examples", "pass", "scope"), rule.examples.passing.scope)]
    named += [(("examples", "fail", "scope"), rule.examples.failing.scope)]
    known: Collection[str] = places()
    if isinstance(rule, RelationRule):
        known = sorted({sides.scope for cells in forms.values() for sides in relation_sides(rule, cells)})
    for at, scope in named:
        if scope is not None and scope not in known:
            yield at, unknown("scope of the rule", scope, known) if known is not places() else _unknown_place(scope)
