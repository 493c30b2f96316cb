"""Which rows of a release an export holds, and how they are read in batches.

A selection is by year, province and level of the reporting agency. Tables about reports, agencies and files are
restricted to the reports selected: facts, cells, sections, findings, matches and corrections by `report_key`,
dim_agency by `agency_sk`, raw_file and raw_file_location by `file_sha256`. Sums are restricted by their own columns:
each adds reports of one year, and most of one province and level. One that does not tell these apart adds more than a
selection by them, and is left out. The tables by which those are read (years, divisions, forms, lines, applicants,
reviews, indicators, codes, rules) are always whole. A file without a report belongs to none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from pipelines import Told
from pipelines.contracts import CONTRACTS, Table
from pipelines.contracts.codes import code_list
from pipelines.contracts.keys import MAX_KEY
from pipelines.exporting.columns import Field, fields
from pipelines.exporting.sql_text import literal

# Small enough that a batch of long texts stays small, large enough that the cost of a call does not show.
ROWS_AT_ONCE = 10_000
# About as many are sorted and written at once, and told as progress.
_ROWS_IN_PART = 250_000
_BY_FILE = ("raw_file", "raw_file_location")
# Not of reports: what the values of the other tables mean. A table that is neither here nor restricted is left out.
WHOLE = frozenset(
    (
        *("dim_year", "dim_division", "division_succession", "dim_form", "dim_form_cell", "dim_application_line"),
        *("dim_applicant", "dim_review", "dim_indicator", "code_list", "audit_rule", "audit_rule_cell"),
    )
)
Row = tuple[Any, ...]


class NothingSelected(Told, ValueError):
    """No report is within the selection; the message states which values the release has."""


class UnknownTable(Told, KeyError):
    """A table that no release has; names those that there are."""


class NotRestricted(Told, ValueError):
    """A table that was asked for adds more than the selection; the message names it."""


class OlderRelease(Told):
    """The release was built to other contracts than these."""


@dataclass(frozen=True)
class Selection:
    """Reports wanted: by year, province and level of the agency; an empty tuple is no restriction."""

    years: tuple[int, ...] = ()
    provinces: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is restricted."""
        return not (self.years or self.provinces or self.levels)

    def by_column(self) -> dict[str, tuple[int | str, ...]]:
        """Return what is restricted, by the column of reports, agencies and sums that has it."""
        wanted: dict[str, tuple[int | str, ...]] = {
            "year_key": self.years,
            "province": self.provinces,
            "level": self.levels,
        }
        return {column: values for column, values in wanted.items() if values}

    def described(self) -> str:
        """Return the selection as one line; empty where it is whole."""
        parts = (("year", self.years), ("province", self.provinces), ("level", self.levels))
        return "; ".join(f"{name} {', '.join(map(str, wanted))}" for name, wanted in parts if wanted)


def _level(word: str) -> str:
    """Return the code of a level given as code or in Chinese."""
    levels = code_list("level")
    return next((code for code in levels if word in {code, levels.label(code, "zh")}), word)


def _known(connection: duckdb.DuckDBPyConnection, column: str) -> list[Any]:
    # The column is one of three literals below.
    query = f"SELECT DISTINCT {column} FROM dim_report JOIN dim_agency USING (agency_sk) WHERE {column} IS NOT NULL"  # noqa: S608
    return sorted(value for (value,) in connection.execute(query).fetchall())


class Selected:
    """The rows of a release that a selection leaves, read through one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, selection: Selection) -> None:
        _require_contracts(connection)
        self.connection = connection
        self._has_rows = self._count("duckdb_tables() WHERE NOT temporary AND database_name = current_database()") > 0
        levels = tuple(_level(word) for word in selection.levels)
        self.selection = Selection(selection.years, selection.provinces, levels)
        self._require_known()
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE selected AS SELECT r.report_key, r.agency_sk FROM dim_report AS r "
            "JOIN dim_agency AS a USING (agency_sk) "
            "WHERE (len($years) = 0 OR list_contains($years, r.year_key)) "
            "AND (len($provinces) = 0 OR list_contains($provinces, a.province)) "
            "AND (len($levels) = 0 OR list_contains($levels, a.level))",
            {
                "years": list(self.selection.years),
                "provinces": list(self.selection.provinces),
                "levels": list(levels),
            },
        )
        if not self.selection.is_whole and self._count("selected") == 0:
            raise NothingSelected.of("exporting.nothing_selected", selection=self.selection.described())

    def _require_known(self) -> None:
        restrictions: tuple[tuple[str, str, Sequence[Any]], ...] = (
            ("year", "year_key", self.selection.years),
            ("province", "province", self.selection.provinces),
            ("level", "level", self.selection.levels),
        )
        for word, column, wanted in restrictions:
            known = _known(self.connection, column) if wanted else []
            if unknown := [value for value in wanted if value not in known]:
                shown = ", ".join(map(str, known)) or "none"
                values = ", ".join(map(str, unknown))
                raise NothingSelected.of("exporting.unknown_value", word=word, values=values, known=shown)

    def _count(self, source: str) -> int:
        return int(self._row(f"SELECT count(*) FROM {source}")[0])  # noqa: S608  # names and conditions of ours

    def _row(self, query: str) -> Row:
        # Fetched to its end: DuckDB begins no relation beside an unfinished result.
        (row,) = self.connection.execute(query).fetchall()
        return tuple(row)

    def restriction(self, table: Table) -> dict[str, str]:
        """Return by column the query of the values that it may have; nothing where the table is whole."""
        if self.selection.is_whole or table.name in WHOLE:
            return {}
        if "report_key" in table.columns:
            return {"report_key": "SELECT report_key FROM selected"}
        if "agency_sk" in table.columns:
            return {"agency_sk": "SELECT agency_sk FROM selected"}
        if table.name in _BY_FILE:
            return {"file_sha256": "SELECT file_sha256 FROM report_file JOIN selected USING (report_key)"}
        return {column: f"SELECT unnest([{_listed(values)}])" for column, values in self.selection.by_column().items()}

    def is_restricted(self, table: Table) -> bool:
        """Say whether no row of what is written of a table is of other reports than those selected."""
        return table.name in WHOLE or set(self.restriction(table)) <= set(table.columns)

    def values(self, query: str) -> list[Any]:
        """Return the values a restriction's query names."""
        return [value for (value,) in self.connection.execute(query).fetchall()]

    def source(self, table: Table) -> str:
        """Return what stands after FROM: the table and its restriction."""
        return f"{table.name} WHERE {self._only(table)}"

    def _only(self, table: Table) -> str:
        """Return the condition of the rows that are selected."""
        return " AND ".join(f"{column} IN ({query})" for column, query in self.restriction(table).items()) or "true"

    def count(self, table: Table) -> int:
        """Return how many rows of a table are selected."""
        return self._count(self.source(table))

    def widths(self, table: Table) -> dict[str, int]:
        """Return the longest text of each text column, in UTF-8 bytes; the zero character counts as its sign ␀."""
        texts = [field.name for field in fields(table) if field.kind == "string"]
        if not texts:
            return {}
        longest = ", ".join(f"coalesce(max(strlen(replace({name}, chr(0), '␀'))), 0)" for name in texts)
        row = self._row(f"SELECT {longest} FROM {self.source(table)}")  # noqa: S608  # as above
        return dict(zip(texts, map(int, row), strict=True))

    def parts(self, table: Table, columns: Sequence[str]) -> Iterator[str]:
        """Yield queries of expressions over a table that give its rows in the order of the contract, part by part.

        A database has no order of its own: the rows of a join come as they please, changed years behind the others.
        """
        only = self._only(table)
        is_ordered = not self.restriction(table) and self._stands_in_order(table)
        # Rows of a stored release have no number of their own; its keys tell them apart as well.
        last = ("rowid",) if self._has_rows else tuple(name for name in table.primary_key if name not in table.sort)
        order = "" if is_ordered else f" ORDER BY {', '.join((*table.sort, *last))}"
        for within in self._ranges(table, only):
            # Names, numbers and conditions of ours.
            yield f"SELECT {', '.join(columns)} FROM {table.name} WHERE {within} AND {only}{order}"  # noqa: S608

    def _stands_in_order(self, table: Table) -> bool:
        """Say whether each row stands behind the one before it, as in a database written whole: sorting costs more."""
        pairs = f"SELECT row({', '.join(table.sort)}) AS this, lag(this) OVER () AS before FROM {table.name}"  # noqa: S608  # as above
        return not self._row(f"SELECT EXISTS (SELECT 1 FROM ({pairs}) WHERE this < before)")[0]  # noqa: S608  # as above

    def _ranges(self, table: Table, only: str) -> Iterator[str]:
        """Yield conditions that cut a table into years and these into ranges of keys, small enough to sort in memory.

        Keys are spread evenly, and stand in order in the database but for changed years, so a part reads its own rows.
        """
        if not table.partitioned:
            yield "true"
            return
        year, key, *_ = table.sort
        counted = f"SELECT {year}, count(*) FROM {table.name} WHERE {only} GROUP BY ALL ORDER BY ALL"  # noqa: S608  # as above
        for of_year, rows in self.connection.execute(counted).fetchall():
            width = -(-MAX_KEY // -(-rows // _ROWS_IN_PART))
            for first in range(1, MAX_KEY + 1, width):
                yield f"{year} = {of_year} AND {key} BETWEEN {first} AND {first + width - 1}"

    def batches(self, table: Table, size: int | None = None) -> Iterator[list[Row]]:
        """Yield the rows of a table in the order of its contract, some at a time."""
        for query in self.parts(table, [_expression(field) for field in fields(table)]):
            found = self.connection.execute(query)
            while batch := found.fetchmany(size or ROWS_AT_ONCE):
                yield batch

    def arrow_batches(self, table: Table, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield expressions over a table as Arrow, in the order of its contract, some rows at a time."""
        for query in self.parts(table, columns):
            yield from self.connection.sql(query).to_arrow_reader(ROWS_AT_ONCE)


def _listed(values: Sequence[int | str]) -> str:
    return ", ".join(str(value) if isinstance(value, int) else literal(value) for value in values)


def _expression(field: Field) -> str:
    """Return how a column is read: an instant as UTC without a zone, which needs no time zone library."""
    if field.kind == "datetime":
        return f"make_timestamp(epoch_us({field.name})) AS {field.name}"
    return field.name


def _require_contracts(connection: duckdb.DuckDBPyConnection) -> None:
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = 'main'"
    ).fetchall():
        found.setdefault(table, set()).add(column)
    other = [name for name, table in CONTRACTS.items() if found.get(name) != set(table.columns)]
    if other:
        raise OlderRelease.of("exporting.older_release", tables=", ".join(other))


def known_tables(names: Iterable[str]) -> list[Table]:
    """Return the tables of these names, each once, in the order of the contracts; none named means all.

    Raises KeyError for an unknown name, naming the known ones.
    """
    wanted = set(names)
    unknown = sorted(wanted - set(CONTRACTS))
    if unknown:
        raise UnknownTable.of("exporting.unknown_table", tables=", ".join(unknown), known=", ".join(CONTRACTS))
    return [table for name, table in CONTRACTS.items() if not wanted or name in wanted]
