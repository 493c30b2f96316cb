"""A form file as it is written: the pydantic models of pipelines/forms/form_*.yml.

Belongs here: which keys a form file and its tables may have. Keep out: what a form is once tables are taken over from
another one (`form`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipelines.declarations import Declaration, FreeText
from pipelines.forms.parts import (
    Column,
    Comparison,
    Fact,
    Group,
    Identifier,
    Label,
    Layout,
    Row,
    YearsInForce,
)


class TableEntry(Declaration):
    """A statutory table, or (`same_as`) one taken over from another form with what this form changes in it.

    `replace_rows` puts rows in the place of one row, `rows_after` and `columns_after` put more behind one;
    `item` is the item of article 20 that the caption names, `section` the section of the report the table stands in,
    `header_marks` are words of its header that name no column, `corner` is what stands above its labels of rows.
    """

    id: Identifier
    same_as: str | None = None
    label: Label | None = None
    item: Annotated[str, Field(pattern=r"^[一二三四五六七八九十]{1,3}$")] | None = None
    section: Annotated[int, Field(ge=1, le=6)] | None = None
    rows_across: bool = False
    header_marks: tuple[FreeText, ...] = ()
    corner: FreeText | None = None
    fact: Fact | None = None
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    extra_rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    spanning: tuple[Group, ...] = ()
    columns_after: dict[str, tuple[Column, ...]] = Field(default_factory=dict)
    rows_after: dict[str, tuple[Row, ...]] = Field(default_factory=dict)
    replace_rows: dict[str, tuple[Row, ...]] = Field(default_factory=dict)


class FormFile(Declaration):
    """A form file. `decisive` labels prove the form; `header` are the column titles of a form of indicators."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    label: Label
    source: FreeText
    layout: Layout = "tables"
    years: YearsInForce
    decisive: tuple[FreeText, ...] = ()
    header: dict[Literal["indicator", "unit", "number"], FreeText] = Field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()
    tables: tuple[TableEntry, ...] = ()
