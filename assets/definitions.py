"""What `workspace.yaml` loads: all assets, checks, the jobs, their schedules and the sensor."""

import dagster as dg

from assets.audit import AUDIT_ASSETS, findings_by_severity
from assets.automation import collecting_job, exports_job, health_job, inbox_sensor, schedules, warehouse_job
from assets.collecting import fetched_files, sources, sources_are_well
from assets.exports import exports_csv
from assets.extraction import extracted_reports
from assets.raw import raw_files
from assets.release import candidate_checks, release, release_candidate
from assets.resources import Portals, Warehouse
from assets.star import TABLE_ASSETS

COLLECTING = [sources, fetched_files]
ASSETS = [raw_files, extracted_reports, *TABLE_ASSETS, *AUDIT_ASSETS, release_candidate, release, exports_csv]
CHECKS = [candidate_checks, findings_by_severity]


def build_defs(warehouse: Warehouse | None = None, portals: Portals | None = None) -> dg.Definitions:
    """Return the definitions; tests pass a warehouse and portals of their own."""
    return dg.Definitions(
        assets=[*COLLECTING, *ASSETS],
        asset_checks=[*CHECKS, sources_are_well],
        jobs=[warehouse_job, exports_job, collecting_job, health_job],
        schedules=schedules,
        sensors=[inbox_sensor],
        resources={"warehouse": warehouse or Warehouse(), "portals": portals or Portals()},
        # One process: a step takes milliseconds, and the lock must last from the first step to the last.
        executor=dg.in_process_executor,
    )


defs = build_defs()
