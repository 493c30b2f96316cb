"""Extracted reports: unpartitioned and incremental by content; only new files are read."""

import dagster as dg

from assets.progress import progress_bar
from assets.resources import Warehouse
from pipelines.warehouse.extraction import extract_new


@dg.asset(group_name="extraction", deps=["raw_files"], kinds={"parquet"})
def extracted_reports(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """提取的报告。Cells, sections and unmapped rows of every report, cached by content and reader fingerprint."""
    with progress_bar("读取报告 reading reports") as progress:
        done = extract_new(warehouse.layout, workers=warehouse.workers, progress=progress)
    return dg.MaterializeResult(metadata={"files": done.files, "newly_extracted": done.new, **done.outcomes})
