"""Exports: files for analysts, made from the current release when someone asks for them.

Belongs here: assets that no run of the warehouse makes (`exports_job` does). Keep out: formats (`pipelines.exporting`).
"""

import dagster as dg

from assets.release import release
from assets.resources import Warehouse
from pipelines.exporting.files import export
from pipelines.releases.layout import current_release
from pipelines.releases.verified import require_readable


@dg.asset(group_name="exports", deps=[release], kinds={"csv"})
def exports_csv(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """CSV 导出。All tables of the current release as CSV with a byte order mark, with the codebook."""
    folder = warehouse.layout.exports / "csv"
    files = export(require_readable(current_release(warehouse.layout)), folder, "csv", language="en")
    return dg.MaterializeResult(metadata={"files": len(files), "folder": dg.MetadataValue.path(str(folder))})
