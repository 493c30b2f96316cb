"""What is kept of documents: the tables of a batch, and what a document without a report leaves in them.

Belongs here: what whoever hands out files and whoever reads the store must know. Keep out: making tables of reports
(`extracted_tables`), which needs the readers of all formats.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from pipelines.contracts.codes import code_list

Tables = dict[str, pa.Table]

# Reports of years after this one are not believed; which years are in the past is decided when tables are built.
LATEST_YEAR = 2039
PARSED, QUARANTINED, NOT_A_REPORT = code_list("outcome").named("parsed", "quarantined", "not_a_report")

PLACE = [
    ("file_sha256", pa.string()),
    ("page", pa.int32()),
    ("line_number", pa.int32()),
    ("grid", pa.int32()),
    ("grid_row", pa.int32()),
    ("grid_col", pa.int32()),
    ("bbox", pa.string()),
    ("cell_reference", pa.string()),
    ("confidence", pa.float64()),
]
SCHEMAS: dict[str, pa.Schema] = {
    "documents": pa.schema(
        [
            ("file_sha256", pa.string()),
            ("size_bytes", pa.int64()),
            ("media_type", pa.string()),
            ("encoding", pa.string()),
            ("outcome", pa.string()),
            ("reason", pa.string()),
            ("detail", pa.string()),
            ("reports", pa.int32()),
        ]
    ),
    "reports": pa.schema(
        [
            ("report_key", pa.int64()),
            ("file_sha256", pa.string()),
            ("ordinal", pa.int32()),
            ("title", pa.string()),
            ("agency_printed", pa.string()),
            ("agency_code_printed", pa.string()),
            ("year", pa.int32()),
            ("year_source", pa.string()),
            ("published_on", pa.date32()),
            ("form", pa.string()),
            ("media_type", pa.string()),
            ("encoding", pa.string()),
        ]
    ),
    "cells": pa.schema(
        [
            ("report_key", pa.int64()),
            ("cell_order", pa.int32()),
            ("table_id", pa.string()),
            ("row_id", pa.string()),
            ("column_id", pa.string()),
            ("is_statutory", pa.bool_()),
            ("raw_text", pa.string()),
            ("status", pa.string()),
            ("value", pa.decimal128(18, 6)),
            ("unit", pa.string()),
            ("yuan", pa.decimal128(18, 2)),
            ("unit_source", pa.string()),
            ("matched_by", pa.string()),
            ("match_score", pa.float64()),
            ("note", pa.string()),
            *PLACE,
        ]
    ),
    "unmapped_rows": pa.schema(
        [
            ("report_key", pa.int64()),
            ("ordinal", pa.int32()),
            ("table_id", pa.string()),
            ("label", pa.string()),
            ("cells", pa.list_(pa.string())),
            *PLACE,
        ]
    ),
    "sections": pa.schema(
        [
            ("report_key", pa.int64()),
            ("section", pa.int32()),
            ("heading", pa.string()),
            ("body", pa.string()),
        ]
    ),
    "figures": pa.schema(
        [
            ("report_key", pa.int64()),
            ("ordinal", pa.int32()),
            ("section", pa.int32()),
            ("start", pa.int32()),
            ("stop", pa.int32()),
            ("sentence", pa.string()),
            ("raw_text", pa.string()),
            ("value", pa.decimal128(18, 6)),
            ("unit", pa.string()),
            ("yuan", pa.decimal128(18, 2)),
            ("kind", pa.string()),
            ("meanings", pa.string()),
            ("figure_group", pa.int32()),
            ("figure_role", pa.string()),
        ]
    ),
}


class FileTask(NamedTuple):
    """A file to extract: its content hash, its path as bytes, and its place in the archive there, if it is in one."""

    file_sha256: str
    path: bytes
    member: str | None = None
    media_type: str = ""


def outcome_row(
    sha256: str, size: int, outcome: str, reason: str | None = None, detail: str | None = None
) -> tuple[Any, ...]:
    """Return the row of documents for one that yields no report."""
    return (sha256, size, None, None, outcome, reason, printable(detail), 0)


def quarantined(task: FileTask, reason: str, detail: str) -> Tables:
    """Return the tables of a document that could not be read to its end."""
    row = outcome_row(task.file_sha256, 0, QUARANTINED, reason, detail)
    return {
        name: table_of([(value,) for value in row] if name == "documents" else (), schema)
        for name, schema in SCHEMAS.items()
    }


def table_of(columns: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Return columns as a table; without any there are no rows."""
    if not columns:
        return schema.empty_table()
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def printable(text: str | None) -> str | None:
    """Return text that can be stored as UTF-8: what cannot stands as a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8") if text else text
