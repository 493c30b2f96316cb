"""Raw files: the inventory of data/raw."""

from collections.abc import Callable

import dagster as dg

from assets.collecting import fetched_files
from assets.resources import Warehouse
from pipelines.commands.coded import in_words
from pipelines.commands.stopped import missing_input_lines
from pipelines.raw.inventory import Location
from pipelines.raw.missing_input import MissingInput
from pipelines.warehouse.raw_inventory import refresh_inventory


@dg.asset(group_name="raw", deps=[fetched_files], kinds={"file"})
def raw_files(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """原始文件清单。Every location below data/raw with its content hash; the inbox itself is never changed."""
    mended: list[str] = []
    locations = _inventory(warehouse, mended.append)
    if mended:
        context.log.warning("\n".join(mended))
    refused = [f"{f.location}: {in_words('outcome_reason', f.reason)}" for f in locations if f.reason]
    return dg.MaterializeResult(
        metadata={
            "locations": len(locations),
            "contents": len({found.file_sha256 for found in locations if found.file_sha256}),
            "bytes": sum(found.size_bytes for found in locations),
            "quarantined_locations": dg.MetadataValue.md("\n".join(f"- {line}" for line in refused) or "none"),
            "mended": dg.MetadataValue.json(mended),
        }
    )


def _inventory(warehouse: Warehouse, told: Callable[[str], object]) -> list[Location]:
    """Take the inventory; where raw files or the ledger are gone, the run stops here."""
    try:
        return refresh_inventory(warehouse.layout, retry=warehouse.retry, told=told)
    except MissingInput as error:
        raise dg.Failure("\n".join(missing_input_lines(error)), allow_retries=False) from error
