"""A comparison of releases for people: what `gongkai diff` prints and writes, and what Dagster shows.

Belongs here: tables and files of changes. Keep out: finding them (`warehouse.comparing`).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from rich.console import Console

from pipelines.commands.coded import in_words
from pipelines.commands.printing import show_table
from pipelines.contracts.changes import RELEASE_CHANGE
from pipelines.releases.diff import Comparison
from pipelines.warehouse.parquet import to_arrow

_SHOWN = 20


def print_comparison(found: Comparison, console: Console) -> None:
    """Print how many changes of each kind and cause there are, and the first of them."""
    console.print(f"{found.old} → {found.new}", highlight=False)
    if found.not_compared:
        console.print(f"未比较（有一方没有） not compared: {', '.join(found.not_compared)}", highlight=False)
    if found.changes.is_empty():
        console.print("没有变化 no changes")
        return
    rows: list[tuple[object, ...]] = [
        (table, in_words("release_change", change), in_words("change_cause", cause), f"{count:,}")
        for table, change, cause, count in found.counted().iter_rows()
    ]
    show_table(None, ["表 table", "变化 change", "原因 cause", "条数 changes"], rows, console)
    names = ["年度 year", "机关 agency", "内容 item", "原值 old", "新值 new", "原因 cause"]
    columns = ("year_key", "agency_name", "item", "old_value", "new_value", "cause")
    first = found.changes.select(columns).head(_SHOWN).rows()
    show_table(None, names, first, console)
    if found.changes.height > _SHOWN:
        console.print(f"另有 {found.changes.height - _SHOWN:,} 条，用 --output 写出全部 more changes: write them all")


def write_comparison(found: Comparison, path: Path) -> None:
    """Write all changes as CSV (with byte order mark) or Parquet. Raises ValueError for another ending."""
    if path.suffix == ".csv":
        path.write_bytes(b"\xef\xbb\xbf" + _harmless(found.changes).write_csv().encode())
    elif path.suffix == ".parquet":
        pq.write_table(to_arrow(RELEASE_CHANGE, found.changes), path, compression="zstd")
    else:
        raise ValueError(f"{path}: expected a name that ends in .csv or .parquet")


def _harmless(changes: pl.DataFrame) -> pl.DataFrame:
    """Return texts that no spreadsheet takes for a formula; numbers keep their sign."""
    texts = [pl.col(name) for name, dtype in changes.schema.items() if dtype == pl.String]
    return changes.with_columns(
        pl.when(text.str.contains(r"^[=+\-@\t\r]") & ~text.str.contains(r"^[+-]?[\d.]+$"))
        .then(pl.concat_str(pl.lit("'"), text))
        .otherwise(text)
        .name.keep()
        for text in texts
    )


def comparison_markdown(found: Comparison) -> str:
    """Return the counts of changes as a table for Dagster."""
    lines = ["| 表 table | 变化 change | 原因 cause | 条数 changes |", "|---|---|---|---:|"]
    for table, change, cause, count in found.counted().iter_rows():
        lines.append(
            f"| {table} | {in_words('release_change', change)} | {in_words('change_cause', cause)} | {count:,} |"
        )
    return "\n".join(lines) if found.changes.height else "没有变化 no changes"
