"""The codebook of an export: its tables, columns and codes, and how this format writes what it cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.contracts import Table
from pipelines.exporting.columns import Field, Language, fields, value_labels

HEADERS: dict[Language, tuple[str, ...]] = {
    "zh": ("表", "表名", "列", "列名", "类型", "可空", "取值", "英文说明"),
    "en": ("table", "Chinese label", "column", "Chinese label", "type", "NULL", "values", "description"),
}
_TYPES: dict[str, str] = {
    "integer": "整数",
    "decimal": "定点数",
    "number": "浮点数",
    "string": "文本",
    "boolean": "是/否",
    "date": "日期",
    "datetime": "时间（UTC）",
}


def _allowed(field: Field, language: Language) -> str:
    if field.domain is None:
        return ""
    codes = value_labels()[field.domain]
    return "; ".join(f"{code} = {codes[code][language]}" for code in field.allowed)


def _may_be_null(field: Field, language: Language) -> str:
    if language == "zh":
        return "是" if field.nullable else ""
    return "yes" if field.nullable else ""


def rows(tables: Sequence[Table], language: Language) -> Iterator[tuple[str, ...]]:
    """Yield one row per column of the tables, under `HEADERS`."""
    for table in tables:
        for field in fields(table):
            kind = _TYPES[field.kind] if language == "zh" else field.kind
            yield (
                *(table.name, table.zh, field.name, field.zh, kind),
                *(_may_be_null(field, language), _allowed(field, language), field.description),
            )


def markdown(tables: Sequence[Table], language: Language, about: str, notes: Sequence[str]) -> str:
    """Return codebook.md: the release, the notes of the format, and every table."""
    parts = ["# 说明" if language == "zh" else "# Codebook", about.strip().replace("\n", "\n\n")]
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    header = HEADERS[language][2:]
    for table in tables:
        lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
        for row in rows([table], language):
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row[2:])} |")
        parts.append(f"## {table.name} {table.zh}\n\n{table.en}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"
