"""The codebook of an export: its tables, columns and codes, and how this format writes what it cannot hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipelines.contracts import Table
from pipelines.contracts.codes import Language, code_list
from pipelines.exporting.columns import Field, fields
from pipelines.exporting.wide import Heading

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
    codes = code_list(field.domain)
    return "; ".join(f"{code} = {codes.label(code, language)}" for code in field.allowed)


def _null(language: Language) -> str:
    return "是" if language == "zh" else "yes"


def _may_be_null(field: Field, language: Language) -> str:
    return _null(language) if field.nullable else ""


def rows(tables: Sequence[Table], language: Language) -> Iterator[tuple[str, ...]]:
    """Yield one row per column of the tables, under `HEADERS`."""
    for table in tables:
        for field in fields(table):
            kind = _TYPES[field.kind] if language == "zh" else field.kind
            yield (
                *(table.name, table.zh, field.name, field.zh, kind),
                *(_may_be_null(field, language), _allowed(field, language), field.description),
            )


def heading_rows(sheet: str, headings: Sequence[Heading], language: Language) -> Iterator[tuple[str, ...]]:
    """Yield one row per column of a sheet for readers, under `HEADERS`; figures are named by their cell path."""
    for heading in headings:
        kind = _TYPES[heading.kind] if language == "zh" else heading.kind
        entries = code_list(heading.domain).entries.values() if heading.domain else ()
        values = "; ".join(entry.label_zh if language == "zh" else entry.label_en for entry in entries)
        yield sheet, sheet, heading.en, heading.zh, kind, _null(language), values, ""


def markdown(
    tables: Sequence[Table],
    language: Language,
    about: str,
    notes: Sequence[str],
    described: Sequence[tuple[str, ...]] = (),
) -> str:
    """Return codebook.md: the release, the notes of the format, the sheets for readers, and every table."""
    parts = ["# 说明" if language == "zh" else "# Codebook", about.strip().replace("\n", "\n\n")]
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    header = HEADERS[language][2:]
    for sheet in dict.fromkeys(row[0] for row in described):
        parts.append(f"## {sheet}\n\n" + _lines(header, [row for row in described if row[0] == sheet]))
    for table in tables:
        parts.append(f"## {table.name} {table.zh}\n\n{table.en}\n\n" + _lines(header, rows([table], language)))
    return "\n\n".join(parts) + "\n"


def _lines(header: Sequence[str], described: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    for row in described:
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row[2:])} |")
    return "\n".join(lines)
