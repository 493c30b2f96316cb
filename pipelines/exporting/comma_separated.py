"""CSV: UTF-8 with byte order mark, headers in the language, NULL unquoted and empty text quoted.

Belongs here: the files and their header. Keep out: how a value is written (`csv_values`).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.contracts import Table
from pipelines.exporting.columns import fields
from pipelines.exporting.csv_values import expression, text
from pipelines.exporting.job import Job
from pipelines.exporting.sql_text import literal

# DuckDB tells what the system refused as JSON within its words.
_ERRNO = re.compile(r'"errno":"(\d+)"')
# Our expressions have quoted what needs it, so DuckDB quotes nothing.
OPTIONS = r"FORMAT csv, HEADER false, DELIMITER ',', QUOTE '', ESCAPE '', NULLSTR '', NEW_LINE '\r\n'"


def write_table(job: Job, table: Table, path: Path, headers: Sequence[str], encoding: str) -> None:
    """Write one table with these headers."""
    columns = [expression(field) for field in fields(table)]
    part = path.with_suffix(".part")
    with path.open("wb") as file:
        file.write((",".join(map(text, headers)) + "\r\n").encode(encoding))
        for query in job.selected.parts(table, columns):
            # The queries are of names and constants of ours.
            copy = f"COPY ({query}) TO {literal(str(part))} ({OPTIONS})"
            with _unwritten_told(part):
                ((written,),) = job.selected.connection.execute(copy).fetchall()
            with part.open("rb") as rows:
                shutil.copyfileobj(rows, file)
            part.unlink()
            job.advance(table.name, int(written))


@contextmanager
def _unwritten_told(part: Path) -> Iterator[None]:
    """Raise what the system refused DuckDB's writing as OSError: other errors of its files are of the release."""
    try:
        yield
    except duckdb.IOException as error:
        number = _ERRNO.search(str(error))
        if number is None or part.name not in str(error):
            raise
        code = int(number[1])
        raise OSError(code, os.strerror(code), str(part)) from error


def write(job: Job) -> list[Path]:
    """Write each table as <table>.csv."""
    written = []
    for table in job.tables:
        path = job.folder / f"{table.name}.csv"
        headers = [column.header(job.language) for column in fields(table)]
        write_table(job, table, path, headers, "utf-8-sig")
        written.append(path)
    job.note(
        "CSV：NULL 为空，空文本为两个引号；可能被当作公式的文本前加一个撇号（'），去掉即为原文。"
        "控制字符写作 \\n、\\t、\\x1b、\\u202e 等，反斜杠写作 \\\\，还原即为原文。",
        "CSV: NULL is nothing, an empty text is two quotes; a text that could be taken for a formula has one "
        "apostrophe before it, without which it is as printed. Control characters are spelt \\n, \\t, \\x1b, \\u202e "
        "and so on, and a backslash is \\\\: read back, the text is as printed.",
    )
    return written
