"""Frictionless data package: CSV and a datapackage.json rendered from the contracts (types, constraints, keys)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.contracts import Table
from pipelines.exporting.columns import Field, fields
from pipelines.exporting.comma_separated import write_table
from pipelines.exporting.job import Job

# Columns that refer to another table; the target is looked up by the same columns there.
_REFERENCES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("report_key",), "dim_report"),
    (("agency_sk",), "dim_agency"),
    (("year_key",), "dim_year"),
    (("file_sha256",), "raw_file"),
    (("line",), "dim_application_line"),
    (("applicant",), "dim_applicant"),
    (("channel", "result"), "dim_review"),
    (("indicator",), "dim_indicator"),
    (("rule",), "audit_rule"),
)
# A correction that no report has carries the report key 0.
_NO_REFERENCE = {("cell_correction", "dim_report")}
_TYPES = {"decimal": "number"}


def _field(field: Field, key: Sequence[str]) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    # An empty text is a value here but counts as missing there, so that plain texts cannot be required.
    is_required = not field.nullable and (field.kind != "string" or bool(field.allowed or field.pattern))
    if is_required:
        constraints["required"] = True
    if list(key) == [field.name]:
        constraints["unique"] = True
    if field.allowed:
        constraints["enum"] = list(field.allowed)
    if field.pattern:
        constraints["pattern"] = field.pattern
    for name, bound in (("minimum", field.minimum), ("maximum", field.maximum)):
        if bound is not None:
            constraints[name] = bound
    kind = _TYPES.get(field.kind, field.kind)
    found = {"name": field.name, "type": kind, "title": field.zh, "description": field.description}
    return found | ({"constraints": constraints} if constraints else {})


def _references(table: Table, packed: set[str]) -> list[dict[str, Any]]:
    return [
        {"fields": list(columns), "reference": {"resource": target, "fields": list(columns)}}
        for columns, target in _REFERENCES
        if target in packed
        and target != table.name
        and set(columns) <= set(table.columns)
        and (table.name, target) not in _NO_REFERENCE
    ]


def _resource(table: Table, path: str, packed: set[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(field, table.primary_key) for field in fields(table)],
        "primaryKey": list(table.primary_key),
        "missingValues": [""],
    }
    if references := _references(table, packed):
        schema["foreignKeys"] = references
    return {
        "name": table.name,
        "path": path,
        "title": table.zh,
        "description": table.en,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n", "delimiter": ",", "quoteChar": '"', "doubleQuote": True},
        "schema": schema,
    }


def package(tables: Sequence[Table], release: str, about: str) -> dict[str, Any]:
    """Return datapackage.json as data."""
    packed = {table.name for table in tables}
    return {
        "profile": "tabular-data-package",
        "name": "gongkai",
        "title": "政府信息公开工作年度报告",
        "description": about,
        "id": release,
        "resources": [_resource(table, f"data/{table.name}.csv", packed) for table in tables],
    }


def write(job: Job) -> list[Path]:
    """Write datapackage.json and data/<table>.csv; headers are the names of the contracts in both languages."""
    (job.folder / "data").mkdir()
    written = []
    for table in job.tables:
        path = job.folder / "data" / f"{table.name}.csv"
        write_table(job, table, path, table.columns, "utf-8")
        written.append(path)
    described = package(job.tables, job.release.name, job.about)
    text = json.dumps(described, ensure_ascii=False, indent=1)
    (job.folder / "datapackage.json").write_text(text, encoding="utf-8")
    job.note(
        "数据包：可能被当作公式的文本前加一个撇号（'）；NULL 与空文本都读作缺失。",
        "Data package: a text that could be taken for a formula has one apostrophe before it; NULL and the empty text "
        "both read as missing.",
    )
    return written
