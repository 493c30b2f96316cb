"""The answer of a reader's own SQL, in which no value is another than the database's: what Python lacks is its text.

Python knows no infinite date, no month as an interval and no billionths of a second; DuckDB gives it the nearest.
Belongs here: which types are asked for as texts. Keep out: what may be asked (`statements`), printing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The types whose values Python has, too.
_SAME = re.compile(
    r"BOOLEAN|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DOUBLE|DECIMAL\(\d+, ?\d+\)|VARCHAR|JSON|\"NULL\""
)
# Lists and records of others: what of them Python, or a key of JSON, has not.
_BUILT = re.compile(r".*\[\d*\]|(?:STRUCT|MAP)\(.*\)", re.DOTALL)
_OTHER = re.compile(
    r"\b(?:FLOAT|DATE|TIME\w*|INTERVAL|BLOB|BIT|BIGNUM|VARIANT|UNION|UUID|ENUM|GEOMETRY)\b|MAP\((?!VARCHAR)"
)


def ask_exactly(cursor: DuckDBPyConnection, query: str, *, keeps_lists: bool = False) -> DuckDBPyConnection:
    """Execute one statement that reads; columns of a type that Python has not come as the texts that DuckDB prints.

    So do lists and records, unless they are kept. Returns the cursor, whose columns have the names that the query
    gives them. Raises duckdb.Error.
    """
    return cursor.execute(_with_texts(cursor, query, keeps_lists) or query)


def _with_texts(cursor: DuckDBPyConnection, query: str, keeps_lists: bool) -> str | None:
    """Return a query around another that asks for some columns as texts; None where none need to be."""
    import duckdb  # noqa: PLC0415  # whoever has a cursor has loaded it

    statement = cursor.extract_statements(query)[0]
    if statement.type.name != "SELECT":
        return None  # an EXPLAIN, which is a text
    try:
        described = cursor.execute(f"DESCRIBE {statement.query}").fetchall()
    except duckdb.InterruptException:
        raise
    except duckdb.Error:
        return None  # asked by itself, it says what is wrong in its own words
    are_same = [_is_same(str(kind), keeps_lists) for _, kind, *_ in described]
    if all(are_same):
        return None
    names = (str(name).replace('"', '""') for name, *_ in described)
    asked = ", ".join(
        f'{_asked(f"c{place}", str(kind), is_same)} AS "{name}"'
        for place, (name, (_, kind, *_), is_same) in enumerate(zip(names, described, are_same, strict=True))
    )
    columns = ", ".join(f"c{place}" for place in range(len(are_same)))
    return f"SELECT {asked} FROM (\n{_without_end(statement.query)}\n) AS answer({columns})"  # noqa: S608  # it was looked at


def _asked(column: str, kind: str, is_same: bool) -> str:
    if kind == "FLOAT":
        # The number that DuckDB prints: as a double it would have digits that nobody wrote.
        return f"CAST(CAST({column} AS VARCHAR) AS DOUBLE)"
    return column if is_same else f"CAST({column} AS VARCHAR)"


def _is_same(kind: str, keeps_lists: bool) -> bool:
    is_kept = keeps_lists and _BUILT.fullmatch(kind) is not None and _OTHER.search(kind) is None
    return is_kept or _SAME.fullmatch(kind) is not None


def _without_end(query: str) -> str:
    """Return a statement without the semicolon that ends it and the remarks after that."""
    import duckdb  # noqa: PLC0415  # as above

    text = query.encode()
    # Places are those of bytes; what is in quotes is one token.
    for place, kind in reversed(duckdb.tokenize(query)):
        is_end = text[place : place + 1] == b";"
        if kind != duckdb.token_type.comment and not is_end:
            break
        text = text[:place]
    return text.decode()
