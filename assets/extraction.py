"""Extracted reports: unpartitioned and incremental by content; only files that are new, or due again, are read."""

import dagster as dg

from assets.progress import progress_bar
from assets.resources import Warehouse
from pipelines.warehouse.extraction import extract_new


@dg.asset(group_name="extraction", deps=["raw_files"], kinds={"parquet"})
def extracted_reports(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """提取的报告。Cells, sections and unmapped rows of every report, cached by content and reader fingerprint."""
    with progress_bar("读取报告 reading reports") as progress:
        layout, workers = warehouse.layout, warehouse.workers
        done = extract_new(layout, retry=warehouse.retry, workers=workers, progress=progress)
    read = {"files": done.files, "newly_extracted": done.new, "read_again": done.again}
    return dg.MaterializeResult(metadata={**read, **done.outcomes})
