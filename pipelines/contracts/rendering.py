"""Renderings of the contracts as text: DuckDB DDL with comments, and the dictionary.

Belongs here: what is committed as sql/schema.sql and docs/dictionary.md. Keep out: Arrow schemas (`arrow`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pipelines.contracts.codes import LISTS, code_list
from pipelines.contracts.column_types import ColumnType, TypeName
from pipelines.contracts.registry import CONTRACTS
from pipelines.contracts.table import Table

_SQL_TYPES: dict[TypeName, str] = {
    "Boolean": "BOOLEAN",
    "Date": "DATE",
    "Datetime": "TIMESTAMP WITH TIME ZONE",
    "Float64": "DOUBLE",
    "Int32": "INTEGER",
    "Int64": "BIGINT",
    "String": "VARCHAR",
}
_GENERATED = "Generated from pipelines/contracts; change it there."


def sql_type(column_type: ColumnType) -> str:
    """Return the DuckDB type of a column."""
    if column_type.name == "Decimal":
        return f"DECIMAL({column_type.precision},{column_type.scale})"
    return _SQL_TYPES[column_type.name]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def create_statements(table: Table) -> list[str]:
    """Return CREATE TABLE and COMMENT statements. Dimensions have primary keys; facts carry none (they load slower)."""
    lines = []
    for each in table.declared:
        null = "" if each.nullable else " NOT NULL"
        lines.append(f"  {each.name} {sql_type(each.type)}{null}")
    if not table.partitioned:
        lines.append(f"  PRIMARY KEY ({', '.join(table.primary_key)})")
    created = f"CREATE TABLE {table.name} (\n" + ",\n".join(lines) + "\n)"
    return [created, *comment_statements(table)]


def comment_statements(table: Table, kind: Literal["TABLE", "VIEW"] = "TABLE") -> list[str]:
    """Return the COMMENT statements of a table and its columns, or of a view over its rows."""
    statements = [f"COMMENT ON {kind} {table.name} IS {_quoted(f'{table.zh}. {table.en}')}"]
    for each in table.declared:
        comment = _quoted(f"{each.zh}. {each.description}")
        statements.append(f"COMMENT ON COLUMN {table.name}.{each.name} IS {comment}")
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
        place = "Parquet files by `year_key`, each a range of agencies" if table.partitioned else "one Parquet file"
        rows = ["| column | 中文 | type | description |", "|---|---|---|---|"]
        for each in table.declared:
            null = ", may be NULL" if each.nullable else ""
            coded = f" Codes: [{each.codes}](#codes)." if each.codes is not None else ""
            rows.append(f"| `{each.name}` | {each.zh} | {sql_type(each.type)}{null} | {each.description}{coded} |")
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
