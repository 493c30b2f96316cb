"""What `workspace.yaml` loads: all assets, checks, the jobs, their schedules and the sensor."""

import dagster as dg

from assets.automation import collecting_job, exports_job, health_job, inbox_sensor, schedules, warehouse_job
from assets.collecting import fetched_files, sources, sources_are_well
from assets.described import described
from assets.exports import exports_csv
from assets.portals import Portals
from assets.resources import Warehouse
from assets.warehouse import WAREHOUSE_ASSETS, WAREHOUSE_CHECKS

COLLECTING = [sources, fetched_files]


def build_defs(warehouse: Warehouse | None = None, portals: Portals | None = None) -> dg.Definitions:
    """Return the definitions; tests pass a warehouse and portals of their own."""
    reached = portals or Portals()
    # An object as it stands would take any configuration without a word.
    fixed = dg.ResourceDefinition(lambda _: reached, config_schema={})
    return dg.Definitions(
        assets=[described(each) for each in (*COLLECTING, *WAREHOUSE_ASSETS, exports_csv)],
        asset_checks=[*WAREHOUSE_CHECKS, sources_are_well],
        jobs=[warehouse_job, exports_job, collecting_job, health_job],
        schedules=schedules,
        sensors=[inbox_sensor],
        resources={"warehouse": warehouse or Warehouse(), "portals": fixed},
        # One process: a step takes milliseconds, and the lock must last from the first step to the last.
        executor=dg.in_process_executor,
    )


defs = build_defs()
