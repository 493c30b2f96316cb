"""The parts of a form as its file declares them: columns, rows, groups, and how their cells become a fact.

Belongs here: which keys each part may have and what they mean. Keep out: tables and forms (`form`), files (`declared`),
labels as they are printed (`lexicon`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipelines.declarations import Declaration, FreeText

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
# How a form is printed: as tables in the report, as one table of indicators, or in words alone.
Layout = Literal["tables", "indicators", "text"]
# How the text of a cell is read: a number, a number with a sign, an amount of money.
Kind = Literal["count", "change", "amount"]
# What a number is: it happens in the year, adds to a stock or takes from it, is one, changes one, is a part or a total.
ColumnRole = Literal["flow", "inflow", "outflow", "stock", "change", "part", "total"]
RowRole = Literal["received", "carried_in", "outcome", "outcome_total", "carried_out"]
Shape = Literal["wide", "long"]
Unit = Literal["", "件", "项", "个", "元", "万元", "条", "次", "篇", "人", "人次"]


class Label(Declaration):
    """A name in both languages."""

    zh: FreeText
    en: FreeText


class Column(Declaration):
    """A column of a table. `unit` is the unit of the printed number, `parent` the label that spans the column.

    `printed_note` is what the form prints behind the label, brackets included. `is_undecided`: its cases are not
    decided yet, so that sums of decided cases leave it out. `note` says how its numbers are counted, where a notice
    says so.
    """

    id: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*)?$")]
    label: FreeText
    en: FreeText
    unit: Unit = ""
    kind: Kind = "count"
    role: ColumnRole = "flow"
    parent: str | None = None
    is_undecided: bool = False
    printed_note: FreeText | None = None
    note: Label | None = None
    aliases: tuple[FreeText, ...] = ()

    @property
    def is_total(self) -> bool:
        """Tell whether the column adds up the others of its row."""
        return self.role == "total"


class Row(Declaration):
    """A row of a table. `group_label` marks a printed subtotal: the label of that group carries the numbers.

    `printed_note` is what the form prints behind the label, brackets included.

    Forms of indicators state more of a row: its own `unit` and `kind`, its `section`, the indicator it is a part of
    (`part_of`, printed as 其中), and whether it is its section's own total (`opens`).
    """

    id: Identifier
    label: FreeText
    printed_note: FreeText | None = None
    en: FreeText | None = None
    number: FreeText | None = None
    role: RowRole | None = None
    article: FreeText | None = None
    group_label: str | None = None
    section: str | None = None
    unit: Unit | None = None
    kind: Kind | None = None
    part_of: str | None = None
    opens: bool = False
    aliases: tuple[FreeText, ...] = ()

    @property
    def group(self) -> str | None:
        """Return the group prefix of the row id, or None where the row stands alone."""
        return self.id.split(".")[0] if "." in self.id else None

    @property
    def is_total(self) -> bool:
        """Tell whether the row adds up others."""
        return self.role == "outcome_total"


class Group(Declaration):
    """A label that spans rows (or, as `spanning`, columns) and holds no number of its own; `headings` stand in it.

    `is_summed`: its rows are reasons that readers add up.
    """

    id: Identifier
    label: FreeText
    en: FreeText | None = None
    number: FreeText | None = None
    is_summed: bool = False
    headings: tuple[FreeText, ...] = ()
    aliases: tuple[FreeText, ...] = ()


class Name(Declaration):
    """A column of a fact with its labels; `note` says how its numbers are counted, where a notice says so."""

    id: Identifier
    zh: FreeText
    en: FreeText
    note: Label | None = None


class Fact(Declaration):
    """The fact table of a statutory table: `wide` has a measure for each column, `long` a row for each cell.

    `rows` and `columns` say what the rows and columns of the statutory table are; rules name sets of them so. A wide
    fact has a column for its rows as soon as the forms have more than one.
    """

    name: Identifier
    shape: Shape = "wide"
    zh: FreeText
    en: FreeText
    rows: Name
    columns: Name | None = None
    value: Name | None = None


class Comparison(Declaration):
    """Rows of this form that add up to one row of an earlier form.

    A path that two forms share measures the same thing in both; what is not comparable has another path.
    """

    form: str
    table: Identifier
    row: Identifier
    sum_of: tuple[Identifier, ...]


class YearsInForce(Declaration):
    """Report years for which a form is in force; without `until` it lasts until a later form takes its place."""

    since: int
    until: int | None = None
