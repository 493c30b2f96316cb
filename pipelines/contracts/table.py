"""What a contract is: a table and its columns as plain data, with labels in two languages, keys and domains.

Belongs here: the declaration of a table, which loads neither polars nor pandera. Keep out: which tables there are, and
what is made of a declaration: frames and their check (`frames`), Arrow (`arrow`), SQL and words (`rendering`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.contracts.codes import CodeList
from pipelines.contracts.column_types import INT32, INT64, ColumnType
from pipelines.contracts.keys import MAX_KEY

if TYPE_CHECKING:
    import polars as pl


class ContractViolation(Exception):
    """Rows that break a contract: names the table, the column, the rule broken and examples."""


@dataclass(frozen=True)
class Column:
    """A column: `zh` is its label, `en` its description with unit; the rest is the domain of its values.

    `codes` names the code list of a coded column, which is read only when it is asked for; an empty `isin` allows every
    value, `minimum` and `maximum` are allowed themselves. `note` says in Chinese and English how the number is counted.
    """

    name: str
    type: ColumnType
    zh: str
    en: str
    nullable: bool = False
    isin: Sequence[str] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    codes: str | None = None
    note: tuple[str, str] | None = None

    @property
    def description(self) -> str:
        """Return what a reader is told of the column: its description, then how it is counted, in both languages."""
        if self.note is None:
            return self.en
        zh, en = self.note
        return f"{self.en} {en} 口径：{zh}"


def column(
    name: str,
    column_type: ColumnType,
    zh: str,
    en: str,
    *,
    nullable: bool = False,
    isin: Sequence[str] | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
    pattern: str | None = None,
    note: tuple[str, str] | None = None,
) -> Column:
    """Declare a column: Chinese label, English description with unit, and its domain, for codes a code list."""
    codes = isin.name if isinstance(isin, CodeList) else None
    return Column(name, column_type, zh, en, nullable, isin or (), minimum, maximum, pattern, codes, note)


def key(name: str, zh: str, en: str, *, nullable: bool = False) -> Column:
    """Declare a surrogate key: a positive integer of at most 15 digits made from content."""
    return column(name, INT64, zh, en, nullable=nullable, minimum=1, maximum=MAX_KEY)


def year_key() -> Column:
    """Declare the year column of every table that is partitioned by it."""
    en = "Report year as read from the report; 0 where no year can be read. References dim_year."
    return column("year_key", INT32, "报告年度", en, minimum=0)


@dataclass(frozen=True)
class Table:
    """A published table. `partitioned`: Parquet files by year_key. `sort` makes files byte-stable."""

    name: str
    zh: str
    en: str
    declared: tuple[Column, ...]
    primary_key: tuple[str, ...]
    sort: tuple[str, ...]
    partitioned: bool

    @cached_property
    def column_by_name(self) -> dict[str, Column]:
        """Map column name to its declaration, in order."""
        return {each.name: each for each in self.declared}

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the column names in order."""
        return tuple(self.column_by_name)

    @property
    def code_lists(self) -> dict[str, str]:
        """Map the columns that hold codes to the names of their code lists."""
        return {each.name: each.codes for each in self.declared if each.codes is not None}

    @cached_property
    def dtypes(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        """Map column name to Polars type."""
        from pipelines.contracts.frames import dtype_of  # noqa: PLC0415  # a declaration loads no polars

        return {each.name: dtype_of(each.type) for each in self.declared}

    def empty(self) -> pl.DataFrame:
        """Return a frame without rows."""
        from pipelines.contracts.frames import empty_frame  # noqa: PLC0415

        return empty_frame(self)

    def validate(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame if it keeps the contract (types, domains, key), else raise ContractViolation."""
        from pipelines.contracts.validation import check_frame  # noqa: PLC0415  # nor pandera

        check_frame(self, frame)
        return frame


def table(
    name: str,
    zh: str,
    en: str,
    *columns: Column,
    primary_key: Sequence[str],
    sort: Sequence[str] | None = None,
    partitioned: bool = True,
) -> Table:
    """Declare a table: no column more or less, in this order. Raises ValueError for a name given twice or unknown."""
    declared = Table(name, zh, en, columns, tuple(primary_key), tuple(sort or primary_key), partitioned)
    if len(declared.column_by_name) != len(columns):
        raise ValueError(f"{name}: two columns have one name: {', '.join(each.name for each in columns)}")
    if unknown := [each for each in (*declared.primary_key, *declared.sort) if each not in declared.column_by_name]:
        raise ValueError(f"{name}: no column {', '.join(unknown)}; known: {', '.join(declared.columns)}")
    return declared
