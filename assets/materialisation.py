"""What the UI shows of a materialisation: rows, columns with descriptions, a preview, findings.

Belongs here: metadata of tables. Keep out: building them (`star`).
"""

from pathlib import Path

import dagster as dg
import polars as pl
import pyarrow.parquet as pq

from pipelines.contracts import Table
from pipelines.contracts.codes import code_list
from pipelines.contracts.rendering import sql_type
from pipelines.warehouse.parquet import table_files

_PREVIEW_ROWS = 8
_PREVIEW_WIDTH = 40
# Counted by the codes of a column as numbers, of which the UI draws how they change from run to run.
_COUNTED = {"audit_finding": "severity", "dim_report": "agency_status", "raw_file_location": "outcome"}


def column_schema(table: Table) -> dg.TableSchema:
    """Return the columns of a table with type, Chinese label and description."""
    columns = [
        dg.TableColumn(
            name=each.name,
            type=sql_type(each.type),
            description=f"{each.zh} {each.en}",
            constraints=dg.TableColumnConstraints(nullable=each.nullable, unique=table.primary_key == (each.name,)),
        )
        for each in table.declared
    ]
    return dg.TableSchema(columns=columns)


def preview(frame: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """Return the first rows of a frame as a table for the UI."""
    head = frame.head(_PREVIEW_ROWS)
    lines = ["| " + " | ".join(head.columns) + " |", "|" + "---|" * head.width]
    lines.extend("| " + " | ".join(_cell_text(value) for value in row) + " |" for row in head.rows())
    return dg.MetadataValue.md("\n".join(lines))


def _cell_text(value: object) -> str:
    text = "" if value is None else str(value)
    text = text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
    return text if len(text) <= _PREVIEW_WIDTH else f"{text[:_PREVIEW_WIDTH]}…"


def _counts(files: list[Path], table: Table) -> dict[str, int]:
    if table.name not in _COUNTED or not files:
        return {}
    column = _COUNTED[table.name]
    rows = pl.concat([pl.read_parquet(f, columns=[column], hive_partitioning=False) for f in files])
    found = dict(rows.group_by(column).len().iter_rows())
    return {f"{column}: {value}": found.get(value, 0) for value in code_list(table.code_lists[column])}


def table_result(star: Path, table: Table, seconds: float) -> dg.MaterializeResult[None]:
    """Return the result of building a table in so many seconds: rows of all years, preview.

    Its columns stand with the asset's definition: Dagster keeps what is said here once more for each year.
    """
    files = table_files(star, table)
    head = (
        pl.concat([pl.read_parquet(f, n_rows=_PREVIEW_ROWS, hive_partitioning=False) for f in files[:2]])
        if files
        else None
    )
    metadata: dict[str, dg.MetadataValue | float | str] = {
        "dagster/row_count": sum(pq.read_metadata(f).num_rows for f in files),
        "files": len(files),
        "seconds": round(seconds, 3),
    }
    metadata |= _counts(files, table)
    if head is not None and head.height:
        metadata["preview"] = preview(head)
    return dg.MaterializeResult(asset_key=table.name, metadata=metadata)
