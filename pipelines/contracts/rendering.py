"""Renderings of the contracts: Arrow schema with metadata, DuckDB DDL with comments, and the dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from pipelines.contracts.codes import LISTS, code_list
from pipelines.contracts.registry import CONTRACTS
from pipelines.contracts.table import Table

_SQL_TYPES: dict[Any, str] = {
    pl.Int64: "BIGINT",
    pl.Int32: "INTEGER",
    pl.String: "VARCHAR",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Float64: "DOUBLE",
}
_GENERATED = "Generated from pipelines/contracts; change it there."


def sql_type(dtype: Any) -> str:
    """Return the DuckDB type of a Polars type."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    if isinstance(dtype, pl.Datetime):
        return "TIMESTAMP WITH TIME ZONE"
    return _SQL_TYPES[dtype.base_type() if isinstance(dtype, pl.DataType) else dtype]


def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table; fields and schema carry the Chinese label and the description."""
    plain = table.empty().to_arrow(compat_level=pl.CompatLevel.oldest()).schema
    fields = []
    for field in plain:
        spec = table.schema.columns[field.name]
        meta = {"label_zh": spec.title or "", "description": spec.description or ""}
        dtype = pa.string() if pa.types.is_large_string(field.type) else field.type
        fields.append(pa.field(field.name, dtype, nullable=spec.nullable, metadata=meta))
    return pa.schema(fields, metadata={"table": table.name, "label_zh": table.zh, "description": table.en})


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def create_statements(table: Table) -> list[str]:
    """Return CREATE TABLE and COMMENT statements. Dimensions have primary keys; facts carry none (they load slower)."""
    lines = []
    for name, spec in table.schema.columns.items():
        null = "" if spec.nullable else " NOT NULL"
        lines.append(f"  {name} {sql_type(table.dtypes[name])}{null}")
    if not table.partitioned:
        lines.append(f"  PRIMARY KEY ({', '.join(table.primary_key)})")
    statements = [f"CREATE TABLE {table.name} (\n" + ",\n".join(lines) + "\n)"]
    statements.append(f"COMMENT ON TABLE {table.name} IS {_quoted(f'{table.zh}. {table.en}')}")
    for name, spec in table.schema.columns.items():
        comment = _quoted(f"{spec.title}. {spec.description}")
        statements.append(f"COMMENT ON COLUMN {table.name}.{name} IS {comment}")
    return statements


def schema_sql() -> str:
    """Return sql/schema.sql: the tables of a release, for readers."""
    parts = [f"-- Tables of a release. {_GENERATED}"]
    for table in CONTRACTS.values():
        parts.append("\n".join(f"{statement};" for statement in create_statements(table)))
    return "\n\n".join(parts) + "\n"


def dictionary_markdown() -> str:
    """Return docs/dictionary.md: every table and column with label, type and description, and every code."""
    parts = ["# 数据字典 Data dictionary", _GENERATED, "Views are described in `sql/views`; forms and rules in `docs`."]
    for table in CONTRACTS.values():
        key = ", ".join(f"`{name}`" for name in table.primary_key)
        place = "one Parquet file per `year_key`" if table.partitioned else "one Parquet file"
        rows = ["| column | 中文 | type | description |", "|---|---|---|---|"]
        for name, spec in table.schema.columns.items():
            null = ", may be NULL" if spec.nullable else ""
            coded = f" Codes: [{table.code_lists[name]}](#codes)." if name in table.code_lists else ""
            rows.append(
                f"| `{name}` | {spec.title} | {sql_type(table.dtypes[name])}{null} | {spec.description}{coded} |"
            )
        parts.append(f"## {table.name} {table.zh}\n\n{table.en} Key: {key}; {place}.\n\n" + "\n".join(rows))
    return "\n\n".join([*parts, *_code_lists()]) + "\n"


def _code_lists() -> Iterator[str]:
    yield "## Codes\n\nThe code lists of the columns above, as the table `code_list` holds them."
    for codes in map(code_list, LISTS):
        rows = [
            f"### {codes.name} {codes.declared.zh}\n",
            "| code | 中文 | English | 处理建议 | what to do |",
            "|---|---|---|---|---|",
        ]
        for entry in codes.declared.codes:
            advice = f"{entry.advice_zh or ''} | {entry.advice_en or ''}"
            rows.append(f"| `{entry.code}` | {entry.label_zh} | {entry.label_en} | {advice} |")
        yield "\n".join(rows)


def main() -> None:
    """Write the renderings that are committed; a test fails when they are stale."""
    root = Path(__file__).resolve().parents[2]
    (root / "sql" / "schema.sql").write_text(schema_sql(), encoding="utf-8")
    (root / "docs" / "dictionary.md").write_text(dictionary_markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
