"""The kinds of rules as rules/*.yml write them: which keys each kind has, and what they mean.

Belongs here: the models. Keep out: what a rule must hold against forms (`rule_checks`), and evaluating.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipelines.auditing.rule_examples import Examples
from pipelines.auditing.rule_sources import Citation
from pipelines.contracts.audit import SEVERITIES
from pipelines.declarations import Declaration, External, FreeText, OneOf, RootDeclaration
from pipelines.declarations.kinds import UNCHECKED
from pipelines.forms import ALL_FORMS
from pipelines.forms.equalities import EQUALITIES
from pipelines.forms.measures import MEASURES
from pipelines.forms.parts import Label, Layout

# Checked with its file, against the frame it runs on and the forms (`rule_checks`).
Condition = FreeText
Pattern = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$", json_schema_extra={UNCHECKED: "an id"})]
Severity = Annotated[str, OneOf("severity", lambda: SEVERITIES)]
TABLES = tuple(dict.fromkeys(table.id for form in ALL_FORMS.values() for table in form.tables))


class Rule(Declaration):
    """What every rule has: its slug, how grave a failure is, the rule in both languages, and where it comes from.

    `layouts` are those of the forms it applies to; a relation applies wherever its cells are. `severity_of` holds the
    severities of single scopes.
    """

    rule: Slug
    severity: Severity
    zh: FreeText
    en: FreeText
    source: Annotated[tuple[Citation, ...], Field(min_length=1)]
    layouts: Annotated[tuple[Layout, ...], Field(min_length=1)] = ("tables",)
    severity_of: dict[str, Severity] = Field(default_factory=dict)
    examples: Examples

    @property
    def formula(self) -> str:
        """Return what is checked, as readers see it."""
        return str(getattr(self, "kind", ""))

    def severity_in(self, scope: str) -> str:
        """Return how grave a failure in a scope is."""
        return self.severity_of.get(scope, self.severity)


class RelationRule(Rule):
    """Compares two sums of cells and fails where they differ, or on `fails_when` (over left_value and right_value).

    It is evaluated for each member of the sets named in `scope`; with `only_if_printed` where the left is printed. It
    passes where all cells of `unless_zero` are 0 or without a number. An `equality` of the forms (forms/equalities.yml)
    stands for left, right, scope and `only_if_printed`.
    """

    kind: Literal["relation"]
    equality: Annotated[str, OneOf("equality", lambda: EQUALITIES)] | None = None
    scope: tuple[str, ...] = ()
    left: tuple[Pattern, ...] = ()
    right: tuple[Pattern, ...] = ()
    fails_when: Condition | None = None
    unless_zero: tuple[Pattern, ...] = ()
    only_if_printed: bool = False

    @model_validator(mode="after")
    def _with_its_sides(self) -> RelationRule:
        own = {"scope", "left", "right", "fails_when", "unless_zero", "only_if_printed"} & self.model_fields_set
        if self.equality is None:
            if not self.left or not self.right:
                raise ValueError("a relation has left and right, or names an equality")
            return self
        if own:
            raise ValueError(f"an equality stands for {', '.join(sorted(own))}")
        equality = EQUALITIES[self.equality]
        sides = {name: getattr(equality, name) for name in ("scope", "left", "right", "only_if_printed")}
        return self.model_copy(update=sides)

    @property
    def formula(self) -> str:
        """Return the relation."""
        left, right = " + ".join(self.left), " + ".join(self.right)
        if self.fails_when is None:
            return f"{left} = {right}"
        unless = f" and {' + '.join(self.unless_zero)} is not 0" if self.unless_zero else ""
        return f"left = {left}; right = {right}; fails when {self.fails_when}{unless}"


class CellsRule(Rule):
    """Groups the cells of `where` and fails on `fails_when` (without it wherever there are such cells).

    It is not assessable on `unknown_when`; `marks` says which of the cells is named, `hint` which of the possible
    causes in `hints` there is.
    """

    kind: Literal["cells"]
    by: Literal["cell", "row", "table", "report"] = "report"
    where: Condition
    fails_when: Condition | None = None
    unknown_when: Condition | None = None
    marks: Condition | None = None
    hint: Condition | None = None
    hints: dict[External, Label] = Field(default_factory=dict)

    @property
    def formula(self) -> str:
        """Return which cells are chosen and when they fail."""
        return " ".join(part for part in (self.where, self.fails_when) if part)


class ReportRule(Rule):
    """Fails on a condition over the report's attributes; `detail` is the attribute that the finding quotes.

    `detail_en` is the one that it quotes in English, where that is another.
    """

    kind: Literal["report"]
    fails_when: Condition
    unknown_when: Condition | None = None
    detail: str | None = None
    detail_en: str | None = None

    @property
    def formula(self) -> str:
        """Return when it fails."""
        return self.fails_when


class UnmappedRule(Rule):
    """Tells of every row that the form does not explain."""

    kind: Literal["unmapped"]


class ProvedRule(Rule):
    """Lists the cells of a report that sums proved, and which sums (relations that name an `equality`)."""

    kind: Literal["proved"]


@cache
def figure_measures() -> tuple[str, ...]:
    """Return what a rule over figures can be of: every table, and every column of one (`table.*.column`)."""
    paths = [path for measure in MEASURES if len(path := measure.split(".")) == 3 and path[0] in TABLES]
    return (*TABLES, *dict.fromkeys(f"{table}.*.{column}" for table, _, column in paths))


class FiguresRule(Rule):
    """Holds what the text states of `measures` against the tables; with `claims_none` where it says there was none.

    A column that a rule names is left out by the rules that name its whole table.
    """

    kind: Literal["figures"]
    measures: Annotated[tuple[Annotated[str, OneOf("table or column", figure_measures)], ...], Field(min_length=1)]
    claims_none: bool = False


class FigureSumsRule(Rule):
    """Adds up the parts that a sentence lists."""

    kind: Literal["figure_sums"]


class FigureBalanceRule(Rule):
    """Holds what a text states as received and carried in against what it states as answered and carried over."""

    kind: Literal["figure_balance"]


class FigureSharesRule(Rule):
    """Holds a stated percentage against the tables."""

    kind: Literal["figure_shares"]


class FigureStepRule(Rule):
    """Fails where an amount that the text states of `measure` is no multiple of `step` yuan, since a report year."""

    kind: Literal["figure_step"]
    measure: Annotated[str, OneOf("measure", lambda: MEASURES)]
    step: Annotated[int, Field(ge=1)]
    since: Annotated[int, Field(ge=2008)]

    @property
    def formula(self) -> str:
        """Return the step."""
        return f"{self.measure} in yuan is a multiple of {self.step}"


class CopiedRule(Rule):
    """Fails where a report repeats last year's."""

    kind: Literal["copied"]


class JumpRule(Rule):
    """Compares cells with last year's and fails where one is many times the other."""

    kind: Literal["jump"]
    compares: Annotated[tuple[Pattern, ...], Field(min_length=1)]

    @property
    def formula(self) -> str:
        """Return the cells compared."""
        return ", ".join(self.compares)


class LevelsRule(Rule):
    """Holds cells of a government's summary (left_value) against the sum of what the reports below it state (right).

    With `needs_all` only where every known agency below has reported the cell.
    """

    kind: Literal["levels"]
    compares: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    fails_when: Condition
    needs_all: bool = False

    @property
    def formula(self) -> str:
        """Return the cells compared and when they fail."""
        return f"left = {', '.join(self.compares)}; right = their sum below; fails when {self.fails_when}"


AnyRule = (
    RelationRule
    | CellsRule
    | ReportRule
    | UnmappedRule
    | ProvedRule
    | FiguresRule
    | FigureSumsRule
    | FigureBalanceRule
    | FigureSharesRule
    | FigureStepRule
    | CopiedRule
    | JumpRule
    | LevelsRule
)


class RuleFile(RootDeclaration[tuple[Annotated[AnyRule, Field(discriminator="kind")], ...]]):
    """A file of rules."""
