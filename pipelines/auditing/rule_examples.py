"""The examples of a rule: reports that pass and fail it, written in a line or two.

An example is a sound report of one form, every cell 0, with what it changes. Tests run all of them.

Belongs here: what an example may say. Keep out: running it (tests/auditing).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import Field

from pipelines.auditing.conditions import codes_of
from pipelines.declarations import Declaration, FreeText, OneOf
from pipelines.declarations.kinds import UNCHECKED
from pipelines.forms import ALL_FORMS
from pipelines.forms.patterns import paths_of


@cache
def places() -> tuple[str, ...]:
    """Return every table, row (`table.row`) and cell of the forms, sorted."""
    return tuple(sorted({*_places()}))


def _places() -> Iterator[str]:
    for form in ALL_FORMS.values():
        for table in form.tables:
            yield table.id
            yield from (f"{table.id}.{row}" for row in table.row_by_id)
            yield from paths_of(table)


def _codes(table: str, column: str) -> OneOf:
    return OneOf(column, lambda: codes_of(table, column) or ())


FormId = Annotated[str, OneOf("form", lambda: ALL_FORMS)]


class CellState(Declaration):
    """A cell whose text alone does not say what is in it: how it was read, beside or instead of its `text`."""

    text: FreeText | None = None
    status: Annotated[str, _codes("cell", "status")] | None = None
    matched_by: Annotated[str, _codes("cell", "matched_by")] | None = None
    unit_source: Annotated[str, _codes("cell", "unit_source")] | None = None
    note: Annotated[str, _codes("cell", "note")] | None = None


# What a cell prints: a number, a text, or how it was read.
PrintedText = Annotated[str, Field(json_schema_extra={UNCHECKED: "printed text"})]
Printed = int | PrintedText | CellState
# By path, or by table or row (`table.row`) for all cells of it; below `of` where an example has one.
Cells = dict[str, Printed]


class Attributes(Declaration):
    """What is known of the report and its agency."""

    year: int | None = None
    published_on: date | None = None
    folder_year: int | None = None
    status: Annotated[str, _codes("dim_report", "status")] = "current"
    agency_status: Annotated[str, _codes("dim_report", "agency_status")] = "exact"
    agency_type: Annotated[str, _codes("dim_agency", "agency_type")] | None = None
    agency_level: Annotated[str, _codes("dim_agency", "level")] | None = None
    agency_code: FreeText | None = None
    code_conflict: FreeText | None = None
    prefecture: FreeText | None = None


class Example(Declaration):
    """A report: the newest form that its rule applies to, or `form`, with what is printed in `cells`.

    `of` is the table, group or row below which the cells are named, to name them shortly. `tables_of` names the forms
    of tables that are printed as another form has them. `last` are the cells of last year's report (of `last_form`),
    `below` what the reports below a summary add up to: those of all known agencies, but for the one `missing`. `text`
    stands in the report's section 一, `other_matters` in 六, `opening` before it; `sections` are the numbers of its
    headings. `unmapped` are labels of rows that the form does not explain. `scope` is where the rule must fail.
    """

    form: FormId | None = None
    tables_of: dict[str, FormId] = Field(default_factory=dict)
    of: str | None = None
    cells: Cells = Field(default_factory=dict)
    last: Cells | None = None
    last_form: FormId | None = None
    below: dict[str, int] | None = None
    missing: FreeText | None = None
    report: Attributes = Attributes()
    opening: FreeText | None = None
    text: FreeText | None = None
    other_matters: FreeText | None = None
    sections: tuple[Annotated[int, Field(ge=1, le=6)], ...] = (1, 2, 3, 4, 5, 6)
    unmapped: tuple[FreeText, ...] = ()
    scope: str | None = None

    def place(self, written: str) -> str:
        """Return a place as it is named in full."""
        return f"{self.of}.{written}" if self.of is not None else written


class Examples(Declaration):
    """A report that passes its rule, and one that fails it."""

    passing: Annotated[Example, Field(alias="pass")]
    failing: Annotated[Example, Field(alias="fail")]
