"""A comparison of releases for people: what `gongkai diff` prints and writes, and what Dagster shows.

Belongs here: tables and files of changes. Keep out: finding them (`releases.diff`).
"""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import Told
from pipelines.commands.coded import in_words
from pipelines.commands.printing import print_cut
from pipelines.commands.terminal import line, say_folded, show_table, waiting
from pipelines.durable import replace_bytes
from pipelines.messages import message
from pipelines.releases.diff import ChangeCount, Comparison, Replacement
from pipelines.shown import in_cell

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

_SHOWN = 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WHOLE_REPORTS = {"added": "listed.whole_reports_added", "removed": "listed.whole_reports_removed"}
_REPLACED = ("年度 year", "行政机关 agency", "原报告 before", "现报告 now", "不同单元格 cells that differ")


class CannotWrite(Told, ValueError):
    """A comparison cannot be written to a file of this name; the message says which names there are."""


def print_comparison(found: Comparison, console: Console) -> None:
    """Print how many changes of each kind and cause there are, and the first of them."""
    say_folded(line(message("commands.compared", old=found.old, new=found.new)), console)
    if found.not_compared:
        say_folded(line(message("commands.not_compared", tables=", ".join(found.not_compared))), console)
    with waiting("progress.comparing"):
        counted = found.counted()
    if not counted:
        say_folded(line(message("listed.no_changes", old=found.old, new=found.new)), console)
        return
    rows: list[tuple[object, ...]] = [_in_words(each) for each in counted]
    show_table(None, ["表 table", "变化 change", "原因 cause", "条数 changes"], rows, console)
    for told in _whole_reports(found):
        say_folded(line(told), console)
    replaced = found.replacements()
    print_replacements(replaced[:_SHOWN], console, len(replaced))
    names = ["年度 year", "行政机关 agency", "内容 item", "原值 old", "新值 new", "原因 cause"]
    first: list[tuple[object, ...]] = [
        (each.year_key, each.agency_name, each.item, each.old_value, each.new_value, each.cause)
        for each in found.changes(_SHOWN)
    ]
    show_table(None, names, first, console)
    print_cut(_SHOWN, sum(each.changes for each in counted), "--output changes.csv, --json", console)


def print_replacements(replaced: list[Replacement], console: Console, total: int) -> None:
    """Print which report counts in the place of which, and how many of its cells say something else."""
    if not replaced:
        return
    rows: list[tuple[object, ...]] = [
        (each.year_key, each.agency_name, each.old_place, each.new_place, each.figures) for each in replaced
    ]
    show_table("替换 replaced", list(_REPLACED), rows, console)
    print_cut(len(replaced), total, "gongkai diff --output changes.csv", console)


def write_comparison(found: Comparison, path: Path) -> None:
    """Write all changes as CSV (with byte order mark) or Parquet.

    A comparison that was written there before is replaced. Raises CannotWrite for another ending and where another file
    has the name, ContractViolation for rows that are not those of release_change.
    """
    if path.suffix not in (".csv", ".parquet"):
        raise CannotWrite.of("commands.comparison_name", file=path)
    if os.path.lexists(path) and not _is_comparison(path):
        raise CannotWrite.of("commands.comparison_over_another", file=path)
    changes = changes_frame(found)
    if path.suffix == ".csv":
        replace_bytes(path, _BYTE_ORDER_MARK + _harmless(changes).write_csv().encode())
        return
    import pyarrow.parquet as pq

    from pipelines.contracts.changes import RELEASE_CHANGE
    from pipelines.warehouse.parquet import to_arrow

    written = io.BytesIO()
    pq.write_table(to_arrow(RELEASE_CHANGE, changes), written, compression="zstd")
    replace_bytes(path, written.getvalue())


def _is_comparison(path: Path) -> bool:
    """Tell whether a file holds a comparison that was written before: its columns say so."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipelines.contracts.changes import RELEASE_CHANGE

    names = list(RELEASE_CHANGE.columns)
    if not path.is_file():
        return False
    if path.suffix == ".csv":
        with path.open("rb") as file:
            first = file.readline(10_000)
        return first.removeprefix(_BYTE_ORDER_MARK).decode(errors="replace").rstrip("\r\n").split(",") == names
    try:
        found: list[str] = pq.read_schema(path).names
    except (pa.ArrowInvalid, OSError):
        return False
    return found == names


def changes_frame(found: Comparison) -> pl.DataFrame:
    """Return all changes as a frame that keeps the contract release_change. Raises ContractViolation."""
    import polars as pl

    from pipelines.contracts.changes import RELEASE_CHANGE

    with tempfile.TemporaryDirectory() as folder:
        # Handed over as a file: there may be as many rows as there are cells.
        path = Path(folder) / "changes.parquet"
        found.write_parquet(path)
        return RELEASE_CHANGE.validate(pl.read_parquet(path))


def _harmless(changes: pl.DataFrame) -> pl.DataFrame:
    """Return texts that no spreadsheet takes for a formula, without control characters; numbers keep their sign."""
    import polars as pl

    from pipelines.exporting.safe_text import safe_text

    def written(column: pl.Series) -> pl.Series:
        # Of many texts few differ from what is written, and most stand in many rows.
        texts = column.drop_nulls().unique()
        return column.replace({text: safe for text in texts if (safe := safe_text(in_cell(text))) != text})

    names = [name for name, dtype in changes.schema.items() if dtype == pl.String]
    return changes.with_columns(written(changes[name]) for name in names)


def comparison_markdown(found: Comparison) -> str:
    """Return the counts of changes, and what replaced what, as tables for Dagster."""
    counted = found.counted()
    if not counted:
        return message("listed.no_changes", old=found.old, new=found.new)
    lines = ["| 表 table | 变化 change | 原因 cause | 条数 changes |", "|---|---|---|---:|"]
    lines.extend(f"| {' | '.join(_in_words(each))} |" for each in counted)
    for told in _whole_reports(found):
        lines += ["", told]
    if replaced := found.replacements(_SHOWN):
        lines += ["", f"| {' | '.join(_REPLACED)} |", "|---|---|---|---|---:|"]
        lines.extend(
            f"| {r.year_key} | {_in_a_cell(r.agency_name)} | {_in_a_cell(r.old_place)} | {_in_a_cell(r.new_place)} "
            f"| {r.figures} |"
            for r in replaced
        )
    return "\n".join(lines)


def _whole_reports(found: Comparison) -> list[str]:
    return [
        message(_WHOLE_REPORTS[each.change], reports=each.reports, numbers=each.numbers)
        for each in found.whole_reports()
    ]


def _in_a_cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")


def _in_words(counted: ChangeCount) -> tuple[str, str, str, str]:
    named = (("release_change", counted.change), ("change_cause", counted.cause))
    change, cause = (in_words(name, code) for name, code in named)
    return counted.table_name, change, cause, f"{counted.changes:,}"
