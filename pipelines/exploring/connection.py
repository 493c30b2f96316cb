"""The connection of the explorer: a release opened as every reader opens it, bounded in time, memory and rows.

Belongs here: bounds, and answers as frames. Keep out: the lock-down (`releases.open_release`), questions.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.releases import statements
from pipelines.releases.exact import ask_exactly
from pipelines.releases.leases import Lease
from pipelines.releases.open_release import connect

SECONDS = 5.0
MOST_ROWS = 2_000
MEMORY = "2GB"
_KINDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "BOOLEAN": pl.Boolean,
    "TINYINT": pl.Int64,
    "SMALLINT": pl.Int64,
    "INTEGER": pl.Int64,
    "UINTEGER": pl.Int64,
    "BIGINT": pl.Int64,
    "FLOAT": pl.Float64,
    "DOUBLE": pl.Float64,
    "DATE": pl.Date,
    "TIMESTAMP": pl.Datetime,
    "VARCHAR": pl.String,
}


class TookTooLong(Exception):
    """A query was interrupted."""


class QueryRefused(Exception):
    """A query that the database does not answer; the message is the database's."""


@dataclass(frozen=True)
class Answer:
    """Rows of a query, and whether there are more than were fetched."""

    rows: pl.DataFrame
    is_cut: bool


class Database:
    """An open release. Every question has a cursor of its own, so that threads do not wait for each other."""

    def __init__(self, release: Path, *, threads: int = 4) -> None:
        self.release = release
        self._lease = Lease(release)
        self._connection = connect(release, memory_limit=MEMORY, max_temp_directory_size="0B", threads=threads)

    @property
    def release_id(self) -> str:
        """Return the id of the release."""
        return self.release.name

    def close(self) -> None:
        """Close the database; questions under way end with an error."""
        self._connection.close()
        self._lease.close()

    def rows(
        self, query: str, parameters: Mapping[str, object] | None = None, *, most: int = MOST_ROWS
    ) -> pl.DataFrame:
        """Return at most `most` rows. Raises TookTooLong after five seconds, QueryRefused for what is no answer."""
        return self.answer(query, parameters, most=most).rows

    def answer(
        self,
        query: str,
        parameters: Mapping[str, object] | None = None,
        *,
        most: int = MOST_ROWS,
        seconds: float = SECONDS,
        in_texts: bool = False,
    ) -> Answer:
        """Return at most `most` rows of a query and whether there are more.

        With `in_texts` what Python has not (an infinite date, a list) is the text that the database prints.
        """
        cursor = self._connection.cursor()
        timer = threading.Timer(seconds, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            if in_texts:
                ask_exactly(cursor, query)
            else:
                cursor.execute(query, dict(parameters) if parameters else None)
            names = [name for name, *_ in cursor.description or ()]
            kinds = [str(kind) for _, kind, *_ in cursor.description or ()]
            found = cursor.fetchmany(most + 1)
            return Answer(_frame(names, kinds, found[:most]), len(found) > most)
        except duckdb.InterruptException as error:
            raise TookTooLong(f"interrupted after {seconds:g} s") from error
        except (duckdb.Error, RuntimeError, ValueError, TypeError, OverflowError, pl.exceptions.PolarsError) as error:
            raise QueryRefused(str(error)) from error
        finally:
            timer.cancel()
            timer.join()
            cursor.close()

    def require_reading(self, text: str) -> None:
        """Raise NotReading unless a text is one statement that reads, QueryRefused where it does not parse."""
        cursor = self._connection.cursor()
        try:
            statements.require_reading(cursor, text)
        except duckdb.Error as error:
            raise QueryRefused(str(error)) from error
        finally:
            cursor.close()


def _frame(names: Sequence[str], kinds: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Return rows as a frame; sums (HUGEINT) that fit are integers, what polars does not know is text."""
    columns = []
    taken: set[str] = set()
    for place, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        values = [row[place] for row in rows]
        unique = name if name not in taken else f"{name}_{place + 1}"
        while unique in taken or (unique != name and unique in names):
            unique += "_"
        taken.add(unique)
        columns.append(_column(unique, kind, values))
    return pl.DataFrame(columns)


def _column(name: str, kind: str, values: list[Any]) -> pl.Series:
    if kind == "HUGEINT":
        small = all(value is None or abs(value) < 2**63 for value in values)
        return pl.Series(name, values, pl.Int64) if small else pl.Series(name, list(map(_text, values)), pl.String)
    if kind.startswith("DECIMAL") and kind.endswith(")"):
        return pl.Series(name, values, pl.Decimal(38, _scale(kind)))
    if kind in _KINDS:
        return pl.Series(name, values, _KINDS[kind])
    return pl.Series(name, [_text(value) for value in values], pl.String)


def _scale(kind: str) -> int:
    return int(kind.rstrip(")").rpartition(",")[2])


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date | datetime) else _plain(value)


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
