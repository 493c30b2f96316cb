"""A form file as it is written: the pydantic models of pipelines/forms/form_*.yml.

Belongs here: which keys a form file and its tables may have. Keep out: what a form is once tables are taken over from
another one (`form`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipelines.forms.parts import (
    Column,
    Comparison,
    Declared,
    Fact,
    Group,
    Identifier,
    Label,
    Layout,
    Row,
    YearsInForce,
)


class TableEntry(Declared):
    """A statutory table, or (`same_as`) one taken over from another form with what this form changes in it.

    `replace_rows` puts rows in the place of one row, `rows_after` and `columns_after` put more behind one;
    `item` is the item of article 20 that the caption names, `section` the section of the report the table stands in,
    `header_marks` are words of its header that name no column.
    """

    id: Identifier
    same_as: str | None = None
    label: Label | None = None
    item: str | None = None
    section: int | None = None
    rows_across: bool = False
    header_marks: tuple[str, ...] = ()
    fact: Fact | None = None
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    extra_rows: tuple[Row, ...] = ()
    groups: tuple[Group, ...] = ()
    spanning: tuple[Group, ...] = ()
    columns_after: dict[str, tuple[Column, ...]] = Field(default_factory=dict)
    rows_after: dict[str, tuple[Row, ...]] = Field(default_factory=dict)
    replace_rows: dict[str, tuple[Row, ...]] = Field(default_factory=dict)


class FormFile(Declared):
    """A form file. `decisive` labels prove the form; `header` are the column titles of a form of indicators."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    label: Label
    source: str
    layout: Layout = "tables"
    years: YearsInForce
    decisive: tuple[str, ...] = ()
    header: dict[str, str] = Field(default_factory=dict)
    comparisons: tuple[Comparison, ...] = ()
    tables: tuple[TableEntry, ...] = ()
