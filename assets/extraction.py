"""Extracted reports: unpartitioned and incremental by content; only files that are new, or due again, are read."""

import dagster as dg

from assets.partitions import add_years
from assets.progress import tell
from assets.resources import Warehouse
from pipelines.commands.progress import phase
from pipelines.spreading import ClusterFailed
from pipelines.storing import StorageError
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.kept_rows import forget_kept
from pipelines.warehouse.shared_reading import shared_by_settings
from pipelines.warehouse.star import years_to_build


@dg.asset(group_name="extraction", deps=["raw_files"], kinds={"parquet"})
def extracted_reports(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """提取的报告。Cells, sections and unmapped rows of every report, cached by content and reader fingerprint.

    With GONGKAI_STORAGE its batches are shared with other machines, and with GONGKAI_CLUSTER nodes read what is new.
    """
    try:
        told = tell(context)
        storage, spread = shared_by_settings(told)
        with phase("progress.reading") as progress:
            layout, retry, workers = warehouse.layout, warehouse.retry, warehouse.workers
            if warehouse.rebuild:
                forget_kept(layout)
            done = extract_new(
                layout, retry=retry, workers=workers, progress=progress, storage=storage, spread=spread, told=told
            )
    except (StorageError, ClusterFailed) as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    add_years(context.instance, years_to_build(warehouse.inputs))
    read = {"files": done.files, "newly_extracted": done.new, "read_again": done.again}
    return dg.MaterializeResult(metadata={**read, **done.outcomes, **(spread.about() if spread is not None else {})})
