"""Raw files: the inventory of data/raw."""

from collections.abc import Callable

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets.collecting import fetched_files
from assets.resources import Warehouse
from pipelines.commands.coded import in_words
from pipelines.commands.progress import phase
from pipelines.commands.stopped import missing_input_lines
from pipelines.raw.inventory import locations_in
from pipelines.raw.missing_input import MissingInput
from pipelines.warehouse.clearing import InTheWay
from pipelines.warehouse.raw_inventory import refresh_inventory


@dg.asset(group_name="raw", deps=[fetched_files], kinds={"file"})
def raw_files(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """原始文件清单。Every location below data/raw with its content hash; the inbox itself is never changed."""
    mended: list[str] = []
    found = _inventory(warehouse, mended.append)
    if mended:
        context.log.warning("\n".join(mended))
    refused = locations_in(found.filter(pc.is_valid(found["reason"])))
    named = [f"- {each.location}: {in_words('outcome_reason', each.reason or '')}" for each in refused]
    return dg.MaterializeResult(
        metadata={
            "locations": found.num_rows,
            "contents": pc.count_distinct(found["file_sha256"]).as_py(),
            "bytes": pc.sum(found["size_bytes"]).as_py() or 0,
            "quarantined_locations": dg.MetadataValue.md("\n".join(named) or "none"),
            "mended": dg.MetadataValue.json(mended),
        }
    )


def _inventory(warehouse: Warehouse, told: Callable[[str], object]) -> pa.Table:
    """Take the inventory; where raw files or the ledger are gone, the run stops here."""
    try:
        with phase("progress.inventory"):
            return refresh_inventory(warehouse.layout, retry=warehouse.retry, told=told)
    except InTheWay as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    except MissingInput as error:
        raise dg.Failure("\n".join(missing_input_lines(error)), allow_retries=False) from error
