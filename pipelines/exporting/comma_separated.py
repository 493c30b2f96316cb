"""CSV: UTF-8 with byte order mark, headers in the language, NULL unquoted and empty text quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.contracts import Table
from pipelines.exporting.columns import Field, fields
from pipelines.exporting.job import Job
from pipelines.exporting.safe_text import safe_text

_SPECIAL = re.compile(r'[",\r\n\0]|^\s|\s$')
CellWriter = Callable[[Any], str]


def _text(value: str) -> str:
    text = safe_text(value) or ""
    # Quoted and empty is a text without characters; nothing at all is NULL.
    if not text or _SPECIAL.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _date(value: date) -> str:
    return value.isoformat()


def _instant(value: datetime) -> str:
    return f"{value.isoformat(timespec='microseconds')}Z" if value.microsecond else f"{value.isoformat()}Z"


_WRITERS: dict[str, CellWriter] = {
    "integer": str,
    "number": repr,
    "decimal": _decimal,
    "string": _text,
    "boolean": _boolean,
    "date": _date,
    "datetime": _instant,
}


def lines(columns: Sequence[Field], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as lines of CSV."""
    writers = [_WRITERS[column.kind] for column in columns]
    return "".join(
        ",".join(["" if v is None else write(v) for v, write in zip(row, writers, strict=True)]) + "\r\n"
        for row in rows
    )


def write_table(job: Job, table: Table, path: Path, headers: Sequence[str], encoding: str) -> None:
    """Write one table with these headers."""
    columns = fields(table)
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(",".join(map(_text, headers)) + "\r\n")
        for batch in job.batches(table):
            file.write(lines(columns, batch))


def write(job: Job) -> list[Path]:
    """Write each table as <table>.csv."""
    written = []
    for table in job.tables:
        path = job.folder / f"{table.name}.csv"
        headers = [column.header(job.language) for column in fields(table)]
        write_table(job, table, path, headers, "utf-8-sig")
        written.append(path)
    job.note(
        "CSV：NULL 为空，空文本为两个引号；可能被当作公式的文本前加一个撇号（'），去掉即为原文。",
        "CSV: NULL is nothing, an empty text is two quotes; a text that could be taken for a formula has one "
        "apostrophe before it, without which it is as printed.",
    )
    return written
