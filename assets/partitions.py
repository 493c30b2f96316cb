"""Partitions by the year read from the report; 0 holds the reports whose year cannot be read."""

from datetime import date

import dagster as dg

from pipelines.warehouse.dimensions import years

# Static, not time windows: eager automation on time windows asks only for the latest.
YEARS = dg.StaticPartitionsDefinition([str(year) for year in years(date.today().year)])
ALL_YEARS_TAGS = {
    "dagster/asset_partition_range_start": YEARS.get_first_partition_key() or "0",
    "dagster/asset_partition_range_end": YEARS.get_last_partition_key() or "0",
}
SINGLE_RUN = dg.BackfillPolicy.single_run()
