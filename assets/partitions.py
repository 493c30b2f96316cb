"""Partitions by the year read from the report; 0 holds the reports whose year cannot be read."""

from collections.abc import Sequence

import dagster as dg

from pipelines.warehouse.clock import last_report_year
from pipelines.warehouse.dimensions import years

# Static, not time windows: eager automation on time windows asks only for the latest.
# 0 stands last: a range from the first year that has reports to 0 then leaves out the empty years before it.
# They reach one year further than reports can: a UI that is open over New Year has them already, while which of them a
# report may be of is asked by every run. The partition of next year is empty until then.
YEARS = dg.StaticPartitionsDefinition(
    [str(year) for year in sorted(years(last_report_year() + 1), key=lambda y: y or 9999)]
)


def range_tags(keys: Sequence[str]) -> dict[str, str]:
    """Return the tags of a run over all partitions from the first to the last of some keys."""
    known = YEARS.get_partition_keys()
    places = sorted(known.index(key) for key in keys) or [0]
    return {
        "dagster/asset_partition_range_start": known[places[0]],
        "dagster/asset_partition_range_end": known[places[-1]],
    }


ALL_YEARS_TAGS = range_tags(YEARS.get_partition_keys())
SINGLE_RUN = dg.BackfillPolicy.single_run()
